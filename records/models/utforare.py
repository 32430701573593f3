"""Myndighetens approval of providers, follow-up of contract and operation (R-207, R-208)."""

from django.db import models
from django.db.models import Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Godkannande(Kvalitetsrad):
    """One decision about a provider; a renewal is a new row, never a change (R-207a).

    ``grund``: ``upphandling`` (then with what was ordered, R-207b), ``valfrihetssystem`` or
    ``egen_regi``. ``enhet_id`` is the provider's unit where it works in this system.
    """

    foregaende = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    utforare = models.CharField(max_length=200)
    enhet_id = models.UUIDField(null=True)
    driftsform = code_field()
    tjansteomrade = code_field()
    grund = code_field()
    bestallning = models.TextField(blank=True, default="")
    avtal = models.CharField(max_length=100, blank=True, default="")
    utfall = code_field()
    villkor = models.TextField(blank=True, default="")
    period_fran = models.DateField(null=True)
    period_till = models.DateField(null=True)
    beslut_ref = models.CharField(max_length=100)
    beslutsdatum = models.DateField()
    beslutad_av = user_key(null=False)
    registrerad = models.DateTimeField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(utfall="avslag")
                | Q(period_fran__isnull=False, period_till__gte=models.F("period_fran")),
                name="godkannande_has_period",
            ),
            models.CheckConstraint(
                condition=~Q(utfall="godkand_med_villkor") | ~Q(villkor=""),
                name="godkannande_names_conditions",
            ),
            models.CheckConstraint(
                condition=~Q(grund="upphandling") | ~Q(bestallning=""),
                name="godkannande_procured_as_ordered",
            ),
            models.CheckConstraint(
                condition=~Q(beslut_ref=""), name="godkannande_has_decision_reference"
            ),
        )

    def __str__(self) -> str:
        return f"{self.utfall} {self.beslutsdatum}"


class GodkannandeKrav(Kvalitetsrad):
    """One requirement that the provider was tried against; the contract is followed up by it."""

    godkannande = models.ForeignKey(Godkannande, on_delete=models.PROTECT, related_name="krav")
    nummer = models.PositiveSmallIntegerField()
    krav = models.CharField(max_length=500)
    uppfyllt = models.BooleanField()
    underlag = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("godkannande", "nummer", name="godkannandekrav_once"),
            models.CheckConstraint(condition=~Q(krav=""), name="godkannandekrav_says_what"),
        )

    def __str__(self) -> str:
        return f"{self.nummer}"


class GodkannandeSlut(Kvalitetsrad):
    """That an approval has ended, once: ``ersatt``, ``avslag``, or a reason of the review."""

    godkannande = models.OneToOneField(Godkannande, on_delete=models.PROTECT, related_name="slut")
    orsak = code_field()
    datum = models.DateField()
    skal = models.TextField(blank=True, default="")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(orsak="ersatt") | ~Q(skal=""), name="godkannande_ended_with_reason"
            ),
        )

    def __str__(self) -> str:
        return self.orsak


class Granskning(Kvalitetsrad):
    """One follow-up of a provider: of the contract, or of a unit's operation (R-207c, R-207e).

    ``kalla``: ``avtalsuppfoljning`` (with its approval) or ``verksamhetsuppfoljning`` (with its
    unit). ``driftsform`` is kept, so that municipal and external are seen side by side.
    """

    kalla = code_field()
    godkannande = models.ForeignKey(
        Godkannande, on_delete=models.PROTECT, null=True, related_name="granskningar"
    )
    enhet_id = models.UUIDField(null=True)
    enhet = models.CharField(max_length=200)
    driftsform = code_field()
    ar = models.PositiveSmallIntegerField()
    oppnad = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(kalla="avtalsuppfoljning") & Q(godkannande__isnull=False))
                | (Q(kalla="verksamhetsuppfoljning") & Q(enhet_id__isnull=False)),
                name="granskning_of_contract_or_unit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kalla} {self.ar}"


class GranskningSvar(Kvalitetsrad):
    """What a unit answered: numbers and yes or no, never a person (L-33). Kept by both sides.

    ``antal_aktuella`` of ``antal_planer`` were followed up within the interval (R-112).
    """

    granskning_id = models.UUIDField()
    dag = models.DateField()
    antal_akter = models.PositiveIntegerField()
    antal_planer = models.PositiveIntegerField()
    antal_aktuella = models.PositiveIntegerField()
    rutiner = models.BooleanField()
    dokumentation = models.BooleanField()
    tid = models.BooleanField()
    registrerad = models.DateTimeField()

    class Meta:
        constraints = (
            unique("organisation", "granskning_id", name="granskning_answered_once"),
            models.CheckConstraint(
                condition=Q(antal_aktuella__lte=models.F("antal_planer")),
                name="granskning_current_plans_are_plans",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dag}"


class GranskningBedomning(Kvalitetsrad):
    """What myndigheten found: ``godtagbart``, ``brister`` or ``allvarliga_brister``."""

    granskning = models.OneToOneField(
        Granskning, on_delete=models.PROTECT, related_name="bedomning"
    )
    utfall = code_field()
    sammanfattning = models.TextField()
    bedomd = models.DateTimeField()
    bedomd_av = user_key(null=False)
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(sammanfattning=""), name="granskning_says_what_was_found"
            ),
        )

    def __str__(self) -> str:
        return self.utfall


class GranskningRad(Kvalitetsrad):
    """One requirement in a follow-up: met, not met, or not applicable."""

    bedomning = models.ForeignKey(
        GranskningBedomning, on_delete=models.PROTECT, related_name="rader"
    )
    nummer = models.PositiveSmallIntegerField()
    krav = models.CharField(max_length=500)
    utfall = code_field()
    iakttagelse = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("bedomning", "nummer", name="granskningrad_once"),
            models.CheckConstraint(
                condition=~Q(utfall="brist") | ~Q(iakttagelse=""),
                name="granskning_brist_has_observation",
            ),
        )

    def __str__(self) -> str:
        return f"{self.nummer} {self.utfall}"


class GranskningRapport(Kvalitetsrad):
    """That the nämnd has taken part of a follow-up, when and under which paragraph (R-202)."""

    granskning = models.OneToOneField(Granskning, on_delete=models.PROTECT, related_name="rapport")
    datum = models.DateField()
    protokoll = models.CharField(max_length=100)
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(protokoll=""), name="granskning_minuted"),
        )

    def __str__(self) -> str:
        return f"{self.datum}"
