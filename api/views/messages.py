"""Messages from outside, and what has stopped."""

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import IncidentPage, IncidentRow, MessageRequest, MessageResponse
from api.door import PAGING, Door, answers, next_page, page_size, read_body, read_cursor
from cases import paging, queries
from cases.context import access_context
from cases.models import Incident
from cases.use_cases.messages import correlate_message
from cases.use_cases.retrying import retry_incident


class MessagesView(Door):
    """Put a message in."""

    @extend_schema(
        operation_id="messages_send",
        summary="Lämna ett meddelande till den som väntar på det",
        request=MessageRequest,
        responses=answers(MessageResponse, 400, 403, 404, 409, 422, status=202),
    )
    def post(self, request: Request) -> Response:
        """Store a message; the worker delivers it. The same ``message_id`` counts once."""
        body = read_body(MessageRequest, request)
        message_id = correlate_message(
            body.name,
            body.key,
            body.payload,
            body.message_id or uuid.uuid4(),
            actor=self.actor,
            now=self.now,
            arende_id=body.case,
        )
        return Response(MessageResponse(message=message_id).model_dump(mode="json"), status=202)


class IncidentsView(Door):
    """What has stopped."""

    @extend_schema(
        operation_id="incidents_list",
        summary="Det som har stannat och väntar på en människa",
        parameters=PAGING,
        responses=answers(IncidentPage, 404),
    )
    def get(self, request: Request) -> Response:
        """List open incidents, oldest first."""
        with access_context(self.actor):
            page = paging.page_of(
                queries.incidents(self.actor, now=self.now).select_related("instance"),
                ("opened_at", "id"),
                after=read_cursor(request),
                limit=page_size(request),
            )
        body = IncidentPage(
            next=next_page(request, page.next), results=[_row(row) for row in page.rows]
        )
        return Response(body.model_dump(mode="json"))


class RetryView(Door):
    """Try again."""

    @extend_schema(
        operation_id="incidents_retry",
        summary="Försök igen",
        request=None,
        responses={202: None} | answers(IncidentRow, 403, 404, 409),
    )
    def post(self, _request: Request, incident_id: uuid.UUID) -> Response:
        """Ask the worker to try again what stopped."""
        retry_incident(incident_id, actor=self.actor, now=self.now)
        return Response(status=202)


def _row(row: Incident) -> IncidentRow:
    return IncidentRow(
        id=row.pk,
        process=row.instance.process_key if row.instance else "",
        element=row.element,
        code=row.code,
        message=row.message,
        opened_at=row.opened_at,
        case=row.arende_id,
    )
