"""Who may add to what is on record of a completed visit."""

from tests.access import Row
from tests.scheduling.access_booking import VISIT
from tests.scheduling.access_rows import BOOKERS

ROWS = {"scheduling:add_given": Row(get=None, post=BOOKERS, **VISIT)}
