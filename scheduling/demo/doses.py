"""What was given at the demo's visits to the unit, from a few lots, and how it looked."""

import datetime
from decimal import Decimal

from scheduling.chairside.dosing import frees_on
from scheduling.chairside.forms import counted
from scheduling.chairside.scales import GAIS
from scheduling.demo.cast import Cast
from scheduling.demo.past import DAY, ends
from scheduling.models import Booking, CheckIn, Dose, Given, Observation
from scheduling.models.dose import lot_key
from treatments.models import Product

YEAR = 366 * DAY
# By treatment and area: the units or millilitres, and the number of points.
GIVEN = {
    "botox.upper_face": ("64", 16),
    "botox.glabella": ("20", 5),
    "botox.forehead": ("20", 5),
    "botox.lateral_canthal": ("24", 6),
    "botox.platysma": ("31", 8),
    "mesobotox.cheeks": ("30", 120),
    "mesobotox.neck": ("40", 160),
    "mesobotox.chest": ("35", 10),
    "mesobotox.nose": ("3", 12),
    "dynamic_filler.cheek_smile": ("1", 4),
    "dynamic_filler.nasolabial": ("1.2", 4),
    "dynamic_filler.marionette": ("0.8", 4),
    "dynamic_filler.perioral": ("1", 6),
}
TOXIN_LOTS = ("C7781 AA", "C7802-B", "C7946 C3")
FILLER_LOT = "VB24-A19"
GRADES = (2, 2, 3, 2, 2, 2, 1, 2, 2, 2, 4)


def seed_doses(cast: Cast) -> None:
    """Give every completed visit of the past year its doses, and some their grades, unless some are there."""
    if Dose.objects.exists():
        return
    products = dict(Product.objects.values_list("key", "pk"))
    rows = Given.objects.standing().filter(booking__status=Booking.Status.COMPLETED, key__in=GIVEN)
    rows = rows.select_related("booking__location", "booking__provider", "booking__patient").order_by(
        "booking__unit", "pk"
    )
    given = [one for one in rows if one.date > cast.today(one.booking.location) - YEAR]
    Dose.objects.bulk_create(dose_of(one, products) for one in given)
    Observation.objects.bulk_create(grade_of(one) for one in given if is_graded(cast, one))
    asked = {one.booking_id: one for one in given if has_answered(cast, one)}
    CheckIn.objects.bulk_create(answer_of(one) for one in asked.values())


def dose_of(given: Given, products: dict[str, int]) -> Dose:
    """The dose of an area at its visit."""
    amount, points = Decimal(GIVEN[given.key][0]), GIVEN[given.key][1]
    toxin = not given.key.startswith("dynamic_filler.")
    lot = TOXIN_LOTS[given.date.toordinal() // 60 % len(TOXIN_LOTS)] if toxin else FILLER_LOT
    return Dose(
        booking=given.booking,
        key=given.key,
        product_id=products["ona" if toxin else "ha_filler"],
        lot=lot,
        lot_key=lot_key(lot),
        expires=frees_on(given.date).replace(day=1) + YEAR,
        dilution=(Decimal("4") if given.key.startswith("mesobotox.") else Decimal("2.5")) if toxin else None,
        units=amount if toxin else None,
        millilitres=None if toxin else amount,
        points=[[x, y, float(each)] for x, y, each in counted(points, amount)],
        given_by_id=given.booking.provider.user_id,
        recorded_at=ends(given.booking),
    )


def is_graded(cast: Cast, given: Given) -> bool:
    """Whether somebody looked at the result: two weeks after, of two patients in three."""
    return given.patient_id % 3 != 0 and looked_at(given) < cast.now


def grade_of(given: Given) -> Observation:
    """How the result looked two weeks later."""
    return Observation(
        booking=given.booking,
        key=given.key,
        scale=GAIS,
        grade=GRADES[(given.patient_id + (given.ordinal or 0)) % len(GRADES)],
        observed_by_id=given.booking.provider.user_id,
        observed_at=looked_at(given),
    )


def has_answered(cast: Cast, given: Given) -> bool:
    """Whether a patient without an account of their own answered ten weeks after, by telephone."""
    late = given.booking.at + 71 * DAY < cast.now
    return late and given.patient_id % 4 == 1 and given.booking.patient.user_id is None


def answer_of(given: Given) -> CheckIn:
    """Their answer: the smile is as before, and the result does not fade yet."""
    return CheckIn(
        patient_id=given.patient_id,
        booking=given.booking,
        weeks=10,
        smile=CheckIn.Smile.FULL,
        fading=CheckIn.Fading.NOT,
        answered_at=given.booking.at + 71 * DAY,
    )


def looked_at(given: Given) -> datetime.datetime:
    """Two weeks after the visit."""
    return ends(given.booking) + 14 * DAY
