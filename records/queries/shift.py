"""Skiftet: the people whom the actor's units support, and what is new about them to her.

A page of the list is found by key. Where it begins is told by the akt before it and never by a
name: a cursor stands in an address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Case,
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
    When,
)
from django.db.models.functions import Coalesce

from cases.context import access_context
from cases.errors import NotFoundError
from cases.paging import Cursor, page_of
from records.models import Akt, AktStatus, Skiftlasning, UppdragMal
from records.queries.lists import numbers_of
from records.queries.reads import log_list, log_read, refusals_logged
from records.queries.shift_new import (
    KINDS,
    OUTSIDE,
    PROTECTION,
    Look,
    Place,
    any_new,
    new,
    oldest,
)
from records.uppdrag_content import current_goals, current_text

MOST_NEW: Final = 200
"""Rows of one kind on a page."""
ORDER: Final = ("quiet", "sort", "id")
NAME: Final = "person__sortnamn"
SORT: Final = F(NAME)
READ: Final = "skiftet"
AT_ONCE: Final = timedelta(microseconds=1)


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
    whoever gives the support has to know. ``until``: up to when everything new is in ``new``,
    which is ``Look.whole_until`` unless there is more than fits (``more``).
    """

    line: Followed
    new: Mapping[str, Sequence[Any]]
    until: datetime
    more: bool
    goals: Mapping[str, UppdragMal]
    others: Sequence[Followed]
    important: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedPage:
    """A page of the list, and where the next one begins (None: there is none)."""

    lines: Sequence[Followed]
    next: Cursor | None


def followed(
    look: Look, *, unit: UUID | None = None, after: Cursor | None = None, limit: int
) -> FollowedPage:
    """The open akter of the actor's units, those with something new first; logged as a list.

    Args:
        look: Who looks.
        unit: Only this unit's.
        after: ``next`` of the page before.
        limit: Akter on a page, one or more.

    Raises:
        NotFoundError: ``after`` was not made here.
    """
    with access_context(look.actor):
        here = Q() if unit is None else Q(unit_id=unit)
        rows = _counted(look).filter(here).annotate(quiet=_quiet(look), sort=SORT)
        page = page_of(rows, ORDER, after=placed(after), limit=limit)
        found = _lines(look, page.rows)
        shown: dict[UUID, list[UUID]] = {}
        for line in found:
            shown.setdefault(line.akt.unit_id, []).append(line.akt.arende_id)
        log_list(look.actor, shown, READ, look.now)
    return FollowedPage(lines=found, next=nameless(page.next))


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
    with refusals_logged(look.actor, case_id, READ, look.now), access_context(look.actor):
        rows = list(_counted(look).filter(arende_id=case_id).order_by("-oppnad", "pk"))
        row = _chosen(rows, case_id, akt_id)
        log_read(look.actor, row.person, case_id, READ, look.now)
        lines = _lines(look, rows)
        line = next(one for one in lines if one.akt.pk == row.pk)
        wanted = [kind for kind in KINDS if line.counts[kind]]
        rows_of = {kind: oldest(look, kind, [place_of(line)], MOST_NEW + 1) for kind in wanted}
        # Of too many the oldest are shown, and marking goes no further than what is shown.
        cut = [
            getattr(found[MOST_NEW], KINDS[kind].moment) - AT_ONCE
            for kind, found in rows_of.items()
            if len(found) > MOST_NEW
        ]
        others = [one for one in lines if one is not line]
        return Card(
            line=line,
            new={kind: found[:MOST_NEW][::-1] for kind, found in rows_of.items()},
            until=min([look.whole_until, *cut]),
            more=bool(cut),
            goals=current_goals(row.uppdrag_id),
            others=others,
            important=current_text(row.uppdrag).viktig_info,
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
    with refusals_logged(look.actor, case_id, READ, look.now), access_context(look.actor):
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


def placed(after: Cursor | None) -> Cursor | None:
    """The place in the order of names that a cursor means. Call it inside ``access_context``.

    Raises:
        NotFoundError: It was not made here, or she does not see the akt any more.
    """
    if after is None:
        return None
    try:
        rows = Akt.objects.filter(pk=UUID(str(after.get("id"))))
    except ValueError:
        raise NotFoundError("page", "with that cursor") from None
    name = rows.values_list(NAME, flat=True).first()
    if name is None:
        raise NotFoundError("page", "with that cursor")
    return {**after, "sort": name}


def nameless(cursor: Cursor | None) -> Cursor | None:
    """A cursor without what names somebody: it stands in an address."""
    if cursor is None:
        return None
    return {name: value for name, value in cursor.items() if name != "sort"}


def _counted(look: Look) -> QuerySet[Any]:
    """The open akter with how much is new of each kind, in one query whatever there is."""
    mine = Skiftlasning.objects.filter(user_id=look.actor.user_id or 0, akt=OuterRef("pk"))
    rows = Akt.objects.filter(look.seen("arende_id"), status=AktStatus.OPPEN)
    rows = rows.annotate(read=Subquery(mine.values("read_until")[:1]))
    first = Value(look.first, output_field=DateTimeField())
    rows = rows.annotate(since=Coalesce(F("read"), first))
    counts = {f"new_{kind}": _count(new(look, kind, OUTSIDE)) for kind in KINDS}
    return rows.annotate(**counts).select_related("person", "unit")


def place_of(line: Followed) -> Place:
    """Where it is asked what is new about somebody."""
    return Place(line.akt.pk, line.akt.arende_id, line.akt.unit_id, line.since)


def _quiet(look: Look) -> Case:
    """0 where something is new, else 1."""
    begun = Q(person__skyddad_sedan__gt=F("since"), person__skyddad_sedan__lte=look.now)
    there = When(any_new(look) | begun, then=Value(0))
    return Case(there, default=Value(1), output_field=IntegerField())


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
            counts={kind: getattr(row, f"new_{kind}") for kind in KINDS}
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
