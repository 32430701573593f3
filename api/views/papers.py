"""Papers of a case as PDF."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from api.door import Door, answers
from api.problems import Problem
from records import queries as records

PDF = "application/pdf"


class PdfRenderer(BaseRenderer):
    """Lets a client ask for PDF alone; a refusal is then still told as a problem."""

    media_type = PDF
    format = "pdf"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        """Write the refusal; a paper itself never comes this way."""
        return json.dumps(data, ensure_ascii=False, default=str).encode()


_REFUSALS = {key: value for key, value in answers(Problem, 403, 404).items() if key != 200}


class PaperView(Door):
    """One paper."""

    renderer_classes = (JSONRenderer, PdfRenderer)

    @extend_schema(
        operation_id="cases_paper",
        summary="En handling som PDF/A, så som den enskilde fick den",
        responses={(200, PDF): OpenApiTypes.BINARY, **_REFUSALS},
    )
    def get(self, _request: Request, arende_id: UUID, paper: str, record: UUID) -> HttpResponse:
        """Read one paper about one record, e.g. ``beslut``. The reading is logged."""
        found = records.paper_file(self.actor, arende_id, paper, record, now=self.now)
        return HttpResponse(
            found.content,
            content_type=PDF,
            headers={
                "Content-Disposition": f'attachment; filename="{found.name}"',
                "Cache-Control": "private, no-store",
                "ETag": f'"{found.sha256}"',
            },
        )
