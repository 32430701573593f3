"""Retention's own record: hold, decision, archive package, protocol, what is kept elsewhere.

Rows that tell about destruction outlive what they tell about: they hold ids, days, counts and
checksums. Where they name an ärende or an akt, the row they name stays as an empty shell.
"""

from django.db import models
from django.db.models import F, Q

from records.models.arende import Arende
from records.models.journal import Dokument
from records.models.owned import Owned, Shared, code_field, unique, user_key
from records.models.uppdrag import Akt


class GallringSparr(Owned):
    """A legal hold: nothing that the unit holds in the ärende is destroyed until it is lifted.

    Set and lifted by a named person with a reason; only the lifting may be written later, once.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    orsak = code_field()
    skal = models.TextField()
    omprovas = models.DateField(null=True)
    satt = models.DateTimeField()
    satt_av = user_key(null=False)
    havd = models.DateTimeField(null=True)
    havd_av = user_key()
    havd_skal = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(orsak="") & ~Q(skal=""), name="sparr_set_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(havd__isnull=True) | (Q(havd_av__isnull=False) & ~Q(havd_skal="")),
                name="sparr_lifted_with_reason",
            ),
        )
        indexes = (
            models.Index(fields=["arende", "unit"], condition=Q(havd=None), name="sparr_live"),
        )

    def __str__(self) -> str:
        return self.orsak


class GallringStart(Owned):
    """The nightly look has begun the gallring of an akt for this day: once (R-183)."""

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="+")
    gallringsdatum = models.DateField()
    startad = models.DateTimeField()

    class Meta:
        constraints = (unique("akt", "gallringsdatum", name="gallring_started_once"),)

    def __str__(self) -> str:
        return str(self.gallringsdatum)


class PaketSlag(models.TextChoices):
    """Where a package goes: the archive, the personakt (R-211), or taken into one."""

    ARKIV = "arkiv", "Till arkivet"
    PERSONAKT = "personakt", "Till personakten"
    MOTTAGET = "mottaget", "Mottaget i personakten"


class Arkivpaket(Shared):
    """A whole akt as a package, until its receiver has given a receipt for it.

    ``innehall`` is emptied when the akt is destroyed here; name, size and checksum stay.
    """

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="+")
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    slag = models.CharField(max_length=12, choices=PaketSlag.choices)
    profil = code_field(blank=True)
    namn = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    storlek = models.PositiveIntegerField()
    antal_filer = models.PositiveIntegerField(default=0)
    innehall = models.BinaryField()
    samrad_datum = models.DateField(null=True)
    samrad_kvittens = models.CharField(max_length=200, blank=True, default="")
    skapad = models.DateTimeField()
    skapad_av = user_key()
    levererad_datum = models.DateField(null=True)
    leveranssatt = code_field(blank=True)
    leverans_skal = models.TextField(blank=True, default="")
    levererad_av = user_key()
    kvittens = models.CharField(max_length=200, blank=True, default="")
    kvitterad = models.DateTimeField(null=True)
    kvitterad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(slag="arkiv")
                | (Q(samrad_datum__isnull=False) & ~Q(samrad_kvittens="")),
                name="paket_archive_consulted",
            ),
            models.CheckConstraint(
                condition=Q(leveranssatt__in=("", "digital")) | ~Q(leverans_skal=""),
                name="paket_not_digital_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(kvitterad__isnull=True)
                | (~Q(kvittens="") & Q(levererad_datum__isnull=False)),
                name="paket_receipt_after_delivery",
            ),
        )
        indexes = (models.Index(fields=["akt", "slag"]),)

    def __str__(self) -> str:
        return self.namn


class GallringsUtfall(models.TextChoices):
    """What becomes of an akt (K-10); ``jurist`` is a question, so no decision says it."""

    BEVARA = "bevara", "Bevaras hos arkivet"
    GALLRA = "gallra", "Gallras"
    OVERLAMNA_NAMND = "overlamna_namnd", "Överlämnas till nämnden"


class Gallringsbeslut(Owned):
    """Two people's decision that an akt may be destroyed here; append-only.

    The database refuses one person in both parts, a day that has not come, a hold, and an akt that
    is to be kept but has no receipt.
    """

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="+")
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    instance_id = models.UUIDField()
    utfall = models.CharField(max_length=20, choices=GallringsUtfall.choices)
    gallringsdatum = models.DateField()
    regel = models.TextField(blank=True, default="")
    lagrum = code_field(blank=True)
    law_version = models.CharField(max_length=40, blank=True, default="")
    paket = models.ForeignKey(Arkivpaket, on_delete=models.PROTECT, null=True, related_name="+")
    foreslagen = models.DateTimeField()
    foreslagen_av = user_key(null=False)
    foreslagen_roll = code_field(blank=True)
    godkand = models.DateTimeField()
    godkand_av = user_key(null=False)
    godkand_roll = code_field(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(foreslagen_av=F("godkand_av")), name="gallring_two_persons"
            ),
        )

    def __str__(self) -> str:
        return f"{self.utfall} {self.gallringsdatum}"


class Gallringsprotokoll(Owned):
    """What was destroyed: table, count, checksum. Written by ``records_forstor`` and nobody else.

    ``pagar`` is the transaction that destroys, while it does; the triggers that forbid deletion
    stand aside for that transaction alone.
    """

    akt = models.OneToOneField(Akt, on_delete=models.PROTECT, related_name="gallringsprotokoll")
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    beslut = models.OneToOneField(
        Gallringsbeslut, on_delete=models.PROTECT, related_name="protokoll"
    )
    nummer = models.CharField(max_length=40)
    utfall = models.CharField(max_length=20)
    forstord = models.DateTimeField()
    antal_rader = models.PositiveIntegerField(default=0)
    innehall = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    pagar = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["pagar"], condition=~Q(pagar=None), name="gallring_under_way"),
        )

    def __str__(self) -> str:
        return self.nummer


class ExternForvaring(Owned):
    """A handling outside the system: what and where (R-172); what became of it is written once."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    typ = code_field()
    plats = models.CharField(max_length=200)
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, null=True, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    avslutad = models.DateTimeField(null=True)
    avslutad_av = user_key()
    avslutad_som = code_field(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(plats=""), name="forvaring_has_place"),
            models.CheckConstraint(
                condition=Q(avslutad__isnull=True) | ~Q(avslutad_som=""),
                name="forvaring_ended_how",
            ),
        )

    def __str__(self) -> str:
        return self.typ
