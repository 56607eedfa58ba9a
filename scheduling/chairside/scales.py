"""The scales results are graded on, in our own words; numbers only where a published scale has photos."""

from dataclasses import dataclass

from treatments.review import GRADES

GAIS = "gais"
SMILE = "smile"


@dataclass(frozen=True, slots=True)
class Scale:
    """A named scale: its grades as a number and a word, lowest first."""

    key: str
    name: str
    grades: tuple[tuple[int, str], ...]

    def word(self, grade: int) -> str:
        """The word of a grade; its number where the scale does not know it."""
        return dict(self.grades).get(grade, str(grade))


def scale(key: str, name: str, *words: str, first: int = 0) -> Scale:
    """Make a scale whose grades count from `first`."""
    return Scale(key, name, tuple(enumerate(words, start=first)))


LINES = ("None", "Mild", "Moderate", "Severe")
FOLDS = ("Absent", "Shallow", "Moderate", "Long and deep", "Very deep")
SKIN = ("Clear", "Almost clear", "Mild", "Moderate", "Severe")
SCALES = {
    one.key: one
    for one in (
        scale("fws.movement", "Lines at full movement", *LINES),
        scale("fws.rest", "Lines at rest", *LINES),
        scale("wsrs.left", "Fold, left", *FOLDS, first=1),
        scale("wsrs.right", "Fold, right", *FOLDS, first=1),
        scale("pores", "Pores", *SKIN),
        scale("texture", "Texture", *SKIN),
        scale("redness", "Redness", *SKIN),
        scale("pigment", "Pigment", *SKIN),
        scale(GAIS, "Change since the first session", *(one.capitalize() for one in GRADES)),
        scale("bruising", "Bruising today", "None", "A little", "Moderate", "Much"),
        scale(SMILE, "Smile, a side effect (R18)", "As before", "A little less full", "Clearly less full"),
    )
}
SMILING = frozenset({"mesobotox.cheeks", "mesobotox.nose", "mesobotox.perioral"})


def scales_of(key: str) -> tuple[Scale, ...]:
    """The scales an area of a treatment is graded on, in the order they are asked."""
    treatment, _, area = key.partition(".")
    names: list[str] = []
    if treatment == "botox" and area != "platysma":
        names += ["fws.movement", "fws.rest"]
    if area == "nasolabial":
        names += ["wsrs.left", "wsrs.right"]
    if treatment == "mesobotox":
        names += ["pores", "texture", "redness", "pigment"]
    if treatment == "rf_microneedling":
        names += ["texture"]
    names += [GAIS, "bruising", *([SMILE] if key in SMILING else [])]
    return tuple(SCALES[name] for name in names)
