"""The one writing statement of an action.

Everything an action changes goes to the database as one JSON document and one state, in one
statement of common table expressions. The statement is put together from the parts an action
needs, so that a plain completion does not pay for messages and jobs, and what waits as it did
is not written again; every variant is prepared once per connection. Deleting and inserting the
same key in one statement is an error in PostgreSQL: rows that stay are upserted and the others
deleted.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg

from cases.actor import Actor
from cases.context import native_cursor
from cases.errors import StorageError
from cases.repository.changes import (
    Change,
    TaskChange,
    change_rows,
    line_rows,
    task_change_rows,
)
from cases.repository.limits import LAST_BASIS, Line
from cases.repository.locks import LockedInstance
from engine.outcome import Waits

_HEAD = """p AS MATERIALIZED (SELECT * FROM jsonb_to_record($1::jsonb->'p') AS r(
 id uuid, version int, now timestamptz, actor text, user_id int, cause text, process_key text,
 status text, ended boolean, task uuid, job uuid, claimed_by int, delegated_by int,
 vikariat uuid, delivery uuid,
 idempotency_key text, request_hash text, response jsonb,
 bundle text, business_key text, arende_id uuid, organisation_id uuid, unit_id uuid, secrecy int,
 caused_by uuid))"""

_LOOKUPS = "u, jsonb_to_recordset($1::jsonb->'lk')"

_PARTS = {
    "update": """u AS (UPDATE cases_instance i SET version = i.version + 1, state = $2,
 status = p.status, ended_at = CASE WHEN p.ended THEN p.now END
 FROM p WHERE i.id = p.id AND i.version = p.version
 RETURNING i.id, i.organisation_id, i.unit_id, i.secrecy, i.arende_id, i.version, p.now,
 p.actor, p.user_id, p.cause, p.task, p.job)""",
    "insert": """i AS (INSERT INTO cases_instance (id, bundle_id, process_key, business_key,
 arende_id, organisation_id, unit_id, secrecy, caused_by, status, version, state, started_at,
 ended_at) SELECT id, bundle, process_key, business_key, arende_id, organisation_id, unit_id,
 secrecy, caused_by, status, 1, $2, now, CASE WHEN ended THEN now END FROM p),
 u AS (SELECT id, organisation_id, unit_id, secrecy, arende_id, 1 AS version, now, actor, user_id,
 cause, task, job FROM p)""",
    "touch": """u AS (UPDATE cases_instance i SET version = i.version + 1
 FROM p WHERE i.id = p.id AND i.version = p.version
 RETURNING i.id, i.organisation_id, i.unit_id, i.secrecy, i.arende_id, i.version, p.now,
 p.actor, p.user_id, p.cause, p.task, p.job)""",
    "assign": """ta AS (UPDATE cases_task t SET version = t.version + 1,
 claimed_by_id = p.claimed_by, delegated_by_id = p.delegated_by, vikariat_id = p.vikariat
 FROM p WHERE t.id = p.task)""",
    "events": """ev AS (INSERT INTO cases_event (instance_id, organisation_id, unit_id, secrecy,
 arende_id, version, seq, kind, element, task_id, cause, actor, at, detail, explanation)
 SELECT u.id, u.organisation_id, u.unit_id,
 u.secrecy, u.arende_id, u.version, e.seq, e.kind, e.element, e.task_id, u.cause,
 u.actor, u.now, e.detail, e.explanation FROM u, jsonb_to_recordset($1::jsonb->'ev')
 AS e(seq int, kind text, element text, task_id text, detail jsonb, explanation jsonb,
 ref text))""",
    "bases": f"bs AS MATERIALIZED ({LAST_BASIS.format(rows=_LOOKUPS, instance='u.id')})",
    "close_tasks": """tc AS (UPDATE cases_task t SET version = t.version + 1, completed_at = u.now,
 status = CASE WHEN t.id = u.task THEN 'completed' ELSE 'cancelled' END,
 completed_by_id = CASE WHEN t.id = u.task THEN u.user_id END
 FROM u WHERE t.instance_id = u.id AND t.status = 'open' AND t.id <> ALL (ARRAY(
 SELECT e::uuid FROM jsonb_array_elements_text($1::jsonb->'stay'->'tk') e)))""",
    "open_tasks": """tk AS (INSERT INTO cases_task (id, instance_id, organisation_id, unit_id,
 secrecy, arende_id, process_key, element, name, role, groups, form_id, claimed_by_id, due,
 basis, follow_up, status, version, created_at)
 SELECT t.id, u.id, u.organisation_id, u.unit_id,
 u.secrecy, u.arende_id, t.process_key, t.element, t.name, t.role, t.groups,
 t.form_id, CASE WHEN t.assignee IS NOT NULL THEN
 (SELECT a.id FROM auth_user a WHERE a.username = t.assignee) END,
 t.due, t.basis, t.follow_up, 'open', 1, u.now FROM u, jsonb_to_recordset($1::jsonb->'tk')
 AS t(id uuid, process_key text, element text, name text, role text, groups text[], form_id text,
 assignee text, due timestamptz, basis jsonb, follow_up timestamptz)
 ON CONFLICT DO NOTHING)""",
    "move_limits": """mv AS (UPDATE cases_task t SET due = m.due, basis = m.basis
 FROM u, jsonb_to_recordset($1::jsonb->'mv') AS m(id uuid, due timestamptz, basis jsonb)
 WHERE t.instance_id = u.id AND t.id = m.id AND t.status = 'open')""",
    "drop_timers": """td AS (DELETE FROM cases_timer t USING u WHERE t.instance_id = u.id
 AND t.ref <> ALL (ARRAY(SELECT jsonb_array_elements_text($1::jsonb->'stay'->'ti'))))""",
    "first_timers": """ti AS (INSERT INTO cases_timer (instance_id, organisation_id, unit_id,
 secrecy, ref, element, due, basis)
 SELECT u.id, u.organisation_id, u.unit_id,
 u.secrecy, t.ref, t.element, t.due, t.basis FROM u, jsonb_to_recordset($1::jsonb->'ti')
 AS t(ref text, element text, due timestamptz, basis jsonb))""",
    "timers": """ti AS (INSERT INTO cases_timer AS old (instance_id, organisation_id, unit_id,
 secrecy, ref, element, due, basis)
 SELECT u.id, u.organisation_id, u.unit_id,
 u.secrecy, t.ref, t.element, t.due, t.basis FROM u, jsonb_to_recordset($1::jsonb->'ti')
 AS t(ref text, element text, due timestamptz, basis jsonb)
 ON CONFLICT (instance_id, ref) DO UPDATE SET due = excluded.due, basis = excluded.basis,
 next_at = NULL, attempts = 0 WHERE old.due <> excluded.due)""",
    "drop_subscriptions": """sd AS (DELETE FROM cases_subscription s USING u
 WHERE s.instance_id = u.id
 AND s.ref <> ALL (ARRAY(SELECT jsonb_array_elements_text($1::jsonb->'stay'->'su'))))""",
    # RETURNING, or a conflict on named columns, would need the right to see the row, which a
    # registrar loses by writing it (a protected person); so new is told by looking for old.
    # A message may have arrived before anybody waited for it: the worker looks after the commit,
    # because the sender's rows may be out of this actor's sight.
    "subscriptions": """si AS (INSERT INTO cases_subscription (instance_id, organisation_id,
 unit_id, secrecy, ref, element, message, key)
 SELECT u.id, u.organisation_id, u.unit_id,
 u.secrecy, s.ref, s.element, s.message, s.key FROM u,
 jsonb_to_recordset($1::jsonb->'su') AS s(ref text, element text, message text, key text)
 ON CONFLICT DO NOTHING),
 so AS (INSERT INTO cases_outbox (id, actor, args)
 SELECT gen_random_uuid(), 'match_subscription', jsonb_build_array(u.id, s->>'ref')
 FROM u, jsonb_array_elements($1::jsonb->'su') s WHERE NOT EXISTS (SELECT 1 FROM
 cases_subscription old WHERE old.instance_id = u.id AND old.ref = s->>'ref'))""",
    "drop_jobs": """jd AS (UPDATE cases_job j
 SET status = CASE WHEN j.id = u.job THEN 'completed' ELSE 'cancelled' END, next_at = NULL
 FROM u WHERE j.instance_id = u.id AND j.status IN ('pending', 'failed') AND j.id <> ALL (ARRAY(
 SELECT e::uuid FROM jsonb_array_elements_text($1::jsonb->'stay'->'jo') e)))""",
    "jobs": """ji AS (INSERT INTO cases_job (id, instance_id, organisation_id, unit_id, secrecy,
 arende_id, element, type, inputs, retries, status)
 SELECT j.id, u.id, u.organisation_id, u.unit_id,
 u.secrecy, u.arende_id, j.element, j.type, j.inputs, j.retries, 'pending'
 FROM u, jsonb_to_recordset($1::jsonb->'jo')
 AS j(id uuid, element text, type text, inputs jsonb, retries int)
 ON CONFLICT DO NOTHING),
 jb AS (INSERT INTO cases_outbox (id, actor, args)
 SELECT gen_random_uuid(), 'run_job', jsonb_build_array(j->>'id')
 FROM u, jsonb_array_elements($1::jsonb->'jo') j WHERE NOT EXISTS (SELECT 1 FROM
 cases_job old WHERE old.id = (j->>'id')::uuid))""",
    "messages": """ms AS (INSERT INTO cases_message (id, organisation_id, unit_id, secrecy, name,
 key, payload, sender_instance, arende_id, status, sent_at, sent_by, expires_at)
 SELECT m.id, u.organisation_id, u.unit_id,
 u.secrecy, m.name, m.key, m.payload, u.id, u.arende_id, 'undelivered', u.now, u.actor,
 m.expires FROM u, jsonb_to_recordset($1::jsonb->'ms')
 AS m(id uuid, name text, key text, payload jsonb, expires timestamptz)),
 mb AS (INSERT INTO cases_outbox (id, actor, args)
 SELECT gen_random_uuid(), 'deliver_message', jsonb_build_array(m->>'id')
 FROM u, jsonb_array_elements($1::jsonb->'ms') m)""",
    "delivery": """de AS (INSERT INTO cases_delivery (message_id, instance_id, organisation_id,
 unit_id, secrecy, at) SELECT p.delivery, u.id, u.organisation_id, u.unit_id,
 u.secrecy, u.now FROM u, p)""",
    "resolve_all": """ra AS (UPDATE cases_incident n SET resolved_at = u.now, resolved_by = u.actor
 FROM u WHERE n.instance_id = u.id AND n.action IN ('fire_timer', 'run_job')
 AND n.resolved_at IS NULL)""",
    "answer": """ik AS (INSERT INTO cases_idempotencykey (user_id, key, request_hash, response,
 created_at) SELECT p.user_id, p.idempotency_key, p.request_hash, p.response, p.now FROM p)""",
}


def insert_instance(change: Change) -> None:
    """Write a new instance with everything it waits for.

    Raises:
        StorageError: The database refused it; ``cases_instance_pkey`` when it exists already.
    """
    rows = change_rows(change)
    instance = change.instance
    rows["p"] |= {
        "bundle": instance.bundle,
        "business_key": instance.business_key,
        "arende_id": None if instance.arende_id is None else str(instance.arende_id),
        "organisation_id": str(instance.organisation),
        "unit_id": str(instance.unit),
        "secrecy": instance.secrecy,
        "caused_by": None if change.delivery is None else str(change.delivery),
    }
    parts = ("insert", *_lines(rows), *_arriving(_BIRTH, rows), *_extras(change))
    _write(parts, rows, change.outcome.state)


def save_outcome(change: Change) -> None:
    """Write what one action did to a locked instance.

    Raises:
        StorageError: The database refused it.
    """
    rows = change_rows(change)
    going = (_GOING[kind] for kind in _moved(change.outcome.before, rows))
    parts = ("update", *_lines(rows), *going, *_arriving(_LATER, rows), *_extras(change))
    _write(parts, rows, change.outcome.state)


def save_task_change(change: TaskChange) -> None:
    """Write who has a task now."""
    _write(("touch", "assign", "events"), task_change_rows(change))


def save_line(instance: LockedInstance, actor: Actor, now: datetime, line: Line) -> None:
    """Write one line of history in a locked instance; nothing else of it changes."""
    _write(("touch", "events"), line_rows(instance, actor, now, line))


_BIRTH = {
    "tk": "open_tasks",
    "ti": "first_timers",
    "su": "subscriptions",
    "jo": "jobs",
    "ms": "messages",
}
_LATER = _BIRTH | {"ti": "timers", "mv": "move_limits"}
_GOING = {
    "tk": "close_tasks",
    "ti": "drop_timers",
    "su": "drop_subscriptions",
    "jo": "drop_jobs",
}


def _lines(rows: Mapping[str, Any]) -> Iterable[str]:
    """Return the parts that write the history: with time limits to trace, after these."""
    return ("bases", "events") if rows["lk"] else ("events",)


def _arriving(parts: Mapping[str, str], rows: Mapping[str, Any]) -> Iterable[str]:
    """Return the parts that insert, of the kinds that have new rows."""
    return (part for kind, part in parts.items() if rows[kind])


def _moved(before: Waits, rows: Mapping[str, Any]) -> Iterable[str]:
    """Return the kinds of which not exactly the same waits as before the action.

    Going by change, and not by what has gone, keeps the variants of the statement few.
    """
    numbers = {
        "tk": len(before.tasks),
        "ti": len(before.timers),
        "su": len(before.subscriptions),
        "jo": len(before.jobs),
    }
    return (kind for kind, was in numbers.items() if rows[kind] or len(rows["stay"][kind]) != was)


def _extras(change: Change) -> Iterable[str]:
    if change.delivery is not None:
        yield "delivery"
    if change.outcome.completed or change.status:
        yield "resolve_all"
    if change.answer is not None:
        yield "answer"


_FOUND = "coalesce((SELECT bs.basis FROM bs WHERE bs.ref = {}), '[]')"
_OF_TIMER = ("t.due, t.basis", f"t.due, t.basis || {_FOUND.format('t.ref')}")
_OF_LINE = (
    "CASE WHEN e.kind = 'deadline' THEN jsonb_set(e.explanation, '{basis}',"
    f" e.explanation->'basis' || {_FOUND.format('e.ref')}) ELSE e.explanation END"
)
_TRACED = {
    "open_tasks": ("t.due, t.basis", f"t.due, t.basis || {_FOUND.format('t.id::text')}"),
    "move_limits": ("= m.basis", f"= m.basis || {_FOUND.format('m.id::text')}"),
    "first_timers": _OF_TIMER,
    "timers": _OF_TIMER,
    "events": ("e.explanation FROM", f"{_OF_LINE} FROM"),
}
"""What a part says instead where the basis of a time limit is looked up."""


def _with(part: str, change: tuple[str, str] | None) -> str:
    return part if change is None else part.replace(*change)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=256)
def _statement(parts: tuple[str, ...]) -> bytes:
    traced = _TRACED if "bases" in parts else {}
    body = ",\n".join((_HEAD, *(_with(_PARTS[part], traced.get(part)) for part in parts)))
    return f"WITH {body}\nSELECT id FROM u".encode()


def _write(parts: Iterable[str], rows: dict[str, Any], *state: bytes) -> None:
    document = _encode(rows)
    try:
        cursor = native_cursor().execute(_statement(tuple(parts)), (document, *state), prepare=True)
        written = cursor.fetchone()
    except (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError) as error:
        # The database repeats the refused row in its message; only the rule's name goes on.
        raise StorageError(error.diag.constraint_name or type(error).__name__) from None
    if written is None:
        raise StorageError("instance_version")
