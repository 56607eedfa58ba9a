"""Visits of tests whose doses can be recorded: products in use, and what is posted of them."""

import datetime

from scheduling.chairside.dosing import Entry
from scheduling.models import Booking
from tests.scheduling.asking import FACE_KEY, NECK_KEY
from treatments.library import load_library
from treatments.models import Product
from treatments.writing import write_version

FIRST = datetime.date(2027, 1, 5)
EXPIRES = datetime.date(2028, 3, 31)


def stock(*keys: str) -> None:
    """Bring products into use: Botox Cosmetic and the filler gel unless told."""
    for position, key in enumerate(keys or ("ona", "ha_filler"), start=1):
        product = Product.objects.create(key=key, position=position)
        write_version(product, load_library().products[key], reason="test")


def dose(key: str = NECK_KEY, units="40", **fields) -> Entry:
    """Units of Botox Cosmetic from lot C1 on an area."""
    facts = {"product": "ona", "lot": "C1", "expires": EXPIRES, "units": units}
    return Entry(key=key, **(facts | fields))


def posted(booking: Booking, **changes) -> dict:
    """What the page sends when every area gets its usual dose: each area's fields by its place."""
    usual = {NECK_KEY: "40", FACE_KEY: "64"}
    keys = [one.key for one in booking.sessions.all()]
    found = {"treated": keys}
    for place, key in enumerate(keys):
        fields = {"product": "ona", "lot": "C1", "expires": EXPIRES.isoformat(), "dilution": "2.5"}
        fields |= {"units": usual[key], "count": "4"}
        found |= {f"a{place}-{name}": value for name, value in fields.items()}
    return found | changes
