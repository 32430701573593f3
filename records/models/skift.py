"""How far each of the staff has read about the people of her unit (Skiftet)."""

import uuid

from django.db import models

from cases.models import CaseRow
from records.models.owned import unique, user_key
from records.models.uppdrag import Akt


class Skiftlasning(CaseRow):
    """Up to when one person has read what is new in one akt: marked by herself, never backwards.

    About her work and no part of the record of the person: in nobody's extract, and of no use as
    proof of reading. The readings themselves stand in ``ReadLog``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = user_key(null=False)
    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, related_name="+")
    read_until = models.DateTimeField()

    class Meta:
        constraints = (unique("user", "akt", name="skiftlasning_once"),)

    def __str__(self) -> str:
        return f"{self.read_until:%Y-%m-%d %H:%M}"
