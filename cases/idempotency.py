"""A request sent twice gets the first answer.

The key is written in the action's own statement, so it costs nothing on the way that succeeds.
A repetition fails on its own (the task is completed, or the key exists); only then is the first
answer looked up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from cases.actor import Actor
from cases.context import access_context
from cases.errors import CaseError, IdempotencyConflictError
from cases.models import IdempotencyKey
from cases.repository import Answer

_LONGEST = 200
"""Characters; a longer key, or one with NUL, is nobody's and cannot be kept."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that carries an idempotency key. ``digest`` is keyed: answers are about people."""

    actor: Actor
    user_id: int
    key: str
    digest: str

    def answer(self, response: Mapping[str, Any]) -> Answer:
        """Return what to keep with the action."""
        return Answer(key=self.key, request_hash=self.digest, response=response)


def request_of(actor: Actor, key: str | None, *parts: object) -> Request | None:
    """Return the request to remember, None when the client gave no key.

    Args:
        actor: Keys of different users never meet.
        key: The client's word.
        parts: What makes the request the same: operation, ids and answers.
    """
    if not key or "\x00" in key or len(key) > _LONGEST or actor.user_id is None:
        return None
    text = json.dumps(parts, default=str, sort_keys=True, ensure_ascii=False)
    return Request(
        actor,
        actor.user_id,
        key,
        salted_hmac("cases.idempotency", text, algorithm="sha256").hexdigest(),
    )


def earlier_answer(request: Request | None, error: CaseError) -> Mapping[str, Any]:
    """Return the first answer to a request that now failed with ``error``.

    Raises:
        CaseError: ``error`` itself, when the request was not answered before.
        IdempotencyConflictError: The key belongs to another request.
    """
    if request is None:
        raise error
    with access_context(request.actor):
        row = IdempotencyKey.objects.filter(user_id=request.user_id, key=request.key).first()
    if row is None:
        raise error
    if row.request_hash != request.digest:
        raise IdempotencyConflictError from None
    response: Mapping[str, Any] = row.response
    return response
