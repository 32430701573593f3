"""Risk analyses of the parts of an operation, their risks, and what was decided (R-030 to R-036).

No row is about a person whom the support is for. An analysis is a version of its own for each turn
of a part; once fastställd neither it nor what it assessed first ever changes.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Verksamhetsdel(Kvalitetsrad):
    """One part of what a unit does: all of them together are the operation (R-030).

    A part that is no longer done is ended with a reason, never taken away.
    """

    namn = models.CharField(max_length=200)
    beskrivning = models.TextField(blank=True, default="")
    giltig_fran = models.DateField()
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)
    giltig_till = models.DateField(null=True)
    avslut_skal = models.TextField(blank=True, default="")
    avslutad_av = user_key()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "namn"],
                condition=Q(giltig_till__isnull=True),
                name="verksamhetsdel_once",
            ),
            models.CheckConstraint(
                condition=Q(giltig_till__isnull=True)
                | (~Q(avslut_skal="") & Q(avslutad_av__isnull=False)),
                name="verksamhetsdel_ended_has_reason",
            ),
        )

    def __str__(self) -> str:
        return self.namn


class Riskanalys(Kvalitetsrad):
    """One analysis of one part: why, how far it reaches, who took part, by whom it was fastställd.

    ``deltagare`` names roles, not persons. ``version`` counts the analyses of the part.
    """

    nummer = models.CharField(max_length=20)
    verksamhetsdel = models.ForeignKey(
        Verksamhetsdel, on_delete=models.PROTECT, related_name="riskanalyser"
    )
    version = models.PositiveSmallIntegerField()
    anledning = code_field()
    anledning_text = models.TextField(blank=True, default="")
    omfattning = models.TextField()
    deltagare = models.TextField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    inledd = models.DateTimeField()
    inledd_av = user_key(null=False)
    faststalld = models.DateTimeField(null=True)
    faststalld_av = user_key()
    slutsats = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("organisation", "nummer", name="riskanalys_number_once"),
            unique("verksamhetsdel", "version", name="riskanalys_version_once"),
            models.CheckConstraint(
                condition=Q(faststalld__isnull=True)
                | (Q(faststalld_av__isnull=False) & ~Q(slutsats="")),
                name="riskanalys_faststalld_by_person",
            ),
        )

    def __str__(self) -> str:
        return self.nummer


class Risk(Kvalitetsrad):
    """An event that may lead to a krav or a goal not being met, in one analysis (R-031).

    ``tidigare`` is the risk of an earlier analysis that this one looks at again (R-035). It is
    closed once: ``accepterad`` with a reason, or ``bevakas`` until the next analysis.
    """

    analys = models.ForeignKey(Riskanalys, on_delete=models.PROTECT, related_name="risker")
    nummer = models.PositiveSmallIntegerField()
    handelse = models.TextField()
    orsak = models.TextField(blank=True, default="")
    krav = ArrayField(models.CharField(max_length=100), default=list)
    tidigare = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="senare")
    stangd = models.DateTimeField(null=True)
    stangd_av = user_key()
    stangd_som = code_field(blank=True)
    stangd_skal = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("analys", "nummer", name="risk_number_once"),
            models.CheckConstraint(condition=Q(krav__len__gte=1), name="risk_names_krav"),
            models.CheckConstraint(condition=~Q(handelse=""), name="risk_says_what"),
            models.CheckConstraint(
                condition=~Q(stangd_som="accepterad")
                | (~Q(stangd_skal="") & Q(stangd_av__isnull=False)),
                name="risk_accepted_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.nummer}"


class RiskSkattning(Kvalitetsrad):
    """One assessment of a risk: probability, consequence and why; never changed (R-032).

    ``omgang`` 1 belongs to the analysis; the later ones are what remains after the measures.
    """

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="skattningar")
    omgang = models.PositiveSmallIntegerField()
    sannolikhet = code_field()
    konsekvens = code_field()
    motivering = models.TextField()
    klass = code_field()
    atgardsforslag = models.TextField(blank=True, default="")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("risk", "omgang", name="risk_skattning_once"),
            models.CheckConstraint(
                condition=~Q(sannolikhet="") & ~Q(konsekvens="") & ~Q(motivering="") & ~Q(klass=""),
                name="risk_skattning_has_both_and_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.omgang} {self.klass}"


class Handlingsplan(Kvalitetsrad):
    """The plan made for a risk after one of its assessments, or why there is none (R-034).

    The measures themselves are ``Atgard`` rows with ``kalla`` = ``risk``. Never changed.
    """

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="planer")
    omgang = models.PositiveSmallIntegerField()
    upprattad = models.BooleanField()
    skal = models.TextField(blank=True, default="")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("risk", "omgang", name="handlingsplan_once"),
            models.CheckConstraint(
                condition=Q(upprattad=True) | ~Q(skal=""), name="handlingsplan_skipped_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.omgang}"


class RiskOmedelbart(Kvalitetsrad):
    """What the head of the operation did at once about a risk of the highest class (4.3)."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="omedelbart")
    omgang = models.PositiveSmallIntegerField()
    atgard = models.TextField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("risk", "omgang", name="risk_omedelbart_once"),
            models.CheckConstraint(condition=~Q(atgard=""), name="risk_omedelbart_says_what"),
        )

    def __str__(self) -> str:
        return f"{self.omgang}"


class UtgavaSedd(Kvalitetsrad):
    """That the units were told of a new edition of the processes, once (R-033)."""

    utgava = models.CharField(max_length=100)
    sedd = models.DateTimeField()

    class Meta:
        constraints = (unique("organisation", "utgava", name="utgava_sedd_once"),)

    def __str__(self) -> str:
        return self.utgava
