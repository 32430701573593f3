"""Nämndens list of insatser without assessment (R-236), and what was counted in them (R-226)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cases import bundles
from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError
from engine.bundle import Bundle
from records.access import may
from records.answers import local_date
from records.exemption import demand, exemption_on, is_offered
from records.models import AnonymtBesok, InsatsUtanBehov, Maende
from records.suppression import Shown, suppress, suppress_cross
from records.terms import decide

DIMENSIONS = ("kon", "aldersgrupp", "problemkategori", "omrade")
REPORT = "oppna_insatser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One row of the list: what is offered, to whom, and whether it is exempt and why (R-236)."""

    insats: UUID
    namn: str
    slag: str
    malgrupp: str
    villkor: str
    langsta_dygn: int | None
    erbjuds: bool
    krav: str
    anonym: bool
    undantag: bool
    skal: str
    beslut_ref: str
    beslutsdatum: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What may be shown about one insats in a period of whole months; None where too small."""

    insats: UUID
    minsta_antal: int
    besok: int | None
    fordelning: Mapping[str, Mapping[str, int | None]]
    kon_alder: Mapping[tuple[str, str], int | None] | None
    maende: Mapping[str, Shown[int]]


def positions(actor: Actor, now: datetime) -> list[Position]:
    """Nämndens list as the actor's units hold it, by name; one row for each insats."""
    with access_context(actor):
        bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
        rows = InsatsUtanBehov.objects.order_by("namn", "id")
        return [
            _position(bundle, row, local_date(now))
            for row in rows
            if may(actor, Action.READ, row.unit_id, 0, now, case=None)
        ]


def statistics(
    actor: Actor, insats_id: UUID, first: date, last: date, *, now: datetime
) -> Statistics:
    """Count the visits of a period, without what is too small to show.

    Args:
        actor: Who reads.
        insats_id: An insats of the actor's units.
        first: A day in the first month; months are counted whole, or two periods that differ by
            a day would tell who came that day.
        last: A day in the last month.
        now: The moment, aware.

    Raises:
        NotFoundError: No such insats within sight.
        NotPermittedError: The actor's role may not read here.
        ConfigurationMissingError: The edition has no table ``statistik_minsta``.
    """
    with access_context(actor):
        insats = InsatsUtanBehov.objects.filter(pk=insats_id).first()
        if insats is None:
            raise NotFoundError("insats", insats_id)
        if not may(actor, Action.READ, insats.unit_id, 0, now, case=None):
            raise NotPermittedError(Action.READ.value, insats_id)
        bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
        least = int(decide(bundle, "statistik_minsta", {"rapport": REPORT}))
        return _counted(insats, first.replace(day=1), _after(last), least)


def _position(bundle: Bundle, row: InsatsUtanBehov, day: date) -> Position:
    asked = demand(bundle, row, day)
    found = exemption_on(row, day)
    last = found or row.beslut.order_by("-giltig_fran", "-registrerad").first()
    return Position(
        insats=row.pk,
        namn=row.namn,
        slag=row.slag,
        malgrupp=row.malgrupp,
        villkor=row.villkor,
        langsta_dygn=row.langsta_dygn,
        erbjuds=is_offered(row, day),
        krav=asked.krav,
        anonym=asked.anonymous,
        undantag=found is not None,
        skal=found.skal if found else "",
        beslut_ref=last.dnr if last else "",
        beslutsdatum=last.beslutsdatum if last else None,
    )


def _counted(insats: InsatsUtanBehov, start: date, end: date, least: int) -> Statistics:
    visits = AnonymtBesok.objects.filter(insats=insats, datum__gte=start, datum__lt=end)
    lists = {name: suppress(_by(visits.values_list(name, "antal")), least) for name in DIMENSIONS}
    cross: Counter[tuple[str, str]] = Counter()
    for kon, alder, antal in visits.values_list("kon", "aldersgrupp", "antal"):
        cross[kon, alder] += antal
    totals = [shown.total for shown in lists.values()]
    return Statistics(
        insats=insats.pk,
        minsta_antal=least,
        besok=None if None in totals else totals[0],
        fordelning={name: shown.cells for name, shown in lists.items()},
        kon_alder=suppress_cross(cross, least),
        maende=_wellbeing(insats, start, end, least),
    )


def _wellbeing(
    insats: InsatsUtanBehov, start: date, end: date, least: int
) -> dict[str, Shown[int]]:
    rows = Maende.objects.filter(insats=insats, manad__gte=start, manad__lt=end)
    found: dict[str, dict[int, int]] = {}
    for when, level, number in rows.values_list("tillfalle", "niva", "antal"):
        levels = found.setdefault(when, {})
        levels[level] = levels.get(level, 0) + number
    return {when: suppress(counts, least) for when, counts in found.items()}


def _by(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for value, antal in rows:
        counts[value] += antal
    return dict(sorted(counts.items()))


def _after(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
