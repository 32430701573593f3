"""What only RabbitMQ has: the relay, its crashes, and the second copies they make."""

from collections.abc import Iterator

import pytest
from dramatiq import Broker, Message
from dramatiq.errors import ConnectionClosed

from tests.workers.rig import Rig
from workers import assembly, outbox
from workers.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
QUEUES = frozenset({"test"})


@pytest.fixture
def publisher(rabbit_rig: Rig) -> Iterator[Broker]:
    broker = assembly.rabbitmq(rabbit_rig.broker_url, [])
    yield broker
    broker.close()


@pytest.fixture
def relay(rabbit_rig: Rig, publisher: Broker) -> Iterator[Relay]:
    made = Relay(rabbit_rig.conninfo, rabbit=publisher, queues=QUEUES)
    yield made
    made.close()


def _expire(rig: Rig) -> None:
    rig.rows("update cases_outbox set lease_until = now() - interval '1 s' returning 1")


def test_a_relay_that_dies_before_it_marks_sends_the_same_id_again(
    rabbit_rig: Rig, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = rabbit_rig.put("note", "once")
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", lambda *_: None)
        assert relay.carry() == 1
    _expire(rabbit_rig)
    assert relay.carry() == 1
    assert rabbit_rig.state(message)[:2] == ("sent", 1)
    with rabbit_rig.worker():
        rabbit_rig.wait_done(message)
        last = rabbit_rig.put("note", "last")
        rabbit_rig.wait_done(last)
    assert rabbit_rig.traces("note") == ["once", "last"]


def test_rows_stay_queued_while_rabbitmq_is_away(rabbit_rig: Rig) -> None:
    message = rabbit_rig.put("note", "x")
    away = assembly.rabbitmq("amqp://guest:guest@127.0.0.1:1/", [])
    relay = Relay(rabbit_rig.conninfo, rabbit=away, queues=QUEUES)
    with pytest.raises(ConnectionClosed):
        relay.carry()
    relay.close()
    assert rabbit_rig.state(message)[:2] == ("queued", 0)
    with rabbit_rig.worker():
        rabbit_rig.wait_done(message)
    assert rabbit_rig.traces("note") == ["x"]


def test_a_late_second_copy_is_left_out(rabbit_rig: Rig, publisher: Broker) -> None:
    identity = rabbit_rig.put("note", "x")
    copy = Message("test", "note", ("x",), {}, {}, message_id=identity)
    with rabbit_rig.worker():
        rabbit_rig.wait_done(identity)
        publisher.enqueue(copy)
        last = rabbit_rig.put("note", "last")
        rabbit_rig.wait_done(last)
    assert rabbit_rig.traces("note") == ["x", "last"]
    assert rabbit_rig.state(identity)[:2] == ("done", 1)


def test_what_rabbitmq_lost_is_sent_again(rabbit_rig: Rig, publisher: Broker, relay: Relay) -> None:
    message = rabbit_rig.put("note", "x")
    relay.carry()
    publisher.flush("test")
    link = rabbit_rig.link()
    assert outbox.resend(link, age_s=3600) == 0
    rabbit_rig.rows("update cases_outbox set finished_at = now() - interval '2 hours' returning 1")
    assert outbox.resend(link, age_s=3600) == 1
    link.close()
    with rabbit_rig.worker():
        rabbit_rig.wait_done(message)
    assert rabbit_rig.traces("note") == ["x"]


def test_one_message_id_in_table_and_queue(
    rabbit_rig: Rig, publisher: Broker, relay: Relay
) -> None:
    message = rabbit_rig.put("note", "x")
    relay.carry()
    consumer = publisher.consume("test", timeout=2000)
    received = next(consumer)
    assert received is not None
    assert received.message_id == message
    assert received.args == ("x",)
    assert received.options == {}
    consumer.close()


def test_an_unknown_broker_address_is_refused(rabbit_rig: Rig) -> None:
    with pytest.raises(ValueError, match="KEDJA_BROKER"):
        assembly.build_broker("redis://localhost", rabbit_rig.conninfo)
