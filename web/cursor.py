"""Where a page of a list begins, carried in the address."""

import base64
import json

from django.http import HttpRequest

from cases.paging import Cursor


def read_cursor(request: HttpRequest) -> Cursor | None:
    """Where the page begins; None for the first one, and for an address that somebody changed."""
    text = request.GET.get("fran", "")
    try:
        value = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def next_address(request: HttpRequest, cursor: Cursor | None) -> str | None:
    """The address of the next page, or None on the last one."""
    if cursor is None:
        return None
    query = request.GET.copy()
    query["fran"] = base64.urlsafe_b64encode(json.dumps(dict(cursor)).encode()).decode("ascii")
    return f"?{query.urlencode()}"
