"""What only the PostgreSQL broker has: leases, fences, notifications, broken connections."""

import threading
import time
import uuid

import pytest
from django.db import connection
from dramatiq import Message, MessageProxy

from tests.workers.rig import Rig
from workers import outbox
from workers.assembly import build_broker, on_callers_connection
from workers.broker import PostgresBroker
from workers.middleware import FIRST_DELAY_MS, LONGEST_DELAY_MS, backoff_ms

_ENDED_LONG_AGO = """
update cases_outbox
   set state = (array['done', 'done', 'dead', 'queued'])[seq - s.least + 1],
       finished_at = now() - case when seq = s.least then interval '8 d' else interval '1 d' end
  from (select min(seq) as least from cases_outbox) s
"""
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def _broker(rig: Rig, *, lease_s: float = 30) -> PostgresBroker:
    broker = build_broker("postgres", rig.conninfo, lease_s=lease_s)
    assert isinstance(broker, PostgresBroker)
    return broker


def _take(broker: PostgresBroker) -> MessageProxy:
    consumer = broker.consume("test", prefetch=1, timeout=100)
    message = next(consumer)
    assert message is not None
    message.consumer = consumer
    return message


def _expire() -> None:
    with connection.cursor() as cursor:
        cursor.execute("update cases_outbox set lease_until = now() - interval '1 s'")


def test_a_stale_owner_can_neither_end_nor_prolong_nor_give_back(pg_rig: Rig) -> None:
    message_id = pg_rig.put("note", "x")
    slow, quick = _broker(pg_rig), _broker(pg_rig)
    stale = _take(slow)
    _expire()
    current = _take(quick)
    assert current.message_id == stale.message_id == message_id
    before = pg_rig.rows("select owner, lease_until, state, attempts from cases_outbox")

    stale.consumer.ack(stale)
    stale.consumer.nack(stale)
    stale.consumer.requeue([stale])
    stale.options["retry_in_ms"] = 0
    stale.consumer.ack(stale)
    owner = stale.options["lease_owner"]
    assert outbox.extend(slow.link, [(message_id, owner)], lease_s=60) == set()
    assert pg_rig.rows("select owner, lease_until, state, attempts from cases_outbox") == before

    current.consumer.ack(current)
    assert pg_rig.state(message_id)[0] == "done"
    for one in (stale, current):
        one.consumer.close()
    slow.close()
    quick.close()


def test_a_heartbeat_keeps_a_long_actor_to_one_worker(pg_rig: Rig) -> None:
    message_id = pg_rig.put("slow_effect", "long")
    with pg_rig.worker(lease_s=0.3), pg_rig.worker(lease_s=0.3):
        pg_rig.wait_done(message_id)
    assert pg_rig.traces("begun") == ["long"]


def test_two_workers_share_a_queue_without_doing_anything_twice(pg_rig: Rig) -> None:
    messages = [pg_rig.put("note", f"n{number:03}") for number in range(120)]
    with pg_rig.worker(threads=2), pg_rig.worker(threads=2):
        pg_rig.wait_done(*messages)
    assert sorted(pg_rig.traces("note")) == [f"n{number:03}" for number in range(120)]


def test_a_commit_wakes_the_worker_at_once(pg_rig: Rig) -> None:
    """The consumer would look by itself only after an hour: what ends its wait is the commit."""
    broker = _broker(pg_rig)
    consumer = broker.consume("test", timeout=3_600_000)
    waited: list[object] = []
    waiting = threading.Thread(target=lambda: waited.append(next(consumer)), daemon=True)
    waiting.start()
    waiting.join(2)
    assert waited == []  # it has looked, found nothing and waits
    pg_rig.put("note", "x")
    waiting.join(30)
    assert waited == [None], "the wait went on"
    assert next(consumer) is not None
    consumer.close()
    broker.close()


def test_broken_connections_lose_no_message(pg_rig: Rig) -> None:
    messages = [pg_rig.put("note", f"n{number:02}") for number in range(60)]
    with pg_rig.worker(lease_s=2, threads=2):
        for _ in range(3):
            time.sleep(0.1)
            pg_rig.break_connections()
        pg_rig.wait_done(*messages, limit_s=30)
    assert set(pg_rig.traces("note")) == {f"n{number:02}" for number in range(60)}


def test_what_was_claimed_but_not_begun_is_no_attempt(pg_rig: Rig) -> None:
    message_id = pg_rig.put("note", "x")
    broker = _broker(pg_rig)
    message = _take(broker)
    assert pg_rig.state(message_id) == ("leased", 1, "")
    message.consumer.requeue([message])
    assert pg_rig.state(message_id) == ("queued", 0, "")
    message.consumer.close()
    broker.close()


@pytest.mark.parametrize("argument", ["Anna Testsson", "a\nb", "", "å", "x" * 201])
def test_an_argument_that_is_no_identifier_is_refused(pg_rig: Rig, argument: str) -> None:
    with pytest.raises(ValueError, match="is not an identifier"):
        pg_rig.put("note", argument)
    assert pg_rig.rows("select count(*) from cases_outbox") == [(0,)]


def test_keyword_arguments_are_refused(pg_rig: Rig) -> None:
    broker = _broker(pg_rig)
    message = Message("test", "note", (), {"name": "x"}, {})
    with pytest.raises(ValueError, match="positional identifiers"):
        broker.enqueue(message)
    broker.close()


def test_sending_through_the_broker_joins_the_transaction(pg_rig: Rig) -> None:
    broker = _broker(pg_rig)
    message = Message("test", "note", (str(uuid.uuid4()),), {}, {})
    connection.set_autocommit(False)
    try:
        broker.enqueue(message, delay=500)
        connection.rollback()
        assert pg_rig.rows("select count(*) from cases_outbox") == [(0,)]
        broker.enqueue(message, delay=500)
        connection.commit()
    finally:
        connection.set_autocommit(True)
    (row,) = pg_rig.rows("select run_at > now() - interval '1 s', state from cases_outbox")
    assert row == (True, "queued")
    broker.close()


def test_only_old_done_rows_are_pruned(pg_rig: Rig) -> None:
    for number in range(4):
        pg_rig.put("note", str(number))
    on_callers_connection(_ENDED_LONG_AGO, ())
    link = pg_rig.link()
    assert outbox.prune(link, age_s=7 * 86_400) == 1
    link.close()
    states = pg_rig.rows("select state from cases_outbox order by seq")
    assert [row[0] for row in states] == ["done", "dead", "queued"]


def test_back_off_doubles_and_ends() -> None:
    delays = [backoff_ms(retries, "0000" + "0" * 28) for retries in range(20)]
    assert delays[:4] == [
        FIRST_DELAY_MS,
        2 * FIRST_DELAY_MS,
        4 * FIRST_DELAY_MS,
        8 * FIRST_DELAY_MS,
    ]
    assert max(delays) == LONGEST_DELAY_MS
    spread = {backoff_ms(0, f"{number:04x}" + "0" * 28) for number in range(100)}
    assert len(spread) > 20
    assert max(spread) <= FIRST_DELAY_MS * 1.2
