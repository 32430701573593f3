"""Decisions on the way to the decision: opening, protection, time, and the request of FL 12 §."""

from django.db import models
from django.db.models import Q

from records.models.arende import Arende
from records.models.owned import Owned, code_field, unique, user_key


class Handlaggningsbeslut(Owned):
    """One decision during the handling, as it was taken; never changed.

    ``slag``: ``inledning`` (utredning inleds eller inte), ``skyddsbedomning``,
    ``forlangd_forhandsbedomning``, ``forlangd_utredning``, ``avgorande`` (svar på begäran enligt
    FL 12 §). The constraints hold what the law asks to be written down in each kind.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="handlaggningsbeslut")
    slag = code_field()
    utfall = code_field()
    motivering = models.TextField(blank=True, default="")
    datum = models.DateField()
    galler_till = models.DateField(null=True)
    overklagandehanvisning = models.BooleanField(default=False)
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    law_version = models.CharField(max_length=40, blank=True, default="")
    beslutsfattare = user_key()
    registrerad = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["arende"], condition=Q(slag="inledning"), name="inledning_decided_once"
            ),
            models.CheckConstraint(
                condition=Q(beslutsfattare__isnull=False), name="handlaggningsbeslut_by_a_person"
            ),
            models.CheckConstraint(
                condition=Q(slag="inledning", utfall="inleda") | ~Q(motivering=""),
                name="handlaggningsbeslut_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(
                    slag__in=("forlangd_forhandsbedomning", "forlangd_utredning"), utfall="forlang"
                )
                | Q(galler_till__isnull=False),
                name="extension_has_last_day",
            ),
            models.CheckConstraint(
                condition=~Q(utfall__in=("avvisa", "avslag")) | Q(overklagandehanvisning=True),
                name="refusal_tells_how_to_appeal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.utfall}"


class AvgorandeBegaran(Owned):
    """A party's request that the ärende is decided (FL 12 §): tried once, however often it comes.

    ``utfall``: ``prova``, or ``avvisa`` with the code of the reason in ``skal``.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="avgorande_begaran")
    nummer = models.PositiveSmallIntegerField()
    inkom_datum = models.DateField()
    utfall = code_field()
    skal = code_field(blank=True)
    svar_senast = models.DateField(null=True)
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            unique("arende", "nummer", name="avgorande_number_once"),
            models.UniqueConstraint(
                fields=["arende"], condition=Q(utfall="prova"), name="avgorande_tried_once"
            ),
            models.CheckConstraint(
                condition=Q(utfall="prova", svar_senast__isnull=False)
                | (Q(utfall="avvisa") & ~Q(skal="")),
                name="avgorande_has_day_or_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inkom_datum} {self.utfall}"
