"""A diagram as XML, for the viewer. Diagrams hold no case data."""

from django.http import Http404, HttpResponse

from cases import bundles
from cases.models import Bundle as BundleRow
from web.door import Visit, visit


@visit
def diagram(_here: Visit, bundle_hash: str, key: str) -> HttpResponse:
    """Give the diagram of a process in the edition an instance is pinned to."""
    if not BundleRow.objects.filter(pk=bundle_hash).exists():
        raise Http404
    content = bundles.compiled(bundle_hash).files.get(f"bpmn/{key}.bpmn")
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/xml")
    # The content never changes under its hash, so the browser may keep it.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
