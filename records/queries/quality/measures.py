"""The handlingsplan: measures out of every part of the quality work, the late ones first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from cases.context import access_context
from cases.user_names import user_name
from records.models import Atgard, AtgardEffekt, AtgardStatus, Kalla
from records.queries.quality.names import numbers
from records.queries.quality.reader import PAGE, Reader, page_of
from records.terms import decide

GOING = (AtgardStatus.BESLUTAD, AtgardStatus.UTFORD)


class MeasureState(StrEnum):
    """Which measures: what the first choice of the page says."""

    OPEN = "oppna"
    LATE = "forsenade"
    EFFECT = "foljs-upp"
    CLOSED = "klara"
    ALL = "alla"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMeasures:
    """A choice of measures; ``kalla`` is what they come out of."""

    state: MeasureState = MeasureState.OPEN
    unit: UUID | None = None
    kalla: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """One measure: what, who, by when, how the effect shows, and what the last round showed.

    ``effect_due``: the day to follow the effect up by, once it is done. ``source`` is the number
    of what it comes out of, where the reader may read that.
    """

    id: UUID
    nummer: str
    vad: str
    enhet: str
    kalla: Kalla
    kalla_id: UUID
    source: str
    ansvarig: str
    klar_senast: date
    effektmatt: str
    status: AtgardStatus
    utford: date | None
    effect_due: date | None
    late: bool
    rounds: int
    resultat: str
    foljd_upp: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureList:
    """One page of a choice, with how many each state of the same choice has."""

    rows: Sequence[MeasureLine]
    counts: Mapping[MeasureState, int]
    page: int
    pages: int


def measures(who: Reader, wanted: WantedMeasures, *, page: int = 1) -> MeasureList:
    """One page of measures: the late first, then by day, the closed last.

    Args:
        who: Who reads.
        wanted: The choice.
        page: Which page, from 1.

    Raises:
        NotPermittedError: The actor reads the quality work of no unit.
    """
    who.need()
    with access_context(who.actor):
        effects = _effects_due(who)
        counts = {one: _rows(who, wanted, effects, one).count() for one in MeasureState}
        here, last = page_of(counts[wanted.state], page)
        found = _ordered(who, _rows(who, wanted, effects, wanted.state), effects)
        lines = measure_lines(who, list(found[(here - 1) * PAGE : here * PAGE]), effects)
    return MeasureList(rows=lines, counts=counts, page=here, pages=last)


def measure_counts(who: Reader, *, kalla: str = "") -> Mapping[MeasureState, int]:
    """How many there are in each state. Call it inside ``access_context``.

    Args:
        who: Who reads.
        kalla: Only those out of this.
    """
    effects, wanted = _effects_due(who), WantedMeasures(kalla=kalla)
    return {one: _rows(who, wanted, effects, one).count() for one in MeasureState}


def measure_lines(
    who: Reader, rows: Sequence[Atgard], effects: Mapping[UUID, date] | None = None
) -> list[MeasureLine]:
    """The lines of some measures; the same queries however many there are.

    Args:
        who: Who reads.
        rows: The measures.
        effects: When the effect of each is to be followed up; asked for where it is not given.
    """
    due = _effects_due(who) if effects is None else effects
    refs = [row.pk for row in rows]
    whole = {
        row.pk: row for row in Atgard.objects.filter(pk__in=refs).select_related("unit", "ansvarig")
    }
    rounds: dict[UUID, list[AtgardEffekt]] = {}
    for effect in AtgardEffekt.objects.filter(atgard__in=refs).order_by("omgang"):
        rounds.setdefault(effect.atgard_id, []).append(effect)
    named = numbers(who, [(row.kalla, row.kalla_id) for row in rows])
    return [
        _line(who, whole[ref], rounds.get(ref, []), due.get(ref), named)
        for ref in refs
        if ref in whole
    ]


def _line(
    who: Reader,
    row: Atgard,
    rounds: Sequence[AtgardEffekt],
    due: date | None,
    named: Mapping[tuple[str, UUID], str],
) -> MeasureLine:
    newest = rounds[-1] if rounds else None
    undone = row.status == AtgardStatus.BESLUTAD and row.klar_senast < who.day
    return MeasureLine(
        id=row.pk,
        nummer=row.nummer,
        vad=row.vad,
        enhet=row.unit.name,
        kalla=Kalla(row.kalla),
        kalla_id=row.kalla_id,
        source=named.get((row.kalla, row.kalla_id), ""),
        ansvarig=user_name(row.ansvarig),
        klar_senast=row.klar_senast,
        effektmatt=row.effektmatt,
        status=AtgardStatus(row.status),
        utford=row.utford_datum,
        effect_due=due,
        late=undone or (due is not None and due < who.day),
        rounds=len(rounds),
        resultat="" if newest is None else newest.resultat,
        foljd_upp=None if newest is None else newest.foljd_upp,
    )


def _effects_due(who: Reader) -> dict[UUID, date]:
    """Measures that are done and not yet followed up: when they shall be, by the table."""
    rows = Atgard.objects.filter(who.rows(), status=AtgardStatus.UTFORD)
    found = rows.annotate(rounds=Count("effekter")).values_list("pk", "utford_datum", "rounds")
    return {
        ref: decide(who.bundle, "effektuppfoljning", {"omgang": before + 1, "fran": done})["senast"]
        for ref, done, before in found
    }


def _late(who: Reader, effects: Mapping[UUID, date]) -> Q:
    waited = [ref for ref, due in effects.items() if due < who.day]
    return Q(status=AtgardStatus.BESLUTAD, klar_senast__lt=who.day) | Q(pk__in=waited)


def _rows(
    who: Reader, wanted: WantedMeasures, effects: Mapping[UUID, date], state: MeasureState
) -> QuerySet[Atgard]:
    """The rows of a choice: the count and the list are both this."""
    states = {
        MeasureState.OPEN: Q(status__in=GOING),
        MeasureState.LATE: _late(who, effects),
        MeasureState.EFFECT: Q(status=AtgardStatus.UTFORD),
        MeasureState.CLOSED: ~Q(status__in=GOING),
        MeasureState.ALL: Q(),
    }
    rows = Atgard.objects.filter(who.rows(), states[state])
    if wanted.unit is not None:
        rows = rows.filter(unit=wanted.unit)
    return rows.filter(kalla=wanted.kalla) if wanted.kalla else rows


def _ordered(who: Reader, rows: QuerySet[Atgard], effects: Mapping[UUID, date]) -> QuerySet[Atgard]:
    rank = Case(
        When(_late(who, effects), then=Value(0)),
        When(Q(status__in=GOING), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.annotate(rank=rank).order_by("rank", "klar_senast", "nummer")
