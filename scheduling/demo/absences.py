"""The demo's absence: known only after the visits of those days were booked."""

from clinic.actions.hours import add_absence
from clinic.models import Absence, User
from scheduling.demo.cast import Cast
from scheduling.demo.past import DAY
from scheduling.models import Booking

WHO, WHY = "haddad@example.com", "Conference"
AHEAD, WEEKS, ENOUGH = 31, 5, 3


def seed_absence(cast: Cast) -> None:
    """Let a provider be away for a week about five weeks ahead, in which a few visits are booked."""
    user = User.objects.get(email=WHO)
    if Absence.objects.filter(provider=user.provider).exists():
        return
    location = user.locations[0]
    soonest = cast.today(location) + AHEAD * DAY
    mondays = [soonest + (7 * week - soonest.weekday()) * DAY for week in range(1, WEEKS + 1)]
    live = Booking.objects.live().filter(provider=user.provider)
    counts = {day: live.filter(date__range=(day, day + 4 * DAY)).count() for day in mondays}
    first = max(mondays, key=lambda day: min(counts[day], ENOUGH))
    by = cast.coordinator(location)
    add_absence(by=by, provider=user.provider, first=first, last=first + 4 * DAY, reason=WHY)
