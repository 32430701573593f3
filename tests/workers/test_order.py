"""Messages of one ärende are delivered in the order in which they were thrown."""

import uuid

import pytest

from cases.models import Message, Organisation, Outbox, Unit
from tests.workers.clockwork import NOW
from tests.workers.rig import Rig
from workers import order

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def unit(transactional_db: None) -> Unit:
    organisation = Organisation.objects.create(name="Nämnden", kind="myndighet")
    return Unit.objects.create(organisation=organisation, name="Enhet 1")


def thrown(unit: Unit, arende: uuid.UUID | None) -> str:
    """Write a message and its queue row; return the message's id."""
    message = Message.objects.create(
        organisation=unit.organisation,
        unit=unit,
        name="prov.sant",
        arende_id=arende,
        sent_at=NOW,
        sent_by="prov",
    )
    Outbox.objects.create(actor="deliver_message", args=[str(message.pk)])
    return str(message.pk)


@pytest.mark.parametrize("state", ["queued", "leased", "sent"])
def test_a_later_message_waits_while_an_earlier_one_is_in_the_queue(unit: Unit, state: str) -> None:
    arende = uuid.uuid4()
    first, second = thrown(unit, arende), thrown(unit, arende)
    Outbox.objects.update(state=state)
    assert not order.must_wait(first)
    assert order.must_wait(second)


@pytest.mark.parametrize("state", ["done", "dead"])
def test_what_has_been_tried_holds_nobody_up(unit: Unit, state: str) -> None:
    arende = uuid.uuid4()
    first, second = thrown(unit, arende), thrown(unit, arende)
    Outbox.objects.filter(args=[first]).update(state=state)
    assert not order.must_wait(second)


def test_other_cases_do_not_wait(unit: Unit) -> None:
    thrown(unit, uuid.uuid4())
    thrown(unit, None)
    assert not order.must_wait(thrown(unit, uuid.uuid4()))
    assert not order.must_wait(thrown(unit, None))


def test_a_second_row_for_the_same_message_does_not_wait_for_the_first(unit: Unit) -> None:
    message = thrown(unit, uuid.uuid4())
    Outbox.objects.create(actor="deliver_message", args=[message])
    assert not order.must_wait(message)


def test_waiting_for_a_turn_is_no_attempt_and_ends(rig: Rig) -> None:
    """The sample actor waits as long as an older row of its kind is in the queue."""
    first = rig.put("slow_effect", "first")
    second = rig.put("my_turn", "second")
    with rig.worker(threads=2):
        rig.wait_done(first, second)
    assert rig.traces("my_turn")[-1] == "second"
    assert len(rig.traces("my_turn")) > 2
    assert rig.state(second)[:2] == ("done", 1)
