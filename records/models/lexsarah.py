"""Lex Sarah: report, assessment, investigation, IVO, feedback; apart from the personakt (L-24).

Who is concerned is an id of an ärende at most; the texts are refused with an identity number in
them. What was written stands: each step is a row of its own, and the report is closed once.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class LexSarah(Kvalitetsrad):
    """A report that something is, or may come to be, a missförhållande; never changed but closed.

    ``kalla`` and ``kalla_id`` name what it was found in, so one event is reported once.
    ``konsekvens_enskild`` is what it meant for the person the support is for.
    """

    nummer = models.CharField(max_length=20)
    slag = code_field()
    lag = code_field()
    handelse = models.TextField()
    handelse_datum = models.DateField()
    upptackt = models.TextField(blank=True, default="")
    konsekvens = code_field()
    konsekvens_enskild = models.TextField()
    omedelbar_atgard = models.TextField(blank=True, default="")
    kalla = code_field(blank=True)
    kalla_id = models.UUIDField(null=True)
    berorda = ArrayField(models.UUIDField(), default=list)
    rapporterad = models.DateTimeField()
    rapportor = user_key()
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    mottagen = models.DateTimeField(null=True)
    mottagen_av = user_key()
    utredare = user_key()
    stangd = models.DateTimeField(null=True)
    stangd_av = user_key()
    stangd_som = code_field(blank=True)

    class Meta:
        constraints = (
            unique("organisation", "nummer", name="lexsarah_number_once"),
            models.UniqueConstraint(
                fields=["organisation", "kalla", "kalla_id"],
                condition=Q(kalla_id__isnull=False),
                name="lexsarah_event_once",
            ),
            models.CheckConstraint(
                condition=~Q(handelse="") & ~Q(konsekvens_enskild=""),
                name="lexsarah_says_what_and_consequence",
            ),
        )
        indexes = (models.Index(fields=["unit", "rapporterad"]),)

    def __str__(self) -> str:
        return self.nummer


class LexSarahBedomning(Kvalitetsrad):
    """What a named person decided about a report, beside what the table suggested (K-12).

    ``utfall``: ``allvarligt``, ``missforhallande`` or ``inte_missforhallande``. The newest holds.
    """

    lex_sarah = models.ForeignKey(LexSarah, on_delete=models.PROTECT, related_name="bedomningar")
    nummer = models.PositiveSmallIntegerField()
    forslag = code_field(blank=True)
    utfall = code_field()
    skal = models.TextField()
    datum = models.DateField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    bedomd_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("lex_sarah", "nummer", name="lexsarah_bedomning_once"),
            models.CheckConstraint(condition=~Q(skal=""), name="lexsarah_bedomning_has_reason"),
        )

    def __str__(self) -> str:
        return self.utfall


class LexSarahUtredning(Kvalitetsrad):
    """The investigation, by somebody outside the unit who did not report (the database refuses)."""

    lex_sarah = models.OneToOneField(LexSarah, on_delete=models.PROTECT, related_name="utredning")
    utredare = user_key(null=False)
    handelse = models.TextField()
    upptackt = models.TextField()
    konsekvens_enskild = models.TextField()
    orsaker = models.TextField()
    omedelbara_atgarder = models.TextField()
    upprepningsrisk = code_field()
    tidigare_liknande = models.TextField()
    klar_datum = models.DateField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(handelse="") & ~Q(konsekvens_enskild="") & ~Q(orsaker=""),
                name="lexsarah_utredning_is_whole",
            ),
        )

    def __str__(self) -> str:
        return str(self.klar_datum)


class LexSarahIvo(Kvalitetsrad):
    """What a person sent to IVO: the anmälan, or the investigation that was not ready then."""

    lex_sarah = models.ForeignKey(LexSarah, on_delete=models.PROTECT, related_name="ivo")
    slag = code_field()
    datum = models.DateField()
    satt = code_field()
    kvittens = models.CharField(max_length=200)
    utredning_bifogad = models.BooleanField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    skickad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("lex_sarah", "slag", name="lexsarah_ivo_once"),
            models.CheckConstraint(
                condition=~Q(kvittens="") & ~Q(satt=""), name="lexsarah_ivo_has_receipt"
            ),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.datum}"


class LexSarahBesked(Kvalitetsrad):
    """Feedback to the reporter, the person or the staff, or a note to nämnden; or why not.

    ``mottagare``: ``rapportor``, ``enskild``, ``personal``, ``namnd_rapport``, ``namnd_anmalan``.
    """

    lex_sarah = models.ForeignKey(LexSarah, on_delete=models.PROTECT, related_name="besked")
    mottagare = code_field()
    lamnat = models.BooleanField()
    datum = models.DateField(null=True)
    skal = models.TextField(blank=True, default="")
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            unique("lex_sarah", "mottagare", name="lexsarah_besked_once"),
            models.CheckConstraint(
                condition=Q(lamnat=True, datum__isnull=False) | (Q(lamnat=False) & ~Q(skal="")),
                name="lexsarah_besked_given_or_reason",
            ),
        )

    def __str__(self) -> str:
        return self.mottagare


class LexSarahNamnd(Kvalitetsrad):
    """What nämnden got from a private provider, and its receipt (LSS 24 d and 24 f).

    ``lex_sarah_id`` is the provider's row, which nämnden does not read.
    """

    lex_sarah_id = models.UUIDField()
    nummer = models.CharField(max_length=20)
    slag = code_field()
    fran_enhet = models.ForeignKey(
        "cases.Unit", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    mottagen = models.DateTimeField()
    kvitterad = models.DateTimeField(null=True)
    kvitterad_av = user_key()
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (unique("lex_sarah_id", "slag", name="lexsarah_namnd_once"),)

    def __str__(self) -> str:
        return f"{self.slag} {self.nummer}"


class LexSarahLasning(Kvalitetsrad):
    """Who read a report and when; written with the read, never changed."""

    lex_sarah = models.ForeignKey(LexSarah, on_delete=models.PROTECT, related_name="+")
    user = user_key(null=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
