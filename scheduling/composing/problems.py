"""What is wrong with what was entered: where on the page, and what would work."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Problem:
    """Something entered that cannot be used: where on the page, and what would work."""

    place: str
    anchor: str
    text: str


def form_problems(form) -> tuple[Problem, ...]:
    """Everything that is wrong in one form, field by field."""
    return tuple(
        Problem(
            form.fields[name].label or name.capitalize(),
            f"#{form[name].id_for_label or form[name].auto_id}",
            text,
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
        found += [Problem(place, anchor, text) for text in rows.non_form_errors()]
        for number, form in enumerate(rows.forms, start=1):
            for problem in form_problems(form):
                found.append(Problem(f"{place} {number}, {problem.place}", problem.anchor, problem.text))
    return tuple(found)


def from_path(error: Malformed) -> Problem:
    """Put a refusal of the intake's reader beside the part of the page it speaks of."""
    name = error.path.removeprefix("$.").partition(".")[0].partition("[")[0]
    place, anchor = PLACES.get(name, ("Intake", "#map"))
    text = error.message[:1].upper() + error.message[1:]
    return Problem(place, anchor, f"{text} ({error.path})")
