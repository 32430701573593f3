"""What travels to the provider (a chosen copy, K-7) and the provider's own akt (K-8)."""

from uuid import UUID, uuid5

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from records.models.arende import Arende, Beslut
from records.models.owned import Owned, Shared, code_field, unique, user_key
from records.models.person import Person


class UppdragStatus(models.TextChoices):
    """The life of an uppdrag; content is frozen from ``skickat`` on."""

    UTKAST = "utkast", gettext_noop("Utkast")
    SKICKAT = "skickat", gettext_noop("Skickat")
    ACCEPTERAT = "accepterat", gettext_noop("Accepterat")
    AVBOJT = "avbojt", gettext_noop("Avböjt")
    ATERKALLAT = "aterkallat", gettext_noop("Återkallat")
    AVSLUTAT = "avslutat", gettext_noop("Avslutat")


class Uppdrag(Shared):
    """A clear uppdrag (R-083); ``person_kopia`` is what the provider may know of the person."""

    nummer = models.CharField(max_length=30, default="")
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="uppdrag")
    beslut = models.ForeignKey(Beslut, on_delete=models.PROTECT, related_name="uppdrag")
    dokument_id = models.UUIDField()
    mottagare_organisation = models.ForeignKey(
        "cases.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    mottagare_unit = models.ForeignKey("cases.Unit", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=12, choices=UppdragStatus.choices, default=UppdragStatus.UTKAST
    )
    val = code_field(blank=True)
    omfattning = models.TextField(blank=True, default="")
    period_fran = models.DateField(null=True)
    period_till = models.DateField(null=True)
    viktig_info = models.TextField(blank=True, default="")
    bradskande = models.BooleanField(default=False)
    person_kopia = models.JSONField(default=dict)
    skapad = models.DateTimeField()
    skapad_av = user_key()
    skickad = models.DateTimeField(null=True)
    besvarad = models.DateTimeField(null=True)
    besvarad_av = user_key()
    avbojandeskal = models.TextField(blank=True, default="")
    aterkallad_orsak = code_field(blank=True)
    avslutad = models.DateTimeField(null=True)
    foregaende = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="efterfoljande"
    )
    muntligt = models.ForeignKey(
        "records.MuntligtUppdrag", on_delete=models.PROTECT, null=True, related_name="skrivna"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(status="avbojt") | ~Q(avbojandeskal=""),
                name="uppdrag_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="utkast", skickad__isnull=True)
                | (~Q(status="utkast") & (Q(skickad__isnull=False) | Q(status="aterkallat"))),
                name="uppdrag_sent_has_time",
            ),
        )
        indexes = (models.Index(fields=["delad_med", "status"]),)

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class MuntligtUppdrag(Owned):
    """An order given orally because it could not wait; it is written afterwards, in time.

    Only how it ended is set later, once: ``skrivet`` (an uppdrag names it) or ``inte_aktuellt``.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="muntliga_uppdrag")
    mottagare_unit = models.ForeignKey("cases.Unit", on_delete=models.PROTECT, related_name="+")
    mottagare_namn = models.CharField(max_length=200)
    innehall = models.TextField()
    skal = models.TextField()
    lamnat = models.DateTimeField()
    akut = models.BooleanField(default=False)
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    utfall = code_field(blank=True)
    utfall_skal = models.TextField(blank=True, default="")
    avslutat = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(utfall="inte_aktuellt") | ~Q(utfall_skal=""),
                name="muntligt_dropped_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lamnat:%Y-%m-%d}"


class UppdragAndring(Shared):
    """A later version of an accepted uppdrag: a renewed decision, a new choice of what travels.

    The uppdrag and its akt go on; the parts of the new version stand beside those of the old.
    """

    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="andringar")
    version = models.PositiveSmallIntegerField()
    beslut = models.ForeignKey(Beslut, on_delete=models.PROTECT, related_name="+")
    dokument_id = models.UUIDField()
    omfattning = models.TextField(blank=True, default="")
    period_fran = models.DateField(null=True)
    period_till = models.DateField(null=True)
    viktig_info = models.TextField(blank=True, default="")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            unique("uppdrag", "version", name="uppdrag_version_once"),
            models.CheckConstraint(condition=Q(version__gt=1), name="uppdrag_version_later"),
        )

    def __str__(self) -> str:
        return f"version {self.version}"


class UppdragInsats(Shared):
    """One granted insats in the uppdrag: which support, scope, period (K-13).

    ``delbeslut_id`` names the partial decision that it carries out (K-12), for both sides.
    """

    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="insatser")
    version = models.PositiveSmallIntegerField(default=1)
    insats = code_field()
    delbeslut_id = models.UUIDField(null=True)
    lagrum = code_field()
    omfattning = models.TextField(blank=True, default="")
    giltig_fran = models.DateField(null=True)
    giltig_till = models.DateField(null=True)

    class Meta:
        constraints = (unique("uppdrag", "version", "insats", name="uppdrag_insats_once"),)

    def __str__(self) -> str:
        return self.insats


class UppdragMal(Shared):
    """One need with its goal, as copied from the utredning when the handläggare chose it."""

    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="mal")
    version = models.PositiveSmallIntegerField(default=1)
    nummer = models.PositiveSmallIntegerField()
    kalla_mal_id = models.UUIDField()
    insats = code_field()
    livsomrade = code_field()
    behov = models.TextField()
    mal = models.TextField()
    maltyp = code_field(blank=True)
    avsett = models.PositiveSmallIntegerField(null=True)
    maldatum = models.DateField(null=True)
    bedomd = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = (
            unique("uppdrag", "version", "nummer", name="uppdrag_mal_once"),
            models.CheckConstraint(condition=~Q(behov="") & ~Q(mal=""), name="uppdrag_mal_filled"),
        )

    def __str__(self) -> str:
        return f"{self.livsomrade} {self.nummer}"


class AktStatus(models.TextChoices):
    """Open, or closed for good; a late note goes into the journal of a closed akt."""

    OPPEN = "oppen", "Öppen"
    STANGD = "stangd", "Stängd"


class Akt(Owned):
    """The provider's genomförandeakt: exactly one per accepted uppdrag.

    ``stangd`` needs a signed slutanteckning with reason in its own journal: constraint and
    trigger repeat the gate of K-3.
    """

    uppdrag = models.OneToOneField(Uppdrag, on_delete=models.PROTECT, related_name="akt")
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="akter")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="akter")
    status = models.CharField(max_length=10, choices=AktStatus.choices, default=AktStatus.OPPEN)
    oppnad = models.DateTimeField()
    utsedd_kontakt = user_key()
    utsedd_kontakt_typ = code_field(blank=True)
    verkstalld_datum = models.DateField(null=True)
    ej_aktuell_datum = models.DateField(null=True)
    slutanteckning = models.OneToOneField(
        "records.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+"
    )
    stangd = models.DateTimeField(null=True)
    stangd_av = user_key()
    sista_anteckning = models.DateField(null=True)
    gallring_utfall = code_field(blank=True)
    gallringsdatum = models.DateField(null=True)
    ivo_till = models.DateField(null=True)
    gallrad = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status="oppen", stangd__isnull=True, gallrad__isnull=True)
                | Q(status="stangd", stangd__isnull=False, slutanteckning__isnull=False)
                | Q(status="stangd", stangd__isnull=False, gallrad__isnull=False),
                name="akt_closed_has_final_note",
            ),
        )
        indexes = (models.Index(fields=["unit", "status", "-oppnad"]),)

    def __str__(self) -> str:
        return f"{self.id} {self.status}"


def akt_id(uppdrag: UUID) -> UUID:
    """Id of the akt of an uppdrag: myndigheten can name it without being able to read it."""
    return uuid5(uppdrag, "akt")


class NyttUppfoljningsdatum(Owned):
    """A new review date with reason (T+7). It never makes a plan current (K-5)."""

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="nya_datum")
    datum = models.DateField()
    skal = models.TextField()
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(skal=""), name="nytt_datum_has_reason"),)

    def __str__(self) -> str:
        return str(self.datum)
