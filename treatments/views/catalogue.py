"""The catalogue to read: treatments and protocols, rules, findings, products, references, differences."""

from dataclasses import dataclass
from itertools import groupby

from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import role, staff
from treatments.differences import DIFFERENCES
from treatments.durations import spoken
from treatments.forms import SearchForm
from treatments.labels import span
from treatments.models import (
    FindingRuleVersion,
    PracticeRule,
    ProductVersion,
    Protocol,
    ProtocolVersion,
    Reference,
    TreatmentType,
    ValueSource,
)

KINDS = {
    "HARD": "Never without a recorded override",
    "SOFT": "A preference",
    "TEXT": "Words for patients",
    "WARN": "Must be acknowledged",
    "DISCUSS": "Waits for the provider",
    "DATA": "A fact of the catalogue",
}


@dataclass(frozen=True)
class Card:
    """A protocol as the catalogue shows it: its version in force in a few words."""

    version: ProtocolVersion
    sessions: str
    interval: str
    waiting: int


def card(version: ProtocolVersion) -> Card:
    """Sum a version up."""
    counts = (version.sessions_mild, version.sessions_severe)
    sessions = f"{counts[0]}" if counts[0] == counts[1] else f"{counts[0]} to {counts[1]}"
    plural = "" if counts[1] == 1 else "s"
    waiting = sum(source.must_confirm for source in version.sources.all())
    ends = spoken(version.window_start), spoken(version.window_end)
    # A card has no room for 3 months to 104 days; the protocol's page says it in full.
    interval = span(*ends) if ends[0].rpartition(" ")[2] == ends[1].rpartition(" ")[2] else ends[0]
    return Card(version, f"{sessions} session{plural}", interval, waiting)


@require_safe
@staff
def catalogue(request):
    """Show every treatment with its protocols, or those a search finds, MicroBotox among them (R1)."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = Protocol.objects.search(text)
    versions = ProtocolVersion.objects.active().with_details().filter(protocol__in=found.values("pk"))
    cards = [card(version) for version in versions]
    treatments = TreatmentType.objects.prefetch_related("synonyms")
    groups = [
        (treatment, [one for one in cards if one.version.protocol.treatment_id == treatment.pk])
        for treatment in treatments
    ]
    context = {
        "form": form,
        "text": text,
        "groups": [(treatment, cards) for treatment, cards in groups if cards],
        "count": len(cards),
        "waiting": ValueSource.objects.active().unconfirmed().count(),
        "tab": "catalogue",
    }
    template = "treatments/_catalogue_groups.html" if request.htmx else "treatments/catalogue.html"
    return render(request, template, context)


@require_safe
@staff
def practice_rules(request):
    """Show the practice's rules R1 to R52."""
    rules = PracticeRule.objects.all()
    return render(
        request, "treatments/practice_rules.html", {"rules": rules, "kinds": KINDS, "tab": "practice_rules"}
    )


@require_safe
@staff
def references(request):
    """Show what the numbers were read in, L1 and on."""
    context = {"references": Reference.objects.all(), "tab": "references"}
    return render(request, "treatments/references.html", context)


@require_safe
@staff
def findings(request):
    """Show what each finding does to which treatments."""
    versions = FindingRuleVersion.objects.active().with_details()
    ordered = sorted(versions, key=lambda version: version.finding_rule.position)
    groups = [
        (finding, list(inner)) for finding, inner in groupby(ordered, key=lambda version: version.finding)
    ]
    names = dict(TreatmentType.objects.values_list("key", "name"))
    context = {"groups": groups, "names": names, "tab": "findings"}
    return render(request, "treatments/findings.html", context)


@require_safe
@staff
def products(request):
    """Show the products with their labels' facts."""
    versions = ProductVersion.objects.active().with_details()
    return render(request, "treatments/products.html", {"versions": versions, "tab": "products"})


@require_safe
@role("provider", "manager")
def differences(request):
    """Show providers where the practice's rules and the literature disagree."""
    context = {"differences": DIFFERENCES, "tab": "differences"}
    return render(request, "treatments/differences.html", context)
