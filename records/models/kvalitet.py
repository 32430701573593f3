"""The quality work: deviations, complaints, measures, and how they hang together (R-050 to R-052).

No row names a person whom the support is about: an ärende is referred to by its id alone, and the
texts are refused with an identity number in them. Numbers run per organisation and year.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from records.models.owned import Kvalitetsrad, code_field, unique, user_key

HAS_KRAV = Q(krav__len__gte=1)


class Kalla(models.TextChoices):
    """Where something in the quality work comes from: the kinds that a link may join."""

    AVVIKELSE = "avvikelse", gettext_noop("Avvikelse")
    KLAGOMAL = "klagomal", gettext_noop("Klagomål och synpunkter")
    LEX_SARAH = "lex_sarah", gettext_noop("Lex Sarah")
    RISK = "risk", gettext_noop("Riskanalys")
    EGENKONTROLL = "egenkontroll", gettext_noop("Egenkontroll")
    LOGGKONTROLL = "loggkontroll", gettext_noop("Loggkontroll")
    VERKSAMHETSUPPFOLJNING = "verksamhetsuppfoljning", gettext_noop("Verksamhetsuppföljning")
    AVTALSUPPFOLJNING = "avtalsuppfoljning", gettext_noop("Avtalsuppföljning")
    UPPFOLJNING = "uppfoljning", gettext_noop("Försenad uppföljning")
    ARENDE = "arende", gettext_noop("Ärende")


class Steg(models.TextChoices):
    """The five stages of R-050, in order."""

    RAPPORTERA = "rapportera", gettext_noop("Rapportera")
    UTREDA = "utreda", gettext_noop("Utreda")
    ANALYSERA = "analysera", gettext_noop("Analysera")
    ATGARDA = "atgarda", gettext_noop("Åtgärda")
    FOLJA_UPP = "folja_upp", gettext_noop("Följa upp")


class Avvikelse(Kvalitetsrad):
    """Something that did not meet a krav (R-012); never changed but for its class, decided once.

    ``foreslagen_klass`` is what the table ``avvikelse_klass`` suggested, ``klass`` what a named
    person decided (K-12).
    """

    nummer = models.CharField(max_length=20)
    kategori = code_field()
    handelse = models.TextField()
    handelse_datum = models.DateField()
    upptackt = models.TextField(blank=True, default="")
    konsekvens = code_field()
    konsekvens_text = models.TextField(blank=True, default="")
    omedelbar_atgard = models.TextField(blank=True, default="")
    krav = ArrayField(models.CharField(max_length=100), default=list)
    kalla = code_field(blank=True)
    kalla_id = models.UUIDField(null=True)
    arende_id = models.UUIDField(null=True)
    rapporterad = models.DateTimeField()
    rapportor = user_key()
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    foreslagen_klass = code_field(blank=True)
    klass = code_field(blank=True)
    klass_skal = models.TextField(blank=True, default="")
    klassad = models.DateTimeField(null=True)
    klassad_av = user_key()
    stangd = models.DateTimeField(null=True)
    stangd_av = user_key()
    stangd_som = code_field(blank=True)

    class Meta:
        constraints = (
            unique("organisation", "nummer", name="avvikelse_number_once"),
            models.CheckConstraint(condition=HAS_KRAV, name="avvikelse_names_krav"),
            models.CheckConstraint(condition=~Q(handelse=""), name="avvikelse_says_what"),
            models.CheckConstraint(
                condition=Q(klass="") | Q(klassad_av__isnull=False, klassad__isnull=False),
                name="avvikelse_class_by_person",
            ),
        )
        indexes = (models.Index(fields=["unit", "kategori", "rapporterad"]),)

    def __str__(self) -> str:
        return self.nummer


class AvvikelseTrend(Kvalitetsrad):
    """So many deviations of one kind in one unit that the risk analysis was told, once."""

    kategori = code_field()
    fran = models.DateTimeField()
    till = models.DateTimeField()
    antal = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (unique("unit", "kategori", "till", name="trend_once"),)

    def __str__(self) -> str:
        return f"{self.kategori} {self.antal}"


class Klagomal(Kvalitetsrad):
    """A complaint, view or praise through any channel; anonymous is allowed, and then unanswerable.

    ``kontakt`` is how the sender wants the answer; it stands here and nowhere else.
    """

    nummer = models.CharField(max_length=20)
    typ = code_field()
    kanal = code_field()
    kategori = code_field()
    anonym = models.BooleanField()
    kontakt = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField()
    krav = ArrayField(models.CharField(max_length=100), default=list)
    inkom_datum = models.DateField()
    arende_id = models.UUIDField(null=True)
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    direkt_atgardat = models.BooleanField(null=True)
    bekraftad_datum = models.DateField(null=True)
    bekraftad_av = user_key()
    svarad_datum = models.DateField(null=True)
    svarad_av = user_key()
    svar = models.TextField(blank=True, default="")
    stangd = models.DateTimeField(null=True)
    stangd_av = user_key()
    stangd_som = code_field(blank=True)

    class Meta:
        constraints = (
            unique("organisation", "nummer", name="klagomal_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="klagomal_says_what"),
            models.CheckConstraint(
                condition=Q(anonym=False) | Q(kontakt="", svarad_datum__isnull=True),
                name="klagomal_anonymous_has_no_contact",
            ),
        )
        indexes = (models.Index(fields=["unit", "inkom_datum"]),)

    def __str__(self) -> str:
        return self.nummer


class KvalitetsSteg(Kvalitetsrad):
    """One stage of R-050 done, or not applicable with a reason; never changed, once each.

    ``kalla`` and ``kalla_id`` name an avvikelse or a klagomål. R-051: an analysis that is done has
    cause and preventive measure.
    """

    kalla = models.CharField(max_length=100, choices=Kalla.choices)
    kalla_id = models.UUIDField()
    steg = models.CharField(max_length=20, choices=Steg.choices)
    gjort = models.BooleanField()
    skal = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    orsak = models.TextField(blank=True, default="")
    forebyggande = models.TextField(blank=True, default="")
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            unique("kalla", "kalla_id", "steg", name="kvalitetssteg_once"),
            models.CheckConstraint(
                condition=Q(gjort=True) | ~Q(skal=""), name="kvalitetssteg_left_out_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(steg="analysera", gjort=True) | (~Q(orsak="") & ~Q(forebyggande="")),
                name="analysis_has_cause_and_prevention",
            ),
        )

    def __str__(self) -> str:
        return self.steg


class AtgardStatus(models.TextChoices):
    """Where a measure stands."""

    BESLUTAD = "beslutad", gettext_noop("Beslutad")
    UTFORD = "utford", gettext_noop("Utförd, effekten ska följas upp")
    UPPNADD = "uppnadd", gettext_noop("Effekten uppnådd")
    AVSLUTAD_ANDA = "avslutad_anda", gettext_noop("Avslutad utan full effekt, med skäl")


class Atgard(Kvalitetsrad):
    """A measure out of any part of the quality work: who, what, when, and how the effect shows.

    What was decided never changes; ``status``, ``klar_senast`` and ``utford_datum`` move with the
    rounds, each of which leaves an ``AtgardEffekt``. A closed one stays closed.
    """

    kalla = models.CharField(max_length=100, choices=Kalla.choices)
    kalla_id = models.UUIDField()
    nummer = models.CharField(max_length=20)
    vad = models.TextField()
    ansvarig = user_key(null=False)
    klar_senast = models.DateField()
    effektmatt = models.TextField()
    status = models.CharField(
        max_length=20, choices=AtgardStatus.choices, default=AtgardStatus.BESLUTAD
    )
    utford_datum = models.DateField(null=True)
    utforande = models.TextField(blank=True, default="")
    beslutad = models.DateTimeField()
    beslutad_av = user_key()
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            unique("organisation", "nummer", name="atgard_number_once"),
            models.CheckConstraint(
                condition=~Q(vad="") & ~Q(effektmatt=""), name="atgard_says_what_and_measure"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("utford", "uppnadd")) | Q(utford_datum__isnull=False),
                name="atgard_done_has_day",
            ),
        )
        indexes = (models.Index(fields=["kalla", "kalla_id"]),)

    def __str__(self) -> str:
        return self.nummer


class AtgardEffekt(Kvalitetsrad):
    """One follow-up of the effect of a measure, apart from its being done; never changed."""

    atgard = models.ForeignKey(Atgard, on_delete=models.PROTECT, related_name="effekter")
    omgang = models.PositiveSmallIntegerField()
    utford_datum = models.DateField(null=True)
    foljd_upp = models.DateField()
    uppnadd = models.BooleanField()
    avslutad = models.BooleanField()
    resultat = models.TextField()
    skal = models.TextField(blank=True, default="")
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            unique("atgard", "omgang", name="effekt_once_per_round"),
            models.CheckConstraint(condition=~Q(resultat=""), name="effekt_has_result"),
            models.CheckConstraint(
                condition=Q(uppnadd=True) | Q(avslutad=False) | ~Q(skal=""),
                name="effekt_ended_anyway_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.omgang}"


class HandelseLank(Kvalitetsrad):
    """Two things that hang together: a deviation and a complaint, lex Sarah, risk, or an ärende."""

    fran = models.CharField(max_length=100, choices=Kalla.choices)
    fran_id = models.UUIDField()
    till = models.CharField(max_length=100, choices=Kalla.choices)
    till_id = models.UUIDField()
    skapad = models.DateTimeField()
    skapad_av = user_key()

    class Meta:
        constraints = (
            unique("fran", "fran_id", "till", "till_id", name="handelselank_once"),
            models.CheckConstraint(
                condition=~Q(fran_id=models.F("till_id")), name="handelselank_joins_two"
            ),
        )
        indexes = (models.Index(fields=["till", "till_id"]),)

    def __str__(self) -> str:
        return f"{self.fran} {self.till}"
