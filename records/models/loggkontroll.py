"""Loggkontroll (LBP 10 §): the readings drawn, what another person thought of each, the signature.

The readings themselves stand in the read logs; here are copies of who, when and which ärende, so
that a check can be shown as it was made. Ids and user names only.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Loggkontroll(Kvalitetsrad):
    """One check of one unit and period; signed once, and then it never changes.

    ``fro`` makes the sample repeatable.
    """

    instance_id = models.UUIDField()
    fran = models.DateField()
    till = models.DateField()
    fro = models.CharField(max_length=64)
    antal_lasningar = models.PositiveIntegerField()
    skapad = models.DateTimeField()
    signerad = models.DateTimeField(null=True)
    signerad_av = user_key()
    slutsats = models.TextField(blank=True, default="")
    dokument = models.ForeignKey(
        "records.Dokument", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            unique("instance_id", name="loggkontroll_once_per_instance"),
            models.CheckConstraint(condition=Q(fran__lte=F("till")), name="loggkontroll_period"),
            models.CheckConstraint(
                condition=Q(signerad__isnull=True)
                | (Q(signerad_av__isnull=False) & ~Q(slutsats="")),
                name="loggkontroll_signed_by_person",
            ),
        )
        indexes = (models.Index(fields=["unit", "fran"]),)

    def __str__(self) -> str:
        return f"{self.fran} {self.till}"


class LoggSlag(models.TextChoices):
    """What kind of line it is, and so why it was taken."""

    STICKPROV = "stickprov", gettext_noop("Läsning, stickprov")
    SKYDDAD = "skyddad", gettext_noop("Läsning om en person med skyddade uppgifter")
    VALVET = "valvet", gettext_noop("Läsning av skyddad adress")
    NODOPPNING = "nodoppning", gettext_noop("Nödöppning")
    NEKAD = "nekad", gettext_noop("Nekad läsning")


class LoggRad(Kvalitetsrad):
    """One line to look at. ``grupp``: ``ovriga``, or ``chefen`` where it is the reviewer's own."""

    kontroll = models.ForeignKey(Loggkontroll, on_delete=models.PROTECT, related_name="rader")
    nummer = models.PositiveIntegerField()
    slag = models.CharField(max_length=12, choices=LoggSlag.choices)
    kalla_id = models.UUIDField()
    lasare = user_key(null=False)
    arende_id = models.UUIDField()
    at = models.DateTimeField()
    vad = models.CharField(max_length=100, blank=True, default="")
    skal = models.TextField(blank=True, default="")
    grupp = code_field()

    class Meta:
        constraints = (
            unique("kontroll", "nummer", name="loggrad_number_once"),
            unique("kontroll", "kalla_id", name="loggrad_line_once"),
            models.CheckConstraint(
                condition=~Q(slag="nodoppning") | ~Q(skal=""), name="loggrad_emergency_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nummer}"


class LoggUtfall(models.TextChoices):
    """What the reviewer thinks of a reading."""

    BEHORIG = "behorig", gettext_noop("Behörig")
    OKLAR = "oklar", gettext_noop("Oklar")
    OBEHORIG = "obehorig", gettext_noop("Obehörig")


class LoggBedomning(Kvalitetsrad):
    """One verdict; never changed. A line that was unclear gets another, with the next number."""

    rad = models.ForeignKey(LoggRad, on_delete=models.PROTECT, related_name="bedomningar")
    nummer = models.PositiveSmallIntegerField()
    utfall = models.CharField(max_length=10, choices=LoggUtfall.choices)
    motivering = models.TextField(blank=True, default="")
    granskare = user_key(null=False)
    at = models.DateTimeField()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            unique("rad", "nummer", name="loggbedomning_number_once"),
            models.CheckConstraint(
                condition=Q(utfall="behorig") | ~Q(motivering=""),
                name="loggbedomning_doubt_has_reason",
            ),
        )

    def __str__(self) -> str:
        return self.utfall
