"""What moving a patient to another location would mean: its form, and everything its page shows before."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from clinic.models import Location, Patient, StaffRole, User
from scheduling.arranging.seats import treatment_of
from scheduling.availability.place import Place
from scheduling.availability.steps import DEVICE, PROVIDER, ROOM
from scheduling.booking_page.forms import CardForm
from scheduling.booking_page.page import booster_lines
from scheduling.booking_page.words import Line, State, held_by, hours_of
from scheduling.claiming.free_times import place_of
from scheduling.composing.words import WEEKDAYS
from scheduling.course.giving import gives_of
from scheduling.course.leaving import HELD, Leaving, Unsettled
from scheduling.models import Booking, PlanVersion, Wishes
from scheduling.planning.reasons import spoken

KEPT = State("good", "check", "Goes along")
CLOSED = State("quiet", "hourglass", "Ends")
MINDED = State("warn", "triangle-alert", "Mind this")
MOST_SHOWN = 4000  # characters: some hundred visits
BOOKERS = (User.Role.COORDINATOR, User.Role.PROVIDER)
ENERGY, YEAR = "energy", datetime.timedelta(days=366)


class TransferForm(CardForm):
    """Where a patient moves to, and the ids of the coming visits that were shown."""

    to = forms.ModelChoiceField(
        Location.objects.none(), label="New location", to_field_name="slug", empty_label=None
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=MOST_SHOWN, required=False)

    def __init__(self, *args, user: User, patient: Patient, **kwargs):
        super().__init__(*args, **kwargs)
        self.others = Location.objects.visible_to(user).exclude(pk=patient.location_id)
        self.fields["to"].queryset = self.others

    def clean_seen(self) -> frozenset[int]:
        """Read the ids: 12,15."""
        parts = [text for text in self.cleaned_data["seen"].split(",") if text]
        if not all(text.isascii() and text.isdecimal() and len(text) < 19 for text in parts):
            raise forms.ValidationError("Open this page anew.", code="seen")
        return frozenset(int(text) for text in parts)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A visit that would be given back: when and where it is, its sessions, and what becomes of them."""

    day: str
    hours: str
    held: tuple[str, ...]
    sessions: tuple[Line, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Point:
    """Something else that goes along, ends, or has to be minded."""

    state: State
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class First:
    """What has to be settled first, and where."""

    text: str
    href: str
    words: str


class TransferPage:
    """What becomes of a patient's visits and plans at another location, at `now`, aware."""

    def __init__(self, patient: Patient, to: Location, now: datetime.datetime):
        self.patient, self.to, self.now = patient, to, now
        self.leaving = Leaving(patient, now)

    @property
    def seen(self) -> str:
        """The ids of the visits it shows, as the form sends them."""
        return ",".join(str(one.pk) for one in self.leaving.coming)

    @property
    def first(self) -> list[First]:
        """What has to be settled before."""
        return [self._first(one) for one in self.leaving.unsettled]

    def _first(self, one: Unsettled) -> First:
        if one.kind == HELD:
            slug = self.patient.location.slug
            return First(one.text, f"{reverse('scheduling:waitlist')}?location={slug}", "Open the waitlist")
        return First(one.text, reverse("scheduling:visit", args=[one.booking]), "Open the visit")

    @property
    def visits(self) -> list[Ahead]:
        """The visits that would be given back."""
        return [
            Ahead(spoken(one.date), hours_of(one), held_by(one), booster_lines(one), self._after(one))
            for one in self.leaving.coming
        ]

    def _after(self, booking: Booking) -> str:
        if booking.kind == Booking.Kind.BOOSTER:
            return f"Given back; beside the plan, so book it again at {self.to.name} if it is wanted"
        return f"Given back; needs a date at {self.to.name}"

    @cached_property
    def versions(self) -> list[PlanVersion]:
        """The current version of each of the patient's plans, with how many sessions were given."""
        rows = PlanVersion.objects.current().of(self.patient).with_details().order_by("plan__number")
        given = Count("plan__given", filter=Q(plan__given__withdrawn_at=None, plan__given__counts=True))
        return list(rows.annotate(given=given))

    @cached_property
    def place(self) -> Place:
        """The other location with whoever works there in the year ahead."""
        today = self.now.astimezone(self.to.zone).date()
        return place_of(self.to, today, today + YEAR)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """What goes along, what ends, and what has to be minded."""
        return (*self._along(), *self._ends(), *self._minded())

    def _along(self) -> Iterator[Point]:
        for one in self.versions:
            words = f"As it is, {one.get_status_display().lower()}. {given(one.given)}".strip()
            yield Point(KEPT, str(one.plan), words)
        if not self.versions:
            yield Point(KEPT, "No plan yet", "Only where the patient comes to changes.")

    def _ends(self) -> Iterator[Point]:
        for one in self.leaving.waiting:
            words = f"{one.plan} is taken off it. Put it on the one of {self.to.name} if it still applies."
            yield Point(CLOSED, f"Waitlist of {self.patient.location.name}", words)

    def _minded(self) -> Iterator[Point]:
        for one in self.versions:
            for words in (*self._not_given(one), *self._no_day(one)):
                yield Point(MINDED, str(one.plan), words)
        wishes = Wishes.objects.filter(patient=self.patient).select_related("provider").first()
        names = {one.id for one in self.place.holders[PROVIDER]}
        if wishes and wishes.provider and wishes.provider_id not in names:
            words = f"{wishes.provider} does not work at {self.to.name}; others give the visits there."
            yield Point(MINDED, "Wishes", words)

    def _not_given(self, version: PlanVersion) -> Iterator[str]:
        """The treatments of a plan that nobody, no room or no device of the other location serves."""
        series = list(version.series.all())
        gives = gives_of(series)
        kinds = {one.name.treatment: (treatment_of(one.key), gives[one.key].kind) for one in series}
        for name, (treatment, kind) in kinds.items():
            for needed in (PROVIDER, ROOM, DEVICE) if kind == ENERGY else (PROVIDER, ROOM):
                if not any(treatment in one.serves for one in self.place.holders[needed]):
                    yield f"{self.to.name} has no {needed} for {name}: such a visit finds no time there."

    def _no_day(self, version: PlanVersion) -> Iterator[str]:
        """A plan whose weekdays the other location is never open on."""
        wanted = version.recommendation.problem.weekdays
        open_days = sorted({one.weekday for one in self.place.weekly})
        if not set(wanted) & set(open_days):
            days = ", ".join(WEEKDAYS[day] for day in open_days) or "no day yet"
            yield f"Made for {', '.join(WEEKDAYS[day] for day in wanted)}; {self.to.name} opens {days}."


def given(count: int) -> str:
    """Say that what was given goes along, if anything was."""
    if count == 1:
        return "1 session was given, which counts."
    return f"{count} sessions were given, which count." if count else ""


def movers(patient: Patient) -> str:
    """Who could move a patient: the coordinators and providers who work at their location and another one."""
    held = StaffRole.objects.filter(role__in=BOOKERS, user__is_active=True)
    here = held.filter(location=patient.location_id, user=OuterRef("user"), role=OuterRef("role"))
    both = held.exclude(location=patient.location_id).filter(Exists(here))
    return ", ".join(User.objects.filter(pk__in=both.values("user")).values_list("name", flat=True))
