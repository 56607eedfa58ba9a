"""What the database refuses in a protocol's numbers, with the words a person reads."""

from django.db.models import CheckConstraint, F, Q


def ordered_window(kind: str, prefix: str) -> CheckConstraint:
    """Order the four durations of a window, whose day counts are the columns `<prefix><part>_days`."""
    return CheckConstraint(
        condition=Q(**{f"{prefix}minimum_days__lte": F(f"{prefix}start_days")})
        & Q(**{f"{prefix}start_days__lte": F(f"{prefix}end_days")})
        & Q(**{f"{prefix}end_days__lte": F(f"{prefix}latest_days")}),
        name=f"{kind}_in_order",
        violation_error_message="A window runs in order: minimum, from, to, latest.",
    )


def within(column: str) -> Q:
    """Say that a count lies between the fewest and the most sessions."""
    most = Q(sessions_maximum=None) | Q(**{f"{column}__lte": F("sessions_maximum")})
    return Q(**{f"{column}__gte": F("sessions_minimum")}) & most


def given(*columns: str) -> Q:
    """Say that columns are filled: a comparison with an empty column would pass as unknown."""
    return Q(**{f"{column}__isnull": False for column in columns})


PROTOCOL_CONSTRAINTS = [
    CheckConstraint(
        condition=Q(offered="offered", only_with="")
        | Q(offered="discuss", only_with="")
        | Q(offered="only_with") & ~Q(only_with=""),
        name="protocol_offered_known",
        violation_error_message="Offer it freely, after a discussion, or only with a protocol you name.",
    ),
    CheckConstraint(
        condition=Q(maintenance__in=["taper", "regular", "none"]),
        name="protocol_maintenance_known",
        violation_error_message="After the series comes a taper, the regular rhythm, or nothing.",
    ),
    CheckConstraint(
        condition=Q(sessions_minimum__gte=1),
        name="protocol_sessions_positive",
        violation_error_message="A series has at least one session.",
    ),
    CheckConstraint(
        condition=within("sessions_mild") & within("sessions_moderate") & within("sessions_severe"),
        name="protocol_sessions_within",
        violation_error_message="Every count of sessions lies between the fewest and the most.",
    ),
    CheckConstraint(
        condition=Q(sessions_mild__lte=F("sessions_moderate"))
        & Q(sessions_moderate__lte=F("sessions_severe")),
        name="protocol_sessions_in_order",
        violation_error_message="A more severe finding never has fewer sessions.",
    ),
    ordered_window("protocol_window", "window_"),
    CheckConstraint(
        condition=Q(window_mild_minimum="", window_mild_start="", window_mild_end="", window_mild_latest="")
        | ~Q(window_mild_minimum="")
        & ~Q(window_mild_start="")
        & ~Q(window_mild_end="")
        & ~Q(window_mild_latest=""),
        name="protocol_mild_window_whole",
        violation_error_message="Give all four durations of the window for mild findings, or none.",
    ),
    ordered_window("protocol_mild_window", "window_mild_"),
    CheckConstraint(
        condition=Q(minutes__gte=1),
        name="protocol_minutes_positive",
        violation_error_message="A session takes at least one minute.",
    ),
    CheckConstraint(
        condition=Q(dose_amount=None, dose_low=None, dose_high=None, dose_unit="")
        | given("dose_amount", "dose_low", "dose_high")
        & Q(dose_low__gte=0, dose_low__lte=F("dose_amount"), dose_amount__lte=F("dose_high"))
        & ~Q(dose_unit=""),
        name="protocol_dose_in_range",
        violation_error_message="The default dose lies inside its range and has a unit.",
    ),
    CheckConstraint(
        condition=Q(dose_volume_low=None, dose_volume_high=None)
        | given("dose_volume_low", "dose_volume_high")
        & Q(dose_volume_low__gt=0, dose_volume_low__lte=F("dose_volume_high")),
        name="protocol_volume_in_range",
        violation_error_message="The volume's lower end is above 0 and not above its upper end.",
    ),
    CheckConstraint(
        condition=Q(recovery_visible_low__lte=F("recovery_visible_high")),
        name="protocol_visible_in_order",
        violation_error_message="What shows lasts at least as long as its lower end.",
    ),
    CheckConstraint(
        condition=Q(recovery_function_low__lte=F("recovery_function_high"))
        & Q(recovery_function_high__lte=F("recovery_function_tail")),
        name="protocol_function_in_order",
        violation_error_message="Weaker movement runs in order: from, to, for a few until.",
    ),
    CheckConstraint(
        condition=Q(event_blackout__lte=F("event_warn"))
        & (Q(event_ideal=None) | Q(event_warn__lte=F("event_ideal"))),
        name="protocol_event_in_order",
        violation_error_message="Before an event the days run in order: none, warned, ideal.",
    ),
    CheckConstraint(
        condition=Q(event_last_blackout=None, event_last_warn=None, event_last_ideal=None)
        | given("event_last_blackout", "event_last_warn")
        & Q(event_last_blackout__lte=F("event_last_warn"))
        & (Q(event_last_ideal=None) | Q(event_last_warn__lte=F("event_last_ideal"))),
        name="protocol_last_event_in_order",
        violation_error_message="For the last session, too, the days run in order: none, warned, ideal.",
    ),
    CheckConstraint(
        condition=Q(weight__gte=1),
        name="protocol_weight_positive",
        violation_error_message="The weight is at least 1.",
    ),
]
