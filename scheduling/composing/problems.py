"""What is wrong with what was entered: where on the page, and what would work."""

from dataclasses import dataclass, replace

from scheduling.planning.reading import Malformed

PLACES = {
    "start": ("Start", "#id_start"),
    "horizon_months": ("Look ahead", "#id_horizon_months"),
    "concerns": ("Concerns", "#map"),
    "weekdays": ("Days the patient can come", "#id_weekdays"),
    "events": ("Events", "#events"),
    "away": ("Days away", "#away"),
    "history": ("Earlier treatments", "#history"),
    "findings": ("Findings", "#findings"),
    "stretch": ("Spacing Botox out", "#id_stretch_series"),
    "rounds": ("Rounds", "#rounds"),
    "discussed": ("Discussions", "#discussions"),
    "age": ("Date of birth", "#map"),
}

# Where the page's fields are called otherwise than the contract's.
PATHS = {
    "first": "from",
    "last": "to",
    "what": "treatment",
    "stretch_series": "stretch.series",
    "stretch_reason": "stretch.reason",
    "fading_observed": "stretch.fading_observed",
}
ANCHORS = {
    "preference": "#preference",
    "rounds": "#rounds",
    "weekdays": "#id_weekdays",
    "findings": "#findings",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something entered that cannot be used: where on the page, and what would work."""

    place: str
    anchor: str
    text: str


def form_problems(form, path: str = "$") -> tuple[Problem, ...]:
    """Everything that is wrong in one form, field by field, under the JSON path of what it stands for."""
    return tuple(
        Problem(
            form.fields[name].label or name.capitalize(),
            ANCHORS.get(name) or f"#{form[name].id_for_label or form[name].auto_id}",
            f"{text} ({path}.{PATHS.get(name, name)})",
        )
        for name, texts in form.errors.items()
        if name in form.fields
        for text in texts
    )


def row_problems(parts) -> tuple[Problem, ...]:
    """Everything that is wrong in the lists, by the name of the list and the number of the row."""
    found = []
    for name, rows in parts.items():
        place, anchor = PLACES[name]
        found += [Problem(place, anchor, f"{text} ($.{name})") for text in rows.non_form_errors()]
        for number, form in enumerate(rows.forms):
            for problem in form_problems(form, f"$.{name}[{number}]"):
                found.append(replace(problem, place=f"{place} {number + 1}, {problem.place}"))
    return tuple(found)


def from_path(error: Malformed) -> Problem:
    """Put a refusal of the intake's reader beside the part of the page it speaks of."""
    name = error.path.removeprefix("$.").partition(".")[0].partition("[")[0]
    place, anchor = PLACES.get(name, ("Intake", "#map"))
    text = error.message[:1].upper() + error.message[1:]
    return Problem(place, anchor, f"{text} ({error.path})")
