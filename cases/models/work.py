"""What is left to do after a commit: jobs, messages, incidents and the outbox."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cases.models.organisation import Organisation, Secrecy, Unit
from cases.models.process import CaseRow, Instance


class Job(CaseRow):
    """An asynchronous service task that waits for its capability. ``next_at``: business time."""

    class Status(models.TextChoices):
        """Where the job stands."""

        PENDING = "pending", "Väntar"
        FAILED = "failed", "Misslyckad"
        COMPLETED = "completed", "Klar"
        CANCELLED = "cancelled", "Avbruten"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="jobs", db_index=False)
    arende_id = models.UUIDField(null=True)
    element = models.CharField(max_length=200)
    type = models.CharField(max_length=200)
    inputs = models.JSONField(default=dict)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    retries = models.PositiveSmallIntegerField(default=3)
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        indexes = (
            models.Index(fields=("next_at",), condition=Q(status="pending"), name="job_next"),
            models.Index(fields=("instance",), condition=Q(status="pending"), name="job_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Message(CaseRow):
    """A thrown message, kept until delivered or expired. Organisation and unit: the sender's."""

    class Status(models.TextChoices):
        """Where the message stands."""

        UNDELIVERED = "undelivered", "Ej levererat"
        DELIVERED = "delivered", "Levererat"
        EXPIRED = "expired", "Utgånget"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True, default="")
    payload = models.JSONField(default=dict)
    sender_instance = models.UUIDField(null=True)
    arende_id = models.UUIDField(null=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNDELIVERED)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150)
    delivered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("name", "key"), condition=Q(status="undelivered"), name="message_waiting"
            ),
            models.Index(
                fields=("expires_at",), condition=Q(status="undelivered"), name="message_expiry"
            ),
            models.Index(fields=("arende_id",), name="message_arende"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Delivery(CaseRow):
    """A message reached an instance; at most once. Organisation and unit: the receiver's."""

    pk = models.CompositePrimaryKey("message_id", "instance_id")
    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries", db_index=False)
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.instance_id}"


class Incident(models.Model):
    """Something a person must look at. ``message`` says what to do, with identifiers only.

    ``action`` and ``ref`` say what to try again: ``fire_timer`` and the timer's ref,
    ``deliver_message`` and the message id, ``run_job`` and the job id, ``outbox`` and the row id.
    An incident about a whole ärende has no instance and no action.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, db_constraint=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    secrecy = models.PositiveSmallIntegerField(choices=Secrecy.choices, default=Secrecy.NORMAL)
    instance = models.ForeignKey(Instance, models.PROTECT, null=True, related_name="incidents")
    arende_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    action = models.CharField(max_length=40, blank=True, default="")
    ref = models.CharField(max_length=200, blank=True, default="")
    element = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=100)
    message = models.TextField()
    attempts = models.PositiveIntegerField(default=1)
    next_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "instance", "arende_id", "ref"),
                condition=Q(resolved_at__isnull=True),
                name="incident_open_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(
                fields=("next_at",), condition=Q(resolved_at__isnull=True), name="incident_next"
            ),
            models.Index(
                fields=("arende_id",), condition=Q(resolved_at__isnull=True), name="incident_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class Outbox(models.Model):
    """The queue: actor messages written in the transaction that causes them.

    ``args`` is a list of identifiers, nothing else. Everything from ``state`` on belongs to the
    broker, in real time (a virtual clock never moves it).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    queue = models.CharField(max_length=60, default="default", db_default="default")
    actor = models.CharField(max_length=100)
    args = models.JSONField(default=list)
    state = models.CharField(max_length=20, default="queued", db_default="queued")
    run_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    owner = models.CharField(max_length=100, default="", db_default="")
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    error_code = models.CharField(max_length=100, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("queue", "run_at"),
                condition=Q(state__in=["queued", "leased"]),
                name="outbox_ready",
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.pk}"


class IdempotencyKey(models.Model):
    """The first answer to a request, kept so that a repetition gets the same one."""

    pk = models.CompositePrimaryKey("user_id", "key")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    response = models.JSONField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
