"""Who stands in for whom, from day to day."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.organisation import Organisation, Unit


class Vikariat(models.Model):
    """A colleague stands in for a person in an organisation, from a day to a day. No case data.

    It gives no role and no unit: only the person's own tasks, where the substitute's own roles
    would have let her take them (``cases.substitution``). ``unit`` is where the person works and
    says who else may see the row. ``reason`` is a code. One at a time for one person: an exclusion
    constraint of the database (``vikariat_one_at_a_time``). Ended once, never changed or deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    vikarie = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_day = models.DateField()
    to_day = models.DateField()
    reason = models.CharField(max_length=60)
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_day__gte=F("from_day")), name="vikariat_period"),
            models.CheckConstraint(condition=~Q(person=F("vikarie")), name="vikariat_not_oneself"),
            models.CheckConstraint(condition=~Q(reason=""), name="vikariat_has_reason"),
        )

    def __str__(self) -> str:
        return str(self.pk)
