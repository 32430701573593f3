"""What is said to be wrong in the record, and what is done about it; nothing is ever taken away."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from records.models.arende import Arende, Beslut
from records.models.journal import Dokument, JournalEntry
from records.models.owned import Owned, code_field, user_key


class Invandning(Owned):
    """The individual holds a note to be wrong; shown with it, and the note stays (R-075, R-142)."""

    anteckning = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="invandningar"
    )
    datum = models.DateField()
    text = models.TextField()
    framford_av = code_field()
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, null=True, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="invandning_says_something"),
        )

    def __str__(self) -> str:
        return str(self.datum)


class Rattelse(Owned):
    """A reviewed correction of one note or one decision: what was wrong, and what is right.

    What is corrected keeps its words; the correction stands beside it (FL 36, R-073).
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="rattelser")
    anteckning = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, null=True, related_name="provade_rattelser"
    )
    beslut = models.ForeignKey(
        Beslut, on_delete=models.PROTECT, null=True, related_name="rattelser"
    )
    rattad = models.BooleanField()
    grund = code_field()
    fel = models.TextField()
    ratt = models.TextField(blank=True, default="")
    skal = models.TextField()
    rattelseanteckning = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+")
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, related_name="+")
    law_version = models.CharField(max_length=40, blank=True, default="")
    registrerad = models.DateTimeField()
    registrerad_av = user_key()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(anteckning__isnull=False, beslut__isnull=True)
                | Q(anteckning__isnull=True, beslut__isnull=False),
                name="rattelse_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(rattad=False) | ~Q(ratt=""), name="rattelse_says_what_is_right"
            ),
            models.CheckConstraint(condition=~Q(skal=""), name="rattelse_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.grund} {self.registrerad:%Y-%m-%d}"


class Forsegling(Owned):
    """A note that stood in the wrong person's akt: out of sight there, moved, and traced both ways.

    The note itself is unchanged; a trigger only marks it as sealed, and row-level security hides
    what is sealed. ``gravsten`` is the note that stands in its place, ``ny_anteckning`` the copy
    in the right journal.
    """

    anteckning = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, related_name="forsegling"
    )
    gravsten = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+")
    ny_anteckning = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, null=True, related_name="flyttad_hit"
    )
    orsak = code_field()
    upptackt = models.DateField()
    lasare = ArrayField(models.CharField(max_length=150), default=list)
    papper = ArrayField(models.UUIDField(), default=list)
    dokument = models.ForeignKey(Dokument, on_delete=models.PROTECT, related_name="+")
    registrerad = models.DateTimeField()
    registrerad_av = user_key(null=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(anteckning=models.F("gravsten")), name="forsegling_has_tombstone"
            ),
        )

    def __str__(self) -> str:
        return f"{self.orsak} {self.registrerad:%Y-%m-%d}"
