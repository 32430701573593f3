"""Which processes there are, and starting one."""

from django.utils.timezone import localdate
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import ProcessDefinition, ProcessDefinitions, StartRequest, StartResponse
from api.door import (
    IDEMPOTENCY,
    Door,
    answers,
    idempotency_key,
    read_body,
    with_reasons,
)
from cases import bundles
from cases.errors import ProcessUnavailableError
from cases.use_cases.starting import start
from engine.forms import answers_schema


class ProcessDefinitionsView(Door):
    """The processes of the edition in force."""

    @extend_schema(
        operation_id="process_definitions_list",
        summary="Processer som gäller i dag",
        responses=answers(ProcessDefinitions),
    )
    def get(self, _request: Request) -> Response:
        """List the processes that can start today."""
        rows = bundles.current_editions(localdate(self.now))
        found = [definition_row(key, bundle_hash) for key, bundle_hash in rows]
        return Response([row.model_dump(mode="json") for row in found])


class StartProcessView(Door):
    """Start a process."""

    @extend_schema(
        operation_id="process_definitions_start",
        summary="Starta en process",
        request=StartRequest,
        parameters=[IDEMPOTENCY],
        responses=answers(StartResponse, 400, 403, 404, 409, 422, status=201),
    )
    def post(self, request: Request, key: str) -> Response:
        """Start a process of the edition in force; ``case`` is null when it opens one."""
        body = read_body(StartRequest, request)
        started = start(
            key,
            arende_id=body.case,
            answers=with_reasons(body.answers, body.reasons),
            actor=self.actor,
            now=self.now,
            unit=body.unit,
            idempotency_key=idempotency_key(request),
        )
        answer = StartResponse(
            instance=started.instance_id,
            case=started.arende_id,
            tasks=[task.id for task in started.tasks],
        )
        return Response(answer.model_dump(mode="json"), status=201)


def definition_row(key: str, bundle_hash: str) -> ProcessDefinition:
    """One process as the API shows it.

    Raises:
        ProcessUnavailableError: The bundle's manifest does not know it.
    """
    bundle = bundles.compiled(bundle_hash)
    entry = bundle.manifest.entry(key)
    if entry is None:
        raise ProcessUnavailableError(key)
    begin = next((found for found in bundle.definition(key).starts if found.kind == "none"), None)
    form = begin.form if begin is not None else None
    return ProcessDefinition(
        key=key,
        name=entry.name,
        edition=bundle.manifest.utgava.id,
        bundle=bundle_hash,
        organisation=entry.organisation,
        lagrum=list(entry.lagrum),
        verified=entry.verified,
        starts_new_case=entry.starts_new_case,
        started_by="person" if begin is not None else "message",
        start_schema=answers_schema(bundle.form(form)) if form else None,
    )
