"""What was given as rows, each in its place of the course: who stands there already makes room."""

import datetime
from collections.abc import Iterable, Sequence
from itertools import count

from clinic.models import User
from scheduling.course.counting import Verdict, counted
from scheduling.models import BookedSession, Booking, Given, PlanSeries, PlanVersion
from scheduling.planning.reasons import spoken


def give(
    by: User, booking: Booking, sessions: Sequence[BookedSession], now: datetime.datetime
) -> list[Given]:
    """Save what was given of the sessions of a visit, with whether each counts, as which, and why."""
    versions = judging(booking.plan_id, {one.key for one in sessions})
    before = list(Given.objects.standing().filter(patient=booking.patient_id))
    rows = []
    for one in sessions:
        kind = Given.Kind.SERIES if one.ordinal else Given.Kind.BOOSTER
        verdict = counted(one.key, booking.date, one.ordinal, kind, versions[one.key], before)
        take_place(booking, one, verdict.ordinal, before)
        rows.append(row_of(by, booking, one, kind, verdict, now))
    return Given.objects.bulk_create(rows)


def judging(plan: int, keys: Iterable[str]) -> dict[str, PlanVersion]:
    """The version by which each series is judged: the current one, or the last that held the series."""
    current = PlanVersion.objects.filter(plan=plan).current().with_details().get()
    found = {one.key: current for one in current.series.all()}
    if missing := set(keys) - set(found):
        rows = PlanSeries.objects.filter(version__plan=plan, key__in=missing).order_by("version__number")
        last = dict(rows.values_list("key", "version"))
        versions = PlanVersion.objects.with_details().in_bulk(set(last.values()))
        found |= {key: versions[pk] for key, pk in last.items()}
    return found


def row_of(
    by: User, booking: Booking, one: BookedSession, kind: str, verdict: Verdict, now: datetime.datetime
) -> Given:
    """Make the row of a session that was given, not saved yet."""
    return Given(
        patient_id=booking.patient_id,
        plan_id=booking.plan_id,
        booking=booking,
        key=one.key,
        treatment=one.treatment,
        area=one.area,
        mark=one.mark,
        date=booking.date,
        kind=kind,
        ordinal=verdict.ordinal,
        counts=verdict.counts,
        because=verdict.because,
        recorded_by=by,
        recorded_at=now,
    )


def take_place(
    booking: Booking, session: BookedSession, ordinal: int | None, before: Sequence[Given]
) -> None:
    """Let a session that was given take the place it counts as, if any, and leave the one it was booked as.

    Those given on later days count as one more, and a visit booked for the place that is taken gets the one
    that becomes free, or the next that nobody has.
    """
    own, is_booster = BookedSession.objects.filter(pk=session.pk), session.ordinal is None
    if session.is_live and session.ordinal == ordinal:
        return
    own.update(is_live=is_booster)
    if ordinal is None:
        return
    later = given_from(session, ordinal, before)
    taken = ordinal + len(later)
    clear(session, taken)
    for one in reversed(later):
        because = f"Session {{}}, since the one on {spoken(booking.date)} was recorded."
        shift(one, 1, because)
    own.update(is_live=True, ordinal=ordinal)


def given_from(session: BookedSession, ordinal: int, before: Sequence[Given]) -> list[Given]:
    """What counts as this session of the series and the ones after it, in order; nothing where it is free."""
    same = [one for one in before if one.counts and (one.plan_id, one.key) == (session.plan_id, session.key)]
    found = sorted((one for one in same if ordinal_of(one) >= ordinal), key=ordinal_of)
    return found if found and found[0].ordinal == ordinal else []


def ordinal_of(one: Given) -> int:
    """Its place in the whole course; 0 for one that does not count."""
    return one.ordinal or 0


def clear(session: BookedSession, ordinal: int) -> None:
    """Give a visit booked for a place the one that a session leaves, or the next that nobody has."""
    booked = BookedSession.objects.filter(plan=session.plan_id, key=session.key, is_live=True)
    others = dict(booked.exclude(pk=session.pk).values_list("ordinal", "pk"))
    if ordinal in others:
        free = next(one for one in count(ordinal + 1) if one not in others)
        left = session.ordinal if session.is_live else None
        booked.filter(pk=others[ordinal]).update(ordinal=left or free)


def shift(one: Given, by: int, because: str) -> None:
    """Count a treatment as an earlier or a later session, with the visit it was given at."""
    ordinal = ordinal_of(one) + by
    Given.objects.filter(pk=one.pk).update(ordinal=ordinal, because=because.format(ordinal))
    booked = BookedSession.objects.filter(booking=one.booking_id, key=one.key, is_live=True)
    booked.update(ordinal=ordinal)


def close_up(withdrawn: Given) -> None:
    """Count the later sessions of a series one less, so that the course has no hole.

    One that the current version took for given stays counted until the plan is changed again.
    """
    rows = PlanSeries.objects.filter(version__plan=withdrawn.plan_id, key=withdrawn.key)
    current = rows.exclude(version__status=PlanVersion.Status.SUPERSEDED).first()
    if current and (withdrawn.ordinal or 0) <= current.done:
        return
    later = Given.objects.standing().filter(plan=withdrawn.plan_id, key=withdrawn.key, counts=True)
    for one in later.filter(ordinal__gt=withdrawn.ordinal).order_by("ordinal"):
        shift(one, -1, f"Session {{}}, since the one on {spoken(withdrawn.date)} was withdrawn.")


def hold_again(booking: Booking) -> bool:
    """Let the sessions of a completed visit be given anew, now that nothing of it stands; whether any can be.

    Each takes the place it had, or the next one of its series. One that is booked for another day by now,
    or was left out of a series that left the plan, stays as it is.
    """
    kept = set(PlanSeries.objects.filter(version__in=current_of(booking)).values_list("key", flat=True))
    kept |= set(booking.given.values_list("key", flat=True))
    found = [one for one in booking.sessions.all() if one.key in kept and has_place(one)]
    for one in found:
        BookedSession.objects.filter(pk=one.pk).update(is_live=True, ordinal=one.ordinal)
    return bool(found)


def current_of(booking: Booking):
    """The current version of a booking's plan, to be asked for its series."""
    return PlanVersion.objects.filter(plan=booking.plan_id).current().values("pk")


def has_place(session: BookedSession) -> bool:
    """Whether a session can be booked again; it then stands, unsaved, as the one it would be."""
    if session.ordinal is None:
        return True
    same = {"plan": session.plan_id, "key": session.key}
    rows = Given.objects.standing().filter(**same, counts=True)
    given = set(rows.values_list("ordinal", flat=True))
    booked = set(BookedSession.objects.filter(**same, is_live=True).values_list("ordinal", flat=True))
    places = (session.ordinal, max(given, default=0) + 1) if session.ordinal in given else (session.ordinal,)
    session.ordinal = next((one for one in places if one not in given | booked), session.ordinal)
    return session.ordinal not in given | booked
