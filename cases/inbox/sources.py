"""The ways into the inbox, as SQL.

What is asked comes in as rows: the choices ``c``, and for each the places ``p`` to look. So the
text is the same for everybody who has as many ``Sight``, and any number of counts is one query.
Each place is searched in the order of an index, so a page or a count stops at its last row.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.timezone import get_current_timezone, localtime

from cases.actor import Actor
from cases.inbox.places import Looker, Places, Sight, places_of
from cases.inbox.wanted import Wanted, When, Whose

Key = tuple[datetime | None, datetime, UUID]
"""A task's place in the order: last day, when it began to wait, id."""

FIRST = ("-infinity", "-infinity", UUID(int=0))
_EVER = "infinity"
_TICK = timedelta(microseconds=1)
_HELD = "t.status = 'open' AND t.claimed_by_id IS NOT NULL"

# $1 choices, $2-$4 places in units, $5-$7 in organisations, $8-$9 led units, $10 rows of each way
# in, $11-$13 the key that the rows are beyond, $14 now, $15 the looker's name, $16 her protected
# ärenden; then six more for who stands in for colleagues, and four for each Sight.
_CHOICES = """jsonb_to_recordset($1::jsonb) AS c(no int, who int, asleep boolean,
 stood boolean, since timestamptz,
 until timestamptz, role text, unit uuid, process text, name text)"""
_UNITS = "unnest($2::int[], $3::uuid[], $4::text[]) AS p(no, at, queue)"
_ORGANISATIONS = "unnest($5::int[], $6::uuid[], $7::text[]) AS p(no, at, queue)"
_LED = "unnest($8::int[], $9::uuid[]) AS p(no, at)"
_IN_LED = """EXISTS (SELECT 1 FROM unnest($8::int[], $9::uuid[]) AS l(no, at)
 WHERE l.no = c.no AND l.at = t.unit_id)"""
_FIXED = 16
# $17-$19 choice, colleague and her organisation; $20-$21 unit or organisation and role of the
# looker; $22 what she may not take. ``cases.substitution`` says the same as a condition.
_STANDING = 6
_COLLEAGUES = "unnest($17::int[], $18::int[], $19::uuid[]) AS p(no, at, organisation)"
_STOOD_IN = f"""{_HELD} AND t.claimed_by_id = p.at AND t.organisation_id = p.organisation
 AND t.secrecy = 0 AND t.vikariat_id IS NULL AND t.id <> ALL ($22::uuid[])
 AND EXISTS (SELECT 1 FROM unnest($20::uuid[], $21::text[]) AS g(at, role)
  WHERE g.at IN (t.unit_id, t.organisation_id) AND g.role = ANY (t.groups))"""  # noqa: S608 - fixed text

# A colleague has done something in the case since, or word has come from outside.
_HAPPENED = """e.at > w.at AND e.actor <> $15::text
 AND (e.kind = 'received' OR e.kind = 'completed' AND e.actor <> 'system')"""
_ASLEEP = f"""EXISTS (SELECT 1 FROM cases_bevakning w WHERE w.task_id = t.id
 AND w.until > $14::timestamptz AND t.urgency > $14::timestamptz
 AND NOT EXISTS (SELECT 1 FROM cases_event e WHERE e.arende_id = t.arende_id AND {_HAPPENED})
 AND NOT EXISTS (SELECT 1 FROM cases_event e WHERE t.arende_id IS NULL
  AND e.instance_id = t.instance_id AND {_HAPPENED}))"""  # noqa: S608 - fixed text
_NARROWED = """t.urgency >= c.since AND t.urgency <= c.until
 AND (t.urgency, t.created_at, t.id) > ($11::timestamptz, $12::timestamptz, $13::uuid)
 AND (c.role IS NULL OR c.role = ANY (t.groups)) AND (c.unit IS NULL OR t.unit_id = c.unit)
 AND (c.process IS NULL OR t.process_key = c.process)
 AND (c.name IS NULL OR t.name ILIKE c.name)"""
_FREE = "t.status = 'open' AND t.claimed_by_id IS NULL AND t.{} = p.at AND t.queue = p.queue"


@lru_cache(maxsize=64)
def statement(sights: int, *, counting: bool, standing: bool = False) -> bytes:
    """Return the text: ids of one choice in order, or (number, how many) of every choice.

    Args:
        sights: How many kinds of sight the looker has, one or more.
        counting: Counts instead of ids.
        standing: The looker stands in for somebody.
    """
    first = _FIXED + 1 + (_STANDING if standing else 0)
    seen = " OR ".join(_sight(first + 4 * number) for number in range(sights))
    common = f"{_NARROWED} AND ({seen})"
    ways = [
        _rows(
            f"{_HELD} AND t.claimed_by_id = c.who"
            f" AND (c.stood IS NOT TRUE OR t.vikariat_id IS NOT NULL)"
            f" AND CASE WHEN c.asleep IS NULL THEN {_IN_LED} ELSE c.asleep = {_ASLEEP} END"
            f" AND {common}"
        ),
        _each(_UNITS, _FREE.format("unit_id"), common),
        _each(_ORGANISATIONS, _FREE.format("organisation_id"), common),
        _each(_LED, f"{_HELD} AND t.unit_id = p.at AND c.who IS NULL", common),
    ]
    if standing:
        ways.append(_each(_COLLEAGUES, f"{_STOOD_IN} AND NOT {_ASLEEP}", common))
    inner = "\nUNION ALL\n".join(f"({way})" for way in ways)
    if counting:
        text = (
            f"SELECT c.no, n.number FROM {_CHOICES} CROSS JOIN LATERAL (SELECT count(*) AS number"  # noqa: S608
            f" FROM (SELECT 1 FROM ({inner}) k LIMIT $10::int) m) n"
        )
    else:
        text = (
            f"SELECT k.id FROM {_CHOICES} CROSS JOIN LATERAL ({inner}) k"  # noqa: S608 - fixed text
            " ORDER BY k.urgency, k.created_at, k.id LIMIT $10::int"
        )
    return text.encode()


def _rows(condition: str) -> str:
    return (
        f"SELECT t.urgency, t.created_at, t.id FROM cases_task t WHERE {condition}"  # noqa: S608
        f" ORDER BY t.urgency, t.created_at, t.id LIMIT $10::int"
    )


def _each(places: str, condition: str, common: str) -> str:
    inside = _rows(f"{condition} AND {common}")
    return f"SELECT s.* FROM {places} CROSS JOIN LATERAL ({inside}) s WHERE p.no = c.no"  # noqa: S608


def _sight(first: int) -> str:
    """What ``access.visible`` says of the units of one sight.

    A CASE, so that the units are no search of the index: the place is.
    """
    units, levels, named, apart = range(first, first + 4)
    return f"""(CASE WHEN NOT t.unit_id = ANY (${units}::uuid[]) THEN false
 WHEN t.arende_id IS NULL THEN t.secrecy = ANY (${apart}::int2[])
 ELSE t.secrecy = ANY (${levels}::int2[])
 OR t.secrecy = ANY (${named}::int2[]) AND t.arende_id = ANY ($16::uuid[]) END)"""


def values(
    choices: Sequence[Wanted], looker: Looker, *, after: Key | None, limit: int
) -> tuple[list[Any], int]:
    """Return the values of a statement, and how many kinds of sight they hold.

    Args:
        choices: What to see; their numbers are their places here.
        looker: Who and when.
        after: The key that the rows are beyond.
        limit: Rows that each way in gives at most.
    """
    actor, now = looker.actor, looker.now
    places = [places_of(looker, wanted) for wanted in choices]
    due, created, ref = FIRST if after is None else (after[0] or _EVER, *after[1:])
    held = [
        json.dumps([_choice(*pair, looker) for pair in enumerate(choices)]),
        *_pairs([place.queues_of_units for place in places]),
        *_pairs([place.queues_of_organisations for place in places]),
        *_led(places),
        limit, due, created, ref, now, actor.username, sorted(actor.appointed),
    ]  # fmt: skip
    if actor.stands_for:
        held += _standing(looker, places)
    sights = [value for sight in looker.sights for value in _levels(sight)]
    return [*held, *sights], len(looker.sights)


def _standing(looker: Looker, places: Sequence[Places]) -> list[list[Any]]:
    """Whose tasks, for which choices, by which of the looker's own roles."""
    actor = looker.actor
    found = [(number, one) for number, place in enumerate(places) for one in place.colleagues]
    roles = [(grant.unit or grant.organisation, grant.role) for grant in actor.grants]
    return [
        [number for number, _one in found],
        [one for _number, one in found],
        [actor.stands_for[one].organisation for _number, one in found],
        [at for at, _role in roles],
        [role for _at, role in roles],
        list(looker.barred),
    ]


def _choice(number: int, wanted: Wanted, looker: Looker) -> dict[str, Any]:
    since, until = span(wanted.when, looker.now)
    return {
        "no": number,
        "who": _holder(wanted, looker.actor),
        "asleep": _asleep(wanted),
        "stood": wanted.whose is Whose.STOOD_IN,
        "since": since.isoformat() if since else f"-{_EVER}",
        "until": (until - _TICK).isoformat() if until else _EVER,
        "role": wanted.role or None,
        "unit": str(wanted.unit) if wanted.unit else None,
        "process": wanted.process or None,
        "name": _like(wanted.text) if wanted.text else None,
    }


def _holder(wanted: Wanted, actor: Actor) -> int | None:
    """Whose held tasks are among the choice; None for nobody's, or for everybody's."""
    if wanted.whose in (Whose.FOR_ME, Whose.MINE, Whose.ASLEEP, Whose.STOOD_IN):
        return actor.user_id
    return wanted.holder if wanted.whose is Whose.ALL else None


def _asleep(wanted: Wanted) -> bool | None:
    if wanted.whose is Whose.ALL:
        return None
    return wanted.whose is Whose.ASLEEP


def span(when: When, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The last days that a choice means, from and before; a week ends with its Sunday."""
    today = localtime(now).date()
    match when:
        case When.LATE:
            return None, now
        case When.TODAY:
            return now, _midnight(today, 1)
        case When.WEEK:
            return _midnight(today, 1), _midnight(today, 7 - today.weekday())
        case _:
            return None, None


def _midnight(day: date, later: int) -> datetime:
    return datetime.combine(day + timedelta(days=later), time.min, get_current_timezone())


def _like(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _pairs(
    places: Sequence[Sequence[tuple[UUID, str]]],
) -> tuple[list[int], list[UUID], list[str]]:
    found = [(number, *pair) for number, pairs in enumerate(places) for pair in pairs]
    return [row[0] for row in found], [row[1] for row in found], [row[2] for row in found]


def _led(places: Iterable[Places]) -> tuple[list[int], list[UUID]]:
    found = [(number, unit) for number, place in enumerate(places) for unit in place.led]
    return [number for number, _ in found], [unit for _, unit in found]


def _levels(sight: Sight) -> Iterable[list[Any]]:
    return list(sight.units), list(sight.levels), list(sight.named), list(sight.apart)
