"""Who may use the review queue: providers, for the plans of their own locations."""

from tests.access import PROVIDER, Row
from tests.scheduling.access_rows import foreign, own

PLAN = {"own": own, "foreign": foreign}
ROWS = {
    "scheduling:review": Row(get=(PROVIDER,)),
    "scheduling:review_plan": Row(get=(PROVIDER,), **PLAN),
    "scheduling:review_decline": Row(get=None, post=(PROVIDER,), **PLAN),
    "scheduling:review_discuss": Row(get=None, post=(PROVIDER,), **PLAN),
}
