"""Who may use the gallery."""

from tests.access import STAFF, Row

ROWS = {"scheduling:gallery": Row(get=STAFF)}
