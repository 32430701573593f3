"""What a person keeps about her own working day: tasks put to sleep, and saved choices."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.organisation import Organisation, Unit
from cases.models.process import CaseRow, Task


class Bevakning(CaseRow):
    """A task that whoever has it has put to sleep until a date, with the reason.

    The row goes when the task is done, released or given to somebody else (a trigger): nobody
    sleeps on another's behalf, and the reason, which may be about the person, does not stay. That
    it was put to sleep and woken stands in the history, without the reason. A date that has come,
    a last day that has passed or a change in the case wakes it without a write: ``cases.inbox``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.OneToOneField(Task, models.PROTECT, related_name="bevakning")
    arende_id = models.UUIDField(null=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="bevakning_ahead"),
            models.CheckConstraint(condition=~Q(reason=""), name="bevakning_has_reason"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class SparatFilter(models.Model):
    """A choice of tasks under a name, for its owner or, with ``unit``, for everybody there.

    ``query`` is the address's own words (role, unit, process, text that is part of a task's name):
    no case data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="sparatfilter_has_name"),
            models.UniqueConstraint(
                fields=("user", "unit", "name"), name="sparatfilter_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return self.name
