"""The actors: thin doors from the queue to the use cases of ``cases``.

A message may come more than once; each actor says what a second run does. Arguments are
identifiers, the business time is asked for when the message is worked on.
"""

from collections.abc import Callable
from uuid import UUID

import dramatiq

from cases import use_cases
from cases.actor import SYSTEM
from config import clock
from workers import order
from workers.broker import NotYetError

DEFAULT = "default"
TURN_MS = 200
QUEUES = frozenset({DEFAULT})


def deliver_message(message_id: str) -> None:
    """Deliver a thrown message to every instance that waits for it, or start what it starts.

    Messages of one ärende are delivered in the order in which they were thrown: one that comes
    while an earlier one is still in the queue waits for its turn. Otherwise a worker that dies with
    a message in its hands would let the next one overtake it, and a clock could start after the
    message that should have stopped it.

    A second run delivers to those that have not had it; the table of deliveries knows who has.

    Raises:
        NotYetError: It is not this message's turn.
    """
    if order.must_wait(message_id):
        raise NotYetError(message_id, delay_ms=TURN_MS)
    use_cases.deliver_message(UUID(message_id), now=clock.now())


def match_subscription(instance_id: str, ref: str) -> None:
    """Give an instance that began to wait the messages that came before it did.

    A second run finds them delivered and does nothing.
    """
    use_cases.match_subscription(UUID(instance_id), ref, now=clock.now())


def run_job(job_id: str) -> None:
    """Run the capability of an asynchronous service task and complete its job.

    A second run finds the job completed, or cancelled, and does nothing. A worker that dies between
    the capability and the completion leaves the capability to run again: it knows the job's id.
    """
    use_cases.run_job(UUID(job_id), now=clock.now())


def retry_incident(incident_id: str) -> None:
    """Try again what an incident is about, because a person asked for it.

    A second run finds the incident resolved, or counts one more failed attempt.
    """
    use_cases.retry_incident(UUID(incident_id), actor=SYSTEM, now=clock.now())


ACTORS: tuple[Callable[..., None], ...] = (
    deliver_message,
    match_subscription,
    run_job,
    retry_incident,
)


def register(broker: dramatiq.Broker) -> None:
    """Declare every actor on a broker, under the name that the outbox rows carry."""
    for function in ACTORS:
        dramatiq.actor(broker=broker, queue_name=DEFAULT)(function)
