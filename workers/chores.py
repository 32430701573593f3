"""The chores themselves, each safe to do twice."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from cases import use_cases
from cases.actor import SYSTEM
from cases.notices import digests, sending, spreading
from workers import outbox
from workers.link import Link

log = structlog.get_logger(__name__)

KEEP_DONE_S = 7 * 86_400
RESEND_AFTER_S = 2 * 3_600  # longer than the longest back-off in RabbitMQ's delay queue
BATCH = 100

# Dead rows that no incident tells of yet; the owner column says that one does.
_DEAD: LiteralString = """
select id, error_code from cases_outbox
 where state = 'dead' and owner <> 'incident' order by finished_at limit %s
   for update skip locked
"""
_TOLD: LiteralString = "update cases_outbox set owner = 'incident' where id = any(%s)"

# Messages that nobody has taken, the oldest first, unless they are in the queue.
_UNDELIVERED: LiteralString = """
insert into cases_outbox (id, queue, actor, args)
select gen_random_uuid(), 'default', 'deliver_message', jsonb_build_array(m.id)
  from cases_message m
 where m.status = 'undelivered'
   and not exists (select 1 from cases_outbox o
                    where o.state in ('queued', 'leased', 'sent', 'dead')
                      and o.actor = 'deliver_message' and o.args->>0 = m.id::text)
 order by m.sent_at, m.id limit %s
"""


def report_dead_letters(now: datetime) -> int:
    """Open an incident for each queue row that failed for good; return how many.

    A second run finds them told of. A row that is put back and dies again gets a new incident.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DEAD, [BATCH])
        rows = cursor.fetchall()
        for row_id, code in rows:
            use_cases.outbox_dead(row_id, code=code or "unknown", now=now)
        cursor.execute(_TOLD, [[row_id for row_id, _ in rows]])
    return len(rows)


def retry_incidents(now: datetime) -> int:
    """Try again what failed and whose next try has come; return how many were tried.

    A second run finds the incident resolved, or its next try moved on.
    """
    return _each(
        "retry_incident",
        use_cases.due_incidents(now, BATCH),
        lambda incident: use_cases.retry_incident(incident, actor=SYSTEM, now=now),
    )


def expire_messages(now: datetime) -> int:
    """Let messages expire that nobody took in time; who should have becomes an incident."""
    return use_cases.expire_messages(now=now)


def retry_undelivered(_now: datetime) -> int:
    """Put messages that have no receiver back into the queue; return how many.

    A safety net: normally a message finds its receiver when it is thrown, or the receiver finds it
    when it begins to wait. It goes by the queue, so that the order within an ärende holds. A second
    run finds them queued.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNDELIVERED, [10 * BATCH])
        return int(cursor.rowcount)


def start_planned(now: datetime) -> int:
    """Begin the processes whose timer start event is due; return how many were tried.

    A second run finds the turns moved on.
    """
    use_cases.plan_starts(now)
    return _each(
        "start_planned",
        use_cases.due_starts(now, BATCH),
        lambda row: use_cases.start_planned(row, now=now),
    )


def watch(now: datetime) -> int:
    """Check that nothing has fallen between two instances; what has is an incident.

    First, what a substitute took and has not done goes back when her days are over, and tasks of
    people who have lost the role go back to it.
    """
    use_cases.return_from_substitutes(now=now)
    use_cases.release_lost(now=now)
    found = use_cases.watchdog(now=now)
    if found:
        log.error("watchdog_found", count=len(found))
    return len(found)


def remove_old_drafts(now: datetime) -> int:
    """Remove what somebody wrote long ago and never sent; a second run finds none."""
    return use_cases.remove_old_drafts(now=now)


def spread_news(now: datetime) -> int:
    """Make letters of what has happened; a second run finds it told."""
    return spreading.spread(now)


def plan_digests(now: datetime) -> int:
    """Put the letters of the day whose hour has come; a second run finds them there."""
    return digests.plan_digests(now)


def send_letters(now: datetime) -> int:
    """Send the letters that wait; each goes out at most once, whoever else is at it."""
    return sending.send_due(now)


def tidy_letters(now: datetime) -> int:
    """Remove from the log what was sent long ago; a second run finds nothing."""
    return sending.tidy(now)


def tidy_queue(link: Link) -> None:
    """Send again what RabbitMQ lost and delete rows that were done long ago."""
    lost = outbox.resend(link, age_s=RESEND_AFTER_S)
    if lost:
        log.warning("outbox_resent", count=lost)
    outbox.prune(link, age_s=KEEP_DONE_S)


def _each(name: str, ids: Iterable[UUID], act: Callable[[UUID], object]) -> int:
    """Act on each id; one that breaks is logged and does not stop the others."""
    done = 0
    for one in ids:
        try:
            act(one)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # one broken case must not stop the others
            log.exception("chore_item_failed", chore=name, id=str(one), error=type(error).__name__)
        else:
            done += 1
    return done
