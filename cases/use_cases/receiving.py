"""One receiver of a message, in one transaction of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from cases import bundles, repository
from cases.actor import SYSTEM
from cases.context import access_context
from cases.errors import MessageRefusedError, ReceiverUnknownError, StorageError
from cases.models import Delivery, Instance, Message, Organisation, Subscription, Unit
from cases.repository import Change, Line, LockedInstance
from cases.use_cases.actions import Action, home_processes, reserved_variables
from cases.use_cases.incidents import DELIVER_MESSAGE, settle_incidents
from cases.use_cases.starting import save_start
from engine import runtime
from engine.errors import NoSubscriptionError
from engine.manifest import MessageRule
from engine.variables import unpack

EITHER = "bada"
"""Value of ``organisation`` in the manifest: the process runs in either kind."""


class Receipt(StrEnum):
    """What became of one attempt to deliver."""

    DELIVERED = "delivered"
    BEFORE = "before"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where a message goes: a subscription of an instance, or the start event of a process."""

    instance_id: UUID | None = None
    ref: str = ""
    bundle: str = ""
    process_key: str = ""
    start_event: str = ""


def rule_of(message: Message, now: datetime) -> MessageRule:
    """Return what the edition says about the message: the sender's, else the one in force.

    Raises:
        MessageRefusedError: It does not know the name.
    """
    bundle_hash = _sender_bundle(message) or bundles.newest_hash(localdate(now))
    rule = bundles.compiled(bundle_hash).messages.get(message.name)
    if rule is None:
        raise MessageRefusedError(message.name, "messages.toml does not have it")
    return rule


def _sender_bundle(message: Message) -> str | None:
    if message.sender_instance is None:
        return None
    rows = Instance.objects.filter(pk=message.sender_instance)
    return rows.values_list("bundle_id", flat=True).first()


def receivers_of(message: Message, rule: MessageRule, now: datetime) -> list[Receiver]:
    """Return who should get the message now.

    Where a message may both be caught and start something, one with a single receiver is caught
    if anybody waits for it.
    """
    waiting = list(_subscribers(message)) if rule.kind != "start" else []
    if rule.kind == "catch" or (waiting and rule.receivers != "many"):
        return waiting
    return waiting + list(_starts(message, now))


def receive(message: Message, receiver: Receiver, now: datetime) -> Receipt:
    """Deliver to one receiver, in one transaction. Done twice it does nothing.

    Raises:
        IncidentError, CaseError: The receiver cannot take it; nothing was stored.
    """
    if receiver.instance_id is not None:
        return _catch(message, receiver.instance_id, receiver.ref, now)
    return _begin(message, receiver, now)


def _subscribers(message: Message) -> Iterator[Receiver]:
    rows = Subscription.objects.filter(
        message=message.name, key=message.key, instance__status__in=Instance.LIVE
    )
    if message.sender_instance is None:
        # A person's own message never acts in another organisation, nor in another ärende.
        rows = rows.filter(instance__organisation_id=message.organisation_id)
        if message.arende_id is not None:
            rows = rows.filter(instance__arende_id=message.arende_id)
    for instance_id, ref in rows.order_by("instance_id", "ref").values_list("instance_id", "ref"):
        yield Receiver(instance_id=instance_id, ref=ref)


def _starts(message: Message, now: datetime) -> Iterator[Receiver]:
    for process_key, bundle_hash in bundles.current_editions(localdate(now)):
        for key, element in bundles.started_by(bundle_hash).get(message.name, ()):
            if key == process_key:
                yield Receiver(bundle=bundle_hash, process_key=key, start_event=element)


def _catch(message: Message, instance_id: UUID, ref: str, now: datetime) -> Receipt:
    with access_context(SYSTEM):
        instance = repository.lock_instance(instance_id)
        had = Delivery.objects.filter(message_id=message.pk, instance_id=instance_id).exists()
        if had or not instance.live:
            return Receipt.BEFORE if had else Receipt.GONE
        action = Action(instance=instance, actor=SYSTEM, now=now)
        try:
            outcome = runtime.correlate_message(
                action.definition,
                instance.state,
                ref,
                _payload(message),
                now=now,
                perform=action.perform,
            )
        except NoSubscriptionError:
            Subscription.objects.filter(instance_id=instance_id, ref=ref).delete()
            return Receipt.GONE
        repository.save_outcome(
            Change(
                instance=instance,
                outcome=outcome,
                actor=SYSTEM,
                now=now,
                cause="correlate_message",
                first=(_received(message, ref.partition(":")[2]),),
                facts=tuple(action.facts),
                delivery=message.pk,
                expiry=action.expiry(outcome),
                homes=home_processes(action, outcome),
            )
        )
        settle_incidents(instance, DELIVER_MESSAGE, message.pk, actor=SYSTEM, now=now)
        return Receipt.DELIVERED


def _begin(message: Message, receiver: Receiver, now: datetime) -> Receipt:
    """Start an instance whose id follows from the message, so that a second start collides."""
    instance_id = uuid5(message.pk, receiver.process_key)
    try:
        with access_context(SYSTEM):
            if Instance.objects.filter(pk=instance_id).exists():
                return Receipt.BEFORE
            action = Action(instance=_unborn(message, receiver, instance_id), actor=SYSTEM, now=now)
            outcome = runtime.start(
                action.definition,
                reserved_variables(action.instance),
                now=now,
                seed=instance_id,
                start_event=receiver.start_event,
                payload=_payload(message),
                perform=action.perform,
            )
            received = _received(message, receiver.start_event)
            save_start(action, outcome, message=received, delivery=message.pk)
            return Receipt.DELIVERED
    except StorageError as error:
        # Another worker began it meanwhile; which of the two rows collides first is open.
        if error.constraint in {"cases_instance_pkey", "cases_delivery_pkey"}:
            return Receipt.BEFORE
        raise


def _unborn(message: Message, receiver: Receiver, instance_id: UUID) -> LockedInstance:
    organisation, unit = _home(message, receiver)
    arende, secrecy = _arende(message)
    return LockedInstance(
        id=instance_id,
        bundle=receiver.bundle,
        process_key=receiver.process_key,
        business_key=message.key,
        arende_id=arende,
        organisation=organisation,
        unit=unit,
        secrecy=secrecy,
        status=Instance.Status.RUNNING,
        version=0,
        state=b"",
    )


def _arende(message: Message) -> tuple[UUID | None, int]:
    """Return the ärende that a started instance belongs to, and its protection level.

    It is the sender's; an instance without one (the nightly look for what is due) names the ärende
    in its payload, which a person's own message cannot do.
    """
    if message.arende_id is not None or message.sender_instance is None:
        return message.arende_id, message.secrecy
    named = _uuid(_payload(message).get("arende"))
    rows = Instance.objects.filter(arende_id=named, arende_id__isnull=False)
    level = rows.order_by("-secrecy").values_list("secrecy", flat=True).first()
    if level is None:
        return None, message.secrecy
    return named, max(level, message.secrecy)


def _home(message: Message, receiver: Receiver) -> tuple[UUID, UUID]:
    """Return organisation and unit of the new instance.

    The sender's own when the process belongs to its kind of organisation (a process of either kind
    goes to the unit that the payload names, if it names one); else the receiver that
    the payload names, else the one of that kind which the ärende already has. A sender without an
    ärende works for a whole organisation, so there the named unit comes first.
    """
    entry = bundles.compiled(receiver.bundle).manifest.entry(receiver.process_key)
    kind = "" if entry is None else entry.organisation
    named = _named(_payload(message), kind)
    alone = message.arende_id is None and message.sender_instance is not None
    if named is not None and (alone or kind == EITHER):
        return named.organisation_id, named.pk
    if kind == EITHER or _is_of(message.organisation_id, kind):
        return message.organisation_id, message.unit_id
    if named is not None:
        return named.organisation_id, named.pk
    known = Instance.objects.filter(
        arende_id=message.arende_id, arende_id__isnull=False, organisation__kind=kind
    )
    found = known.order_by("started_at").values_list("organisation_id", "unit_id").first()
    if found is None:
        raise ReceiverUnknownError(message.name, receiver.process_key)
    return found


def _is_of(organisation: UUID, kind: str) -> bool:
    return Organisation.objects.filter(pk=organisation, kind=kind).exists()


def _named(payload: Mapping[str, Any], kind: str) -> Unit | None:
    organisation = _uuid(payload.get("mottagare_organisation"))
    unit = _uuid(payload.get("mottagare_enhet"))
    if organisation is None or unit is None:
        return None
    units = Unit.objects.filter(pk=unit, organisation_id=organisation)
    return (units if kind == EITHER else units.filter(organisation__kind=kind)).first()


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _payload(message: Message) -> Mapping[str, Any]:
    payload: Mapping[str, Any] = unpack(message.payload)
    return payload


def _received(message: Message, element: str) -> Line:
    detail = {"message": message.name, "id": str(message.pk)}
    carried = repository.carried_by(message)
    explanation = {"basis": carried} if carried else None
    return Line(kind="received", element=element, detail=detail, explanation=explanation)
