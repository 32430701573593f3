"""Egenkontroll of the documentation: what was drawn, who reviewed it, and what was found.

Part of the quality work, not of any personakt: an akt and its ärende stand here as ids. A drawn akt
is reviewed by somebody who has written nothing in it, and what is fastställd never changes.
"""

from django.db import models
from django.db.models import F, Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Egenkontroll(Kvalitetsrad):
    """One egenkontroll of one unit: period, sample, criteria, result, by whom and when (R-044).

    ``fro`` makes the draw repeatable; ``utgava`` names the processes and routines that the points
    were held against (R-040). The result is set once, when it is fastställd.
    """

    instance_id = models.UUIDField()
    period_fran = models.DateField()
    period_till = models.DateField()
    motivering = models.TextField()
    utgava = models.CharField(max_length=64)
    fro = models.CharField(max_length=64)
    antal_akter = models.PositiveIntegerField()
    antal_skyddade_utanfor = models.PositiveIntegerField()
    planerad = models.DateTimeField()
    planerad_datum = models.DateField()
    planerad_av = user_key(null=False)
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    faststalld = models.DateTimeField(null=True)
    faststalld_av = user_key()
    faststalld_datum = models.DateField(null=True)
    granskade = models.PositiveIntegerField(null=True)
    med_ska_brist = models.PositiveIntegerField(null=True)
    ska_brister = models.PositiveIntegerField(null=True)
    bor_brister = models.PositiveIntegerField(null=True)
    slutsats = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("instance_id", name="egenkontroll_once_per_instance"),
            models.CheckConstraint(
                condition=Q(period_fran__lte=F("period_till"))
                & Q(period_till__lte=F("planerad_datum")),
                name="egenkontroll_looks_back",
            ),
            models.CheckConstraint(
                condition=~Q(motivering=""), name="egenkontroll_scope_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(faststalld__isnull=True)
                | (
                    Q(
                        faststalld_av__isnull=False,
                        faststalld_datum__isnull=False,
                        granskade__isnull=False,
                        med_ska_brist__isnull=False,
                    )
                    & ~Q(slutsats="")
                ),
                name="egenkontroll_result_is_whole",
            ),
        )
        indexes = (models.Index(fields=["unit", "-faststalld_datum"]),)

    def __str__(self) -> str:
        return f"{self.period_fran} {self.period_till}"


class EgenkontrollAkt(Kvalitetsrad):
    """One akt of the sample and who reviews it: never somebody who has written in it."""

    egenkontroll = models.ForeignKey(
        Egenkontroll, on_delete=models.PROTECT, related_name="granskningar"
    )
    nummer = models.PositiveIntegerField()
    akt_id = models.UUIDField()
    arende_id = models.UUIDField()
    granskare = user_key(null=False)
    granskad = models.DateTimeField(null=True)
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (unique("egenkontroll", "akt_id", name="egenkontroll_akt_once"),)

    def __str__(self) -> str:
        return str(self.nummer)


class Punktutfall(models.TextChoices):
    """What was found at one point of the checklist."""

    OK = "ok", "Ok"
    BRIST = "brist", "Brist"
    EJ_TILLAMPLIGT = "ej_tillampligt", "Ej tillämpligt"


class EgenkontrollPunkt(Kvalitetsrad):
    """One point in one akt: the krav and routine it was held against, and what was found."""

    granskning = models.ForeignKey(
        EgenkontrollAkt, on_delete=models.PROTECT, related_name="punkter"
    )
    punkt = code_field()
    krav = code_field()
    rutin = code_field()
    modalitet = code_field()
    utfall = models.CharField(max_length=20, choices=Punktutfall.choices)
    iakttagelse = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("granskning", "punkt", name="egenkontroll_point_once"),
            models.CheckConstraint(
                condition=~Q(utfall="brist") | ~Q(iakttagelse=""),
                name="egenkontroll_brist_says_what",
            ),
        )

    def __str__(self) -> str:
        return f"{self.punkt} {self.utfall}"
