"""What somebody has written in a form and not yet sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.process import CaseRow, Task


class Utkast(CaseRow):
    """One person's unsent answers to one form: a task's, or that of a process to be started.

    Or a text of no form, such as a message: ``process_key`` is then its kind.

    No document of the case: it belongs to its author alone (row-level security by ``user_id``),
    and goes when she sends the form or after the days of the table ``utkast_tid``. ``nyckel`` is
    the word of the page on which a start form is filled in; "" for a task, where one person has
    one draft. ``revision`` counts the savings: who saves over one that she has not seen is told.
    ``read_at`` is when the form was read, so that it can be told what others have done since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    task = models.ForeignKey(
        Task, models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )
    process_key = models.CharField(max_length=100)
    nyckel = models.CharField(max_length=64, blank=True, default="")
    arende_id = models.UUIDField(null=True)
    form_id = models.CharField(max_length=200)
    form_hash = models.CharField(max_length=64)
    task_version = models.PositiveIntegerField(default=0)
    answers = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    read_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "task", "process_key", "nyckel"),
                name="utkast_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(task__isnull=False, nyckel="") | Q(task__isnull=True) & ~Q(nyckel=""),
                name="utkast_place",
            ),
        )
        indexes = (models.Index(fields=("saved_at",), name="utkast_age"),)

    def __str__(self) -> str:
        return f"{self.form_id} {self.pk}"
