"""Who works where: organisations, units and the roles that users hold. No case data."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Secrecy(models.IntegerChoices):
    """How protected a row is; a grant reaches rows up to its own level."""

    NORMAL = 0, "Ingen markering"
    SEKRETESSMARKERING = 1, "Sekretessmarkering"
    SKYDDAD_FOLKBOKFORING = 2, "Skyddad folkbokföring"
    FINGERADE = 3, "Fingerade personuppgifter"


class Organisation(models.Model):
    """A holder of records of its own: the myndighet or a provider."""

    class Kind(models.TextChoices):
        """The two kinds of organisation in the chain."""

        MYNDIGHET = "myndighet", "Myndighet"
        UTFORARE = "utforare", "Utförare"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    driftsform = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["myndighet", "utforare"]), name="organisation_kind"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation; every case row belongs to one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    name = models.CharField(max_length=200)
    tjansteomrade = models.CharField(max_length=60, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A user holds a role in a unit, or in a whole organisation, during a time.

    ``secrecy`` is the highest protection level of rows that the grant reaches.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants", null=True, blank=True)
    secrecy = models.PositiveSmallIntegerField(choices=Secrecy.choices, default=Secrecy.NORMAL)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rolegrant_period",
            ),
            models.UniqueConstraint(
                fields=("user", "role", "organisation", "unit", "valid_from"),
                name="rolegrant_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} ({self.pk})"
