"""The ledningssystem: what there is, what is read, and what the municipality has decided."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies_staff import (
    AcknowledgeRequest,
    LocalRule,
    LocalTableRow,
    LocalValuesResponse,
    ManagementSystemResponse,
    ProcessRow,
    ReadingPart,
    ReadingRow,
    ReadingsResponse,
    StepRow,
    UnitSystemRow,
)
from api.door import Door, answers, read_body
from cases import bundles
from engine.layers import layered_tables
from records import routines
from records.answers import local_date
from records.queries.ledningssystem import ProcessLine, overview


class ManagementSystemView(Door):
    """Processes, who does what, and the six phases."""

    @extend_schema(
        operation_id="management_system_read",
        summary="Ledningssystemet: processer, roller, fastställande och de sex fasernas aktivitet",
        responses=answers(ManagementSystemResponse, 403, 409),
    )
    def get(self, _request: Request) -> Response:
        """Give the whole; no case data is in it."""
        found = overview(self.actor, self.now)
        answer = ManagementSystemResponse(
            edition=found.edition,
            units=[
                UnitSystemRow(
                    unit=row.unit.name,
                    version=row.version,
                    service=row.tjanst,
                    lagrum=row.lagrum,
                    adopted_on=row.faststalld,
                    adopted_by=str(row.faststalld_av),
                )
                for row in found.systems
            ],
            processes=[_process(line) for line in found.processes],
        )
        return Response(answer.model_dump(mode="json"))


class RoutinesView(Door):
    """What the caller is to have read, and that she has."""

    @extend_schema(
        operation_id="routines_list",
        summary="Rutiner, instruktioner och skyldigheter att läsa",
        responses=answers(ReadingsResponse, 403, 409),
    )
    def get(self, _request: Request) -> Response:
        """Give every text with the day it was read."""
        return self._rows()

    @extend_schema(
        operation_id="routines_acknowledge",
        summary="Kvittera det som är läst, i den version som lästes",
        request=AcknowledgeRequest,
        responses=answers(ReadingsResponse, 400, 403, 404, 409, 422),
    )
    def post(self, request: Request) -> Response:
        """Acknowledge for the caller herself; again changes nothing."""
        body = read_body(AcknowledgeRequest, request)
        routines.acknowledge(body.read, actor=self.actor, now=self.now)
        return self._rows()

    def _rows(self) -> Response:
        rows = routines.reading_list(self.actor, self.now)
        answer = ReadingsResponse(
            unread=sum(row.read_at is None for row in rows), readings=[_reading(r) for r in rows]
        )
        return Response(answer.model_dump(mode="json"))


class LocalValuesView(Door):
    """The municipality's values beside the national ones."""

    @extend_schema(
        operation_id="local_values_list",
        summary="Kommunens egna värden bredvid de nationella",
        responses=answers(LocalValuesResponse, 403, 409),
    )
    def get(self, _request: Request) -> Response:
        """Give every table that may have local values, those that have some first."""
        bundle = bundles.compiled(bundles.newest_hash(local_date(self.now)))
        tables = [
            LocalTableRow(
                table=found.table,
                name=found.name,
                stricter=dict(found.stricter),
                rules=[
                    LocalRule(
                        layer=rule.layer,
                        value=rule.value,
                        when=list(rule.when),
                        gives=list(rule.gives),
                    )
                    for rule in found.rules
                ],
            )
            for found in layered_tables(bundle.files)
        ]
        return Response(LocalValuesResponse(tables=tables).model_dump(mode="json"))


def _process(line: ProcessLine) -> ProcessRow:
    return ProcessRow(
        key=line.key,
        name=line.name,
        owner=line.owner,
        status=line.status,
        adopted_by=line.adopted_by,
        adopted_on=line.adopted_on,
        lagrum=list(line.lagrum),
        steps=[StepRow(element=s.element, name=s.name, roles=list(s.roles)) for s in line.steps],
        phases=dict(line.phases),
    )


def _reading(row: routines.Read) -> ReadingRow:
    one = row.reading
    return ReadingRow(
        subject=one.subject,
        version=one.version,
        group=one.group,
        title=one.title,
        parts=[ReadingPart(heading=heading, text=text) for heading, text in one.parts],
        lagrum=list(one.lagrum),
        read_at=row.read_at,
    )
