"""Bundles, instances and what an instance waits for.

Every row with case data carries organisation, unit and secrecy of its own, because the policies
of row-level security read only the row itself. Identifiers of those columns are copied from the
instance, whose foreign keys the database checks; the copies have no constraint of their own.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from cases.models.organisation import Organisation, Secrecy, Unit

_NONE = Value([], models.JSONField())


class Bundle(models.Model):
    """One edition of ``processes/``, stored for ever under the hash of its content."""

    hash = models.CharField(max_length=64, primary_key=True)
    edition = models.CharField(max_length=60)
    valid_from = models.DateField()
    deployed_at = models.DateTimeField()
    files = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=("-valid_from", "-deployed_at"), name="bundle_newest"),)

    def __str__(self) -> str:
        return f"{self.edition} {self.hash[:12]}"


class CaseRow(models.Model):
    """Base of every row with case data: the columns that row-level security reads."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    secrecy = models.PositiveSmallIntegerField(choices=Secrecy.choices, default=Secrecy.NORMAL)

    class Meta:
        abstract = True


class Instance(CaseRow):
    """One process instance: an opaque state, pinned to the bundle it started with.

    ``version`` counts actions and is internal; clients see the version of a task.
    ``business_key`` is what the instance is about: the message key that started it, else the
    ärende.
    """

    class Status(models.TextChoices):
        """Where the instance stands. ``incident`` is running, with something for a person."""

        RUNNING = "running", "Pågår"
        INCIDENT = "incident", "Pågår, stannat på fel"
        COMPLETED = "completed", "Avslutad"
        CANCELLED = "cancelled", "Avbruten"

    LIVE = (Status.RUNNING, Status.INCIDENT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="instances", db_index=False)
    process_key = models.CharField(max_length=100)
    business_key = models.CharField(max_length=200, blank=True, default="")
    arende_id = models.UUIDField(null=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.RUNNING)
    version = models.PositiveIntegerField(default=0)
    state = models.BinaryField()
    caused_by = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("arende_id",), name="instance_arende"),
            models.Index(
                fields=("process_key", "business_key"),
                condition=Q(status__in=["running", "incident"]),
                name="instance_live",
            ),
        )

    def __str__(self) -> str:
        return f"{self.process_key} {self.pk}"


class Task(CaseRow):
    """A user task. The row is kept after completion, so that a second click gets an honest 409.

    ``version`` is raised only by changes to this task. ``name`` comes from the diagram and never
    holds case data. While a task is delegated, ``delegated_by`` is who gets it back; ``vikariat``
    is set while a substitute has taken it for a colleague, who gets it back. ``basis`` says
    which rules set ``due`` and where those come from (``engine.explain``); it holds no case data.
    The columns ``queue`` and ``urgency`` and the indexes of the inbox are known to the database
    alone (``cases/migrations/0008_inbox``, ``0010_min_dag``, read by ``cases.inbox``).
    """

    class Status(models.TextChoices):
        """Where the task stands."""

        OPEN = "open", "Öppen"
        COMPLETED = "completed", "Klar"
        CANCELLED = "cancelled", "Avbruten"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="tasks", db_index=False)
    arende_id = models.UUIDField(null=True)
    process_key = models.CharField(max_length=100)
    element = models.CharField(max_length=200)
    name = models.CharField(max_length=300)
    role = models.CharField(max_length=100, blank=True, default="")
    groups = ArrayField(models.CharField(max_length=100), default=list)
    form_id = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    delegated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    vikariat = models.ForeignKey(
        "cases.Vikariat", models.PROTECT, null=True, related_name="+", db_index=False
    )
    due = models.DateTimeField(null=True)
    basis = models.JSONField(default=list, db_default=_NONE)
    follow_up = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = (
            models.Index(fields=("instance",), condition=Q(status="open"), name="task_waiting"),
            models.Index(fields=("arende_id",), name="task_arende"),
            models.Index(
                fields=("vikariat",),
                condition=Q(status="open", vikariat__isnull=False),
                name="task_stood_in",
            ),
        )

    def __str__(self) -> str:
        return f"{self.element} {self.pk}"


class Timer(CaseRow):
    """A wake-up hint in business time; the diagram decides whether anything is due.

    ``next_at`` is set while a failed firing waits for its next try. ``basis``: as for a task.
    """

    pk = models.CompositePrimaryKey("instance_id", "ref")
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="timers", db_index=False)
    ref = models.CharField(max_length=200)
    element = models.CharField(max_length=200)
    due = models.DateTimeField()
    basis = models.JSONField(default=list, db_default=_NONE)
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        indexes = (models.Index(fields=("due",), name="timer_due"),)

    def __str__(self) -> str:
        return f"{self.element} {self.ref}"


class Subscription(CaseRow):
    """A message that the instance waits for."""

    pk = models.CompositePrimaryKey("instance_id", "ref")
    instance = models.ForeignKey(
        Instance, models.PROTECT, related_name="subscriptions", db_index=False
    )
    ref = models.CharField(max_length=200)
    element = models.CharField(max_length=200)
    message = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("message", "key"), name="subscription_key"),)

    def __str__(self) -> str:
        return f"{self.message} {self.ref}"


class Event(CaseRow):
    """One line of history and audit. Append-only: a trigger refuses update and delete.

    ``detail`` holds identifiers only (message name, record name, matched rules), never answers.
    ``explanation`` is why a table decided as it did, with what it saw, or what somebody said of
    why a task was moved: case data, so it is read where the history is read, and is never logged.
    """

    pk = models.CompositePrimaryKey("instance_id", "version", "seq")
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="events", db_index=False)
    version = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    arende_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    element = models.CharField(max_length=200, blank=True, default="")
    task_id = models.CharField(max_length=64, blank=True, default="")
    cause = models.CharField(max_length=60)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    explanation = models.JSONField(null=True)

    class Meta:
        indexes = (models.Index(fields=("arende_id", "at"), name="event_arende"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.element}"


class StartTimer(models.Model):
    """The next time a process without an ärende begins by its timer start event, in one unit.

    ``text`` is what the diagram said when the row was planned and ``cycle`` the turn of a repeating
    one; a new edition with another text plans anew. ``due`` is None when no turn is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    process_key = models.CharField(max_length=100)
    element = models.CharField(max_length=200)
    text = models.TextField()
    cycle = models.JSONField(null=True)
    due = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("process_key", "element", "organisation", "unit"), name="starttimer_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.process_key} {self.element}"
