"""Skiftet: the people whom the actor's units support, and what is new about them to her.

What is new is one builder of rows for each kind (``_NEW``): the list counts them, the card reads
them, so the two agree. Only what the table ``atkomst`` lets her read counts, and nothing that she
wrote herself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Count,
    DateTimeField,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from records.access import readable
from records.models import (
    Akt,
    AktStatus,
    Avvikelse,
    JournalEntry,
    Klagomal,
    PlanVersion,
    Skiftlasning,
    UppdragMal,
    Uppfoljning,
)
from records.queries.lists import numbers_of
from records.queries.reads import log_list, log_read, refusals_logged
from records.uppdrag_content import current_goals

NOTES, PLAN, FOLLOW_UP, DEVIATION, COMPLAINT, PROTECTION = (
    "anteckningar",
    "plan",
    "uppfoljning",
    "avvikelse",
    "klagomal",
    "skydd",
)
MOST_NEW: Final = 200
"""Rows of one kind on a card."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, when, and from when things are new to who has never marked anything as read."""

    actor: Actor
    now: datetime
    first: datetime

    def seen(self, column: str) -> Q:
        """The rows whose content she may read."""
        return readable(self.actor, self.now, column=column, action=Action.CONTENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One open akt: whom it is about, and how much is new by kind.

    ``read``: up to when she has marked it as read; ``since``: after when things are new to her.
    """

    akt: Akt
    number: str
    read: datetime | None
    since: datetime
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How much is new."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One open akt with what is new in it, and the goals that a note can be tied to.

    ``others``: further open akter about the same ärende. ``important``: what the uppdrag says that
    whoever gives the support has to know.
    """

    line: Followed
    new: Mapping[str, Sequence[Any]]
    goals: Mapping[str, UppdragMal]
    others: Sequence[Followed]
    important: str = ""


def followed(look: Look, *, unit: UUID | None = None) -> list[Followed]:
    """The open akter of the actor's units, those with something new first; logged as a list.

    Args:
        look: Who looks.
        unit: Only this unit's.
    """
    with access_context(look.actor):
        here = Q() if unit is None else Q(unit_id=unit)
        rows = list(_counted(look).filter(here))
        found = _lines(look, rows)
        shown: dict[UUID, list[UUID]] = {}
        for line in found:
            shown.setdefault(line.akt.unit_id, []).append(line.akt.arende_id)
        log_list(look.actor, shown, "skiftet", look.now)
    return sorted(found, key=_order)


def card(look: Look, case_id: UUID, akt_id: UUID | None = None) -> Card:
    """One open akt of an ärende with what is new in it; the reading is logged.

    Args:
        look: Who looks.
        case_id: The ärende.
        akt_id: Which akt, where her units have several; the newest when it is None.

    Raises:
        NotFoundError: There is no such case.
        NotPermittedError: It has no open akt whose content she may read; logged (R-163).
    """
    look = replace(look, actor=look.actor.at(case_id))
    with refusals_logged(look.actor, case_id, "skiftet", look.now), access_context(look.actor):
        rows = list(_counted(look).filter(arende_id=case_id).order_by("-oppnad", "pk"))
        row = _chosen(rows, case_id, akt_id)
        log_read(look.actor, row.person, case_id, "skiftet", look.now)
        lines = _lines(look, rows)
        line = next(one for one in lines if one.akt.pk == row.pk)
        place = _Place(row.pk, case_id, row.unit_id, line.since)
        new = {
            kind: list(_ordered(kind, _NEW[kind](look, place))[:MOST_NEW])
            for kind, count in line.counts.items()
            if kind in _NEW and count
        }
        others = [one for one in lines if one is not line]
        return Card(
            line=line,
            new=new,
            goals=current_goals(row.uppdrag_id),
            others=others,
            important=row.uppdrag.viktig_info,
        )


def written_in(
    look: Look, case_id: UUID, akt_id: UUID | None = None
) -> tuple[UUID, Mapping[str, UppdragMal]]:
    """The open akt that a note is for, and its goals by number.

    Nothing of it is shown, so it is no reading and none is logged: a draft is saved every few
    seconds. A refusal is.

    Args:
        look: Who writes.
        case_id: The ärende.
        akt_id: Which akt, as in ``card``.

    Raises:
        NotFoundError, NotPermittedError: As ``card``.
    """
    look = replace(look, actor=look.actor.at(case_id))
    with refusals_logged(look.actor, case_id, "skiftet", look.now), access_context(look.actor):
        rows = Akt.objects.filter(look.seen("arende_id"), status=AktStatus.OPPEN)
        rows = rows.filter(arende_id=case_id).order_by("-oppnad", "pk")
        row = _chosen(rows, case_id, akt_id)
        return row.pk, current_goals(row.uppdrag_id)


def units_followed(look: Look) -> list[tuple[UUID, str]]:
    """The units with an open akt that the actor may read, by name."""
    with access_context(look.actor):
        rows = Akt.objects.filter(look.seen("arende_id"), status=AktStatus.OPPEN)
        found = rows.order_by("unit__name").values_list("unit_id", "unit__name").distinct()
        return list(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is new, and since when: values, or columns of the row outside."""

    akt: Any
    case: Any
    unit: Any
    since: Any


_OUTSIDE = _Place(OuterRef("pk"), OuterRef("arende_id"), OuterRef("unit_id"), OuterRef("since"))
Rows = QuerySet[Any]


def _notes(look: Look, place: _Place) -> Rows:
    rows = JournalEntry.objects.filter(look.seen("journal__arende_id"), journal__akt=place.akt)
    rows = rows.filter(registrerad__gt=place.since, registrerad__lte=look.now)
    return rows.exclude(forfattare_id=look.actor.user_id)


def _plans(look: Look, place: _Place) -> Rows:
    rows = PlanVersion.objects.filter(look.seen("plan__akt__arende_id"), plan__akt=place.akt)
    rows = rows.filter(faststalld__gt=place.since, faststalld__lte=look.now)
    return rows.exclude(faststalld_av_id=look.actor.user_id)


def _follow_ups(look: Look, place: _Place) -> Rows:
    rows = Uppfoljning.objects.filter(look.seen("akt__arende_id"), akt=place.akt)
    rows = rows.filter(registrerad__gt=place.since, registrerad__lte=look.now)
    return rows.exclude(registrerad_av_id=look.actor.user_id)


def _deviations(look: Look, place: _Place) -> Rows:
    """Which, and whether it goes on, never what: that is for those who read the quality work."""
    rows = Avvikelse.objects.filter(arende_id=place.case, unit_id=place.unit)
    rows = rows.filter(rapporterad__gt=place.since, rapporterad__lte=look.now)
    return rows.exclude(rapportor_id=look.actor.user_id)


def _complaints(look: Look, place: _Place) -> Rows:
    rows = Klagomal.objects.filter(arende_id=place.case, unit_id=place.unit)
    rows = rows.filter(registrerad__gt=place.since, registrerad__lte=look.now)
    return rows.exclude(registrerad_av_id=look.actor.user_id)


_NEW: Final = {
    NOTES: _notes,
    PLAN: _plans,
    FOLLOW_UP: _follow_ups,
    DEVIATION: _deviations,
    COMPLAINT: _complaints,
}
_LATEST: Final = {
    NOTES: "-registrerad",
    PLAN: "-faststalld",
    FOLLOW_UP: "-registrerad",
    DEVIATION: "-rapporterad",
    COMPLAINT: "-registrerad",
}


def _ordered(kind: str, rows: Rows) -> Rows:
    found = rows.order_by(_LATEST[kind], "pk")
    return found.select_related("uppdragsmal") if kind == NOTES else found


def _counted(look: Look) -> QuerySet[Any]:
    """The open akter with how much is new of each kind, in one query whatever there is."""
    mine = Skiftlasning.objects.filter(user_id=look.actor.user_id or 0, akt=OuterRef("pk"))
    rows = Akt.objects.filter(look.seen("arende_id"), status=AktStatus.OPPEN)
    rows = rows.annotate(read=Subquery(mine.values("read_until")[:1]))
    first = Value(look.first, output_field=DateTimeField())
    rows = rows.annotate(since=Coalesce(F("read"), first))
    counts = {f"new_{kind}": _count(new(look, _OUTSIDE)) for kind, new in _NEW.items()}
    return rows.annotate(**counts).select_related("person", "unit")


def _count(rows: QuerySet[Model]) -> Coalesce:
    number = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk"))
    return Coalesce(Subquery(number.values("n"), output_field=IntegerField()), 0)


def _lines(look: Look, rows: Sequence[Any]) -> list[Followed]:
    numbers = numbers_of(rows)
    return [
        Followed(
            akt=row,
            number=numbers.get(row.uppdrag_id, ""),
            read=row.read,
            since=row.since,
            counts={kind: getattr(row, f"new_{kind}") for kind in _NEW}
            | {PROTECTION: _protected_since(look, row)},
        )
        for row in rows
    ]


def _chosen(rows: Iterable[Any], case_id: UUID, akt_id: UUID | None) -> Any:
    row = next((one for one in rows if akt_id in (None, one.pk)), None)
    if row is None:
        raise NotFoundError("arende", case_id)
    return row


def _protected_since(look: Look, row: Any) -> int:
    begun = row.person.skyddad_sedan
    return int(begun is not None and row.since < begun <= look.now)


def _order(line: Followed) -> tuple[bool, str, str, str]:
    person = line.akt.person
    return line.total == 0, person.efternamn.casefold(), person.fornamn.casefold(), line.number
