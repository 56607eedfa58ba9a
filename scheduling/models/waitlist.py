"""Patients who would like to come sooner, and the freed times that were offered to them."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models.location import validate_weekdays
from clinic.text import validate_storable
from scheduling.models.booking import Booking
from scheduling.models.plan import Plan, PlanVersion
from scheduling.models.wishes import every_day

HELD_FOR = datetime.timedelta(minutes=15)


class WaitingQuerySet(models.QuerySet["Waiting"]):
    """Sets of waiting patients."""

    def visible_to(self, user):
        """Keep those whose plans the person may see."""
        return self.filter(plan__in=Plan.objects.visible_to(user))

    def active(self):
        """Keep those who still wait."""
        return self.filter(is_active=True)

    def with_details(self):
        """Bring along who waits for which plan, and since whom."""
        return self.select_related("plan__patient__location", "added_by")


class Waiting(models.Model):
    """A patient who would like to come sooner than planned: on which weekdays, and not before which day."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="waiting")
    weekdays = models.JSONField("days that suit", default=every_day, validators=[validate_weekdays])
    not_before = models.DateField("not before", null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, validators=[validate_storable])
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    is_active = models.BooleanField("still waits", default=True)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name_plural = "waiting"
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(is_active=True),
                name="waiting_once",
                violation_error_message="This plan is on the waitlist already.",
            ),
        ]

    def __str__(self):
        return f"{self.plan} waits"

    @property
    def location(self):
        """Where the patient is treated, for the audit."""
        return self.plan.location


class OfferQuerySet(models.QuerySet["Offer"]):
    """Sets of offers."""

    def visible_to(self, user):
        """Keep those made for plans the person may see."""
        return self.filter(waiting__in=Waiting.objects.visible_to(user))

    def open(self):
        """Keep those that were not decided, also when their time is up."""
        return self.filter(state=Offer.State.OPEN)

    def expired(self, now):
        """Keep the open ones whose hold has ended at `now`, aware: whoever books next closes them."""
        return self.open().filter(hold__held_until__lte=now)

    def holding(self, now):
        """Keep those whose time is still held at `now`, aware."""
        return self.open().filter(hold__held_until__gt=now)

    def with_details(self):
        """Bring along the patient, the plan, the held time and the visit it would move."""
        return self.select_related(
            "waiting__plan__patient__location", "hold__provider", "hold__room", "moves", "version"
        )


class Offer(models.Model):
    """A freed time offered to one waiting patient, held for them for a while by a booking without sessions.

    `sessions` are [key, number] within `version`; `moves` is the visit that would move there, none when
    the sessions had no date. The hold is removed once the offer is decided, so `date`, `minute` and
    `provider` say what was offered.
    """

    class State(models.TextChoices):
        OPEN = "open", "Offered"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "No answer in time"

    waiting = models.ForeignKey(Waiting, on_delete=models.PROTECT, related_name="offers")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    hold = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="offer"
    )
    moves = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sessions = models.JSONField()
    date = models.DateField()
    minute = models.PositiveSmallIntegerField("minutes after local midnight")
    provider = models.ForeignKey("clinic.Provider", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "-pk"]
        indexes = [models.Index(fields=["state"], condition=Q(state="open"), name="offer_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["waiting"],
                condition=Q(state="open"),
                name="offer_one_at_a_time",
                violation_error_message="Another time is held for this patient already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "declined", "expired"]),
                name="offer_state_known",
                violation_error_message="An offer is open, accepted, declined or expired.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", hold__isnull=False, decided_at=None)
                | (~Q(state="open") & Q(hold=None, decided_at__isnull=False)),
                name="offer_holds_while_open",
                violation_error_message="An offer holds its time until it is decided, and no longer.",
            ),
        ]

    def __str__(self):
        return f"{self.date} offered to {self.waiting.plan}"

    @property
    def is_overtaken(self) -> bool:
        """Whether it was closed before its time was up, as the visit it was about was changed."""
        early = self.decided_at is not None and self.decided_at < self.offered_at + HELD_FOR
        return self.state == self.State.EXPIRED and early

    def holds_at(self, now) -> bool:
        """Whether its time is still held at `now`, aware; the hold must be fetched."""
        return self.hold is not None and self.hold.held_until > now
