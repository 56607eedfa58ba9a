"""When: plans in versions, with the numbers they were made from."""

from scheduling.models.contents import PlanSeries, Session, Visit
from scheduling.models.plan import Plan, PlanVersion

__all__ = ["Plan", "PlanSeries", "PlanVersion", "Session", "Visit"]
