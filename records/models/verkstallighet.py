"""Decisions that are not carried out: what happened to each part, and the reports each quarter."""

from django.db import models
from django.db.models import Q

from records.models.arende import Arende, Delbeslut
from records.models.owned import Owned, code_field, unique, user_key


class DelbeslutHandelse(Owned):
    """One thing that happened to a granted part of a decision; never changed (L-25, L-26, K-12).

    ``slag``: ``verkstallt``, ``avbrott``, ``upphort``, ``aterupptaget``, ``ej_verkstallt`` (the
    reason given on a report day), ``anmalt_verkstallt`` (the notice of L-26). What the part is now
    follows from the latest rows; nothing is kept twice.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    delbeslut = models.ForeignKey(Delbeslut, on_delete=models.PROTECT, related_name="handelser")
    slag = code_field()
    datum = models.DateField()
    orsak = code_field(blank=True)
    skal = models.TextField(blank=True, default="")
    avbojda = models.PositiveSmallIntegerField(default=0)
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["delbeslut", "slag", "datum"],
                # A part may end, be taken up again and end on one day: a wrong notice of death.
                condition=~Q(slag__in=("upphort", "aterupptaget")),
                name="delbeslut_handelse_once",
            ),
            models.CheckConstraint(
                condition=~Q(slag="ej_verkstallt") | ~Q(skal=""),
                name="ej_verkstallt_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.datum}"


class Kvartalsrapport(Owned):
    """What an organisation had to report for one quarter, as it stood that day (L-25 to L-28)."""

    ar = models.PositiveSmallIntegerField()
    kvartal = models.PositiveSmallIntegerField()
    fran = models.DateField()
    till = models.DateField()
    minsta_antal = models.PositiveSmallIntegerField()
    law_version = models.CharField(max_length=40)
    sammanstalld = models.DateTimeField()

    class Meta:
        constraints = (unique("organisation", "ar", "kvartal", name="kvartalsrapport_once"),)

    def __str__(self) -> str:
        return f"{self.ar} {self.kvartal}"


class KvartalsrapportRad(Owned):
    """One part of a decision in a report: date, kind, time, reason; never who it is about."""

    rapport = models.ForeignKey(Kvartalsrapport, on_delete=models.PROTECT, related_name="rader")
    nummer = models.PositiveIntegerField()
    delbeslut = models.ForeignKey(Delbeslut, on_delete=models.PROTECT, related_name="+")
    lag = code_field()
    insats = code_field()
    beslutsdatum = models.DateField()
    avbrott_datum = models.DateField(null=True)
    verkstalld_datum = models.DateField(null=True)
    dagar = models.PositiveIntegerField()
    skal = models.TextField(blank=True, default="")
    avbojda = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            unique("rapport", "nummer", name="kvartalsrapport_rad_once"),
            unique("rapport", "delbeslut", name="kvartalsrapport_delbeslut_once"),
        )

    def __str__(self) -> str:
        return f"{self.nummer}"


class KvartalsrapportUtskick(Owned):
    """That a person sent a report on, to whom, when and with which receipt (K-12)."""

    rapport = models.ForeignKey(Kvartalsrapport, on_delete=models.PROTECT, related_name="utskick")
    mottagare = code_field()
    skickad_datum = models.DateField()
    kvittens = models.CharField(max_length=200, blank=True, default="")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    skickad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("rapport", "mottagare", name="kvartalsrapport_sent_once"),
            models.CheckConstraint(
                condition=~Q(mottagare="ivo") | ~Q(kvittens=""), name="ivo_report_has_receipt"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mottagare} {self.skickad_datum}"
