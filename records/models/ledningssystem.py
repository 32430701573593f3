"""The ledningssystem of a unit and its local routines (R-010, R-060). No row is about a person."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Ledningssystem(Kvalitetsrad):
    """One adopted version of a unit's ledningssystem; never changed, the newest one holds.

    Adapted to the service (``tjanst``) and its law (``lagrum``); says how the tasks of the quality
    work are distributed (``ansvar``, R-013) and what time is set aside (``tid``, R-210).
    """

    version = models.PositiveSmallIntegerField()
    tjanst = code_field()
    lagrum = ArrayField(models.CharField(max_length=100))
    ansvar = models.TextField()
    tid = models.TextField()
    faststalld = models.DateTimeField()
    faststalld_av = user_key(null=False)
    beskriven_av = user_key()
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            unique("unit", "version", name="ledningssystem_version_once"),
            models.CheckConstraint(condition=Q(lagrum__len__gte=1), name="ledningssystem_has_law"),
            models.CheckConstraint(
                condition=~Q(ansvar="") & ~Q(tid=""), name="ledningssystem_says_who_and_when"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.pk}"


class LokalRutin(Kvalitetsrad):
    """A routine of a unit, adopted with its ledningssystem (R-060, R-208, R-210)."""

    ledningssystem = models.ForeignKey(
        Ledningssystem, on_delete=models.PROTECT, related_name="rutiner"
    )
    nummer = models.PositiveSmallIntegerField()
    kategori = code_field()
    rubrik = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        constraints = (
            unique("ledningssystem", "nummer", name="lokalrutin_number_once"),
            models.CheckConstraint(
                condition=~Q(rubrik="") & ~Q(text=""), name="lokalrutin_says_what"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kategori} {self.pk}"
