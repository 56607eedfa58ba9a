"""When words that could claim too much do not: denied, attributed, or meant of another thing."""

import re

NEGATION = (
    r"(?:not|no|none|never|nor|neither|cannot|nobody|nothing|no one|without|"
    r"(?:ca|wo|do|does|did|is|are|was|were|would|could|should|has|have|can)n?['’]?t)"
)
# What may stand between a denial and what it denies. Any other word could turn it: "not only", "no doubt".
BETWEEN = (
    "of|these|those|the|our|their|any|a|an|is|are|be|been|being|can|could|will|would|may|should|does|do|"
    "did|was|"
    "treatments?|sessions?|fillers?|therap(?:y|ies)|skin|botox|mesobotox|rf|microneedling|dynamic|results?|"
    "outcomes?|doctors?|providers?|person|one|we|you|it|this|that|they|i|give|gives|given|offer|offers|"
    "make|makes|"
    "come|comes|with|able|to|meant|designed|intended|face|faces|neck|chest|as|ever|expect|claim|claims|"
    "call|say|"
    "says|by|for|there|last|lasts|considered|described|in|us|at|have|has|here|plan|plans|which|act|need|"
    "mean|means|"
    "want|for|such|thing|visit|visits|and no|procedure|procedures|advertise|sell|believe in|clinic|practice|"
    "always|entirely|completely|fully|meaning|means|everyone|every|everybody|all|mentioned|anybody|"
    "anyone|honestly|"
    "or|nor|promise|promises|promised|guarantee|guaranteed|guarantees|permanent|lift|lifts|lifting|cure|"
    "cures|erase"
)
GOVERNS = re.compile(
    rf"(?<![a-z])(?P<no>{NEGATION})(?:[ \"“”'()\n/*_-]+(?:{BETWEEN})(?![a-z]))*[ \"“”'()\n/*_-]*$"
)
DOUBLED = re.compile(rf"(?<![a-z]){NEGATION}(?: \w+)?\W+$")
SPOILED = re.compile(
    r"\W*(?:[a-z]+ ){0,3}(?:like|as well|as much|better|more|so well|quite|half|until you)\b"
)
ITS_OWN_NO = re.compile(
    r"^(?:no|not|never|without|zero|free|will not|won|does not|doesn|cannot|can['’]?t|nothing|nobody|nil|"
    r"absence)\b"
)
NOTHING_IS = re.compile(
    r"\b(?:no (?:\w+ )?(?:treatment|procedure|session|visit)|nothing|not always|not) "
    r"(?:is |comes |be |entirely |completely )?$"
)
LATER = re.compile(
    r"^[\"”’) ]*(?:(?:of|for|results?|effects?|in|on|to|any|the|our|a|these|treatments?|lift|outcome|or|"
    r"promise|guarantee|and|is something|result|that|this|it|you|everybody|everyone|"
    r"can be|could be|would be)[ \"”]+){0,6}"
    r"(?:cannot|can not|can['’]t|is not|isn['’]t|are not|aren['’]t|does not|doesn['’]t|do not|don['’]t|"
    r"is never|"
    r"are never|will not|won['’]t|would not|could not|must not|is nothing)(?: (?:be|a|to|we|been|an|have|"
    r"that|of|ever)){0,3} "
    r"(?:possible|given|promised|promise|expected|offered?|guaranteed|made|something|what|part|our|"
    r"the aim|the goal|exist|"
    r"achieved|provided|had|realistic|claimed|any|honest|foreseen|known|surgical|claim|make|give)\b"
)
ANSWERED = re.compile(r"^[\s\"”’)]*(?:in short,? |sadly,? |honestly,? )?no(?:[.,:;—–]|\s*$|: )")
ATTRIBUTED = re.compile(
    r"\bdr\.? ?lam(?: (?:\w+ )?(?:says|said|claims|believes|finds|found|thinks|considers|writes|has seen|"
    r"observes|reports)\b"
    r"|['’]s (?:\w+ )?(?:opinion|claim|view|experience|belief|observation)\b)|\bin (?:the opinion|"
    r"the view) of dr\.? ?lam\b"
    r"|\baccording to dr\.? ?lam\b"
)


def attributed(head: str) -> bool:
    """Whether a sentence up to here says whose opinion it is (R9, R29, R32)."""
    return bool(ATTRIBUTED.search(head))


def denied(before: str, words: str, behind: str, ending: str, after: str, *, has_no: bool) -> bool:
    """Whether the sentence denies its own words, or is a question that is answered with no."""
    if "?" in ending:
        return bool(ANSWERED.match(after))
    if LATER.match(behind):
        return True
    if has_no and ITS_OWN_NO.match(words):
        return bool(NOTHING_IS.search(before))
    governed = GOVERNS.search(before)
    if not governed or SPOILED.match(behind):
        return False
    return not DOUBLED.search(before[: governed.start()])


OTHER_LIFT = tuple(
    re.compile(pattern)
    for pattern in (
        # Lifting a weight, or one's own chin when asked to.
        r"(?:^|[,:] ?|please |then |gently |you to |to |and )\W*<lift> (?:your|the) (?:chin|head|arms?|"
        r"hands?|legs?|shirt|eyebrows)\b"
        r"(?!.*\b(?:years|younger|treatment|botox)\b)",
        r"<lift>(?:ing)? (?:up )?(?:anything |something |any )?(?:heavy|weights?|bags?|shopping|boxes|"
        r"your child|things)\b",
        r"(?:heavy|weight|weights?)[ -]<lift>(?:ing)?\b",
        r"<lift> the (?:phone|bandage|dressing|plaster|patch|cold pack|receiver|lid)\b",
        # The one in the building.
        r"(?:the|a|by|our|take|elevator|or|use|no) ?/?<lift>s?\b(?! (?:of|for|your|in your|that|to your|"
        r"you|up))"
        r"(?=.*\b(?:floor|stairs?|elevator|building|entrance|"
        r"lobby|basement|car park|door|out of order|broken|"
        r"level)\b)",
        r"\b(?:floor|stairs?|elevator|building|entrance|lobby|basement|car park|door)\b.*"
        r"\b(?:the|a|by|our|or|no|elevator) ?/?<lift>s?\b(?! (?:of|for|your|in your|that|to your|you|up))",
        r"\bthe word <lift>\b",
        # A ride.
        r"(?:a|give you a|get a|arrange a) <lift> (?:home|back|from|with)\b",
        r"(?:restrictions?|bans?|rules?|limits?|measures?)(?: \w+){0,3} (?:is|are|was|were|be|"
        r"been) <lift>(?:ed)\b",
        # What surgeons do, said of surgery.
        r"(?:^|\b(?:only|that|while|type|which|whereas) )(?:\w+-type )?(?:plastic )?surg(?:ery|eries|"
        r"ical operations?|eons?) (?:can |may |could |does |do )?<lift>s?\b",
        r"<lift>(?:s|ing)?(?: \w+){0,2} (?:is|are|needs?|belongs to|remains?|means?) (?:\w+ ){0,4}"
        r"(?:surg(?:ery|eries|ical|eons?)|operations?)\b",
        r"(?:^|\b)(?:face)?<lift>(?:-type)? surg(?:ery|eries|eons?) (?:lifts?|is|are|can|may)\b",
        r"(?:ask(?:ed|s)?|question|talk|speak|topic|discuss) (?:us |the doctor |your doctor |"
        r"to us )?about (?:a )?(?:face)?<lift>(?:ing)?\b",
        r"(?:had|have had|after|before|scars? of|scars? from) (?:a|your|"
        r"an earlier) (?:surgical )?(?:face|brow|neck|eyelid)?[- ]?<lift>\b"
        r"(?!.*\b(?:our|mesobotox|botox)\b)",
    )
)
OTHER = {
    "R31": (
        r"(?:we )?<hit> to (?:call|answer|write|reply|ring|tell|keep|come back)\b",
        r"<hit> of (?:the |your )?(?:fee|deposit|price|cost)\b",
        r"(?:device|manufacturer|product)['’]?s? <hit>",
    ),
    "R30": (
        r"<hit>[-_ ](?:or unknown|make-?up|address|residen\w+|record|marker|implants?|tattoo|job|"
        r"pacemaker|place|team|staff)\b",
        r"(?:had|have|ever had|previous|earlier) (?:a |any )?<hit> (?:filler|fillers|product)\b",
        r"<hit> (?:delete|erase|remove|close)\b",
        r"(?:risk|risks|chance|danger) of (?:a |any )?<hit>",
    ),
    "R19": (
        r"^.*\b(?:data|stored|record|records|account|information|details|copy|photos?|forms?)\b.*<hit>|"
        r"<hit>(?=.*\b(?:data|stored|record|records|account|information|details|copy|photos?)\b)",
        r"<hit>(?= (?:of (?:contact|make-?up)))",
    ),
    "R25": (r"\b(?:call|tell|write to|contact|ring|inform) us <hit>",),
    "R27": (
        r"\blittle (?:to|or) <hit>",
        r"\b(?:some|many|most|few)(?: \w+){0,2} <hit>",
        r"\b(?:if|when|as soon as) (?:you|there|it)(?: \w+){0,3} <hit>",
    ),
    "R9": (),
}
MARK = "ξ"


def harmless(before: str, words: str, behind: str, rule: str) -> bool:
    """Whether the words mean something else here: the lift of the building, a chin, a surgeon's operation."""
    if rule in ("R49", "R51"):
        ending = re.search(r"(?:s|ed|ing)$", words)
        start = "face" if words.startswith("face") else ""
        text = f"{before}{start}{MARK}{ending.group() if ending else ''}{behind}".strip()
        if re.search(
            r"\b(?:non-?|without |instead of |like |than |as good as |alternative to |no )surg", text
        ):
            return False
        return any(re.search(one.pattern.replace("<lift>", MARK), text) for one in OTHER_LIFT)
    text = f"{before}{MARK}{behind}".strip()
    return any(re.search(one.replace("<hit>", MARK), text) for one in OTHER[rule])
