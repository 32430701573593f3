"""Who may see a case under protected identity: appointed by name, or through break-glass."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.organisation import Organisation, Secrecy, Unit


class CaseAccess(models.Model):
    """One named person's way into one case. No case data: why stands in the record.

    ``utsedd`` (P-2): appointed by the head of the unit, until it is ended. ``nodoppning`` (L-34):
    opened by the person herself, with a reason, for a short time.
    """

    class Kind(models.TextChoices):
        """How the way in was opened."""

        APPOINTED = "utsedd", "Utsedd"
        EMERGENCY = "nodoppning", "Nödöppning"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    arende_id = models.UUIDField(db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(choices=Secrecy.choices)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="utsedd", expires_at__isnull=True)
                | Q(kind="nodoppning", expires_at__gt=F("opened_at")),
                name="caseaccess_emergency_is_short",
            ),
            models.UniqueConstraint(
                fields=("user", "arende_id", "unit"),
                condition=Q(kind="utsedd", ended_at__isnull=True),
                name="caseaccess_appointed_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("user",), condition=Q(ended_at__isnull=True), name="caseaccess_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.arende_id}"
