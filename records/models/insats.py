"""What happens with each insats of an uppdrag: begun, interrupted, taken up again, ended."""

from django.db import models
from django.db.models import Q

from records.models.journal import Dokument
from records.models.owned import Owned, code_field, user_key
from records.models.uppdrag import Akt


class Handelse(models.TextChoices):
    """The turns in the life of an insats (R-130, R-136; K-12 counts per delbeslut)."""

    PABORJAD = "paborjad", "Påbörjad"
    AVBROTT = "avbrott", "Avbrott"
    ATERUPPTAGEN = "aterupptagen", "Återupptagen"
    AVSLUTAD = "avslutad", "Avslutad"


class InsatsHandelse(Owned):
    """One turn of one insats; append-only. ``delbeslut_id`` is myndighetens, so it is no key here.

    ``datum`` is the day it happened, ``orsak`` a code (of an interruption: why).
    """

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="insatshandelser")
    insats = code_field()
    delbeslut_id = models.UUIDField(null=True)
    handelse = models.CharField(max_length=12, choices=Handelse.choices)
    datum = models.DateField()
    orsak = code_field(blank=True)
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, null=True, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(handelse__in=("avbrott", "avslutad")) | ~Q(orsak=""),
                name="insats_end_has_reason",
            ),
        )
        indexes = (models.Index(fields=["akt", "insats", "datum"]),)

    def __str__(self) -> str:
        return f"{self.insats} {self.handelse}"


class Uppehall(Owned):
    """A pause of the support (hospital, short stay); ``insatser`` are the codes that rest.

    Only the return is set later, once.
    """

    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="uppehall")
    orsak = code_field()
    fran = models.DateField()
    vantas_ater = models.DateField(null=True)
    insatser = models.JSONField(default=list)
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    ater_datum = models.DateField(null=True)
    ater_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ater_datum__isnull=True) | Q(ater_datum__gte=models.F("fran")),
                name="uppehall_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(vantas_ater__isnull=True) | Q(vantas_ater__gte=models.F("fran")),
                name="uppehall_expected_after_start",
            ),
        )
        indexes = (models.Index(fields=["akt", "fran"]),)

    def __str__(self) -> str:
        return f"{self.orsak} {self.fran}"
