"""Who may move a patient to another location."""

from tests.access import Row
from tests.scheduling.access_rows import BOOKERS

ROWS = {
    "scheduling:transfer": Row(
        get=BOOKERS,
        post=BOOKERS,
        own=lambda world: {"pk": world.patient.pk},
        foreign=lambda world: {"pk": world.stranger.pk},
    ),
}
