"""What every view of the API has in common: who asks, when, and how bodies are read."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from pydantic import BaseModel
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.views import APIView

from api.problems import Problem
from cases.actor import Actor, actor_for
from cases.errors import UndertakingMissingError
from config import clock
from engine.forms import REASONS

Body = TypeVar("Body", bound=BaseModel)
PAGE = 50
MAX_PAGE = 200


class Door(APIView):
    """A view that knows its actor and the moment, both read once per request."""

    before_signing = False
    """Open to who has not signed her sekretessförbindelse, and therefore has no active role."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate first, then find out who acts and when.

        Raises:
            UndertakingMissingError: She has roles, and none is active until she signs (R-162).
        """
        super().initial(request, *args, **kwargs)
        self.now: datetime = clock.now()
        self.actor: Actor = actor_for(request.user, self.now)
        if self.actor.waits_for_signature and not self.before_signing:
            raise UndertakingMissingError(self.actor.username)


def read_body(model: type[Body], request: Request) -> Body:
    """Read a JSON body.

    Raises:
        pydantic.ValidationError: Answered as 422 with one row per field.
    """
    return model.model_validate(request.data)


def with_reasons(answers: Mapping[str, Any], reasons: Mapping[str, str]) -> Mapping[str, Any]:
    """Return answers with the reasons for each broken *bör* where the form looks for them."""
    if not reasons:
        return answers
    written = answers.get(REASONS)
    return {**answers, REASONS: {**(written if isinstance(written, dict) else {}), **reasons}}


def query(model: type[Body], request: Request) -> Body:
    """Read the query string.

    Raises:
        pydantic.ValidationError: Answered as 422 with one row per parameter.
    """
    return model.model_validate(request.query_params.dict())


def idempotency_key(request: Request) -> str | None:
    """The client's word for this request, from the header ``Idempotency-Key``.

    Raises:
        ParseError: Longer than 200 characters.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and len(key) > 200:
        raise ParseError("Idempotency-Key is longer than 200 characters.")
    return key or None


def page_size(request: Request) -> int:
    """How many rows the client wants, at most 200."""
    wanted = request.query_params.get("limit", "")
    readable = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    return max(1, min(int(wanted), MAX_PAGE)) if readable else PAGE


def read_cursor(request: Request) -> Mapping[str, Any] | None:
    """Where the page begins; None for the first one.

    Raises:
        Http404: The cursor was not made by this API.
    """
    text = request.query_params.get("cursor")
    if not text:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, binascii.Error, UnicodeError, RecursionError) as error:
        raise Http404 from error
    if not isinstance(value, dict):
        raise Http404
    return value


def next_page(request: Request, cursor: Mapping[str, Any] | None) -> str | None:
    """The address of the next page, relative to the server, or None on the last page."""
    if cursor is None:
        return None
    text = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode("ascii")
    query = request.query_params.copy()
    query["cursor"] = text
    return f"{request.path}?{query.urlencode()}"


_REASONS = {
    400: "Kroppen eller en parameter kan inte läsas",
    401: "Inte inloggad",
    403: "Rollen räcker inte",
    404: "Finns inte, eller inte för dig",
    409: "Hann ändras, eller tillåts inte som ärendet står",
    422: "Uppgifter att rätta, se errors",
}


def answers(model: type[BaseModel], *refusals: int, status: int = 200) -> dict[Any, Any]:
    """The documented responses of an operation.

    Args:
        model: What a good answer holds.
        refusals: Statuses besides 401 that may come.
        status: Status of the good answer.
    """
    found: dict[Any, Any] = {status: model}
    for code in (401, *refusals):
        found[(code, "application/problem+json")] = OpenApiResponse(
            response=Problem, description=_REASONS[code]
        )
    return found


PAGING = [
    OpenApiParameter("cursor", str, description="Från next i förra svaret"),
    OpenApiParameter("limit", int, description="Rader per sida, 1-200"),
]
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Samma nyckel ger samma svar igen i stället för att göra om",
)
