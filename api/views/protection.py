"""Protected identity: a case opened in an emergency, and one address out of the vault."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies_protection import (
    AddressResponse,
    EmergencyRequest,
    EmergencyResponse,
    ReasonRequest,
)
from api.door import Door, answers, read_body
from records import emergency, vault


class EmergencyView(Door):
    """Break-glass."""

    @extend_schema(
        operation_id="cases_emergency_open",
        summary="Öppna ett ärende i nödfall, med skäl och för en kort tid",
        request=EmergencyRequest,
        responses=answers(EmergencyResponse, 400, 403, 404, 422, status=201),
    )
    def post(self, request: Request, arende_id: UUID) -> Response:
        """Open a case of the caller's own unit for reading; the head of the unit is told."""
        body = read_body(EmergencyRequest, request)
        way = emergency.open_case(arende_id, body.reason, actor=self.actor, now=self.now)
        until = way.expires_at or self.now
        answer = EmergencyResponse(case=arende_id, until=until)
        return Response(answer.model_dump(mode="json"), status=201)


class AddressView(Door):
    """The vault."""

    @extend_schema(
        operation_id="cases_address_read",
        summary="Läs en skyddad persons adress ur valvet; läsningen loggas med skäl",
        request=ReasonRequest,
        responses=answers(AddressResponse, 400, 403, 404, 422),
    )
    def post(self, request: Request, arende_id: UUID) -> Response:
        """Read one address. A POST, so that neither it nor the reason stands in a URL or cache."""
        body = read_body(ReasonRequest, request)
        found = vault.read_address(arende_id, body.reason, actor=self.actor, now=self.now)
        answer = AddressResponse(
            address=found.adress,
            postcode=found.postnummer,
            town=found.postort,
            phone=found.telefon,
            registered=found.registrerad,
        )
        response = Response(answer.model_dump(mode="json"))
        response["Cache-Control"] = "no-store"
        return response
