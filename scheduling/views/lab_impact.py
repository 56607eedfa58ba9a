"""What a drafted change does to open plans, batch by batch."""

import re
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.access import role
from scheduling.lab.impact import Effect, Impact
from scheduling.lab.subjects import Subject, open_plans, subjects
from scheduling.lab.tally import read_tally
from scheduling.lab.trial import Trial
from scheduling.models import Booking, PlanVersion
from scheduling.time_limit import stop_after
from scheduling.views.lab import PEOPLE, WRITERS
from treatments.models import ProtocolDraft
from treatments.sheets import changes

# Plans looked at in one answer, the seconds after which it stops, and those the planner has for each plan.
BATCH, ANSWER, PLAN = 8, 1.0, 1.0
CLOSURES = "plan__patient__location__closures"
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
MOST = 5_000  # plans in one form: the ids of all of them fit into a query


@dataclass(frozen=True, slots=True)
class Looked:
    """An open plan and what the change would do to it."""

    subject: Subject
    impact: Impact

    @property
    def version(self) -> PlanVersion:
        """The version of the plan that was looked at."""
        return self.subject.version

    @property
    def visits(self) -> list[tuple[Booking, list[Effect]]]:
        """The booked visits that would fall outside a window, each with the sessions that do."""
        outside = [one for one in self.impact.effects if one.is_outside]
        return [
            (self.subject.bookings[pk], [one for one in outside if one.booking == pk])
            for pk in self.impact.outside
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@role(*WRITERS)
def lab_impact(request, pk):
    """Show a draft and what it does to the open plans of the person's locations, batch by batch.

    Looking on without JavaScript posts the plans that were chosen so far, and nothing is written.
    """
    trial, after = trial_of(pk), request.GET.get("after", "")
    plans = open_plans(request.user, trial.draft.protocol_id)
    rest = plans.filter(plan__gt=int(after)) if NUMBER.fullmatch(after) else plans
    found = list(rest.with_details().prefetch_related(CLOSURES)[: BATCH + 1])
    looked = batch(trial, found[:BATCH])
    tally = read_tally(request.GET).with_impacts(one.impact for one in looked)
    chosen = {"chosen": "all"} if request.GET.get("chosen") == "all" else {}
    context = {"trial": trial, "draft": trial.draft, "looked": looked, "tally": tally, "chosen": chosen}
    context |= {"total": plans.count(), "may_choose": bool(trial.target and trial.target.is_active)}
    context["kept"] = sorted(numbers(request, "plan"))
    if len(looked) < len(found):
        more = tally.query(after=looked[-1].version.plan_id, **chosen)
        context["next_batch"] = f"{reverse('scheduling:lab_impact', args=[pk])}?{more}"
    if request.htmx:
        return render(request, "scheduling/_lab_batch.html", context)
    return render(request, "scheduling/lab_impact.html", context | about(trial))


def trial_of(pk: int) -> Trial:
    """Fetch a draft with everything it is tried with."""
    return Trial(get_object_or_404(ProtocolDraft.objects.select_related(*PEOPLE), pk=pk))


def numbers(request, name: str) -> set[int]:
    """The ids a form sends under a name, alone or joined by commas; anything else is no request of ours."""
    texts = [text for joined in request.POST.getlist(name) for text in joined.split(",")]
    if len(texts) > MOST or not all(map(NUMBER.fullmatch, texts)):
        raise BadRequest(f"Choose plans from the list, {MOST} at the most.")
    return {int(text) for text in texts}


def about(trial: Trial) -> dict:
    """What the page says of the draft itself, and of what came between it and what is in force."""
    base = trial.base.as_record()
    overtaken = not trial.draft.discarded_at and not trial.is_current
    meanwhile = changes(base, trial.active.as_record()) if overtaken and not trial.target else ()
    return {"changes": changes(base, trial.record), "overtaken": overtaken, "meanwhile": meanwhile}


def batch(trial: Trial, versions: list[PlanVersion]) -> list[Looked]:
    """Look at some plans one after the other until the time of an answer is over."""
    over, looked = stop_after(ANSWER), []
    for one in subjects(versions, timezone.now()):
        looked.append(Looked(one, trial.impact(one, stop_after(PLAN))))
        if over and over():
            break
    return looked
