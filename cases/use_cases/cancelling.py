"""A person stops an instance."""

import re
from datetime import datetime
from uuid import UUID

from cases import access, repository
from cases.actor import Actor
from cases.context import access_context
from cases.errors import InstanceEndedError, ReasonInvalidError
from cases.models import Instance
from cases.repository import Change, Line
from cases.use_cases.actions import Action
from engine import runtime

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


def cancel_instance(instance_id: UUID, reason: str, *, actor: Actor, now: datetime) -> None:
    """Cancel everything that is open in an instance.

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
        repository.save_outcome(
            Change(
                instance=instance,
                outcome=runtime.cancel(action.definition, instance.state, now=now),
                actor=actor,
                now=now,
                cause="cancel",
                first=(Line(kind="cancel_asked", detail={"reason": reason}),),
                status=Instance.Status.CANCELLED,
            )
        )
