"""The person, as each holder keeps her (K-15), and death as a reversible fact (K-2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop

from records.identity import mask
from records.models.owned import Owned, code_field, unique, user_key


class Skydd(models.TextChoices):
    """Protected identity, weakest first; the place in the list is the row's secrecy level."""

    INGEN = "ingen", "Ingen"
    SEKRETESSMARKERING = "sekretessmarkering", gettext_noop("Sekretessmarkering")
    SKYDDAD_FOLKBOKFORING = "skyddad_folkbokforing", gettext_noop("Skyddad folkbokföring")
    FINGERADE = "fingerade", gettext_noop("Fingerade personuppgifter")

    @property
    def level(self) -> int:
        """Secrecy level of rows about this person: 0 (none) to 3."""
        return list(Skydd).index(self)


class Person(Owned):
    """One person as held by one unit; a provider holds a copy of its own (K-7).

    The number is stored in clear: encryption at rest is the disk's and the backup's so far.
    It is masked wherever the object is printed.
    """

    personnummer = models.CharField(max_length=12, null=True)  # noqa: DJ001 - no number is not an empty one
    utan_id_skal = models.TextField(blank=True, default="")
    fornamn = models.CharField(max_length=100)
    efternamn = models.CharField(max_length=100)
    sortnamn = models.CharField(max_length=220, blank=True, default="")
    fodelsedatum = models.DateField(null=True)
    adress = models.CharField(max_length=200, blank=True, default="")
    postnummer = models.CharField(max_length=10, blank=True, default="")
    postort = models.CharField(max_length=100, blank=True, default="")
    telefon = models.CharField(max_length=40, blank=True, default="")
    skydd = models.CharField(max_length=30, choices=Skydd.choices, default=Skydd.INGEN)
    skyddad_sedan = models.DateTimeField(null=True)
    """Since when the person is protected: what was made before may tell where she lived (P-1)."""
    tolk_sprak = models.CharField(max_length=60, blank=True, default="")
    avliden_datum = models.DateField(null=True)
    skapad = models.DateTimeField()

    class Meta:
        constraints = (
            unique("unit", "personnummer", name="person_once_per_holder"),
            models.CheckConstraint(
                condition=Q(personnummer__isnull=False, utan_id_skal="")
                | (Q(personnummer__isnull=True) & ~Q(utan_id_skal="")),
                name="person_number_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(personnummer__isnull=True) | Q(personnummer__regex=r"^[0-9]{12}$"),
                name="person_number_canonical",
            ),
        )

    def __str__(self) -> str:
        return mask(self.personnummer)

    @property
    def namn(self) -> str:
        """First and last name, for a reader who may see them; they may be on their way (P-3)."""
        return f"{self.fornamn} {self.efternamn}".strip() or "Skyddad person"


class Dodsfall(Owned):
    """One registration of a death; a wrong one is reversed, never removed (K-2)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dodsfall")
    datum = models.DateField()
    kalla = code_field()
    registrerad = models.DateTimeField()
    registrerad_av = user_key()
    aterford = models.DateTimeField(null=True)
    aterford_av = user_key()
    aterford_skal = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=Q(aterford__isnull=True), name="dodsfall_once"
            ),
            models.CheckConstraint(
                condition=Q(aterford__isnull=True) | ~Q(aterford_skal=""),
                name="dodsfall_reversed_with_reason",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class ReadLog(Owned):
    """Who read about whom, when, and for which task; written with the read, never changed."""

    user = user_key(null=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arende_id = models.UUIDField(db_index=True)
    task_id = models.CharField(max_length=64, blank=True, default="")
    vad = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["person", "at"]),
            models.Index(fields=["user", "at"]),
            models.Index(fields=["unit", "at"], name="readlog_unit_at"),
        )

    def __str__(self) -> str:
        return f"{self.vad} {self.at:%Y-%m-%d %H:%M}"
