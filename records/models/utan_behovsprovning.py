"""Insatser without assessment: what is offered, what nämnd decided, and what is counted.

Nobody who takes part is named in any table here but ``Deltagande``, which the database refuses
where identity may not be kept (SoL 14:5). Who counted a visit, and at what hour, is not kept
either: in a small place that tells who came.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from records.models.arende import Arende
from records.models.journal import Dokument
from records.models.owned import Kvalitetsrad, Owned, code_field, unique, user_key

RADGIVNING = "radgivning"
UNDANTAG = "undantag"


def _document() -> "models.ForeignKey[Dokument, Dokument]":
    return models.ForeignKey(Dokument, on_delete=models.PROTECT, related_name="+")


class InsatsUtanBehov(Kvalitetsrad):
    """One insats on nämndens list (R-236, SoL 11:5): exactly one, never a category (R-225).

    ``langsta_dygn`` is the longest stay under nämndens conditions, in days (L-31); None where the
    insats is no stay.
    """

    namn = models.CharField(max_length=100)
    slag = code_field()
    malgrupp = models.TextField()
    villkor = models.TextField()
    langsta_dygn = models.PositiveSmallIntegerField(null=True)
    risk_avgift = models.TextField(blank=True, default="")
    dokument = _document()
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            models.UniqueConstraint("organisation", Lower("namn"), name="insats_listed_once"),
            models.CheckConstraint(
                condition=Q(namn__regex=r"^[^*%?,;]{3,}$"), name="insats_is_one_insats"
            ),
            models.CheckConstraint(
                condition=~Q(malgrupp="") & ~Q(villkor=""), name="insats_has_group_and_conditions"
            ),
        )

    def __str__(self) -> str:
        return self.namn


class Undantagsbeslut(Kvalitetsrad):
    """What nämnd decided about one insats, and about nobody in particular (R-222, R-224, R-225).

    ``utfall``: ``undantag`` (data that reveal identity are not kept) or ``inget_undantag``. One
    document of the nämnd may hold many of these, one for each insats.
    """

    insats = models.ForeignKey(InsatsUtanBehov, on_delete=models.PROTECT, related_name="beslut")
    utfall = code_field()
    skal = code_field(blank=True)
    skal_text = models.TextField(blank=True, default="")
    dnr = models.CharField(max_length=40)
    beslutsdatum = models.DateField()
    giltig_fran = models.DateField()
    law_version = models.CharField(max_length=40)
    dokument = _document()
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("insats", "dnr", name="undantag_once_per_document"),
            unique("id", "insats", name="undantag_of_insats"),
            models.CheckConstraint(
                condition=~Q(utfall=UNDANTAG) | (~Q(skal="") & ~Q(skal_text="")),
                name="undantag_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(giltig_fran__gte=models.F("beslutsdatum")),
                name="undantag_not_before_decision",
            ),
            models.CheckConstraint(condition=~Q(dnr=""), name="undantag_has_dnr"),
        )

    def __str__(self) -> str:
        return f"{self.utfall} {self.dnr}"


class Undantagsprovning(Kvalitetsrad):
    """A yearly look at an exemption (``kvarstar``), or nämndens decision to end it (``upphavt``).

    The exemption holds up to the day before ``datum`` of ``upphavt``.
    """

    beslut = models.ForeignKey(Undantagsbeslut, on_delete=models.PROTECT, related_name="provningar")
    slag = code_field()
    datum = models.DateField()
    motivering = models.TextField()
    dnr = models.CharField(max_length=40, blank=True, default="")
    dokument = _document()
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["beslut"], condition=Q(slag="upphavt"), name="undantag_ended_once"
            ),
            models.CheckConstraint(
                condition=~Q(slag="upphavt") | ~Q(dnr=""), name="undantag_ended_by_namnd"
            ),
            models.CheckConstraint(condition=~Q(motivering=""), name="undantag_review_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.datum}"


class Anonym(Kvalitetsrad):
    """A count that names nobody, and the ground for keeping no names.

    ``undantag`` is the decision about this very insats (a foreign key over both columns); empty
    for rådgivning, where the law itself is the ground (SoL 14:4).
    """

    insats = models.ForeignKey(InsatsUtanBehov, on_delete=models.PROTECT, related_name="+")
    undantag = models.ForeignKey(
        Undantagsbeslut, on_delete=models.PROTECT, null=True, related_name="+"
    )
    antal = models.SmallIntegerField()

    class Meta:
        abstract = True


class AnonymtBesok(Anonym):
    """Visits of one day with the same de-identified data (R-226); taken back by a negative row."""

    datum = models.DateField()
    kon = code_field()
    aldersgrupp = code_field()
    problemkategori = code_field(blank=True)
    omrade = code_field(blank=True)
    svarighet = models.TextField(blank=True, default="")
    angrar = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="angrad"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(angrar=None, antal__gt=0) | Q(angrar__isnull=False, antal__lt=0),
                name="besok_counts_or_takes_back",
            ),
        )
        indexes = (models.Index(fields=["insats", "datum"]),)

    def __str__(self) -> str:
        return f"{self.datum} {self.antal}"


class Maende(Anonym):
    """How many said what about their wellbeing at start or end in a month (R-227): no pairs."""

    manad = models.DateField()
    tillfalle = code_field()
    niva = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            unique("insats", "manad", "tillfalle", "niva", name="maende_once"),
            models.CheckConstraint(condition=Q(antal__gte=0), name="maende_is_a_count"),
            models.CheckConstraint(condition=Q(manad__day=1), name="maende_month_alone"),
        )

    def __str__(self) -> str:
        return f"{self.manad} {self.tillfalle} {self.niva}"


class Verksamhetsuppgift(Kvalitetsrad):
    """What follow-up and control of the operation need each month, exempt or not (R-228)."""

    insats = models.ForeignKey(InsatsUtanBehov, on_delete=models.PROTECT, related_name="+")
    manad = models.DateField()
    tillfallen = models.PositiveSmallIntegerField()
    personaltimmar = models.DecimalField(max_digits=7, decimal_places=1)
    besok = models.PositiveIntegerField()
    svarigheter = models.TextField(blank=True, default="")
    dokument = _document()
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("insats", "manad", name="verksamhetsuppgift_once"),
            models.CheckConstraint(condition=Q(manad__day=1), name="verksamhetsuppgift_month"),
        )

    def __str__(self) -> str:
        return f"{self.manad}"


class Deltagande(Owned):
    """That a person takes part in an insats where full documentation is the rule (R-222, L-31)."""

    arende = models.OneToOneField(Arende, on_delete=models.PROTECT, related_name="deltagande")
    insats = models.ForeignKey(InsatsUtanBehov, on_delete=models.PROTECT, related_name="+")
    inskriven = models.DateField()
    villkor_uppfyllda = models.TextField()
    senast_utskriven = models.DateField(null=True)
    utskriven = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(villkor_uppfyllda=""), name="deltagande_meets_conditions"
            ),
            models.CheckConstraint(
                condition=Q(utskriven=None) | Q(utskriven__gte=models.F("inskriven")),
                name="deltagande_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inskriven}"
