"""What the composer calls the contract's names: areas, concerns, findings, preferences, rounds."""

from treatments.routing import CONCERNS, TABLE

AREA_NAMES = {
    "forehead": "Forehead",
    "glabella": "Between the brows",
    "lateral_canthal": "Crow's feet",
    "upper_face": "Upper face",
    "nose": "Nose",
    "cheeks": "Cheeks",
    "nasolabial": "Nose-to-mouth folds",
    "marionette": "Marionette lines",
    "perioral": "Around the mouth",
    "jawline": "Jawline",
    "neck": "Neck",
    "chest": "Chest",
}
CONCERN_NAMES = {
    "pores": "Pores",
    "texture": "Texture",
    "tone": "Tone",
    "mild_scarring": "Mild scarring",
    "skin_aging": "Skin aging",
    "active_acne": "Active acne",
    "discoloration": "Discoloration",
    "rosacea": "Rosacea",
    "pigmentation": "Pigmentation",
    "dynamic_wrinkles": "Lines that come with movement",
    "bands": "Bands",
    "smile_lines": "Smile lines",
    "wrinkles": "Wrinkles",
    "lift": "Sagging, wish for a lift",
}
FINDING_NAMES = {
    "product_allergy": "Allergy to a product or its parts",
    "cows_milk_allergy": "Cow's-milk protein allergy",
    "anaphylaxis_history": "Past anaphylaxis or severe allergies",
    "lidocaine_allergy": "Lidocaine allergy",
    "site_infection": "Infection, cold sore or wound at the site",
    "active_acne": "Active acne at the site",
    "pregnancy": "Pregnant or trying",
    "breastfeeding": "Breast-feeding",
    "neuromuscular_disorder": "Neuromuscular disorder",
    "swallowing_or_breathing_disorder": "Trouble swallowing or breathing",
    "facial_palsy_or_surgery": "Facial palsy, asymmetry or surgery",
    "interacting_medicine": "Medicine acting on nerve and muscle",
    "anticoagulant_or_bleeding_disorder": "Blood thinner or bleeding disorder",
    "implanted_electronics": "Pacemaker or implanted electronics",
    "metal_or_permanent_makeup": "Metal or permanent make-up in the area",
    "isotretinoin_within_6_months": "Isotretinoin in the last 6 months",
    "keloid_history": "Raised scars in the past",
    "active_autoimmune_disease": "Active autoimmune disease",
    "fitzpatrick_4_to_6": "Skin type IV to VI (Fitzpatrick)",
    "immunosuppression_or_diabetes": "Weak immune defence or diabetes",
    "permanent_or_unknown_filler": "Permanent or unknown filler in place",
    "recent_tan_or_sunburn": "Recent tan or sunburn",
    "recurrent_herpes": "Recurrent cold sores",
    "unrealistic_aim": "Hopes for more than treatment can do",
}
PREFERENCES = {
    "closest_to_protocol": (
        "Closest to protocol",
        "Every session in its best days, even if that takes more trips.",
    ),
    "balanced": ("Balanced", "Shares trips where a few days make no difference."),
    "fewest_visits": ("Fewest visits", "As few trips as the windows allow."),
}
ROUNDS = {
    "": ("By severity", "As many first rounds as the protocol gives for the findings."),
    "1": ("1 round", "One session to begin with; that is a plan of its own (R35)."),
    "3": ("3 rounds", "The shorter first series."),
    "5": ("5 rounds", "The full first series."),
}
AS_NOW = ("As now", "As many as the plan has now.")
SEVERITIES = {"mild": "Mild", "moderate": "Moderate", "severe": "Severe"}
OUTCOMES = {"": "Not discussed yet", "agreed": "Agreed", "declined": "Declined", "deferred": "Later"}
WEEKDAYS = {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}


def concerns_of(area: str) -> tuple[str, ...]:
    """The concerns a treatment or an answer exists for on an area, in the order they are shown."""
    named = {name for row in TABLE if area in row.areas for name in row.concerns}
    return tuple(name for name in CONCERNS if name in named)


def finding_name(key: str) -> str:
    """What a finding is called; one the words do not know yet is read from its key."""
    return FINDING_NAMES.get(key) or key.replace("_", " ").capitalize()
