"""A person stops an instance."""

import re
from datetime import datetime
from uuid import UUID

from cases import access, repository
from cases.actor import Actor
from cases.context import access_context
from cases.errors import InstanceEndedError, ReasonInvalidError
from cases.models import Instance, Subscription
from cases.repository import Change, Line
from cases.use_cases.actions import Action, home_processes
from engine import runtime

REASON = "anledning"
"""Under which name the message that winds a process up carries why."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


def cancel_instance(instance_id: UUID, reason: str, *, actor: Actor, now: datetime) -> None:
    """Cancel everything that is open in an instance, or begin what ends it in good order.

    Args:
        instance_id: The instance.
        reason: A code, e.g. ``aterkallad``; it goes into the history, so no free text.
        actor: Who cancels it.
        now: The moment, aware.

    Raises:
        ReasonInvalidError: Not a code.
        InstanceEndedError: Nothing to cancel any more.
        NotFoundError, NotPermittedError: Out of sight, or not for the actor's roles.
    """
    if not _CODE.fullmatch(reason):
        raise ReasonInvalidError
    with access_context(actor):
        instance = repository.lock_instance(instance_id)
        access.require(actor, access.Action.CANCEL, instance.resource())
        if not instance.live:
            raise InstanceEndedError(instance_id)
        action = Action(instance=instance, actor=actor, now=now)
        ref = _wound_up(action)
        if ref is None:
            outcome = runtime.cancel(action.definition, instance.state, now=now)
        else:
            outcome = runtime.correlate_message(
                action.definition,
                instance.state,
                ref,
                {REASON: reason},
                now=now,
                perform=action.perform,
            )
        repository.save_outcome(
            Change(
                instance=instance,
                outcome=outcome,
                actor=actor,
                now=now,
                cause="cancel",
                first=(Line(kind="cancel_asked", detail={"reason": reason}),),
                facts=tuple(action.facts),
                expiry=action.expiry(outcome),
                homes=home_processes(action, outcome),
                status=Instance.Status.CANCELLED if ref is None else "",
            )
        )


def _wound_up(action: Action) -> str | None:
    """Return the subscription through which the process winds itself up; None: it is cut off.

    The manifest names the message (``cancel_message``): cancelling what a provider carries out
    must begin its closing, or an open akt would be left without anybody.
    """
    entry = action.bundle.manifest.entry(action.instance.process_key)
    if entry is None or entry.cancel_message is None:
        return None
    rows = Subscription.objects.filter(instance_id=action.instance.id, message=entry.cancel_message)
    return rows.order_by("ref").values_list("ref", flat=True).first()
