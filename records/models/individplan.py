"""Plans that the law asks for beside the genomförandeplan: LSS 10 §, and placed children."""

from django.db import models
from django.db.models import Q

from records.models.arende import Arende
from records.models.owned import Owned, code_field, unique, user_key


class IndividuellPlan(Owned):
    """One step of the individual plan of LSS 10 §; never changed, the next is a new row (L-23).

    ``steg``: ``avbojd``, ``upprattad``, ``omprovad`` or ``avslutad``.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="individuella_planer")
    nummer = models.PositiveSmallIntegerField()
    steg = code_field()
    datum = models.DateField()
    insatser = models.TextField(blank=True, default="")
    andras_atgarder = models.TextField(blank=True, default="")
    synpunkt = models.TextField(blank=True, default="")
    skal = models.TextField(blank=True, default="")
    omprovas_senast = models.DateField(null=True)
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("arende", "nummer", name="individuell_plan_step_once"),
            models.CheckConstraint(
                condition=~Q(steg__in=("upprattad", "omprovad"))
                | (~Q(insatser="") & ~Q(synpunkt="") & Q(omprovas_senast__isnull=False)),
                name="individuell_plan_has_content",
            ),
        )

    def __str__(self) -> str:
        return f"{self.steg} {self.datum}"


class Placeringsplan(Owned):
    """A vårdplan or genomförandeplan of a placed child, with the content of SoF 10:2–3 (L-30)."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="placeringsplaner")
    slag = code_field()
    nummer = models.PositiveSmallIntegerField()
    mal = models.TextField()
    insatser = models.TextField()
    umgange = models.TextField()
    synpunkt_barn = models.TextField()
    synpunkt_vardnadshavare = models.TextField()
    nar_och_hur = models.TextField(blank=True, default="")
    uppfoljning = models.TextField(blank=True, default="")
    andra_huvudman = models.TextField(blank=True, default="")
    kontakt_med_namnden = models.TextField(blank=True, default="")
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    upprattad = models.DateTimeField()
    upprattad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("arende", "slag", "nummer", name="placeringsplan_version_once"),
            models.CheckConstraint(
                condition=~Q(mal="")
                & ~Q(insatser="")
                & ~Q(umgange="")
                & ~Q(synpunkt_barn="")
                & ~Q(synpunkt_vardnadshavare=""),
                name="vardplan_has_content",
            ),
            models.CheckConstraint(
                condition=Q(slag="vardplan")
                | (
                    ~Q(nar_och_hur="")
                    & ~Q(uppfoljning="")
                    & ~Q(andra_huvudman="")
                    & ~Q(kontakt_med_namnden="")
                ),
                name="placering_genomforandeplan_has_content",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.nummer}"
