"""Risk analyses: which parts of the operation have one (R-030)."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies_risk import CoverageResponse, PartResponse, SinceQuery, UnitResponse
from api.door import Door, answers, query
from records.queries.risktackning import UnitCoverage, risk_coverage


class RiskCoverageView(Door):
    """The coverage of all parts."""

    @extend_schema(
        operation_id="risk_coverage_read",
        summary="Vilka delar av verksamheten som har en riskanalys, enhet för enhet",
        parameters=[
            OpenApiParameter(
                "from",
                OpenApiTypes.DATE,
                description="Första dagen vars analyser räknas; utelämnad: enligt risk_tackning",
            )
        ],
        responses=answers(CoverageResponse, 422),
    )
    def get(self, request: Request) -> Response:
        """Tell which parts are covered; a unit with an uncovered part, or none at all, is red."""
        asked = query(SinceQuery, request)
        rows = risk_coverage(self.actor, now=self.now, since=asked.since)
        answer = CoverageResponse([_unit(row) for row in rows])
        return Response(answer.model_dump(mode="json"))


def _unit(row: UnitCoverage) -> UnitResponse:
    parts = [
        PartResponse(id=part.id, name=part.namn, last_analysed=part.senast, covered=part.tackt)
        for part in row.delar
    ]
    return UnitResponse(unit=row.enhet, counted_from=row.fran, red=row.rod, parts=parts)
