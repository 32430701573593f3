"""An appeal and what was done about it, step by step; nothing of it is ever changed."""

from django.db import models
from django.db.models import Q

from records.models.arende import Arende, Beslut
from records.models.owned import Owned, code_field, unique, user_key


class Overklagande(Owned):
    """An appeal as it came in: when, where, and what is known of the day of receipt (FL 43-45)."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="overklaganden")
    beslut = models.ForeignKey(Beslut, on_delete=models.PROTECT, related_name="overklaganden")
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    inkom_datum = models.DateField()
    overinstans_datum = models.DateField(null=True)
    fick_del_datum = models.DateField(null=True)
    hanvisning_felaktig = models.BooleanField(default=False)
    law_version = models.CharField(max_length=40)
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    def __str__(self) -> str:
        return str(self.inkom_datum)


class OverklagandeSteg(Owned):
    """One step that a person took, with what she decided.

    ``steg``: ``rattidsprovning``, ``avvisning``, ``omprovning``, ``overlamnande`` or ``dom``.
    """

    overklagande = models.ForeignKey(Overklagande, on_delete=models.PROTECT, related_name="steg")
    nummer = models.PositiveSmallIntegerField()
    steg = code_field()
    utfall = code_field()
    datum = models.DateField()
    forslag = code_field(blank=True)
    skal = models.TextField(blank=True, default="")
    malnummer = models.CharField(max_length=60, blank=True, default="")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("overklagande", "nummer", name="overklagande_steg_once"),
            models.CheckConstraint(
                condition=~Q(steg="avvisning") | ~Q(skal=""), name="avvisning_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.steg} {self.utfall}"
