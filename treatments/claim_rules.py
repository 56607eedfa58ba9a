"""The claims no text to a patient may make: how they are written, which rule forbids them, what to say."""

import re
from dataclasses import dataclass

LEET = {"a": "a4@", "e": "e3€", "i": "i1!|l", "l": "l1|i!", "o": "o0", "s": "s5$", "t": "t7+", "g": "g9"}
GAP = "[^a-z0-9]{0,3}"


def spelled(word: str) -> str:
    """Give a pattern for a word with figures for letters, or with marks and spaces between its letters."""
    disguised = "".join(f"[{re.escape(LEET.get(letter, letter))}]{{1,2}}" for letter in undoubled(word))
    spread = GAP.join(f"{letter}{{1,2}}" for letter in undoubled(word))
    return f"(?:{disguised}|{spread})"


def undoubled(word: str) -> str:
    """Drop the second of two equal letters: one is written for both."""
    return re.sub(r"(.)\1", r"\1", word)


def spaced(word: str) -> str:
    """Give a pattern for a word whose letters all stand apart."""
    return "[^a-z0-9]{1,3}".join(word)


@dataclass(frozen=True, slots=True)
class Ban:
    """One kind of claim: its rule, how it is written, what to write instead; whether “no” is a part."""

    rule: str
    pattern: re.Pattern[str]
    instead: str
    has_no: bool = False


def ban(rule: str, instead: str, *patterns: str, has_no: bool = False) -> Ban:
    """Make a ban of patterns that begin and end with a word."""
    whole = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(patterns)})(?![a-z0-9])")
    return Ban(rule, whole, instead, has_no)


SKIN = (
    "(?:wrinkles?|lines?|creases?|furrows?|crow['’ ]?s feet|spots?|pores?|scars?|blemish(?:es)?|folds?|"
    "discolou?rations?|pigment(?:ation)?|acne|melasma|age|ag(?:e?)ing|years|problems?|imperfections?|jowls?)"
)
FEW = r"(?:[a-z'’-]+ ){0,4}"
NOUNS = "(?:result|effect|outcome|skin|face|smile|complexion|neck|look)s?"
ANY = r"(?:almost |nearly |virtually |practically )?(?:any|all|every|each|the|your|other|most)?"

LIFT = spelled("lift")
ENDING = "(?:s|ed|er|ers|ing|ings|t)?"
PLACES = "face|neck|brow|eyebrow|eyelid|eye|jowl|jaw|chin|cheek|skin|lip|mini|up|thread|mid-?face|bust|breast"
MARKET = "laser|lasers|surgery|facelift|facelifts|competitors?|clinics?|practices?|doctors?|treatments?"

BANS = (
    ban(
        "R51",
        "Skin treatments do not lift. Say what they do, such as “smoother”, or “Ask us about lifting”.",
        rf"(?:{PLACES}){GAP}{LIFT}{ENDING}",
        spelled("facelift") + ENDING,
    ),
    ban(
        "R49",
        "Skin treatments do not lift. Say “None of these treatments lifts the face”, or what they do.",
        rf"{LIFT}{ENDING}",
        rf"lift{ENDING}",
        "lyft(?:s|ed|ing)?",
        r"(?:defy|defies|defying|defeats?) gravity|anti-?gravity",
        rf"(?:hoists?|hoisted|raises|raised|pulls up|picks up) {FEW}(?:sagging|droop\w*|jowls?|brows?|"
        rf"cheeks?)",
    ),
    ban(
        "R31",
        "Nothing can be promised. Say “There is no guarantee”, or “often”, “usually”, “in many people”.",
        rf"{spelled('guarant')}(?:{GAP}e{GAP}e|{GAP}[e3]{{1,2}})?(?:{GAP}(?:s|d|ing|y|ies|ied|or|ors))?",
        r"(?:gaurant|garant|guarent|garent|guaranty|gurant|gaurent|guarrant)(?:e+|y|ie|ies|ees?|e+d|e+s|"
        r"eeing)?d?",
        rf"{spelled('warrant')}(?:y|ies|ied|ed|s)",
        rf"{spelled('promise')}(?:{GAP}[sd])?",
        "promising (?:you|everyone|a|the|that|results?)",
        r"(?:we |i |can |to |rest |you are |be )?(?:assure|assured|assures|assuring)",
        "money[- ]?back",
        r"(?:everyone|everybody) (?:\w+ ){0,2}(?:younger|better|smoother|satisfied|happy|thrilled)",
        r"(?:100|one hundred|hundred|99(?:[.,]\d+)?|98|95)\W{0,2}(?:%|per ?cent|pct)",
        "(?:hundred|100) ?-?per ?-?cent",
        "(?:is|are|be|definitely|absolutely) (?:certain|sure) (?:to|that|of)",
        rf"(?:definitely|certainly|undoubtedly|inevitably|without fail|without (?:a )?doubt|no doubt) {FEW}"
        r"(?:work|works|helps?|smooth\w*|improv\w*|look|gone|love|see|better|younger|remov\w*|results?)",
        "(?:work|works|helps?|succeeds?) (?:\\w+ )?(?:for everyone|for everybody|every time|on everyone|"
        "always|without fail)",
        r"(?:always|never fails to) (?:works?(?! with| in| at| on| from| by| to)|succeed|succeeds|help|"
        r"helps|deliver|delivers|improve\w*)",
        "(?:never|cannot|can['’]?t|won['’]?t|will not|does not|doesn['’]?t) (?:fail|disappoint)s?",
        r"(?:proven|sure[- ]fire|foolproof|fail[- ]?safe|bullet-?proof|unfailing) (?:to work|results?|"
        r"treatments?|success|cure)",
        "(?:sure-?fire|foolproof|fail-?safe)",
        r"(?:success|results?|satisfaction|improvement) (?:is|are) (?:certain|assured|sure|secured|a given)",
        "you can (?:count|rely|bank) on (?:the |your |a |these )?(?:\\w+ )?(?:results?|effects?|success)",
        "(?:iron-?clad|certain success|certain results?|assured results?)",
        has_no=True,
    ),
    ban(
        "R30",
        "Say how long results usually last: “months to years”, “for a time”, “not permanent”.",
        rf"{spelled('permanent')}(?:{GAP}l{GAP}y)?",
        "(?:permenant|permanant|perminent|permament|permnent|permanet|permenent)(?:ly|y)?",
        rf"{spelled('forever')}(?:more)?",
        "for ever(?: and ever)?",
        rf"{spelled('everlasting')}",
        "(?:eternal|eternally|never-?ending|endless|ageless|timeless) (?:youth|beauty|smoothness|"
        "results?|effects?|skin|face)",
        "(?:eternal|eternally)",
        r"(?:life|lifelong|life-?long|lifetime|life-?time)(?: of)? (?:results?|effects?|smooth\w*|"
        r"youth\w*|beaut\w*|solution)",
        "(?:lasts?|lasting|stays?|smooth|gone|young|free|effects?|results?|keeps?|youthful|"
        "holds?) (?:\\w+ ){0,2}"
        "(?:for life|a lifetime|all your life|for good|until you die|indefinitely|"
        "for the rest of your life|always)",
        "once and for all",
        "(?:for|till|until) (?:all )?eternity",
        "(?:never|will not|won['’]?t) (?:ever )?(?:come|comes|coming|return|returns|reappear|reappears|"
        "fade|fades|wear|wears|need|age|wrinkle)"
        "(?: back| off| another| more| again| any)?",
        "never (?:to )?(?:be seen|see|have) (?:\\w+ ){0,3}again",
        r"(?:irreversibl[ey]|indelibl[ey]|unending|perpetual|perpetually) (?:\w+)",
        has_no=True,
    ),
    ban(
        "R19",
        "One treatment does not remove all problems; say it “moves in the right direction”, or “softens”.",
        rf"(?:{spelled('erase')}|{spelled('erasing')}|obliterat|eradicat)(?:s|d|r|e|es|ed|ing)?",
        rf"(?:remov|eliminat|dissolv|banish|delet|melt|destroy|abolish|zap|blast|undo)(?:s|es|e|ed|ing)?"
        rf"(?: out| away| off| all)* {FEW}{SKIN}(?: (?:disappear|vanish|go away|history|away|goodbye|"
        rf"for you))?",
        rf"(?:get|gets|getting|be) rid of {FEW}{SKIN}",
        rf"(?:wip|iron|clear|smooth|polish)(?:e|es|s|ed|ing)? (?:out |away |off ){FEW}{SKIN}",
        rf"(?:kiss|say|wave) (?:{SKIN} )?good-?bye(?: to)? ?{FEW}{SKIN}?",
        rf"{SKIN} {FEW}(?:disappear|disappears|disappeared|vanish|vanishes|vanished|gone|melt away|"
        rf"melts away|"
        "go away|goes away|is history|are history|become history|be history|a thing of the past|no more)",
        rf"(?:no more|zero|goodbye|good-?bye|bye-?bye|farewell)(?: to)? {FEW}{SKIN}",
        rf"{SKIN}[- ]free",
        rf"(?:free of|without|not a single|never another|no) {SKIN}(?: again| ever| left| any ?more|"
        rf" at all)?",
        rf"{spelled('cure')}[sd]?",
        "curing",
        "(?:cure-?all|panacea)",
        "(?:heals?|healed|fix(?:es|ed)?|solves?|repairs?) (?:\\w+ ){0,3}(?:completely|fully|entirely|"
        "everything|every problem|all problems)",
        r"(?:completely|fully|entirely|totally) (?:heals?|fix(?:es)?|solves?|repairs?|removes?|erases?|"
        r"restored?|restores?|smooth|new)",
        rf"(?:perfect|flawless|faultless|immaculate|spotless|airbrushed|poreless) {NOUNS}",
        rf"(?:{NOUNS}|be|look|looks) (?:(?!not |never |no )\w+ ){{0,2}}(?:perfect|flawless)",
        has_no=True,
    ),
    ban(
        "R25",
        "Improvement comes over time and is not perfect: say “improvement over time”, “often more youthful”.",
        r"(?:instant|instantly|immediate|immediately|overnight|in minutes|at once)(?: and \w+)? "
        r"(?:\w+ )?(?:young\w*|results?|smooth\w*|beaut\w*|radian\w*|glow\w*|gone|improve\w*|rejuvenat\w*|"
        r"effects?|transform\w*|fresh\w*|perfect\w*|success|youth\w*|wrinkle\w*|better|visible|tight\w*|"
        r"firm\w*)",
        r"(?:young\w*|smooth\w*|results?|effects?|transform\w*|beaut\w*|"
        r"rejuvenat\w*) (?:\w+ ){0,2}(?:instantly|overnight|immediately|in minutes|in seconds)",
        r"(?:\d+|five|ten|fifteen|twenty|thirty|several|many)?\W?(?:years?|decades?) ?-?(?:\w+ )?younger",
        r"(?:will|instantly|always|surely) (?:\w+ ){0,4}younger",
        r"(?:takes?|taking|turns?|turning|rolls?|rolling|winds?|winding|shaves?|knocks?|stops?|stopping|"
        r"sets?|reverses?|reversing|halts?|beats?|ends?|conquers?|defeats?|defies|defy) "
        r"(?:\w+ ){0,4}(?:years off|years away|decades off|back time|back the clock|the clock|"
        r"the clock back|the years|time|ag(?:e?)ing|old age|age)",
        r"(?:look|looks|be|feel|like) (?:\w+ )?(?:18|20|21|25|30|eighteen|twenty|thirty|twenty-?five|"
        r"sixteen)(?: years old)? (?:again|once more)",
        r"(?:miracle|miracles|miraculous|miraculously|magic|magical|magically|wonder ?-?cure|"
        r"fountain of youth)",
        r"(?:transform|change)s? your life|life-?changing",
        r"(?:whole )?new face",
        has_no=True,
    ),
    ban(
        "R27",
        "Say what is usual: “usually little bruising”, “usually not much downtime”, “numbing helps”.",
        rf"{spelled('pain')}-?less(?:ly)?|{spaced('painless')}",
        "pain[- ]?free",
        "(?:no|without|zero|not any|free of|free from|never any|absence of|nil)(?: (?!is|without|"
        "free)\\w+){0,3} (?:pain|side[- ]?effects?|risks?|downtime|down-time|bruis(?:es|ing)|"
        "complications?|discomfort|swelling|dangers?|recovery time|hazards?)",
        "(?:side[- ]?effect|risk|downtime|bruise|complication|danger|trouble|hazard)s?[- ]?free",
        rf"{spaced('riskfree')}|riskless|harmless|hurt-?free|zero-?risk",
        "(?:completely|totally|absolutely|perfectly|entirely|always|utterly|wholly|fully|"
        "%) (?:\\w+ )?(?:safe|harmless|natural|comfortable)",
        "(?:does not|doesn['’]?t|won['’]?t|will not|never) (?:\\w+ )?(?:hurts?|bruises?|harms?|"
        "swells?)(?: at all| a bit)?",
        "(?:not|never) feel (?:a thing|anything|any pain)|feel nothing|feel no pain",
        "nothing (?:can|will|could|ever) (?:go|goes) wrong",
        "(?:you|it|nobody|no one) (?:will |ever )?(?:not |never )?(?:notice|feel) (?:a thing|nothing)",
        has_no=True,
    ),
    ban(
        "R9",
        "Compare with nobody, or say whose opinion it is: “Dr. Lam finds …”.",
        rf"(?:better|smoother|softer|firmer|more (?:\w+ )?(?:effective|powerful|lasting|potent|"
        rf"successful)|superior|stronger|"
        rf"safer|faster|longer[- ]?lasting|cheaper|nicer|gentler|kinder)"
        rf" (?:\w+ ){{0,3}}(?:than|to) {ANY} ?(?:\w+ ){{0,3}}(?:{MARKET})",
        rf"(?:beats?|outperforms?|outclass(?:es)?|outdoes|surpass(?:es)?|replaces?|rivals?|trumps?|"
        rf"exceeds?|outshines?|puts) {ANY} ?(?:\w+ ){{0,2}}(?:{MARKET})",
        rf"no(?: \w+)? (?:{MARKET})(?: (?:comes close|come close|can match|matches|can compete|competes|"
        rf"compares|can do|does this|is better|needed|can beat|beats)(?: \w+)?|[,;:]|$|(?= and))",
        r"(?:forget|ditch|skip|goodbye) (?:\w+ )?(?:lasers?|surgery|facelifts?|needles)",
        rf"(?:{MARKET}) (?:cannot|can['’]?t|could never|never|do not|don['’]?t) (?:compete|compare|match|"
        rf"come close)",
        r"(?:world'?s best|world-?class results|unrivall?ed|unbeatable|unmatched|second to none|"
        r"number one|no\. ?1|#1|unequall?ed|peerless)",
        r"the (?:very )?best (?:\w+ )?(?:results?|doctors?|clinics?|practices?|treatments?|"
        r"skin) (?:\w+ ){0,2}(?:in|ever|anywhere|there is|money|on|known|of all|possible|available)",
    ),
)
