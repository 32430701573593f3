"""What is done every now and then, in business time, by one process at a time."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connections

from cases import use_cases
from cases.actor import SYSTEM, Actor
from cases.models import Delivery, Incident, Instance, Message, Outbox
from cases.use_cases import messages
from tests.workers import clockwork
from tests.workers.clockwork import DAY, NOW, begin
from tests.workers.rig import Rig
from tests.workers.sample_actors import MARKED
from workers import actors, chores
from workers.periodic import Chore, PeriodicLoop, only_process
from workers.timers import TimerLoop

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def klockare(transactional_db: None) -> Actor:
    return clockwork.actor()


def _dead(actor: str, *args: str) -> Outbox:
    return Outbox.objects.create(
        actor=actor, args=list(args), state="dead", error_code="sample", finished_at=NOW
    )


def _message_that_nobody_wants(klockare: Actor) -> Message:
    begin(klockare, "meddelar")
    assert TimerLoop(now=lambda: NOW + DAY).turn(threading.Event()) == 1
    return Message.objects.get()


def test_a_dead_letter_becomes_one_incident(klockare: Actor) -> None:
    message = _message_that_nobody_wants(klockare)
    row = _dead("deliver_message", str(message.pk))
    assert chores.report_dead_letters(NOW) == 1
    assert chores.report_dead_letters(NOW) == 0
    incident = Incident.objects.get()
    assert (incident.action, incident.ref, incident.code) == ("outbox", str(row.pk), "sample")
    assert incident.unit_id == message.unit_id


@pytest.mark.usefixtures("klockare")
def test_a_dead_letter_that_is_put_back_and_dies_again_is_told_again() -> None:
    row = _dead("run_job", str(uuid.uuid4()))
    chores.report_dead_letters(NOW)
    use_cases.retry_incident(Incident.objects.get().pk, actor=SYSTEM, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.owner) == ("queued", "")
    assert not Incident.objects.filter(resolved_at__isnull=True).exists()
    Outbox.objects.update(state="dead", error_code="again")
    assert chores.report_dead_letters(NOW + DAY) == 1
    assert Incident.objects.get(resolved_at__isnull=True).code == "again"


def test_a_message_that_nobody_takes_expires_into_an_incident(klockare: Actor) -> None:
    message = _message_that_nobody_wants(klockare)
    assert chores.expire_messages(NOW + 5 * DAY) == 0
    assert chores.expire_messages(NOW + 6 * DAY) == 1
    assert chores.expire_messages(NOW + 6 * DAY) == 0
    message.refresh_from_db()
    assert message.status == "expired"
    assert Incident.objects.get().code == "message_expired"


def test_an_undelivered_message_goes_back_into_the_queue_once(klockare: Actor) -> None:
    message = _message_that_nobody_wants(klockare)
    assert chores.retry_undelivered(NOW + DAY) == 0, "it is still in the queue"
    Outbox.objects.update(state="done")
    assert chores.retry_undelivered(NOW + DAY) == 1
    assert chores.retry_undelivered(NOW + DAY) == 0
    assert Outbox.objects.get(state="queued").args == [str(message.pk)]


def test_a_message_delivered_by_two_workers_at_once_arrives_once(klockare: Actor) -> None:
    """By the queue and by a retried incident, say: whoever comes second finds it done."""
    for _ in range(10):
        begin(klockare, "vackare")
    ids = list(Message.objects.values_list("pk", flat=True))
    barrier = threading.Barrier(2)

    def deliver() -> None:
        for message_id in ids:
            barrier.wait(20)
            use_cases.deliver_message(message_id, now=NOW)
        connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not Incident.objects.exists()
    assert Delivery.objects.count() == len(ids) == 10
    assert Instance.objects.filter(process_key="vackt").count() == 10


def test_a_message_whose_worker_died_after_the_receiver_took_it_is_delivered(
    klockare: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = Instance.objects.get(pk=begin(klockare, "lyssnare"))
    message = Message.objects.create(
        organisation=sleeper.organisation,
        unit=sleeper.unit,
        name="klocka.vakna",
        key=str(sleeper.pk),
        sender_instance=sleeper.pk,
        sent_at=NOW,
        sent_by="prov",
    )

    def die(*_arguments: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(messages, "_settle", die)
        with pytest.raises(SystemExit):
            use_cases.deliver_message(message.pk, now=NOW)
    sleeper.refresh_from_db()
    assert sleeper.status == "completed"
    assert Message.objects.get().status == "undelivered"
    use_cases.deliver_message(message.pk, now=NOW)
    assert Message.objects.get().status == "delivered"
    assert chores.expire_messages(NOW + 30 * DAY) == 0
    assert not Incident.objects.exists()


def test_an_incident_about_a_message_that_arrived_meanwhile_is_closed(klockare: Actor) -> None:
    begin(klockare, "vackare")
    message = Message.objects.get()
    incident = Incident.objects.create(
        kind="message",
        action="deliver_message",
        ref=str(message.pk),
        code="storage_refused",
        message="prov",
        opened_at=NOW,
        next_at=NOW,
    )
    Message.objects.update(status="delivered", delivered_at=NOW)
    assert chores.retry_incidents(NOW) == 1
    incident.refresh_from_db()
    assert incident.resolved_at == NOW


def test_chores_follow_the_business_clock(pg_rig: Rig) -> None:
    moment = [NOW]
    done: list[datetime] = []
    loop = PeriodicLoop(pg_rig.link(), now=lambda: moment[0])
    loop.chores = (Chore("once an hour", timedelta(hours=1), done.append),)
    for step in (timedelta(), timedelta(minutes=59), timedelta(minutes=1), 200 * DAY):
        moment[0] += step
        loop.round()
    assert done == [NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=1) + 200 * DAY]


def test_a_broken_chore_does_not_stop_the_others(
    pg_rig: Rig, capfd: pytest.CaptureFixture[str]
) -> None:
    done: list[datetime] = []

    def broken(_now: datetime) -> None:
        raise RuntimeError(MARKED)

    loop = PeriodicLoop(pg_rig.link(), now=lambda: NOW)
    loop.chores = (Chore("broken", DAY, broken), Chore("sound", DAY, done.append))
    loop.round()
    assert done == [NOW]
    printed = capfd.readouterr()
    assert MARKED not in printed.out + printed.err


def test_one_process_at_a_time_does_a_chore(pg_rig: Rig) -> None:
    seen: list[bool] = []

    def other() -> None:
        with only_process("x") as mine:
            seen.append(mine)
        connections.close_all()

    def elsewhere() -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    with only_process("x") as mine:
        assert mine
        elsewhere()
        with only_process("y") as another:
            assert another
    elsewhere()
    assert seen == [False, True]


def test_every_real_chore_runs_on_an_empty_and_on_a_used_database(
    pg_rig: Rig, klockare: Actor
) -> None:
    link = pg_rig.link()
    PeriodicLoop(link, now=lambda: NOW).round()
    _message_that_nobody_wants(klockare)
    _dead("deliver_message", str(uuid.uuid4()))
    loop = PeriodicLoop(link, now=lambda: NOW + 30 * DAY)
    loop.round()
    link.close()
    codes = set(Incident.objects.values_list("code", flat=True))
    assert {"message_expired", "sample"} <= codes


def test_every_actor_that_cases_asks_for_is_declared_and_says_what_a_second_run_does() -> None:
    names = {function.__name__ for function in actors.ACTORS}
    assert names == {"deliver_message", "match_subscription", "run_job", "retry_incident"}
    for function in actors.ACTORS:
        assert "A second run" in (function.__doc__ or "")


@pytest.mark.usefixtures("klockare")
@pytest.mark.parametrize("function", actors.ACTORS, ids=lambda function: function.__name__)
def test_an_actor_leaves_alone_what_is_gone(function: object) -> None:
    arguments = [str(uuid.uuid4())]
    if function is actors.match_subscription:
        arguments.append("x:Element")
    for _ in range(2):
        function(*arguments)  # type: ignore[operator]
    assert not Incident.objects.exists()
