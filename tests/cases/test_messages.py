"""Messages: early, late, twice, to one, to many, to nobody."""

from contextlib import nullcontext
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from cases import errors, use_cases
from cases.models import Delivery, Event, Incident, Instance, Message, Outbox, Subscription, Task
from tests.cases.conftest import DAY, NOW, also, begin, finish, open_task, person, work

pytestmark = pytest.mark.django_db


def send(
    world: SimpleNamespace, name: str, arende: UUID | None, message_id: UUID | None = None
) -> UUID:
    return use_cases.correlate_message(
        name, str(arende), {}, message_id or uuid4(), actor=world.chef, now=NOW, arende_id=arende
    )


def to_the_wait(world: SimpleNamespace, arende: UUID | None) -> UUID:
    started = also(world, "vanta", arende)
    finish(open_task(started.instance_id, "V"), world.anna)
    return started.instance_id


def test_a_thrown_message_starts_the_next_process_at_the_provider(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    finish(open_task(started.instance_id, "B"), world.chef)
    message = Message.objects.get()
    assert (message.name, message.key, message.expires_at) == (
        "prova.klar", str(started.arende_id), NOW + 5 * DAY
    )  # fmt: skip
    assert (message.organisation_id, message.unit_id) == (world.authority.pk, world.one.pk)
    work()
    follow = Instance.objects.get(process_key="folj")
    assert (follow.organisation_id, follow.unit_id) == (world.provider.pk, world.home.pk)
    assert (follow.arende_id, follow.business_key) == (started.arende_id, str(started.arende_id))
    assert (follow.caused_by, Delivery.objects.get().instance_id) == (message.pk, follow.pk)
    assert [line.kind for line in follow.events.order_by("seq")[:2]] == ["started", "received"]
    assert Event.objects.get(kind="thrown").detail == {
        "message": "prova.klar", "id": str(message.pk)
    }  # fmt: skip
    message.refresh_from_db()
    assert (message.status, message.delivered_at) == ("delivered", NOW)
    finish(open_task(follow.pk, "F"), world.eva)


def test_a_second_delivery_starts_nothing(world: SimpleNamespace) -> None:
    started = begin(world)
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    finish(open_task(started.instance_id, "B"), world.chef)
    message = Message.objects.get()
    assert use_cases.deliver_message(message.pk, now=NOW) == 1
    assert use_cases.deliver_message(message.pk, now=NOW) == 0
    Message.objects.update(status="undelivered")
    assert use_cases.deliver_message(message.pk, now=NOW) == 0
    assert Instance.objects.filter(process_key="folj").count() == 1
    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_receiver_in_another_organisation_must_be_named(world: SimpleNamespace) -> None:
    started = use_cases.start(
        "prova", arende_id=None, answers={"belopp": 5}, actor=world.anna, now=NOW
    )
    finish(open_task(started.instance_id, "A"), world.anna, {"om": False})
    finish(open_task(started.instance_id, "B"), world.chef)
    work()
    incident = Incident.objects.get()
    assert (incident.kind, incident.code, incident.arende_id) == (
        "message", "receiver_unknown", started.arende_id
    )  # fmt: skip
    assert Message.objects.get().status == "undelivered"


def test_a_waiting_instance_gets_it(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    waiting = to_the_wait(world, arende)
    send(world, "svar", arende)
    work()
    assert open_task(waiting, "W")
    assert not Subscription.objects.exists()
    assert Message.objects.get().status == "delivered"


def test_early_arrival_waits_for_the_subscription(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    send(world, "svar", arende)
    work()
    assert Message.objects.get().status == "undelivered"
    waiting = to_the_wait(world, arende)
    assert Outbox.objects.filter(actor="match_subscription", state="queued").count() == 1
    work()
    assert open_task(waiting, "W")


def test_a_persons_message_stays_in_the_senders_organisation_and_case(
    world: SimpleNamespace,
) -> None:
    """The key of a case is no key to it: who has moved on, or guesses, stops nobody's clock."""
    case, other = begin(world).arende_id, begin(world).arende_id
    waiting, key = to_the_wait(world, case), str(case)
    elsewhere = person("elsa", "arbetsledare", world.home)
    for actor, named, error in (
        (elsewhere, None, None),
        (elsewhere, case, (errors.NotFoundError, errors.NotPermittedError)),
        (world.chef, other, None),
    ):
        with pytest.raises(error) if error else nullcontext():
            use_cases.correlate_message(
                "svar", key, {}, uuid4(), actor=actor, now=NOW, arende_id=named
            )
    work()
    assert not Delivery.objects.filter(instance_id=waiting).exists()


def test_another_key_is_for_somebody_else(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    to_the_wait(world, arende)
    send(world, "svar", begin(world).arende_id)
    work()
    assert not Task.objects.filter(element="W").exists()
    assert Subscription.objects.count() == 1


def test_the_same_message_id_twice_is_one_message(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    message_id = send(world, "svar", arende)
    assert send(world, "svar", arende, message_id) == message_id
    assert Message.objects.count() == 1
    assert Outbox.objects.filter(actor="deliver_message").count() == 1


def test_two_who_wait_for_a_message_to_one_is_an_incident(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    to_the_wait(world, arende)
    to_the_wait(world, arende)
    send(world, "svar", arende)
    work()
    assert Incident.objects.get().code == "message_refused"
    assert not Task.objects.filter(element="W").exists()


def test_a_message_to_many_reaches_all_and_starts_too(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    send(world, "alla", arende)
    work()
    (first,) = Instance.objects.filter(process_key="dod")
    assert first.status == "running"
    send(world, "alla", arende)
    work()
    first.refresh_from_db()
    assert first.status == "completed"
    assert Instance.objects.filter(process_key="dod").count() == 2


def test_expiry_is_an_incident_that_can_be_retried(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    message_id = send(world, "svar", arende)
    late = NOW + 6 * DAY
    assert use_cases.expire_messages(now=NOW) == 0
    assert use_cases.expire_messages(now=late) == 1
    assert use_cases.expire_messages(now=late) == 0
    incident = Incident.objects.get()
    assert (incident.code, incident.arende_id, incident.next_at) == (
        "message_expired",
        arende,
        None,
    )
    waiting = to_the_wait(world, arende)
    work(late)
    assert not Task.objects.filter(element="W").exists()
    use_cases.retry_incident(incident.pk, now=late)
    assert open_task(waiting, "W")
    incident.refresh_from_db()
    assert incident.resolved_at == late
    assert Message.objects.get(pk=message_id).status == "delivered"


def test_a_message_that_may_be_for_nobody_expires_quietly(world: SimpleNamespace) -> None:
    send(world, "kanske", begin(world).arende_id)
    assert use_cases.expire_messages(now=NOW + 6 * DAY) == 1
    assert not Incident.objects.exists()


def test_a_name_that_no_edition_knows(world: SimpleNamespace) -> None:
    with pytest.raises(errors.MessageRefusedError):
        send(world, "okant", begin(world).arende_id)


def test_not_everybody_sends(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    for actor in (world.anna, world.eva):
        with pytest.raises(errors.NotPermittedError):
            use_cases.correlate_message(
                "svar", str(arende), {}, uuid4(), actor=actor, now=NOW, arende_id=arende
            )


def test_a_stale_subscription_row_is_dropped_and_the_message_kept(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    waiting = to_the_wait(world, arende)
    Subscription.objects.update(ref=f"{uuid4()}:Svar")
    message_id = send(world, "svar", arende)
    assert use_cases.deliver_message(message_id, now=NOW) == 0
    assert not Subscription.objects.filter(instance_id=waiting).exists()
    assert Message.objects.get().status == "undelivered"


def test_messages_from_instance_to_instance(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    waiting = to_the_wait(world, arende)
    sender = also(world, "kedja", arende)
    finish(open_task(sender.instance_id, "A"), world.anna)
    work()
    assert open_task(waiting, "W")
    assert use_cases.retry_undelivered(now=NOW) == 0
