"""Columns that every row about a person carries, so that a policy reads its own row only."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint

from cases.models import CaseRow

CODE_LENGTH = 100


def code_field(*, blank: bool = False) -> "models.CharField[str, str]":
    """A code out of processes/terms or lagrum.toml; the lists are data, so no choices here."""
    return models.CharField(max_length=CODE_LENGTH, blank=blank, default="" if blank else None)


def user_key(*, null: bool = True) -> "models.ForeignKey[object, object]":
    """Who did it; ``null`` where the system did (a timer, a message)."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        related_name="+",
        db_index=False,
    )


class Owned(CaseRow):
    """A row held by one unit of one organisation, at one level of secrecy.

    The three columns are copied to every child table: row-level security never joins.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Shared(Owned):
    """A row that its holder has also sent to one other unit: the chosen copy of K-7.

    ``delad_med`` is empty until it is sent, and empty again when the receiver declines (K-8).
    """

    delad_med = models.ForeignKey(
        "cases.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )

    class Meta:
        abstract = True


class Kvalitetsrad(CaseRow):
    """A row of the quality work: held by a unit, but no part of the record of any person.

    Apart from ``Owned`` on purpose: the register extract and the archive of a person never go
    through these tables.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def unique(*fields: str, name: str) -> UniqueConstraint:
    """A plain unique constraint; shorter to read in the models."""
    return UniqueConstraint(fields=list(fields), name=name)
