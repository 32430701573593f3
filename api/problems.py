"""Every refusal of the API as ``application/problem+json`` (RFC 9457) with a stable ``code``.

The body names what the caller can do about it. It carries identifiers only: an answer that was
refused is never repeated, since it may hold data about a person.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure
from pydantic import BaseModel, Field, ValidationError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.errors import CaseError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUS_BY_CODE: Mapping[str, int] = {
    "not_permitted": 403,
    "message_internal": 403,
    "undertaking_missing": 403,
    "not_found": 404,
    "task_already_completed": 409,
    "task_not_open": 409,
    "stale_version": 409,
    "already_claimed": 409,
    "idempotency_conflict": 409,
    "final_note_missing": 409,
    "answers_invalid": 422,
    "reason_needed": 422,
    "body_invalid": 422,
}
"""Status of each code; any other code of a use case is a conflict with how the case stands."""

TITLES: Mapping[int, str] = {
    400: "Begäran kan inte läsas",
    401: "Logga in först",
    403: "Du har inte behörighet",
    404: "Finns inte",
    405: "Metoden stöds inte",
    406: "Formatet stöds inte",
    409: "Ärendet har hunnit ändras eller tillåter inte detta",
    413: "Begäran är för stor",
    415: "Innehållstypen stöds inte",
    422: "Uppgifterna behöver rättas",
    429: "För många förfrågningar",
    500: "Något gick fel hos oss",
    503: "Försök igen om en stund",
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(description="JSON-pekare till fältet, t.ex. /answers/inkom_datum")
    code: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(description="URI som namnger felet, t.ex. urn:kedja:stale_version")
    title: str
    status: int
    code: str = Field(description="Stabilt ord som program kan lita på")
    detail: str
    instance: str = Field(description="Den här begärans nummer, att ange i felanmälan")
    errors: list[FieldProblem] | None = None


def problem(
    status: int, code: str, detail: str, *, errors: Iterable[FieldProblem] | None = None
) -> Response:
    """Build one problem response.

    Args:
        status: HTTP status.
        code: Stable word for programs.
        detail: What happened and what to do, identifiers only.
        errors: One row per field that must be corrected.
    """
    body = Problem(
        type=f"urn:kedja:{code}",
        title=TITLES.get(status, TITLES[500]),
        status=status,
        code=code,
        detail=detail,
        instance=f"urn:uuid:{uuid.uuid4()}",
        errors=list(errors) if errors is not None else None,
    )
    response = Response(body.model_dump(exclude_none=True), status=status)
    response.content_type = MEDIA_TYPE
    return response


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn every exception of a view into a problem, and log it without case data.

    Args:
        exc: What the view raised.
        context: DRF's context with the view and the request.
    """
    response = _response_for(exc)
    view = context.get("view")
    fields = {"view": type(view).__name__, "error": type(exc).__name__}
    if response is None:
        log.error("request_failed", **fields)
        return problem(500, "internal_error", "Försök igen. Består felet: ange begärans nummer.")
    log.info("request_refused", status=response.status_code, code=response.data["code"], **fields)
    return response


def _response_for(exc: Exception) -> Response | None:
    if isinstance(exc, CaseError):
        return _from_case_error(exc)
    if isinstance(exc, ValidationError):
        rows = [FieldProblem(**row) for row in _pydantic_rows(exc)]
        return problem(422, "body_invalid", "Rätta fälten i listan errors.", errors=rows)
    if isinstance(exc, RequestDataTooBig):
        return problem(413, "body_too_large", "Kroppen är för stor. Sänd mindre åt gången.")
    if isinstance(exc, Http404):
        return problem(404, "not_found", "Det du söker finns inte, eller inte för dig.")
    if isinstance(exc, PermissionDenied):
        return problem(403, "not_permitted", "Din roll får inte göra detta.")
    if isinstance(exc, exceptions.APIException):
        return _from_api_exception(exc)
    if isinstance(exc, OperationalError):
        return _from_database(exc)
    return None


def _from_database(exc: OperationalError) -> Response | None:
    """Two requests stood in each other's way: nothing was saved, and the same request may succeed.

    PostgreSQL undoes one of two transactions that wait for each other (deadlock), or that cannot
    have gone one after the other.
    """
    if not isinstance(exc.__cause__, DeadlockDetected | SerializationFailure | LockNotAvailable):
        return None
    response = problem(503, "busy", "Någon annan ändrade samtidigt. Inget sparades. Försök igen.")
    response["Retry-After"] = "1"
    return response


def _from_case_error(exc: CaseError) -> Response:
    errors = getattr(exc, "errors", None)
    rows = None
    if errors:
        rows = [
            FieldProblem(pointer=f"/answers/{path}", code=code, message=message)
            for path, (code, message) in errors.items()
        ]
    return problem(STATUS_BY_CODE.get(exc.code, 409), exc.code, str(exc), errors=rows)


def _pydantic_rows(exc: ValidationError) -> list[dict[str, str]]:
    return [
        {
            "pointer": "/" + "/".join(str(part) for part in error["loc"]),
            "code": error["type"],
            "message": error["msg"],
        }
        for error in exc.errors(include_input=False, include_context=False, include_url=False)
    ]


def _from_api_exception(exc: exceptions.APIException) -> Response:
    codes = {
        401: "not_authenticated",
        403: "not_permitted",
        404: "not_found",
        405: "method_not_allowed",
        406: "not_acceptable",
        415: "unsupported_media_type",
        429: "throttled",
    }
    status = exc.status_code
    code = codes.get(status, "request_invalid")
    if isinstance(exc, exceptions.ParseError):
        return problem(400, "request_invalid", "Kroppen är inte JSON som kan sparas.")
    response = problem(status, code, TITLES.get(status, "Begäran kan inte utföras") + ".")
    header = getattr(exc, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    if status == 405:
        response["Allow"] = ", ".join(getattr(exc, "allowed", ()) or ())
    return response


class UnknownView(APIView):
    """Answers for every address below ``api/`` that means nothing."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    def http_method_not_allowed(self, *_args: object, **_kwargs: object) -> Response:
        """Refuse, whatever the method."""
        raise Http404
