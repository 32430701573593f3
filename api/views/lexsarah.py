"""Lex Sarah: read apart from the personakt, by few, and each read is written down (L-24)."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies_lexsarah import ReportResponse, ReportRow, ReportsResponse, TextRow
from api.door import Door, answers
from records.queries.lexsarah import ReportLine, read_report, reports


class LexSarahReportsView(Door):
    """The reports that the caller may read."""

    @extend_schema(
        operation_id="lex_sarah_list",
        summary="Rapporter enligt lex Sarah, utan innehåll",
        responses=answers(ReportsResponse),
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List them, the newest first."""
        rows = [_row(line) for line in reports(self.actor, now=self.now)]
        return Response(ReportsResponse(rows).model_dump(mode="json"))


class LexSarahReportView(Door):
    """One report."""

    @extend_schema(
        operation_id="lex_sarah_read",
        summary="En rapport enligt lex Sarah; läsningen antecknas",
        responses=answers(ReportResponse, 404),
    )
    def get(self, request: Request, lex_sarah_id: UUID) -> Response:  # noqa: ARG002
        """Read it."""
        found = read_report(self.actor, lex_sarah_id, now=self.now)
        texts = [TextRow(heading=heading, text=text) for heading, text in found.texter]
        answer = ReportResponse(**_row(found.line).model_dump(), texts=texts)
        return Response(answer.model_dump(mode="json"))


def _row(line: ReportLine) -> ReportRow:
    return ReportRow(
        id=line.id,
        number=line.nummer,
        unit=line.enhet,
        event_day=line.handelse_datum,
        reported_at=line.rapporterad,
        open=line.oppen,
    )
