"""Thinking longer about one plan, and migrating the chosen ones: so many in an answer, then the next."""

import re
from functools import partial

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clinic.access import role, seen
from scheduling.actions.migrating import NotProven, Unchanged, migrate
from scheduling.composing.answers import PROPOSE
from scheduling.lab.after import to_replan
from scheduling.lab.progress import MIGRATED, REFUSED, RESULTS, UNCHANGED, UNPROVEN, Migrated, Progress
from scheduling.lab.subjects import subjects
from scheduling.lab.thought import opened, seal
from scheduling.lab.trial import Trial
from scheduling.models import PlanVersion
from scheduling.time_limit import stop_after
from scheduling.views.lab import WRITERS
from scheduling.views.lab_impact import CLOSURES, PLAN, Looked, trial_of

# Plans migrated in one answer and the seconds after which it stops, so that no answer runs into the time a
# server allows; the rest goes on by itself.
AT_ONCE, ANSWER = 25, 12.0
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


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
    trial, keys = trial_of(pk), numbers(request, "plan")
    versions = list(visible(request).filter(pk__in=keys).prefetch_related(CLOSURES).order_by("plan_id"))
    if len(versions) != len(keys):
        raise Http404("You may not see every plan that was chosen.")
    before, over, done = told_before(request), stop_after(ANSWER), []
    for version in versions[:AT_ONCE]:
        done.append(migrated(request, trial, version))
        if over and over():
            break
    progress = Progress(done, before, [one.pk for one in versions[len(done) :]])
    context = {"trial": trial, "draft": trial.draft, "progress": progress, "at_once": AT_ONCE}
    return render(request, "scheduling/lab_migrated.html", context)


def visible(request) -> QuerySet[PlanVersion]:
    """The versions the person may see, with details."""
    return PlanVersion.objects.visible_to(request.user).with_details()


def numbers(request, name: str) -> set[int]:
    """The ids that a form sends under a name; what is no id is no request of ours."""
    texts = request.POST.getlist(name)
    if not all(map(NUMBER.fullmatch, texts)):
        raise BadRequest("Choose plans from the list.")
    return {int(text) for text in texts}


def told_before(request) -> list[Migrated]:
    """What the answers before said of other chosen plans, as this form sends it along."""
    results = {pk: result for result in RESULTS for pk in numbers(request, result)}
    found = PlanVersion.objects.visible_to(request.user).filter(pk__in=results)
    rows = found.select_related("plan__patient").defer("content").order_by("plan_id")
    return [Migrated(one, results[one.pk]) for one in rows]


def migrated(request, trial: Trial, version: PlanVersion) -> Migrated:
    """Migrate one plan, by what its own page showed where that is sent along; or say why not."""
    shown, now = opened(request.POST.get("thought", ""), trial.draft, version), timezone.now()
    think = partial(trial.shown, found=shown) if shown else partial(trial.impact, stop=stop_after(PLAN))
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
