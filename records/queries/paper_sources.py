"""Where each kind of paper data comes from: one source per kind, the registry of them.

A source reads through the filters it is given (``seen``: rows of the reader's units, ``shared``:
also rows sent to them) and returns None where there is nothing within sight. Another kind is added
with ``@source("<kind>")`` in a module that ``records.queries`` imports.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases.user_names import user_name
from engine.bundle import Bundle
from records.errors import ConfigurationMissingError
from records.identity import mask
from records.models import Person, Skydd
from records.papers.letter import Citation, Plain, Recipient, Signature
from records.terms import terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Which record, of which ärende, and what may be read to answer."""

    ref: UUID
    arende: UUID
    seen: Q
    shared: Q
    bundle: Bundle
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a source found. ``moment`` is the record's own: it dates the paper and its bytes."""

    underlag: Plain
    moment: datetime
    organisation: str
    enhet: str
    person: Person | None = None
    arendenummer: str = ""
    law_version: str = ""
    akt: UUID | None = None
    kopia: bool = False


Source = Callable[[Ask], Found | None]
_sources: dict[str, Source] = {}


def source(kind: str) -> Callable[[Source], Source]:
    """Register where a kind of data comes from.

    Raises:
        ValueError: The kind has a source already.
    """

    def register(function: Source) -> Source:
        if kind in _sources:
            raise ValueError(f"the underlag {kind} has two sources")
        _sources[kind] = function
        return function

    return register


def sources() -> Mapping[str, Source]:
    """Every source by kind."""
    return MappingProxyType(_sources)


def recipient(person: Person) -> Recipient:
    """The person as a paper may show her; without address where she is protected (P-1)."""
    protected = person.skydd != Skydd.INGEN
    place = f"{person.postnummer} {person.postort}".strip()
    number = person.personnummer
    return Recipient(
        namn=person.namn,
        personnummer=f"{number[:8]}-{number[8:]}" if number else "",
        fodd=mask(number) if number else "",
        adress=() if protected else tuple(row for row in (person.adress, place) if row),
        skyddad=protected,
    )


def cited(bundle: Bundle, ref: str) -> Citation:
    """A place in the law as the paper writes it; an unknown one stands as it is, unverified."""
    found = bundle.lagrum.get(ref)
    if found is None:
        return Citation(id=ref, text=ref, verifierad=False)
    return Citation(
        id=ref, text=found.text, beskrivning=found.beskrivning, verifierad=found.status != "U"
    )


def signature(
    bundle: Bundle, user: Any, *, roll: str = "", enhet: str = "", day: date | None = None
) -> Signature:
    """Who signed, by name, with the role's own name."""
    role = bundle.roles.get(roll) if roll else None
    return Signature(namn=user_name(user), roll=role.name if role else roll, enhet=enhet, datum=day)


def named(bundle: Bundle, listed: str, table: str, code: str) -> str:
    """The name of a code in one of the edition's lists; the code itself where it has none."""
    try:
        found = terms(bundle, listed, table).get(code)
    except ConfigurationMissingError:
        return code
    return code if found is None else found.namn


def option(bundle: Bundle, form_id: str, field: str, value: str) -> str:
    """What stood beside a choice in the form it was made in."""
    if f"forms/{form_id}.form" not in bundle.files:
        return value
    fields = [found for found in bundle.form(form_id).walk() if found.key == field]
    labels = {choice.value: choice.label for found in fields for choice in found.options}
    return labels.get(value, value)
