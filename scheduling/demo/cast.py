"""Who acts in the demo practice, and when: every action of its past is done by somebody on a day."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from clinic.models import Location, Provider, Shift, User
from scheduling.demo.wishes import Answers
from treatments.models import Credential
from treatments.protocols import Library


class Cast:
    """The people of the demo practice at `now` (aware), with the plans they make."""

    def __init__(self, now: datetime.datetime, library: Library):
        self.now, self.library, self.answers = now, library, Answers(library)

    @cached_property
    def locations(self) -> list[Location]:
        """The locations that have hours, by name."""
        return list(Location.objects.exclude(hours=None).distinct())

    def today(self, location: Location) -> datetime.date:
        """The local date."""
        return self.now.astimezone(location.zone).date()

    def noon(self, location: Location, day: datetime.date) -> datetime.datetime:
        """Noon of a day at a location, yesterday's at the latest: the demo's past lies behind."""
        day = min(day, self.today(location) - datetime.timedelta(days=1))
        return datetime.datetime.combine(day, datetime.time(12), location.zone)

    def coordinator(self, location: Location) -> User:
        """Who books at a location."""
        return self._coordinators[location.pk]

    @cached_property
    def _coordinators(self) -> dict[int, User]:
        rows = User.objects.filter(role=User.Role.COORDINATOR).order_by("-pk")
        return {place.pk: user for user in rows for place in user.locations}

    def able(
        self, location: Location, treatments: Collection[str], weekday: int | None = None
    ) -> list[Provider]:
        """The providers who give all these treatments at a location, on a weekday if one is given."""
        return [
            one
            for one in self._providers[location.pk, weekday]
            if self._gives[one.pk] >= frozenset(treatments)
        ]

    @cached_property
    def _providers(self) -> dict[tuple[int, int | None], list[Provider]]:
        found: dict[tuple[int, int | None], list[Provider]] = defaultdict(list)
        for shift in Shift.objects.select_related("provider__user").order_by("provider", "weekday"):
            for weekday in (None, shift.weekday):
                among = found[shift.location_id, weekday]
                if shift.provider not in among:
                    among.append(shift.provider)
        return found

    @cached_property
    def _gives(self) -> dict[int, frozenset[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for provider, treatment in Credential.objects.values_list("provider", "treatment__key"):
            found[provider].add(treatment)
        return defaultdict(frozenset, {key: frozenset(keys) for key, keys in found.items()})
