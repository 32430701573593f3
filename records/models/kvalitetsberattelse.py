"""The yearly kvalitetsberättelse: figures as they stood, text, who fastställde, what nämnden got.

Every row is written once (R-061 to R-064). No row is about a person whom the support is for.
"""

from django.db import models
from django.db.models import F, Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Kvalitetsberattelse(Kvalitetsrad):
    """One year of one organisation, with the figures counted when the work on it began."""

    ar = models.PositiveSmallIntegerField()
    fran = models.DateField()
    till = models.DateField()
    sammanstalld = models.DateTimeField()

    class Meta:
        constraints = (
            unique("organisation", "ar", name="kvalitetsberattelse_once"),
            models.CheckConstraint(
                condition=Q(fran__lte=F("till")), name="kvalitetsberattelse_period"
            ),
        )

    def __str__(self) -> str:
        return str(self.ar)


class KvalitetsberattelseTal(Kvalitetsrad):
    """One figure of the year beside that of the year before; ``matt`` is of kvalitetsmatt.toml."""

    berattelse = models.ForeignKey(
        Kvalitetsberattelse, on_delete=models.PROTECT, related_name="tal"
    )
    nummer = models.PositiveSmallIntegerField()
    matt = code_field()
    antal = models.PositiveIntegerField()
    forra = models.PositiveIntegerField()

    class Meta:
        constraints = (unique("berattelse", "matt", name="kvalitetsberattelse_tal_once"),)

    def __str__(self) -> str:
        return f"{self.matt} {self.antal}"


class KvalitetsberattelseAtgard(Kvalitetsrad):
    """One measure that was closed in the year (R-063). ``atgard_id`` names its row."""

    berattelse = models.ForeignKey(
        Kvalitetsberattelse, on_delete=models.PROTECT, related_name="atgarder"
    )
    atgard_id = models.UUIDField()
    nummer = models.CharField(max_length=20)
    vad = models.TextField()
    effekt = code_field()
    utford_datum = models.DateField(null=True)

    class Meta:
        constraints = (unique("berattelse", "atgard_id", name="kvalitetsberattelse_atgard_once"),)

    def __str__(self) -> str:
        return self.nummer


class KvalitetsberattelseText(Kvalitetsrad):
    """What was written; written again after a review it is a new version.

    ``arbetet``, ``atgarder`` and ``resultat`` are the three sections that must be there.
    """

    berattelse = models.ForeignKey(
        Kvalitetsberattelse, on_delete=models.PROTECT, related_name="texter"
    )
    version = models.PositiveSmallIntegerField()
    ansvar = models.TextField(blank=True, default="")
    arbetet = models.TextField()
    atgarder = models.TextField()
    resultat = models.TextField()
    mal = models.TextField(blank=True, default="")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    skriven = models.DateTimeField()
    skriven_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("berattelse", "version", name="kvalitetsberattelse_text_once"),
            models.CheckConstraint(
                condition=~Q(arbetet="") & ~Q(atgarder="") & ~Q(resultat=""),
                name="kvalitetsberattelse_three_sections",
            ),
        )

    def __str__(self) -> str:
        return str(self.version)


class KvalitetsberattelseFaststalld(Kvalitetsrad):
    """Which version was fastställd, when and by whom."""

    berattelse = models.OneToOneField(
        Kvalitetsberattelse, on_delete=models.PROTECT, related_name="faststalld"
    )
    text = models.ForeignKey(KvalitetsberattelseText, on_delete=models.PROTECT, related_name="+")
    datum = models.DateField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    faststalld = models.DateTimeField()
    faststalld_av = user_key(null=False)

    def __str__(self) -> str:
        return str(self.datum)


class KvalitetsberattelseNamnd(Kvalitetsrad):
    """Nämndens own copy of what an organisation sent, and nämndens receipt.

    ``berattelse_id`` is the sender's row, which nämnden does not read.
    """

    berattelse_id = models.UUIDField()
    ar = models.PositiveSmallIntegerField()
    fran_organisation = models.ForeignKey(
        "cases.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    innehall = models.BinaryField()
    mottagen = models.DateTimeField()
    kvitterad = models.DateTimeField(null=True)
    kvitterad_av = user_key()
    diarienummer = models.CharField(max_length=100, blank=True, default="")
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            unique("berattelse_id", name="kvalitetsberattelse_namnd_once"),
            models.CheckConstraint(
                condition=Q(kvitterad__isnull=True)
                | (Q(kvitterad_av__isnull=False) & ~Q(diarienummer="")),
                name="kvalitetsberattelse_receipt_is_whole",
            ),
        )

    def __str__(self) -> str:
        return str(self.ar)
