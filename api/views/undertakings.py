"""The sekretessförbindelse: open to who has signed nothing yet."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies_staff import SignRequest, SignResponse, UndertakingRow, UndertakingsResponse
from api.door import Door, answers, read_body
from cases import use_cases


class UndertakingsView(Door):
    """What the caller undertakes towards each organisation (R-162)."""

    before_signing = True

    @extend_schema(
        operation_id="undertakings_list",
        summary="Sekretessförbindelsen och var den är undertecknad",
        responses=answers(UndertakingsResponse),
    )
    def get(self, _request: Request) -> Response:
        """Give the text in force and the organisations where the caller has a role."""
        text = use_cases.undertaking_text(self.now)
        answer = UndertakingsResponse(
            heading=text.rubrik if text else "",
            text=text.text if text else "",
            version=text.version if text else "",
            undertakings=[
                UndertakingRow(
                    organisation=one.organisation,
                    organisation_name=one.organisation_name,
                    signed_on=one.signed_on,
                )
                for one in use_cases.undertakings(self.actor)
            ],
        )
        return Response(answer.model_dump(mode="json"))

    @extend_schema(
        operation_id="undertakings_sign",
        summary="Skriv under sekretessförbindelsen; rollerna i organisationen blir aktiva",
        request=SignRequest,
        responses=answers(SignResponse, 400, 403, 409, 422, status=201),
    )
    def post(self, request: Request) -> Response:
        """Sign for the caller herself. Again: the first signature holds."""
        body = read_body(SignRequest, request)
        day = use_cases.sign_undertaking(
            body.organisation, version=body.version, actor=self.actor, now=self.now
        )
        answer = SignResponse(organisation=body.organisation, signed_on=day)
        return Response(answer.model_dump(mode="json"), status=201)
