"""What must be true after the kills: nothing lost, nothing done twice, each case in its place.

Each question is one query over the tables; the comparison with the uninterrupted walk is by the
history: which element of which process was entered and ended, and how often.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg

Signature = Counter[tuple[Any, ...]]

# Each query finds what is under way; when all are quiet, nothing more happens by itself.
UNDER_WAY = {
    "an outbox row that is not done": """
        select actor, state, attempts, error_code from cases_outbox where state <> 'done'""",
    "a timer that is due": """
        select element, due, attempts from cases_timer
         where due <= %(now)s and coalesce(next_at, due) <= %(now)s""",
    "a process that the clock should have begun": """
        select process_key, due from cases_starttimer where due <= %(now)s""",
    "a message whose time is up": """
        select name from cases_message where status = 'undelivered' and expires_at <= %(now)s""",
    "a job that is not completed": """
        select type, status, error_code from cases_job
         where status in ('pending', 'failed')""",
}

# Each query finds what must never be; its rows are the findings.
FORBIDDEN = {
    "an incident that nobody resolved": """
        select kind, element, code, message from cases_incident where resolved_at is null""",
    "a message that nobody took": """
        select name, key, sent_at, arende_id from cases_message
         where status = 'undelivered' and name = any(%(must_arrive)s)""",
    "a gap in the versions of a history": """
        select i.process_key, i.version, count(distinct e.version) from cases_instance i
          join cases_event e on e.instance_id = i.id group by i.id
        having min(e.version) <> 1 or max(e.version) <> i.version
            or count(distinct e.version) <> i.version""",
    "a gap in the lines of one action": """
        select instance_id, version from cases_event group by instance_id, version
        having min(seq) <> 1 or max(seq) <> count(*)""",
    "an element entered twice or ended more than once": """
        select e.element, e.task_id, count(*) filter (where kind = 'entered'),
               count(*) filter (where kind in ('completed', 'cancelled'))
          from cases_event e where task_id <> ''
         group by instance_id, element, task_id
        having count(*) filter (where kind = 'entered') > 1
            or count(*) filter (where kind in ('completed', 'cancelled')) > 1""",
    "an ended instance that still waits for something": """
        select i.process_key from cases_instance i where i.status in ('completed', 'cancelled')
           and (exists (select 1 from cases_task t where t.instance_id = i.id and t.status = 'open')
             or exists (select 1 from cases_timer t where t.instance_id = i.id)
             or exists (select 1 from cases_subscription t where t.instance_id = i.id))""",
}

_LIVES = """
select 'instance', process_key, status from cases_instance where arende_id = %s
union all
select 'message', m.name, m.status || ' to ' || count(d.message_id) from cases_message m
  left join cases_delivery d on d.message_id = m.id where m.arende_id = %s group by m.id
union all
select 'task', element, status from cases_task where arende_id = %s
"""
_HISTORY = """
select i.process_key, e.kind, e.element, coalesce(e.detail->>'record', '') from cases_event e
  join cases_instance i on i.id = e.instance_id where i.arende_id = %s
"""


def ask(
    connection: psycopg.Connection,
    questions: Mapping[str, str],
    now: datetime,
    must_arrive: tuple[str, ...],
) -> list[str]:
    """Return the answers to questions, a few lines each.

    Args:
        connection: May read everything.
        questions: ``UNDER_WAY``, ``FORBIDDEN`` or both.
        now: Business time.
        must_arrive: Messages that may not lie undelivered when all is quiet.
    """
    found = []
    for name, query in questions.items():
        values = {"now": now, "must_arrive": list(must_arrive)}
        rows = connection.execute(query.encode(), values).fetchall()
        found += [f"{name}: {row}" for row in rows[:5]]
        found += [f"{name}: … {len(rows)} in all"] if len(rows) > 5 else []
    return found


def signature(
    connection: psycopg.Connection, arende: str, records: tuple[str, ...] = ()
) -> Signature:
    """Return what happened in an ärende: without times, ids, and the order between branches.

    Nor by which action: the last branch to arrive at a join is another one each time.

    Args:
        connection: May read everything.
        arende: Its id.
        records: Further queries that give rows for one ärende.
    """
    found: Signature = Counter()
    for query in (_LIVES, _HISTORY, *records):
        rows = connection.execute(query.encode(), [arende] * query.count("%s")).fetchall()
        found.update(rows)
    return found


def differences(expected: Signature, found: Signature) -> list[str]:
    """Say how a case differs from the uninterrupted one."""
    missing, surplus = expected - found, found - expected
    return [f"missing {count} x {what}" for what, count in missing.items()] + [
        f"too many by {count}: {what}" for what, count in surplus.items()
    ]
