"""Journal and documents: append-only by trigger; corrections are new notes (R-073, R-075)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from records.models.arende import Arende
from records.models.owned import Owned, code_field, user_key
from records.models.person import Person


class JournalKind(models.TextChoices):
    """Who keeps it: the authority or the provider."""

    MYNDIGHET = "myndighet", gettext_noop("Myndighetsjournal")
    VERKSTALLIGHET = "verkstallighet", gettext_noop("Verkställighetsjournal")


class Dokument(Owned):
    """The answers of one form, whole and immutable, with the form they were given in."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, null=True, related_name="dokument")
    instance_id = models.UUIDField(null=True)
    process_key = code_field(blank=True)
    element = code_field(blank=True)
    task_id = models.CharField(max_length=64, blank=True, default="")
    form_id = code_field()
    form_hash = models.CharField(max_length=64, blank=True, default="")
    answers = models.JSONField()
    law_version = models.CharField(max_length=40, blank=True, default="")
    skapad = models.DateTimeField()
    skapad_av = user_key()
    forseglad = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["arende", "skapad"]),)

    def __str__(self) -> str:
        return f"{self.form_id} {self.skapad:%Y-%m-%d}"


class Journal(Owned):
    """One journal: the authority's of an ärende, or the provider's of an akt (R-090)."""

    kind = models.CharField(max_length=20, choices=JournalKind.choices)
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="journaler")
    akt = models.OneToOneField(
        "records.Akt", on_delete=models.PROTECT, null=True, related_name="journal"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    oppnad = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["arende"], condition=Q(kind="myndighet"), name="journal_one_per_arende"
            ),
            models.CheckConstraint(
                condition=Q(kind="myndighet", akt__isnull=True)
                | Q(kind="verkstallighet", akt__isnull=False),
                name="journal_kind_has_holder",
            ),
        )

    def __str__(self) -> str:
        return self.kind


class JournalEntry(Owned):
    """One note. ``handelsetid`` is when it happened, ``registrerad`` when it was written (R-123).

    ``sen`` says that it was written later than the edition allows; ``omgivningsfaktor`` that the
    surroundings support or hinder (R-127).

    Only ``signerad`` and ``signerad_av`` may be set later, once; a trigger refuses the rest.
    ``forseglad`` is set by the database alone, when a ``Forsegling`` is written.
    """

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="anteckningar")
    typ = code_field()
    text = models.TextField()
    orsak = code_field(blank=True)
    handelsetid = models.DateTimeField()
    registrerad = models.DateTimeField()
    forfattare = user_key()
    forfattare_namn = models.CharField(max_length=200)
    utford_av = user_key()
    automatisk = models.BooleanField(default=False)
    signerad = models.DateTimeField(null=True)
    signerad_av = user_key()
    rattar = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="rattelser"
    )
    dokument = models.ForeignKey(
        Dokument, on_delete=models.PROTECT, null=True, related_name="anteckningar"
    )
    uppdragsmal = models.ForeignKey(
        "records.UppdragMal", on_delete=models.PROTECT, null=True, related_name="+"
    )
    livsomrade = code_field(blank=True)
    aktivitet = models.ForeignKey(
        "records.PlanAktivitet", on_delete=models.PROTECT, null=True, related_name="+"
    )
    omgivningsfaktor = code_field(blank=True)
    kalla = models.TextField(blank=True, default="")
    kalla_relation = models.CharField(max_length=200, blank=True, default="")
    sen = models.BooleanField(default=False)
    lagrum = code_field(blank=True)
    law_version = models.CharField(max_length=40, blank=True, default="")
    forseglad = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(typ__in=("slutanteckning", "avslutsorsak")) | ~Q(orsak=""),
                name="entry_closing_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(typ="slutanteckning")
                | Q(signerad__isnull=True)
                | Q(signerad_av__isnull=False),
                name="entry_final_note_signed_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="entry_has_text"),
            models.CheckConstraint(condition=~Q(typ__startswith="hsl"), name="entry_no_hsl"),
            models.UniqueConstraint(
                fields=["journal"],
                condition=Q(typ="slutanteckning"),
                name="entry_one_final_note",
            ),
        )
        indexes = (models.Index(fields=["journal", "-registrerad"]),)

    def __str__(self) -> str:
        return f"{self.typ} {self.registrerad:%Y-%m-%d}"
