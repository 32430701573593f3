"""The processes as they are adopted: the ledningssystem as staff meet it. Everyone may read."""

from django.http import HttpResponse
from django.utils.timezone import localdate

from cases import bundles
from cases.errors import NotFoundError
from cases.models import Bundle as BundleRow
from engine.bundle import NotInBundleError
from web import process_pages
from web.door import Visit, visit

LONGEST = 100


@visit
def processes(here: Visit) -> HttpResponse:
    """List the processes of an edition; with words, those that hold them."""
    chosen, editions = _editions(here)
    wanted = here.request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    content = {
        "editions": editions,
        "chosen": chosen,
        "wanted": wanted,
        "hits": process_pages.overview(chosen, wanted) if chosen else [],
    }
    return here.page("process/list.html", content, here="process")


@visit
def process(here: Visit, key: str) -> HttpResponse:
    """Show one process: its drawing, its steps with instructions, its tables."""
    chosen, editions = _editions(here)
    try:
        shown = process_pages.page(chosen, key) if chosen else None
    except NotInBundleError as error:
        raise NotFoundError("process", key) from error
    if shown is None or shown["entry"] is None:
        raise NotFoundError("process", key)
    content = {**shown, "editions": editions, "chosen": chosen, "key": key}
    return here.page("process/page.html", content, here="process")


def _editions(here: Visit) -> tuple[str, list[BundleRow]]:
    """The edition that is asked for, else the one in force; and all there are, newest first."""
    rows = list(BundleRow.objects.order_by("-valid_from", "-deployed_at").defer("files")[:50])
    asked = here.request.GET.get("utgava", "")
    known = {row.pk for row in rows}
    if asked:
        if asked not in known:
            raise NotFoundError("edition", "")
        return asked, rows
    return (bundles.newest_hash(localdate(here.now)) if here.bundle else ""), rows
