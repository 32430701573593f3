"""How people are told of what waits: addresses, choices, news, letters. No case data."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop


class Epostadress(models.Model):
    """Where letters to a user go, and whether they arrive.

    ``id`` is the word by which a letter's own links know whose it is. A new address (``ny_adress``)
    replaces the old one when its owner has opened the link of the letter that went there;
    ``ny_ord`` is the word of that link. ``kod``: what the receiving server said.
    """

    class State(models.TextChoices):
        """Whether letters may be sent there."""

        NONE = "ingen", "Ingen bekräftad adress"
        GOOD = "god", "Bekräftad"
        BAD = "dalig", "Tar inte emot brev"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    adress = models.EmailField(blank=True, default="")
    tillstand = models.CharField(max_length=10, choices=State.choices, default=State.NONE)
    sedan = models.DateTimeField()
    kod = models.CharField(max_length=40, blank=True, default="")
    ny_adress = models.EmailField(blank=True, default="")
    ny_ord = models.UUIDField(null=True, unique=True)
    ny_sand = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(tillstand="ingen", adress="")
                | Q(tillstand__in=["god", "dalig"]) & ~Q(adress=""),
                name="epostadress_state",
            ),
        )
        indexes = (
            models.Index(fields=("user",), condition=Q(tillstand="god"), name="epostadress_good"),
        )

    def __str__(self) -> str:
        return f"{self.tillstand} {self.pk}"


class Notisinstallning(models.Model):
    """One person's hour of the digest (None: the edition's), and her calendar.

    ``kalender`` is the SHA-256 (hex) of the secret word in the calendar's address, never the word.
    ``kalender_etag`` and ``kalender_andrad``: its content when it was last fetched, and since when.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    sammandrag = models.BooleanField(default=True)
    timme = models.PositiveSmallIntegerField(null=True)
    kalender = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique
    kalender_skapad = models.DateTimeField(null=True)
    kalender_etag = models.CharField(max_length=64, blank=True, default="")
    kalender_andrad = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(timme=None) | Q(timme__lte=23), name="notisinstallning_hour"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Notisval(models.Model):
    """How one person wants to be told of one kind, where that is not the edition's own way."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    slag = models.CharField(max_length=100)
    satt = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "slag"), name="notisval_once"),
            models.CheckConstraint(
                condition=Q(satt__in=["direkt", "sammandrag", "kedja", "inte"]),
                name="notisval_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.satt}"


class Nyhet(models.Model):
    """Something that people may have to be told of: written by triggers, with what it is about.

    It is there when, and only when, its task or reminder has been committed; the worker turns it
    into letters and removes it in one transaction. ``orsakad_av`` is who did it: she knows.
    """

    id = models.BigAutoField(primary_key=True)
    sort = models.CharField(max_length=10)
    ref = models.UUIDField()
    orsakad_av = models.IntegerField(null=True)
    skapad = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.sort} {self.ref}"


class Utskick(models.Model):
    """One letter to one person: from waiting to sent, and kept as the log of what was sent.

    ``rader`` says what it is about, as [sort, id]: its text is counted when it is sent. ``dag`` is
    the day of a digest. ``begard`` is set just before the letter is handed over, in a commit of
    its own: one that is still ``sander`` long after may have arrived or not, is never sent again,
    and what it was about comes in the next digest (``tas_upp``).
    """

    class State(models.TextChoices):
        """Where the letter stands."""

        WAITING = "vantar", gettext_noop("Väntar")
        SENDING = "sander", gettext_noop("Sänds")
        SENT = "sant", gettext_noop("Sänt")
        NOTHING = "inget", gettext_noop("Inget kvar att berätta")
        UNCERTAIN = "oviss", gettext_noop("Ovisst om det kom fram")
        FAILED = "fel", gettext_noop("Gick inte att sända")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    slag = models.CharField(max_length=100)
    rader = models.JSONField(default=list)
    dag = models.DateField(null=True)
    tillstand = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    nasta = models.DateTimeField()
    forsok = models.PositiveIntegerField(default=0)
    kod = models.CharField(max_length=40, blank=True, default="")
    skapad = models.DateTimeField()
    begard = models.DateTimeField(null=True)
    klar = models.DateTimeField(null=True)
    tas_upp = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "slag"),
                condition=Q(tillstand="vantar", dag=None),
                name="utskick_waits_once",
            ),
            models.UniqueConstraint(
                fields=("user", "dag"), condition=Q(dag__isnull=False), name="utskick_digest_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("nasta",), condition=Q(tillstand="vantar"), name="utskick_waiting"
            ),
            models.Index(fields=("user",), condition=Q(tas_upp=True), name="utskick_again"),
            models.Index(fields=("skapad",), name="utskick_age"),
        )

    def __str__(self) -> str:
        return f"{self.slag} {self.tillstand}"
