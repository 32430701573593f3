"""Myndighetens ärende: utredning, livsområden, mål, beslut. No provider reads these (K-7)."""

from django.db import models
from django.db.models import Q

from records.models.owned import Owned, code_field, unique, user_key
from records.models.person import Person


class ArendeStatus(models.TextChoices):
    """An ärende is open until the gate of K-3 lets it close."""

    OPPET = "oppet", "Öppet"
    AVSLUTAT = "avslutat", "Avslutat"


class Arende(Owned):
    """The case of the authority: its id is the thread from ansökan to slutanteckning (R-086)."""

    nummer = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="arenden")
    status = models.CharField(
        max_length=10, choices=ArendeStatus.choices, default=ArendeStatus.OPPET
    )
    lagrum = code_field(blank=True)
    tjansteomrade = code_field(blank=True)
    inkom_datum = models.DateField()
    satt = code_field()
    slag = code_field(blank=True)
    """``ansokan``, ``anmalan`` or ``annan``; empty counts as ansökan: initiated by the party."""
    foretradare_namn = models.CharField(max_length=200, blank=True, default="")
    foretradare_behorighet = code_field(blank=True)
    oppnad = models.DateTimeField()
    oppnad_av = user_key()
    avslutad = models.DateTimeField(null=True)
    avslutad_av = user_key()
    avslutsorsak_anteckning = models.ForeignKey(
        "records.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status="oppet", avslutad__isnull=True)
                | Q(status="avslutat", avslutad__isnull=False),
                name="arende_closed_has_time",
            ),
        )
        indexes = (models.Index(fields=["unit", "status", "-oppnad"]),)

    def __str__(self) -> str:
        return self.nummer


class Utredning(Owned):
    """One investigation in an ärende; the saved sets of rows are pointed at, never overwritten."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="utredningar")
    inledd_datum = models.DateField()
    inledd_av = user_key()
    avslutad_datum = models.DateField(null=True)
    livsomraden_dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )
    mal_dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["arende"],
                condition=Q(avslutad_datum__isnull=True),
                name="utredning_one_open",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class LivsomradeBedomning(Owned):
    """One livsområde in one saved set (R-088): status, present state, need."""

    utredning = models.ForeignKey(Utredning, on_delete=models.PROTECT, related_name="livsomraden")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    livsomrade = code_field()
    status = code_field()
    nulage = models.TextField(blank=True, default="")
    bedomd = models.PositiveSmallIntegerField(null=True)
    resurser = models.TextField(blank=True, default="")
    omgivning = models.TextField(blank=True, default="")
    behov = models.BooleanField(default=False)
    behov_text = models.TextField(blank=True, default="")
    kalla = models.TextField(blank=True, default="")
    skal = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("dokument", "livsomrade", name="livsomrade_once_per_set"),
            models.CheckConstraint(
                condition=Q(status__in=("aktuellt", "ej_aktuellt"))
                | (Q(status="ej_utrett") & ~Q(skal="")),
                name="livsomrade_marked",
            ),
        )

    def __str__(self) -> str:
        return self.livsomrade


class Mal(Owned):
    """A goal agreed in the utredning, tied to a livsområde, a need and the insats that meets it."""

    utredning = models.ForeignKey(Utredning, on_delete=models.PROTECT, related_name="mal")
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    nummer = models.PositiveSmallIntegerField()
    livsomrade = code_field()
    behov = models.TextField()
    mal = models.TextField()
    insats = code_field()
    maltyp = code_field(blank=True)
    avsett = models.PositiveSmallIntegerField(null=True)
    maldatum = models.DateField(null=True)
    egna_ord = models.TextField(blank=True, default="")

    class Meta:
        constraints = (unique("dokument", "nummer", name="mal_once_per_set"),)

    def __str__(self) -> str:
        return f"{self.livsomrade} {self.nummer}"


class Beslut(Owned):
    """A decision with its own lagrum and law version, kept for ever as it was."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="beslut")
    utredning = models.ForeignKey(
        Utredning, on_delete=models.PROTECT, null=True, related_name="beslut"
    )
    ersatter = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="ersatt_av"
    )
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    beslutsdatum = models.DateField()
    utfall = code_field()
    law_version = models.CharField(max_length=40)
    beslutsfattare = user_key()
    beslutsfattare_roll = code_field(blank=True)
    foredragande = models.CharField(max_length=200, blank=True, default="")
    slag = code_field(blank=True)
    """Empty, or ``ordforande``: an urgent decision of the chair (KL 6:39)."""
    bradska_skal = models.TextField(blank=True, default="")
    deltagare = models.JSONField(default=list)
    """Others who took part in the final handling, without deciding (FL 31 §)."""
    skiljaktig_mening = models.TextField(blank=True, default="")
    delgiven_datum = models.DateField(null=True)
    delgivningssatt = code_field(blank=True)
    overklagandehanvisning = code_field(blank=True)
    registrerad = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(slag="ordforande") | ~Q(bradska_skal=""),
                name="beslut_urgent_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.beslutsdatum} {self.utfall}"


class Delbeslut(Owned):
    """The decision on one insats."""

    beslut = models.ForeignKey(Beslut, on_delete=models.PROTECT, related_name="delbeslut")
    nummer = models.PositiveSmallIntegerField()
    insats = code_field()
    utfall = code_field()
    lagrum = code_field()
    omfattning = models.TextField(blank=True, default="")
    giltig_fran = models.DateField(null=True)
    giltig_till = models.DateField(null=True)
    omprovningsforbehall = models.TextField(blank=True, default="")
    timmar_manad = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    """Extent in hours a month, where the delegation depends on it (R-087)."""
    motivering = models.TextField()
    omstandigheter = models.TextField(blank=True, default="")
    """The circumstances that decided the outcome (FL 32 §)."""

    class Meta:
        constraints = (
            unique("beslut", "nummer", name="delbeslut_once"),
            models.CheckConstraint(condition=~Q(motivering=""), name="delbeslut_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.insats} {self.utfall}"


class BeslutUppfoljning(Owned):
    """Handläggarens follow-up of the decision: the other of the two tracks (R-096, K-6)."""

    beslut = models.ForeignKey(Beslut, on_delete=models.PROTECT, related_name="uppfoljningar")
    dokument = models.OneToOneField("records.Dokument", on_delete=models.PROTECT, related_name="+")
    datum = models.DateField()
    deltagande = models.JSONField(default=dict)
    insatser_givna = code_field()
    kvalitet = models.TextField(blank=True, default="")
    delaktighet_satt = models.TextField(blank=True, default="")
    synpunkt = models.TextField(blank=True, default="")
    motsvarar_behov = models.BooleanField()
    utfall = code_field()
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    def __str__(self) -> str:
        return f"{self.datum} {self.utfall}"
