"""Papers as they were given: the bytes themselves, for ever."""

from django.db import models

from records.models.owned import Owned, code_field, unique, user_key


class Papper(Owned):
    """One PDF that was made for a person, kept as it is (append-only by trigger).

    The bytes are kept, not a recipe for them: a later typst or font would give other bytes, and
    what must be shown again is what the person got. ``arende_id`` is no foreign key, so that a
    gallringsprotokoll outlives what it tells about.
    """

    papper = code_field()
    underlag_id = models.UUIDField()
    arende_id = models.UUIDField(null=True, db_index=True)
    akt_id = models.UUIDField(null=True)
    titel = models.CharField(max_length=200)
    mall_hash = models.CharField(max_length=64)
    law_version = models.CharField(max_length=40, blank=True, default="")
    kopia = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    storlek = models.PositiveIntegerField()
    innehall = models.BinaryField()
    skapad = models.DateTimeField()
    skapad_av = user_key()

    class Meta:
        constraints = (
            unique("unit", "papper", "underlag_id", "sha256", name="papper_once_per_content"),
        )

    def __str__(self) -> str:
        return f"{self.papper} {self.skapad:%Y-%m-%d}"
