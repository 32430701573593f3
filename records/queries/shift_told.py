"""What is new about everybody on a page of Skiftet, to be read there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cases.context import access_context
from records.models import Skydd
from records.queries.reads import log_reads
from records.queries.shift import MOST_NEW, READ, Followed, place_of
from records.queries.shift_new import KINDS, Look, Place, oldest


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is new in one akt, by kind; ``whole``: nothing that is new is missing."""

    new: Mapping[str, Sequence[Any]]
    whole: bool


def told(look: Look, lines: Sequence[Followed]) -> Mapping[UUID, Told]:
    """What is new in each akt of a page, to be read there; the reading is logged.

    Nothing about a person with protected data: it names her, and a page of many does not.

    Args:
        look: Who looks.
        lines: From ``followed``.
    """
    shown = [line for line in lines if line.total and line.akt.person.skydd == Skydd.INGEN]
    if not shown:
        return {}
    with access_context(look.actor):
        people = [(one.akt.person, one.akt.arende_id) for one in shown]
        log_reads(look.actor, people, READ, look.now)
        there = [place_of(line) for line in shown]
        rows = {kind: oldest(look, kind, there, MOST_NEW) for kind in KINDS}
    return {line.akt.pk: _told(line, rows, place) for line, place in zip(shown, there, strict=True)}


def _told(line: Followed, rows: Mapping[str, Sequence[Any]], place: Place) -> Told:
    mine = {
        kind: [row for row in reversed(found) if KINDS[kind].belongs(row, place)]
        for kind, found in rows.items()
    }
    missing = any(len(mine.get(kind, ())) < line.counts[kind] for kind in KINDS)
    return Told(new=mine, whole=not missing)
