"""What both brokers promise."""

import signal
import time
import uuid

import pytest
from django.db import transaction

from tests.workers.rig import Rig
from tests.workers.sample_actors import MARKED

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


class GoBackError(Exception):
    """Rolls a transaction back."""


def _put_and_fail(rig: Rig) -> None:
    with transaction.atomic():
        rig.put("note", "gone")
        raise GoBackError


def test_a_rolled_back_transaction_sends_nothing(rig: Rig) -> None:
    with pytest.raises(GoBackError):
        _put_and_fail(rig)
    assert rig.rows("select count(*) from cases_outbox") == [(0,)]
    with rig.worker():
        last = rig.put("note", "kept")
        rig.wait_done(last)
    assert rig.traces("note") == ["kept"]


def test_a_committed_message_is_done_once(rig: Rig) -> None:
    with transaction.atomic():
        message = rig.put("note", "once")
    with rig.worker():
        rig.wait_done(message)
    assert rig.traces("note") == ["once"]
    assert rig.state(message) == ("done", 1, "")


def test_the_same_id_twice_is_one_message(rig: Rig) -> None:
    identity = str(uuid.uuid4())
    rig.put("note", "first", message_id=identity)
    rig.put("note", "second", message_id=identity)
    with rig.worker():
        rig.wait_done(identity)
    assert rig.traces("note") == ["first"]


def test_messages_of_a_queue_keep_their_order(rig: Rig) -> None:
    keys = [f"k{number:02}" for number in range(30)]
    with transaction.atomic():
        messages = [rig.put("note", key) for key in keys]
    with rig.worker(threads=1):
        rig.wait_done(*messages)
    assert rig.traces("note") == keys


def test_a_delayed_message_waits_and_does_not_hold_up_others(rig: Rig) -> None:
    late = rig.put("note", "late", delay_ms=1500)
    soon = rig.put("note", "soon")
    with rig.worker():
        rig.wait_done(soon)
        assert rig.traces("note") == ["soon"]
        rig.wait_done(late)
    assert rig.traces("note") == ["soon", "late"]


def test_a_failing_message_is_tried_again_until_it_succeeds(rig: Rig) -> None:
    message = rig.put("fail_times", "2")
    with rig.worker():
        rig.wait_done(message)
    assert len(rig.traces("fail_times")) == 3


def test_a_message_that_keeps_failing_ends_dead_with_its_code(
    rig: Rig, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    message = rig.put("fail_always")
    after = rig.put("note", "after")
    with rig.worker():
        rig.wait(lambda: rig.state(message)[0] == "dead")
        rig.wait_done(after)
    assert len(rig.traces("fail_always")) == 4
    assert rig.state(message)[2] == "sample_refused"
    printed = capfd.readouterr()
    assert MARKED not in printed.out + printed.err
    assert MARKED not in str(rig.rows("select o::text from cases_outbox o"))
    assert not [record for record in caplog.records if MARKED in record.getMessage()]


def test_an_error_without_retry_is_dead_at_once(rig: Rig) -> None:
    message = rig.put("fail_finally")
    with rig.worker():
        rig.wait(lambda: rig.state(message)[0] == "dead")
    assert len(rig.traces("fail_finally")) == 1
    assert rig.state(message)[2] == "sample_final"


def test_an_unknown_actor_is_dead_and_seen(rig: Rig) -> None:
    message = rig.put("nobody_knows_me")
    with rig.worker():
        rig.wait(lambda: rig.state(message)[0] == "dead")
    assert rig.state(message)[2] == "ActorNotFound"


def test_kill_9_in_the_middle_is_redelivered_and_done_once(rig: Rig) -> None:
    message = rig.put("endless_effect", "pay")
    with rig.process() as first:
        rig.wait(lambda: rig.traces("begun"))
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert rig.rows("select count(*) from workers_effect") == [(0,)]
    with rig.process():
        rig.wait_done(message)
    assert rig.traces("begun") == ["pay", "pay"]
    assert rig.traces("ended") == ["pay"]
    assert rig.rows("select key from workers_effect") == [("pay",)]


def test_kill_9_at_any_moment_leaves_one_effect(rig: Rig) -> None:
    messages = [rig.put("effect", f"e{number}") for number in range(8)]
    for moment in (0.0, 0.02, 0.05):
        with rig.process(lease_s=0.6) as child:
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            child.wait()
    with rig.process(lease_s=0.6):
        rig.wait_done(*messages)
    keys = [row[0] for row in rig.rows("select key from workers_effect order by key")]
    assert keys == [f"e{number}" for number in range(8)]


def test_sigterm_ends_what_was_begun_and_keeps_the_rest(rig: Rig) -> None:
    first = rig.put("slow_effect", "a")
    second = rig.put("note", "b")
    with rig.process() as child:
        rig.wait(lambda: rig.traces("begun"))
        child.send_signal(signal.SIGTERM)
        assert child.wait(15) == 0
    assert rig.state(first)[0] == "done"
    assert rig.state(second)[0] in {"queued", "sent"}
    with rig.worker():
        rig.wait_done(second)
    assert rig.traces("ended") == ["a"]
    assert rig.traces("note") == ["b"]


def test_a_message_that_kills_its_worker_ends_dead(rig: Rig) -> None:
    message = rig.put("poison")
    for _ in range(3):
        with rig.process(lease_s=0.6, max_deliveries=3) as child:
            child.wait(20)
    after = rig.put("note", "after")
    with rig.process(lease_s=0.6, max_deliveries=3) as child:
        rig.wait(lambda: rig.state(message)[0] == "dead")
        rig.wait_done(after)
        assert child.poll() is None
    assert rig.state(message)[2] == "message_poisoned"
    assert len(rig.traces("poison")) == 3
