"""The open plans that use a protocol, each with what is on record and booked of it."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from clinic.models import User
from scheduling.composing.past import Known, known_of_all
from scheduling.lab.anew import Session
from scheduling.lab.impact import Booked
from scheduling.models import Booking, Given, PlanSeries, PlanVersion
from scheduling.models import Session as Row


def open_plans(user: User, protocol: int):
    """The current versions the person may see with sessions of a protocol (id) left, by plan."""
    counted = Given.objects.standing().filter(
        plan=OuterRef("version__plan"), key=OuterRef("key"), counts=True, ordinal__gt=OuterRef("done")
    )
    given = counted.order_by().values("plan").annotate(count=Count("pk")).values("count")
    planned = Row.objects.filter(series=OuterRef("pk")).order_by().values("series")
    sessions = planned.annotate(count=Count("pk")).values("count")
    series = PlanSeries.objects.filter(protocol_version__protocol=protocol).annotate(
        planned=Coalesce(Subquery(sessions, output_field=IntegerField()), 0),
        given=Coalesce(Subquery(given, output_field=IntegerField()), 0),
    )
    left = series.filter(planned__gt=F("given")).values("version")
    return PlanVersion.objects.visible_to(user).current().filter(pk__in=left).order_by("plan_id")


@dataclass(frozen=True, slots=True)
class Subject:
    """An open plan with what is needed to try a change on it; `version` comes with details."""

    version: PlanVersion
    today: datetime.date
    known: Known
    booked: dict[Session, Booked]
    bookings: dict[int, Booking]


def subjects(versions: Sequence[PlanVersion], now: datetime.datetime) -> list[Subject]:
    """Fetch what is on record and booked of some plans, in a number of queries that does not grow."""
    days = {one.pk: now.astimezone(one.plan.location.zone).date() for one in versions}
    known = known_of_all({one.plan.patient_id: days[one.pk] for one in versions})
    plans = [one.plan_id for one in versions]
    live = Booking.objects.live().visits().filter(plan__in=plans).with_details().order_by("unit")
    by_plan: dict[int, list[Booking]] = {plan: [] for plan in plans}
    for booking in live:
        by_plan[booking.plan_id].append(booking)
    return [subject(one, days[one.pk], known[one.plan.patient_id], by_plan[one.plan_id]) for one in versions]


def subject(version: PlanVersion, today: datetime.date, known: Known, live: Iterable[Booking]) -> Subject:
    """Put one plan together with its visits that are booked from today on."""
    coming = {one.pk: one for one in live if one.date >= today and one.status != Booking.Status.HELD}
    booked = {
        (session.key, session.ordinal): Booked(booking.pk, booking.date)
        for booking in coming.values()
        for session in booking.sessions.all()
        if session.is_live and session.ordinal
    }
    return Subject(version, today, known, booked, coming)
