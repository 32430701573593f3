"""What must be true after the kills: nothing lost, nothing done twice, each case in its place.

Each question is one query over the tables; the comparison with the uninterrupted walk is by the
history: which element of which process was entered and ended, and how often.
"""

from collections import Counter
from typing import Any

import psycopg

Signature = Counter[tuple[Any, ...]]

# Each query finds what must not be; its rows are the findings.
FORBIDDEN = {
    "an outbox row that is not done": """
        select actor, state, attempts, error_code from cases_outbox where state <> 'done'""",
    "a message that did not arrive": """
        select name, status from cases_message where status <> 'delivered'""",
    "a message that arrived elsewhere than once": """
        select m.name, count(d.*) from cases_message m
          left join cases_delivery d on d.message_id = m.id group by m.id having count(d.*) <> 1""",
    "a job that is not completed": """
        select type, status, error_code from cases_job where status <> 'completed'""",
    "an instance that has not ended": """
        select process_key, status, version from cases_instance where status <> 'completed'""",
    "a task that is still open": "select element from cases_task where status = 'open'",
    "a timer without a waiting instance": "select element from cases_timer",
    "a subscription without a waiting instance": "select element from cases_subscription",
    "an incident that nobody resolved": """
        select kind, element, code, message from cases_incident where resolved_at is null""",
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
}


def findings(connection: psycopg.Connection) -> list[str]:
    """Return every violation, as a line each."""
    found = []
    for name, query in FORBIDDEN.items():
        rows = connection.execute(query.encode()).fetchall()
        found += [f"{name}: {row}" for row in rows[:5]]
        found += [f"{name}: … {len(rows)} in all"] if len(rows) > 5 else []
    return found


def signature(connection: psycopg.Connection, arende: str) -> Signature:
    """Return what happened in an ärende: without times, ids, and the order between branches.

    Nor by which action: the last branch to arrive at a join is another one each time.
    """
    history = connection.execute(
        "select i.process_key, e.kind, e.element from cases_event e"
        " join cases_instance i on i.id = e.instance_id where i.arende_id = %s",
        (arende,),
    ).fetchall()
    effects = connection.execute(
        "select 'effect', element from chaos_effect where arende = %s"
        " union all select 'document', element from chaos_document where arende = %s",
        (arende, arende),
    ).fetchall()
    instances = connection.execute(
        "select 'instance', process_key, status from cases_instance where arende_id = %s", (arende,)
    ).fetchall()
    return Counter([*history, *effects, *instances])


def differences(expected: Signature, found: Signature) -> list[str]:
    """Say how a case differs from the uninterrupted one."""
    missing, surplus = expected - found, found - expected
    return [f"missing {count} x {what}" for what, count in missing.items()] + [
        f"too many by {count}: {what}" for what, count in surplus.items()
    ]
