"""Genomförandeplan: versions are copies, locked when fastställd; follow-ups are added (R-110)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from records.models.owned import CODE_LENGTH, Owned, code_field, unique, user_key
from records.models.uppdrag import Akt, UppdragMal
from records.plan_days import TIMES, WEEKDAYS


class Plan(Owned):
    """The plan of one akt; its content lives in the versions."""

    akt = models.OneToOneField(Akt, on_delete=models.PROTECT, related_name="plan")
    skapad = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class PlanVersion(Owned):
    """One version. Nothing in it changes once ``faststalld`` is set: a trigger refuses.

    Participation (R-093), wishes (R-094), goals (R-100) are checked again by the database then.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versioner")
    nummer = models.PositiveSmallIntegerField()
    foregaende = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    delaktig = models.BooleanField()
    delaktighet_satt = models.TextField(blank=True, default="")
    ej_delaktig_orsak = models.TextField(blank=True, default="")
    onskemal = models.TextField(blank=True, default="")
    har_inte_uttryckt_onskemal = models.BooleanField(default=False)
    synpunkter = models.TextField(blank=True, default="")
    referenser = models.TextField(blank=True, default="")
    samverkansbehov = models.BooleanField(default=False)
    samverkan = models.TextField(blank=True, default="")
    samverkan_kontakt = models.TextField(blank=True, default="")
    uppfoljning_intervall = models.PositiveSmallIntegerField(null=True)
    law_version = models.CharField(max_length=40, blank=True, default="")
    skapad = models.DateTimeField()
    skapad_av = user_key()
    faststalld = models.DateTimeField(null=True)
    faststalld_datum = models.DateField(null=True)
    faststalld_av = user_key()
    forkastad = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            unique("plan", "nummer", name="plan_version_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(faststalld__isnull=True, forkastad__isnull=True),
                name="plan_one_draft",
            ),
            models.CheckConstraint(
                condition=(Q(delaktig=True) & ~Q(delaktighet_satt=""))
                | (Q(delaktig=False) & ~Q(ej_delaktig_orsak="")),
                name="plan_participation_stated",
            ),
            models.CheckConstraint(
                condition=Q(har_inte_uttryckt_onskemal=True) | ~Q(onskemal=""),
                name="plan_wishes_stated",
            ),
            models.CheckConstraint(
                condition=Q(faststalld__isnull=True, faststalld_datum__isnull=True)
                | Q(faststalld__isnull=False, faststalld_datum__isnull=False),
                name="plan_established_has_date",
            ),
            models.CheckConstraint(
                condition=Q(samverkansbehov=False) | ~Q(samverkan=""),
                name="plan_cooperation_stated",
            ),
        )

    def __str__(self) -> str:
        return f"version {self.nummer}"


class PlanDeltagare(Owned):
    """Who took part in drawing it up, and with what right (R-093, R-103)."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="deltagare")
    namn = models.CharField(max_length=200)
    roll = code_field()
    behorighet = code_field(blank=True)
    behorighet_underlag = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(roll="stallforetradare") | ~Q(behorighet_underlag=""),
                name="plan_representative_has_authority",
            ),
        )

    def __str__(self) -> str:
        return self.roll


class PlanMal(Owned):
    """A goal in the plan; it always hangs on a goal of the uppdrag (R-091)."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="mal")
    nummer = models.PositiveSmallIntegerField()
    uppdragsmal = models.ForeignKey(UppdragMal, on_delete=models.PROTECT, related_name="+")
    delmal_av = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="delmal"
    )
    behov = models.TextField()
    mal = models.TextField()
    eget_mal = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("version", "nummer", name="plan_mal_once"),
            models.CheckConstraint(condition=~Q(behov="") & ~Q(mal=""), name="plan_mal_filled"),
        )

    def __str__(self) -> str:
        return str(self.nummer)


class PlanAktivitet(Owned):
    """What, how, when and who does it (R-092).

    ``nar`` is what was agreed in words; ``dagar`` and ``tider`` say the same by weekday and time of
    day where it can be said so, and are empty in what was written before they were asked for.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="aktiviteter")
    nummer = models.PositiveSmallIntegerField()
    mal = models.ForeignKey(PlanMal, on_delete=models.PROTECT, related_name="aktiviteter")
    vad = models.TextField()
    hur = models.TextField()
    nar = models.TextField()
    vem = models.TextField()
    dagar = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)
    tider = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)
    typ = code_field(blank=True)
    aktivitetsmal = models.TextField(blank=True, default="")
    stodform = code_field(blank=True)
    egenvard_underlag = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(typ="egenvard") | ~Q(egenvard_underlag=""),
                name="plan_self_care_has_assessment",
            ),
            unique("version", "nummer", name="plan_aktivitet_once"),
            models.CheckConstraint(
                condition=~Q(vad="") & ~Q(hur="") & ~Q(nar="") & ~Q(vem=""),
                name="plan_aktivitet_complete",
            ),
            models.CheckConstraint(
                condition=Q(dagar__contained_by=[*WEEKDAYS], tider__contained_by=[*TIMES]),
                name="plan_aktivitet_days_known",
            ),
        )

    def __str__(self) -> str:
        return str(self.nummer)


class PlanReferens(Owned):
    """What affects everyday support and stands elsewhere: referred to, not copied (R-101)."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="referens")
    nummer = models.PositiveSmallIntegerField()
    typ = code_field()
    hanvisning = models.TextField()

    class Meta:
        constraints = (
            unique("version", "nummer", name="plan_referens_once"),
            models.CheckConstraint(condition=~Q(hanvisning=""), name="plan_referens_filled"),
        )

    def __str__(self) -> str:
        return self.typ


class Uppfoljning(Owned):
    """The provider's follow-up together with the person (R-084, R-113); never overwritten."""

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="uppfoljningar")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="uppfoljningar")
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    datum = models.DateField()
    deltagande = models.JSONField(default=dict)
    delaktighet_satt = models.TextField()
    synpunkt = models.TextField()
    resurser = models.TextField()
    behov = models.TextField()
    resultat = models.TextField()
    forandrat_behov = models.BooleanField()
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(resurser="") & ~Q(behov="") & ~Q(resultat="") & ~Q(synpunkt=""),
                name="uppfoljning_complete",
            ),
        )
        indexes = (models.Index(fields=["akt", "-datum"]),)

    def __str__(self) -> str:
        return str(self.datum)


class MalResultat(Owned):
    """The result for one goal at one follow-up (R-086)."""

    uppfoljning = models.ForeignKey(
        Uppfoljning, on_delete=models.PROTECT, related_name="resultat_per_mal"
    )
    mal = models.ForeignKey(PlanMal, on_delete=models.PROTECT, related_name="resultat")
    uppfyllelse = code_field()
    bedomd_nu = models.PositiveSmallIntegerField(null=True)
    kommentar = models.TextField(blank=True, default="")

    class Meta:
        constraints = (unique("uppfoljning", "mal", name="resultat_once_per_mal"),)

    def __str__(self) -> str:
        return self.uppfyllelse
