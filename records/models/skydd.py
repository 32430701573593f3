"""Protected identity: the level's history, the vault of addresses, who opened what (domain 5.2).

The vault (``SkyddadUppgift``) is no ``Owned`` row on purpose: it is in no extract, export or list.
Neither web nor worker can read it with a query; ``records_vault_read`` hands out one address to one
of the named and writes the reading down in the same statement (ADR 0018).
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models import CaseRow
from records.models.arende import Arende
from records.models.owned import Owned, Shared, code_field, unique, user_key
from records.models.person import Person
from records.models.uppdrag import Uppdrag


class _Kept(CaseRow):
    """A row behind row-level security that is about access, not about the case itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Skyddsandring(Owned):
    """One change of the protection level, upwards or downwards, with its source."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="skyddsandringar")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skyddsandringar")
    fran = code_field()
    till = code_field()
    kalla = code_field()
    beslutsdatum = models.DateField()
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    def __str__(self) -> str:
        return f"{self.fran} {self.till}"


class SkyddadUppgift(_Kept):
    """Where a protected person lives: written once, read through the vault's own function only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    adress = models.CharField(max_length=200, blank=True, default="")
    postnummer = models.CharField(max_length=10, blank=True, default="")
    postort = models.CharField(max_length=100, blank=True, default="")
    telefon = models.CharField(max_length=40, blank=True, default="")
    kalla = code_field()
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    def __str__(self) -> str:
        return str(self.id)


class ValvLasning(_Kept):
    """One reading of an address in the vault: who, when, why."""

    uppgift = models.ForeignKey(SkyddadUppgift, on_delete=models.PROTECT, related_name="+")
    arende_id = models.UUIDField()
    user = user_key(null=False)
    skal = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(skal=""), name="valv_has_reason"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Skyddsoverforing(Shared):
    """Name or address on its way to a provider: two rows, two messages, two receipts (P-3).

    The row holds ids only. The receipt moves the content, from holder to holder, in the database.
    """

    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="overforingar")
    del_av = code_field()
    mottagare_unit = models.ForeignKey("cases.Unit", on_delete=models.PROTECT, related_name="+")
    skickad = models.DateTimeField()
    skickad_av = user_key()
    kvitterad = models.DateTimeField(null=True)
    kvitterad_av = user_key()

    class Meta:
        constraints = (
            unique("uppdrag", "del_av", "skickad", name="skyddsoverforing_once"),
            models.CheckConstraint(
                condition=Q(del_av__in=("namn", "adress")), name="skyddsoverforing_part"
            ),
        )

    def __str__(self) -> str:
        return self.del_av


class Nodoppning(_Kept):
    """A case opened outside the ordinary clearance, with a reason and an end (L-34)."""

    arende_id = models.UUIDField(db_index=True)
    user = user_key(null=False)
    skal = models.TextField()
    at = models.DateTimeField()
    till = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(skal=""), name="nodoppning_has_reason"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class ListLasning(_Kept):
    """Who saw which cases in a list: one row per list and unit, ids only."""

    user = user_key(null=False)
    vad = code_field()
    arenden = ArrayField(models.UUIDField())
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["user", "at"]),)

    def __str__(self) -> str:
        return f"{self.vad} {self.at:%Y-%m-%d %H:%M}"


class NekadLasning(_Kept):
    """Somebody asked for a case that is not theirs to read (R-163)."""

    arende_id = models.UUIDField(db_index=True)
    user = user_key(null=False)
    vad = code_field()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.vad} {self.at:%Y-%m-%d %H:%M}"
