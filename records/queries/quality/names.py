"""What things of the quality work are called: the number of each, where the reader may read it."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases.access import Action
from records.models import Avvikelse, Kalla, Klagomal, LexSarah, Risk
from records.queries.quality.reader import Reader

Thing = tuple[str, UUID]
"""A kind (``Kalla``) and an id."""


def numbers(who: Reader, things: Iterable[Thing]) -> dict[Thing, str]:
    """The number of each thing that the reader may read; at most one query for each kind.

    An ärende is not among them: its number is the case page's to tell. Call it inside
    ``access_context``.
    """
    wanted: dict[str, set[UUID]] = {}
    for kind, ref in things:
        wanted.setdefault(kind, set()).add(ref)
    return {
        (kind, ref): number
        for kind, refs in wanted.items()
        if kind in NUMBERED
        for ref, number in NUMBERED[kind](who, refs)
    }


def _plain(model: Any, action: Action) -> Callable[[Reader, set[UUID]], Iterable[tuple[UUID, str]]]:
    def found(who: Reader, refs: set[UUID]) -> Iterable[tuple[UUID, str]]:
        rows = model.objects.filter(who.rows(action), pk__in=refs)
        return list(rows.values_list("pk", "nummer"))

    return found


def _risks(who: Reader, refs: set[UUID]) -> Iterable[tuple[UUID, str]]:
    rows = Risk.objects.filter(who.rows() & Q(pk__in=refs))
    return [
        (ref, f"{analysis}:{number}")
        for ref, analysis, number in rows.values_list("pk", "analys__nummer", "nummer")
    ]


NUMBERED: Mapping[str, Callable[[Reader, set[UUID]], Iterable[tuple[UUID, str]]]] = (
    MappingProxyType(
        {
            Kalla.AVVIKELSE.value: _plain(Avvikelse, Action.QUALITY),
            Kalla.KLAGOMAL.value: _plain(Klagomal, Action.QUALITY),
            Kalla.LEX_SARAH.value: _plain(LexSarah, Action.LEX_SARAH),
            Kalla.RISK.value: _risks,
        }
    )
)
