"""Insatser without assessment: the list, a visit counted without names, statistics."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies_open import (
    CrossCell,
    OpenActivities,
    OpenActivity,
    PeriodQuery,
    StatisticsResponse,
    VisitRequest,
    VisitResponse,
)
from api.door import IDEMPOTENCY, Door, answers, idempotency_key, query, read_body
from records import visits
from records.queries import oppna_insatser

PERIOD = [
    OpenApiParameter("from", date, required=True, description="En dag i den första månaden"),
    OpenApiParameter("to", date, required=True, description="En dag i den sista månaden"),
]
_NAMES = {
    "insats": "id",
    "namn": "name",
    "slag": "kind",
    "malgrupp": "target_group",
    "villkor": "conditions",
    "langsta_dygn": "longest_stay_days",
    "erbjuds": "offered",
    "krav": "documentation",
    "anonym": "anonymous",
    "undantag": "exempt",
    "skal": "reason",
    "beslut_ref": "decision",
    "beslutsdatum": "decided",
}


class OpenActivitiesView(Door):
    """Nämndens list."""

    @extend_schema(
        operation_id="open_activities_list",
        summary="Insatser utan behovsprövning, med ställningstagande per insats",
        responses=answers(OpenActivities),
    )
    def get(self, _request: Request) -> Response:
        """List the insatser of the caller's units."""
        rows = oppna_insatser.positions(self.actor, self.now)
        found = [
            OpenActivity.model_validate(
                {_NAMES[name]: value for name, value in asdict(row).items()}
            )
            for row in rows
        ]
        return Response([row.model_dump(mode="json") for row in found])


class VisitsView(Door):
    """Count a visit."""

    @extend_schema(
        operation_id="open_activities_visit",
        summary="Räkna ett besök utan namn",
        request=VisitRequest,
        parameters=[IDEMPOTENCY],
        responses=answers(VisitResponse, 400, 403, 404, 409, 422, status=201),
    )
    def post(self, request: Request, insats_id: UUID) -> Response:
        """Count; whatever could name somebody is refused. The same key counts once."""
        body = read_body(VisitRequest, request)
        number = visits.register_visit(
            insats_id,
            body.answers,
            actor=self.actor,
            now=self.now,
            key=idempotency_key(request),
        )
        return Response(VisitResponse(visit=number).model_dump(mode="json"), status=201)


class StatisticsView(Door):
    """What may be shown of what was counted."""

    @extend_schema(
        operation_id="open_activities_statistics",
        summary="Statistik utan små antal",
        parameters=PERIOD,
        responses=answers(StatisticsResponse, 400, 403, 404, 422),
    )
    def get(self, request: Request, insats_id: UUID) -> Response:
        """Count whole months; a number below the least is null, and what would give it away."""
        period = query(PeriodQuery, request)
        found = oppna_insatser.statistics(
            self.actor, insats_id, period.first, period.last, now=self.now
        )
        cross = found.kon_alder
        answer = StatisticsResponse(
            activity=found.insats,
            least=found.minsta_antal,
            visits=found.besok,
            by={name: dict(cells) for name, cells in found.fordelning.items()},
            sex_age=None
            if cross is None
            else [CrossCell(sex=kon, age=age, count=n) for (kon, age), n in sorted(cross.items())],
            wellbeing={when: dict(shown.cells) for when, shown in found.maende.items()},
        )
        return Response(answer.model_dump(mode="json"))
