"""Consent, its withdrawal, and what is disclosed to others on which ground (R-150…R-161, K-9)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from records.models.arende import Arende
from records.models.journal import Dokument
from records.models.owned import CODE_LENGTH, Owned, code_field, unique, user_key
from records.models.person import Person


class Samtycke(Owned):
    """One consent as it was given: never changed, only withdrawn (R-150, R-151, R-153, R-159)."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="samtycken")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="samtycken")
    ersatter = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="ersatt_av"
    )
    lamnat_datum = models.DateField()
    galler_till = models.DateField()
    form = code_field()
    lamnat_av = code_field()
    behorighet = code_field(blank=True)
    formaga_bedomd = models.TextField(blank=True, default="")
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, related_name="+")
    law_version = models.CharField(max_length=40, blank=True, default="")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(galler_till__gt=F("lamnat_datum")), name="samtycke_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(form__in=("muntligt", "skriftligt")), name="samtycke_form"
            ),
            models.CheckConstraint(
                condition=Q(lamnat_av="den_enskilde")
                | (Q(lamnat_av="stallforetradare") & ~Q(behorighet="")),
                name="samtycke_giver",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lamnat_datum} {self.galler_till}"


class SamtyckeDel(Owned):
    """Who may be told what for which purpose (R-156…R-158); a part can be withdrawn by itself."""

    samtycke = models.ForeignKey(Samtycke, on_delete=models.PROTECT, related_name="delar")
    nummer = models.PositiveSmallIntegerField()
    mottagare_typ = code_field()
    mottagare = models.CharField(max_length=200)
    syfte = models.CharField(max_length=500)
    uppgifter = ArrayField(models.CharField(max_length=CODE_LENGTH))

    class Meta:
        constraints = (
            unique("samtycke", "nummer", name="samtycke_del_once"),
            models.CheckConstraint(
                condition=~Q(mottagare="") & ~Q(syfte="") & Q(uppgifter__len__gt=0),
                name="samtycke_del_complete",
            ),
        )

    def __str__(self) -> str:
        return f"del {self.nummer}"


class SamtyckeAterkallelse(Owned):
    """A withdrawal, of the whole or of one part; it takes effect at once (R-154)."""

    samtycke = models.ForeignKey(Samtycke, on_delete=models.PROTECT, related_name="aterkallelser")
    del_av = models.ForeignKey(
        SamtyckeDel, on_delete=models.PROTECT, null=True, related_name="aterkallelser"
    )
    datum = models.DateField()
    lamnad_av = code_field()
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, null=True, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["samtycke", "del_av"], nulls_distinct=False, name="samtycke_withdrawn_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.datum)


class UtlamnandeStatus(models.TextChoices):
    """A disclosure waits, and is then sent, stopped or refused: once."""

    VANTAR = "vantar", gettext_noop("Väntar på att skickas")
    SKICKAD = "skickad", gettext_noop("Skickad")
    STOPPAD = "stoppad", gettext_noop("Stoppad")
    NEKAD = "nekad", gettext_noop("Nekad")


class Utlamnande(Owned):
    """One disclosure after a review (R-161), with its ground (K-9).

    ``innehall`` names the documents, notes or parts by id; nothing is copied here. The database
    refuses to send what rests on a consent that has ended, and stops it when one is withdrawn.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="utlamnanden")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mottagare_typ = code_field()
    mottagare = models.CharField(max_length=200)
    syfte = models.CharField(max_length=500)
    uppgifter = ArrayField(models.CharField(max_length=CODE_LENGTH))
    innehall = models.JSONField(default=list)
    kopia = models.BooleanField(default=True)
    grund = code_field()
    samtycke_del = models.ForeignKey(
        SamtyckeDel, on_delete=models.PROTECT, null=True, related_name="utlamnanden"
    )
    lagrum = code_field(blank=True)
    sekretessgrund = code_field(blank=True)
    skal = models.TextField(blank=True, default="")
    provad = models.DateTimeField()
    provad_av = user_key()
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, null=True, related_name="+")
    law_version = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(
        max_length=10, choices=UtlamnandeStatus.choices, default=UtlamnandeStatus.VANTAR
    )
    skickad = models.DateTimeField(null=True)
    skickad_av = user_key()
    kvitterad = models.DateTimeField(null=True)
    stoppad = models.DateTimeField(null=True)
    stoppad_orsak = code_field(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(grund="samtycke") & Q(samtycke_del__isnull=False))
                | (Q(grund="lagrum") & ~Q(lagrum=""))
                | (Q(grund="menprovning") & ~Q(skal=""))
                | (Q(status="nekad") & ~Q(skal="")),
                name="utlamnande_has_ground",
            ),
            models.CheckConstraint(
                condition=(Q(status="skickad") & Q(skickad__isnull=False))
                | (~Q(status="skickad") & Q(skickad__isnull=True)),
                name="utlamnande_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="stoppad") | ~Q(stoppad_orsak=""),
                name="utlamnande_stopped_has_reason",
            ),
        )
        indexes = (models.Index(fields=["arende", "status"]),)

    def __str__(self) -> str:
        return f"{self.id} {self.status}"
