"""Messages between instances: kept until delivered, delivered once to each receiver, or expired.

No transaction touches two instances: the thrower writes the message with its own state, and a
worker delivers it, one transaction per receiver. Whatever order sending, subscribing and
delivering happen in, the message finds its receiver: it is looked for when the message is written
and again when a subscription appears.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.timezone import localdate

from cases import access, bundles
from cases.access import Resource
from cases.actor import SYSTEM, Actor
from cases.capabilities import CapabilityContext
from cases.context import access_context, native_cursor
from cases.errors import (
    CaseError,
    MessageNotFromOutsideError,
    MessageRefusedError,
    NotFoundError,
    NotPermittedError,
)
from cases.models import Delivery, Instance, Message
from cases.use_cases.actions import expires_at
from cases.use_cases.incidents import (
    DELIVER_MESSAGE,
    EXPIRED_MESSAGE,
    Failure,
    enqueue,
    open_incident,
    record_failure,
    settle_message,
)
from cases.use_cases.receiving import Receipt, Receiver, receive, receivers_of, rule_of
from engine.errors import EngineError
from engine.manifest import MessageRule
from engine.variables import pack

_EARLY = """
SELECT m.id FROM cases_subscription s
  JOIN cases_message m ON m.name = s.message AND m.key = s.key AND m.status = 'undelivered'
 WHERE s.instance_id = $1 AND s.ref = $2 ORDER BY m.sent_at, m.id
"""
"""Asked at every wait that begins: one statement, planned once. Seldom is anything early."""


def correlate_message(
    name: str,
    key: str,
    payload: Mapping[str, Any],
    message_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    arende_id: UUID | None = None,
) -> UUID:
    """Put a message in from outside; a worker delivers it.

    Args:
        name: A name of ``messages.toml``.
        key: What it is about.
        payload: FEEL values.
        message_id: The sender's id. A second call with the same id changes nothing.
        actor: Who sends it; the message belongs to the first unit that lets the actor send.
        now: The moment, aware.
        arende_id: The ärende, where the message starts something in it.

    Raises:
        NotFoundError: Nothing of the ärende is within the actor's sight.
        NotPermittedError: The actor's roles may not send it.
        MessageRefusedError: No edition in force knows the name.
        MessageNotFromOutsideError: Only processes throw it (``utifran`` in ``messages.toml``).
    """
    bundle_hash = bundles.newest_hash(localdate(now))
    rule = bundles.compiled(bundle_hash).messages.get(name)
    if rule is None:
        # The name came from outside: it is not repeated, since it may be anything.
        raise MessageRefusedError("", "no edition in force has a message of this name")
    if not rule.utifran and not actor.system:
        raise MessageNotFromOutsideError(name)
    try:
        with access_context(actor):
            message = Message(
                id=message_id,
                name=name,
                key=key,
                payload=pack(dict(payload)),
                arende_id=arende_id,
                sent_at=now,
                sent_by=actor.username,
                expires_at=expires_at(rule.expires, now),
            )
            _place(message, actor, bundle_hash)
            message.save(force_insert=True)
            enqueue(DELIVER_MESSAGE, str(message_id))
    except IntegrityError:
        return message_id
    return message_id


def throw(
    name: str,
    key: str,
    payload: Mapping[str, Any],
    *,
    context: CapabilityContext,
    arende_id: UUID,
    secrecy: int,
) -> bool:
    """Send a message out of a capability, in the caller's transaction.

    For what must follow whichever diagram the capability is called from; what a diagram decides is
    drawn there as a throwing event.

    Args:
        name: A name of ``messages.toml``.
        key: What it is about.
        payload: FEEL values.
        context: Of the capability; the message belongs to its organisation and unit.
        arende_id: The ärende it is in.
        secrecy: Protection level of the message, where it is another than the context's.

    Returns:
        False when the edition does not know the name: then nothing follows.
    """
    rule = context.bundle.messages.get(name)
    if rule is None:
        return False
    message = Message(
        organisation_id=context.organisation,
        unit_id=context.unit,
        secrecy=secrecy,
        name=name,
        key=key,
        payload=pack(dict(payload)),
        arende_id=arende_id,
        sent_at=context.now,
        sent_by=context.actor.username,
        expires_at=expires_at(rule.expires, context.now),
    )
    message.save(force_insert=True)
    enqueue(DELIVER_MESSAGE, str(message.pk))
    return True


def _place(message: Message, actor: Actor, bundle_hash: str) -> None:
    """Let the message belong to the ärende's unit, else to the first that lets the actor send."""
    rows = Instance.objects.filter(arende_id=message.arende_id).order_by("-started_at")
    homes = rows.values_list("organisation_id", "unit_id", "secrecy")
    home = homes.first() if message.arende_id is not None else None
    if message.arende_id is not None and home is None:
        raise NotFoundError("case", message.arende_id)
    places = [home] if home else [(organisation, unit, 0) for organisation, unit in _units(actor)]
    for organisation, unit, secrecy in places:
        resource = Resource(
            ref=message.name,
            bundle=bundle_hash,
            organisation=organisation,
            unit=unit,
            secrecy=secrecy,
            case=message.arende_id,
        )
        if access.allowed(actor, access.Action.SEND, resource):
            message.organisation_id, message.unit_id = organisation, unit
            message.secrecy = secrecy
            return
    raise NotPermittedError(access.Action.SEND.value, message.name)


def _units(actor: Actor) -> Iterator[tuple[UUID, UUID]]:
    return ((actor.places[unit], unit) for unit in actor.units)


def deliver_message(message_id: UUID, *, now: datetime) -> int:
    """Deliver a message to everybody who is waiting for it, or starts by it.

    A second call delivers only to receivers that have not had it; a message that is delivered or
    expired is left alone. A receiver that fails becomes an incident, and the others still get the
    message.

    Returns:
        How many receivers got it by this call.
    """
    with access_context(SYSTEM):
        message = Message.objects.filter(pk=message_id, status=Message.Status.UNDELIVERED).first()
        if message is None:
            return 0
        rule = rule_of(message, now)
        # A worker may die after the receiver's commit and before the message is marked.
        had = Delivery.objects.filter(message_id=message_id).exists()
        found = [] if had and rule.receivers != "many" else receivers_of(message, rule, now)
    if rule.receivers != "many" and len(found) > 1:
        _record(message, None, MessageRefusedError(message.name, "several wait for it"), now)
        return 0
    receipts = [_attempt(message, receiver, now) for receiver in found]
    reached = {Receipt.DELIVERED, Receipt.BEFORE} & set(receipts)
    if (had or reached) and Receipt.FAILED not in receipts:
        _settle(message, now)
    return receipts.count(Receipt.DELIVERED)


def match_subscription(instance_id: UUID, ref: str, *, now: datetime) -> int:
    """Deliver what arrived before the subscription did. A second call changes nothing.

    Returns:
        How many messages were delivered.
    """
    with access_context(SYSTEM):
        early = native_cursor().execute(_EARLY, (instance_id, ref), prepare=True).fetchall()
    return sum(deliver_message(message_id, now=now) for (message_id,) in early)


def retry_undelivered(*, now: datetime, limit: int = 100) -> int:
    """Look again for receivers of the oldest undelivered messages; a safety net.

    Returns:
        How many deliveries were made.
    """
    with access_context(SYSTEM):
        rows = Message.objects.filter(status=Message.Status.UNDELIVERED).order_by("sent_at", "pk")
        ids = list(rows.values_list("pk", flat=True)[:limit])
    return sum(deliver_message(message_id, now=now) for message_id in ids)


def expire_messages(*, now: datetime, limit: int = 100) -> int:
    """Let messages expire that nobody took in time. A second call finds none.

    Each one that somebody should have taken becomes an incident.

    Returns:
        How many expired.
    """
    with access_context(SYSTEM):
        rows = Message.objects.filter(status=Message.Status.UNDELIVERED, expires_at__lte=now)
        ids = list(rows.order_by("expires_at").values_list("pk", flat=True)[:limit])
    return sum(_expire(message_id, now) for message_id in ids)


def revive_message(message_id: UUID, *, now: datetime) -> None:
    """Give an expired message a new time; in the caller's transaction."""
    message = Message.objects.filter(pk=message_id, status=Message.Status.EXPIRED).first()
    if message is not None:
        message.status = Message.Status.UNDELIVERED
        message.expires_at = expires_at(rule_of(message, now).expires, now)
        message.save(update_fields=["status", "expires_at"])


def _expire(message_id: UUID, now: datetime) -> bool:
    with access_context(SYSTEM):
        rows = Message.objects.select_for_update(skip_locked=True)
        message = rows.filter(pk=message_id, status=Message.Status.UNDELIVERED).first()
        if message is None:
            return False
        message.status = Message.Status.EXPIRED
        message.save(update_fields=["status"])
        settle_message(message.pk, now=now)
        if _somebody_must_take(rule_of(message, now)):
            failure = Failure(
                action=EXPIRED_MESSAGE,
                ref=str(message.pk),
                code="message_expired",
                message=f"Nobody took message {message.name} in time. See that its receiver exists,"
                " and retry.",
            )
            open_incident(failure, _scope(message), now)
        return True


def _somebody_must_take(rule: MessageRule) -> bool:
    """A broadcast to whoever is waiting (many, catch) may find nobody, as zero_or_one may."""
    broadcast = rule.receivers == "many" and rule.kind == "catch"
    return rule.receivers != "zero_or_one" and not broadcast


def _attempt(message: Message, receiver: Receiver, now: datetime) -> Receipt:
    try:
        return receive(message, receiver, now)
    except (EngineError, CaseError) as error:
        _record(message, receiver.instance_id, error, now)
        return Receipt.FAILED


def _record(message: Message, instance_id: UUID | None, error: Exception, now: datetime) -> None:
    failure = Failure.of(DELIVER_MESSAGE, message.pk, error)
    if instance_id is not None:
        record_failure(instance_id, failure, actor=SYSTEM, now=now)
        return
    with access_context(SYSTEM):
        open_incident(failure, _scope(message), now)


def _settle(message: Message, now: datetime) -> None:
    with access_context(SYSTEM):
        Message.objects.filter(pk=message.pk, status=Message.Status.UNDELIVERED).update(
            status=Message.Status.DELIVERED, delivered_at=now
        )
        settle_message(message.pk, now=now)


def _scope(message: Message) -> dict[str, object]:
    return {
        "arende_id": message.arende_id,
        "organisation_id": message.organisation_id,
        "unit_id": message.unit_id,
        "secrecy": message.secrecy,
    }
