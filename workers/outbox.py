"""The outbox table as a queue: every statement that touches its broker columns.

A row goes queued -> leased -> done, or dead when it failed for good; with RabbitMQ as broker it
goes queued -> leased -> sent -> done. Times here are real time of the database server, never
business time: a lease protects against a dead process, not against a deadline.

The owner of a lease is a word made for one claim. Whoever ends, prolongs or gives back a lease must
name it, so a worker that lost its lease (fencing) changes nothing.
"""

import os
import re
import socket
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg.types.json import Jsonb

from workers.link import Link

CHANNEL = "kedja_outbox"
"""PostgreSQL notification channel that a trigger on the table uses at commit."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:/-]{1,200}")

INSERT: LiteralString = """
insert into cases_outbox (id, queue, actor, args, run_at)
values (%s, %s, %s, %s, now() + %s * interval '1 ms')
on conflict (id) do nothing
"""

# Gives a worker the oldest rows of a queue that nobody else works on, abandoned ones included.
_CLAIM: LiteralString = """
with ready as (
  select id from cases_outbox
   where queue = any(%(queues)s) and state in ('queued', 'leased')
     and (case state when 'queued' then run_at else lease_until end) <= now()
   order by run_at, seq limit %(limit)s
   for update skip locked)
update cases_outbox o
   set state = 'leased', owner = %(owner)s, attempts = o.attempts + 1,
       lease_until = now() + %(lease_s)s * interval '1 s'
  from ready where o.id = ready.id
returning o.id::text, o.queue, o.actor, o.args, o.attempts, o.run_at, o.seq
"""

# Ends a lease for good.
_FINISH: LiteralString = """
update cases_outbox
   set state = %(state)s, error_code = %(code)s, lease_until = null, finished_at = now()
 where id = %(id)s and state = 'leased' and owner = %(owner)s
returning 1
"""

# Gives a row back to be tried again later.
_RETRY: LiteralString = """
update cases_outbox
   set state = 'queued', owner = '', lease_until = null, error_code = %(code)s,
       run_at = now() + %(delay_ms)s * interval '1 ms',
       attempts = greatest(attempts - case when %(counts)s then 0 else 1 end, 0)
 where id = %(id)s and state = 'leased' and owner = %(owner)s
returning 1
"""

# Gives rows back that were never begun: that does not count as an attempt.
_RETURN: LiteralString = """
update cases_outbox o
   set state = 'queued', owner = '', lease_until = null, attempts = greatest(o.attempts - 1, 0)
  from unnest(%(ids)s::uuid[], %(owners)s::text[]) as held (id, owner)
 where o.id = held.id and o.owner = held.owner and o.state = 'leased'
"""

# Prolongs the leases still held and tells which ones those are.
_EXTEND: LiteralString = """
update cases_outbox o set lease_until = now() + %(lease_s)s * interval '1 s'
  from unnest(%(ids)s::uuid[], %(owners)s::text[]) as held (id, owner)
 where o.id = held.id and o.owner = held.owner and o.state = 'leased'
returning o.id::text
"""

# Marks a row as handed over to RabbitMQ; carrying it was no attempt.
_SENT: LiteralString = """
update cases_outbox
   set state = 'sent', owner = '', lease_until = null, finished_at = now(),
       attempts = greatest(attempts - 1, 0)
 where id = %(id)s and state = 'leased' and owner = %(owner)s
returning 1
"""

# Counts a delivery by RabbitMQ, unless the row has ended already.
_BEGIN_SENT: LiteralString = """
update cases_outbox set attempts = attempts + 1, finished_at = now()
 where id = %(id)s and state in ('queued', 'leased', 'sent')
returning attempts
"""

# Takes back that a delivery was counted.
_UNCOUNT_SENT: LiteralString = """
update cases_outbox set attempts = greatest(attempts - 1, 0) where id = %(id)s and state <> 'done'
"""

_ENDED: LiteralString = "select 1 from cases_outbox where id = %(id)s and state in ('done', 'dead')"

# Ends a row whose message came by RabbitMQ.
_END_SENT: LiteralString = """
update cases_outbox
   set state = %(state)s, error_code = %(code)s, owner = '', lease_until = null, finished_at = now()
 where id = %(id)s and state in ('queued', 'leased', 'sent')
"""

# Sends again what RabbitMQ has had for so long that it must have lost it.
_RESEND: LiteralString = """
update cases_outbox set state = 'queued', run_at = now()
 where state = 'sent' and finished_at < now() - %(age_s)s * interval '1 s'
returning 1
"""

# Removes what was done long ago; dead rows stay until somebody has dealt with them.
_PRUNE: LiteralString = """
delete from cases_outbox
 where id in (select id from cases_outbox
               where state = 'done' and finished_at < now() - %(age_s)s * interval '1 s'
               limit 10000)
returning 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row that this process holds until it ends the lease or the lease runs out.

    ``attempts`` counts this one too; ``owner`` is the fencing word of this claim.
    """

    id: str
    queue: str
    actor: str
    args: tuple[str, ...]
    attempts: int
    owner: str
    run_at: datetime


def insert_params(
    message_id: str, queue: str, actor: str, args: Sequence[object], *, delay_ms: int = 0
) -> tuple[object, ...]:
    """Return the parameters of ``INSERT``.

    Raises:
        ValueError: An argument is not an identifier; case data never travels in a queue.
    """
    words = [str(arg) for arg in args]
    for position, word in enumerate(words):
        if not _IDENTIFIER.fullmatch(word):
            raise ValueError(f"Argument {position} of {actor} is not an identifier.")
    return uuid.UUID(message_id), queue, actor, Jsonb(words), delay_ms


def new_owner() -> str:
    """Return a fencing word that was never used before."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def claim(link: Link, queues: Iterable[str], *, limit: int, lease_s: float) -> list[Claimed]:
    """Take up to ``limit`` ready rows, oldest first, for ``lease_s`` seconds."""
    owner = new_owner()
    params = {"queues": list(queues), "limit": limit, "lease_s": lease_s, "owner": owner}
    rows = sorted(link.fetch(_CLAIM, params), key=lambda row: (row[5], row[6]))
    return [
        Claimed(
            id=row[0],
            queue=row[1],
            actor=row[2],
            args=tuple(row[3]),
            attempts=row[4],
            owner=owner,
            run_at=row[5],
        )
        for row in rows
    ]


def finish(link: Link, message_id: str, owner: str, *, state: str, code: str = "") -> bool:
    """End a lease as ``done`` or ``dead``; False when it was lost before."""
    params = {"id": message_id, "owner": owner, "state": state, "code": code[:100]}
    return bool(link.fetch(_FINISH, params))


def retry(
    link: Link,
    message_id: str,
    owner: str,
    *,
    delay_ms: int,
    code: str = "",
    counts: bool = True,
) -> bool:
    """Give a row back to be tried after ``delay_ms``; False when the lease was lost before.

    Args:
        link: A connection of the broker's own.
        message_id: The row.
        owner: The fencing word of the claim.
        delay_ms: Milliseconds.
        code: Why.
        counts: Whether this was an attempt; waiting for one's turn is none.
    """
    params = {
        "id": message_id,
        "owner": owner,
        "delay_ms": delay_ms,
        "code": code[:100],
        "counts": counts,
    }
    return bool(link.fetch(_RETRY, params))


def give_back(link: Link, held: Sequence[tuple[str, str]]) -> None:
    """Return rows (id, owner) that were claimed but not begun."""
    if held:
        link.fetch(_RETURN, {"ids": [h[0] for h in held], "owners": [h[1] for h in held]})


def extend(link: Link, held: Sequence[tuple[str, str]], *, lease_s: float) -> set[str]:
    """Prolong leases (id, owner) by ``lease_s`` seconds; return the ids still held."""
    ids, owners = [h[0] for h in held], [h[1] for h in held]
    rows = link.fetch(_EXTEND, {"ids": ids, "owners": owners, "lease_s": lease_s})
    return {row[0] for row in rows}


def mark_sent(link: Link, message_id: str, owner: str) -> None:
    """Note that RabbitMQ has confirmed the message; without effect when the lease was lost."""
    link.fetch(_SENT, {"id": message_id, "owner": owner})


def begin_sent(link: Link, message_id: str) -> int | None:
    """Count a delivery that came by RabbitMQ.

    Returns:
        Which delivery of this message it is, 0 when the outbox does not know the message, None when
        the message has ended already and this is another copy of it.
    """
    rows = link.fetch(_BEGIN_SENT, {"id": message_id})
    if rows:
        return int(rows[0][0])
    return None if link.fetch(_ENDED, {"id": message_id}) else 0


def uncount_sent(link: Link, message_id: str) -> None:
    """Take back that a delivery by RabbitMQ was counted: it waited for its turn."""
    link.fetch(_UNCOUNT_SENT, {"id": message_id})


def end_sent(link: Link, message_id: str, *, state: str, code: str = "") -> None:
    """End a message that came by RabbitMQ as ``done`` or ``dead``; the first end counts."""
    link.fetch(_END_SENT, {"id": message_id, "state": state, "code": code[:100]})


def resend(link: Link, *, age_s: float) -> int:
    """Queue again what was sent more than ``age_s`` seconds ago and not heard of since."""
    return len(link.fetch(_RESEND, {"age_s": age_s}))


def prune(link: Link, *, age_s: float) -> int:
    """Delete at most 10 000 rows that were done more than ``age_s`` seconds ago."""
    return len(link.fetch(_PRUNE, {"age_s": age_s}))
