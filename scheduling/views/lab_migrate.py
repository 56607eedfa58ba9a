"""Thinking longer about one plan, and migrating the chosen ones: so many in an answer, then the next."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, seen
from scheduling.actions.migrating import NotProven, Unchanged, migrate
from scheduling.composing.answers import PROPOSE
from scheduling.lab.after import to_replan
from scheduling.lab.impact import UNKNOWN, Impact
from scheduling.lab.progress import MIGRATED, REFUSED, RESULTS, UNCHANGED, UNPROVEN, Migrated, Progress
from scheduling.lab.subjects import Subject, subjects
from scheduling.lab.thought import NotShown, opened, seal
from scheduling.lab.trial import Trial
from scheduling.models import PlanVersion
from scheduling.time_limit import stop_after
from scheduling.views.lab import WRITERS
from scheduling.views.lab_impact import CLOSURES, PLAN, Looked, numbers, trial_of

# Plans migrated in one answer and the seconds after which it stops, so that no answer runs into the time a
# server allows; the rest goes on by itself.
AT_ONCE, ANSWER = 25, 12.0


@require_safe
@role(*WRITERS)
def lab_plan(request, pk, plan):
    """Think longer about one plan, and let it be migrated by what that comes to."""
    trial = trial_of(pk)
    version = get_object_or_404(visible(request).current().prefetch_related(CLOSURES), plan=plan)
    seen(request, version.plan.patient, "protocol lab")
    (one,) = subjects([version], timezone.now())
    row = Looked(one, trial.impact(one, stop_after(PROPOSE), best=True))
    context = {"trial": trial, "draft": trial.draft, "row": row, "seconds": int(PROPOSE)}
    if trial.target and trial.target.is_active and row.impact.found:
        context["thought"] = seal(trial.draft, version, row.impact.found)
    return render(request, "scheduling/lab_plan.html", context)


@require_POST
@role(*WRITERS)
def lab_migrate(request, pk):
    """Migrate the chosen plans one by one, so many at once, and say what became of each."""
    trial, keys, told = trial_of(pk), numbers(request, "plan"), told_before(request)
    found = PlanVersion.objects.visible_to(request.user).filter(pk__in={*keys, *told}).order_by("plan_id")
    seen_now = dict.fromkeys(found.values_list("pk", flat=True))
    if keys and not seen_now and not told:
        raise Http404("You may see none of the plans that were chosen.")
    chosen = [one for one in seen_now if one in keys]
    now = migrated_now(request, trial, chosen[:AT_ONCE])
    waiting = [one for one in chosen if one not in {each.version.pk for each in now}]
    unseen = {one: told.get(one, REFUSED) for one in {*keys, *told}.difference(seen_now)}
    before = rows_of(request, {one: told[one] for one in seen_now if one in told and one not in keys})
    progress = Progress(now, before, waiting, unseen)
    context = {"trial": trial, "draft": trial.draft, "progress": progress, "at_once": AT_ONCE}
    return render(request, "scheduling/lab_migrated.html", context)


def visible(request) -> QuerySet[PlanVersion]:
    """The versions the person may see, with details."""
    return PlanVersion.objects.visible_to(request.user).with_details()


def told_before(request) -> dict[int, str]:
    """What the answers before said of other chosen plans, as this form sends it along."""
    return {pk: result for result in RESULTS for pk in numbers(request, result)}


def rows_of(request, told: Mapping[int, str]) -> list[Migrated]:
    """What was told before of some plans that can be seen, for the page to show."""
    found = PlanVersion.objects.visible_to(request.user).filter(pk__in=told)
    rows = found.select_related("plan__patient").defer("content").order_by("plan_id")
    return [Migrated(one, told[one.pk]) for one in rows]


def migrated_now(request, trial: Trial, keys: Sequence[int]) -> list[Migrated]:
    """Migrate some plans one after the other until the time of an answer is over."""
    over, done = stop_after(ANSWER), []
    for version in visible(request).filter(pk__in=keys).prefetch_related(CLOSURES).order_by("plan_id"):
        done.append(migrated(request, trial, version))
        if over and over():
            break
    return done


def thinking(request, trial: Trial, version: PlanVersion) -> Callable[[Subject], Impact]:
    """What says what a plan becomes: its own page where that is sent along, or the planner in a second."""
    if not (text := request.POST.get("thought")):
        return partial(trial.impact, stop=stop_after(PLAN))
    try:
        return partial(trial.shown, found=opened(text, trial.draft, version))
    except NotShown as problem:
        why = problem.messages[0]
        return lambda one: Impact(UNKNOWN, why=why)


def migrated(request, trial: Trial, version: PlanVersion) -> Migrated:
    """Migrate one plan, or say why not."""
    think, now = thinking(request, trial, version), timezone.now()
    try:
        made = migrate(by=request.user, version=version, trial=trial, now=now, think=think)
    except Unchanged as nothing:
        return Migrated(version, UNCHANGED, nothing.messages[0])
    except NotProven as unknown:
        return Migrated(version, UNPROVEN, unknown.messages[0])
    except ValidationError as refusal:
        return Migrated(version, REFUSED, " ".join(refusal.messages))
    made = visible(request).get(pk=made.pk)
    return Migrated(version, MIGRATED, made=made, replan=tuple(to_replan(made, now)))
