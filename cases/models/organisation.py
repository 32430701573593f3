"""Who works where: organisations, units and the roles that users hold. No case data."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q


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


class Sekretessforbindelse(models.Model):
    """A user's confidentiality undertaking towards an organisation, signed once, never changed.

    Without it no role that she holds there is active (R-162). ``version`` is the SHA-256 (hex) of
    the text she signed in Kedja; empty where it was signed on paper.
    """

    class Kind(models.TextChoices):
        """How it was signed."""

        OWN = "egen", "Undertecknad i Kedja"
        PAPER = "papper", "Undertecknad på papper"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    signed_on = models.DateField()
    version = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation"), name="sekretessforbindelse_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="papper", version="") | Q(kind="egen") & ~Q(version=""),
                name="sekretessforbindelse_text",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class GrantQuerySet(models.QuerySet["RoleGrant"]):
    """Grants by what they are worth on a day in Stockholm."""

    def on(self, day: date) -> Self:
        """Those whose time it is, signed or not."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def signed(self, day: date) -> Self:
        """Annotate ``is_signed``: the holder has signed towards the organisation (R-162)."""
        found = Sekretessforbindelse.objects.filter(
            user_id=OuterRef("user_id"),
            organisation_id=OuterRef("organisation_id"),
            signed_on__lte=day,
        )
        return self.annotate(is_signed=Exists(found))

    def active(self, day: date) -> Self:
        """Those that give access: it is their time, and the undertaking is signed (R-162)."""
        return self.on(day).signed(day).filter(is_signed=True)


class RoleGrant(models.Model):
    """A user holds a role in a unit, or in a whole organisation, during a time.

    ``secrecy`` is the highest protection level of rows that the grant reaches. Whoever asks what
    a user may do asks ``RoleGrant.objects.active(day)``: an unsigned grant gives nothing.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants", null=True, blank=True)
    secrecy = models.PositiveSmallIntegerField(choices=Secrecy.choices, default=Secrecy.NORMAL)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

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
