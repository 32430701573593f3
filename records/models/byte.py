"""Change of provider, copies that are handed over, a provider that ends (R-182…R-190, R-198)."""

from django.db import models
from django.db.models import F, Q

from records.models.arende import Arende
from records.models.journal import Dokument, JournalEntry
from records.models.owned import Owned, code_field, unique, user_key
from records.models.person import Person
from records.models.uppdrag import Akt, Uppdrag


class ByteStatus(models.TextChoices):
    """A change of provider is under way, and is then carried out or broken off: once."""

    PAGAR = "pagar", "Pågår"
    GENOMFORT = "genomfort", "Genomfört"
    AVBRUTET = "avbrutet", "Avbrutet"


class Byte(Owned):
    """Myndighetens registration of a change of provider; the decision goes on (K-3)."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="byten")
    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="byten")
    orsak = code_field()
    orsak_text = models.TextField(blank=True, default="")
    onskad_unit = models.ForeignKey(
        "cases.Unit", on_delete=models.PROTECT, null=True, related_name="+"
    )
    underrattad_datum = models.DateField()
    onskat_datum = models.DateField(null=True)
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, related_name="+")
    law_version = models.CharField(max_length=40, blank=True, default="")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    status = models.CharField(max_length=10, choices=ByteStatus.choices, default=ByteStatus.PAGAR)
    avslutad = models.DateTimeField(null=True)
    nytt_uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, null=True, related_name="+")
    overlamning = code_field(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["uppdrag"], condition=Q(status="pagar"), name="byte_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="genomfort")
                | (Q(nytt_uppdrag__isnull=False) & ~Q(overlamning="")),
                name="byte_done_has_provider",
            ),
        )

    def __str__(self) -> str:
        return f"{self.orsak} {self.status}"


class AktKopia(Owned):
    """One copy as the receiver holds it, marked "Kopia" (R-189); the original stays (R-186).

    Only the receipt and the destruction are written later, each once: then the bytes go and the
    row tells what there was (R-190).
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="kopior")
    utlamnande_id = models.UUIDField()
    kalla_akt_id = models.UUIDField()
    kalla_unit = models.ForeignKey("cases.Unit", on_delete=models.PROTECT, related_name="+")
    papper = code_field()
    underlag_id = models.UUIDField()
    titel = models.CharField(max_length=200)
    kopia = models.BooleanField(default=True)
    sha256 = models.CharField(max_length=64)
    storlek = models.PositiveIntegerField()
    innehall = models.BinaryField()
    mottagen = models.DateTimeField()
    kvitterad = models.DateTimeField(null=True)
    kvitterad_av = user_key()
    forstord = models.DateTimeField(null=True)
    forstord_av = user_key()
    forstord_skal = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kopia=True), name="akt_kopia_is_marked"),
            models.CheckConstraint(
                condition=Q(forstord__isnull=True) | ~Q(forstord_skal=""),
                name="akt_kopia_destroyed_has_reason",
            ),
            unique("utlamnande_id", "papper", "underlag_id", name="akt_kopia_once"),
        )

    def __str__(self) -> str:
        return f"Kopia: {self.papper}"


class AktOverlamning(Owned):
    """A whole akt that went to another keeper (R-187, R-198): append-only, held by the new one."""

    akt_id = models.UUIDField()
    arende_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fran_unit = models.ForeignKey("cases.Unit", on_delete=models.PROTECT, related_name="+")
    grund = code_field()
    overlamnad = models.DateTimeField()
    overlamnad_av = user_key()

    def __str__(self) -> str:
        return f"{self.grund} {self.overlamnad:%Y-%m-%d}"


class Upphorande(Owned):
    """A provider's unit that ends; cannot be completed while an akt has no owner (R-198, L-32)."""

    enhet = models.ForeignKey("cases.Unit", on_delete=models.PROTECT, related_name="+")
    datum = models.DateField()
    orsak = code_field()
    ivo_underrattad = models.DateField(null=True)
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    avslutat = models.DateTimeField(null=True)
    avslutat_av = user_key()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["enhet"], condition=Q(avslutat__isnull=True), name="upphorande_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.enhet_id} {self.datum}"


class UpphorandeAkt(Owned):
    """One line of the checklist: an akt of the unit, and who keeps it from now on."""

    upphorande = models.ForeignKey(Upphorande, on_delete=models.PROTECT, related_name="akter")
    akt_id = models.UUIDField()
    arende_id = models.UUIDField()
    uppdrag_id = models.UUIDField()
    nummer = models.CharField(max_length=30)
    agare = code_field(blank=True)
    agare_unit = models.ForeignKey(
        "cases.Unit", on_delete=models.PROTECT, null=True, related_name="+"
    )
    ansvarig = models.CharField(max_length=200, blank=True, default="")
    bestamd = models.DateTimeField(null=True)
    bestamd_av = user_key()

    class Meta:
        constraints = (
            unique("upphorande", "akt_id", name="upphorande_akt_once"),
            models.CheckConstraint(
                condition=Q(agare="") | Q(bestamd__isnull=False),
                name="upphorande_akt_owner_has_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.nummer} {self.agare}"


class MyndighetsSlutanteckning(Owned):
    """That myndigheten wrote an akt's final note, since its provider is gone (K-3): four eyes."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    akt = models.OneToOneField(Akt, on_delete=models.PROTECT, related_name="+")
    anteckning = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    skal = models.TextField()
    skriven_av = user_key(null=False)
    granskad_av = user_key(null=False)
    registrerad = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(skal=""), name="authority_note_has_reason"),
            models.CheckConstraint(
                condition=~Q(skriven_av=F("granskad_av")), name="authority_note_four_eyes"
            ),
        )

    def __str__(self) -> str:
        return str(self.akt_id)
