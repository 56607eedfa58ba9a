"""Who may see the visits that cannot take place as booked."""

from tests.access import STAFF, Row

ROWS = {"scheduling:affected": Row(get=STAFF)}
