"""Uppdrag between handläggare and provider: those sent and received, one of them, its messages."""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from cases.errors import AnswersInvalidError, CaseError, NotFoundError, NotPermittedError
from records import queries as records
from records.meddelanden import LONGEST, send_message, why_closed
from records.models import Sida
from records.queries.declined import declined
from records.queries.order import OrderView, order
from records.queries.orders import Choice, orders
from records.uppdrag_reading import log_refused
from web import drafting, shown
from web.door import Visit, sentence, visit
from web.order_sheet import saving, sheet_of
from web.orders import CHOICES, message_shown, only_receives, order_shown
from web.papers import order_paper
from web.refusals import in_words
from web.words import Words

PAGE = 30
MINE = "handlaggare"
WHOLE_UNIT = frozenset({"arbetsledare", "myndighetschef"})


@visit
def order_list(here: Visit) -> HttpResponse:
    """List the uppdrag that the person's units have sent or received."""
    asked = here.request.GET
    choice = _choice(asked.get("visa", ""))
    own = _own(here, asked.get("av", ""))
    found = orders(
        here.actor,
        now=here.now,
        choice=choice,
        own=own,
        after=_cursor(asked.get("fran", "")),
        limit=PAGE,
    )
    kept = {"av": asked.get("av", "")} if asked.get("av") in ("mig", "alla") else {}
    content = {
        "orders": [order_shown(line, here) for line in found.rows],
        "choice": choice.value,
        "tabs": [
            {
                "text": gettext(text),
                "count": found.counts[one.value],
                "address": _address(visa=one.value, **kept),
                "current": one is choice,
            }
            for one, text in CHOICES
        ],
        "receives": only_receives(here),
        "declined": declined(here.actor, now=here.now) if choice is Choice.ENDED else [],
        "own": own,
        "may_widen": MINE in here.actor.roles,
        "other_reach": _address(visa=choice.value, av="alla" if own else "mig"),
        "next": None
        if found.next is None
        else _address(visa=choice.value, fran=_place(found.next), **kept),
    }
    return here.page("order/list.html", content, here="orders")


@visit
def one_order(here: Visit, uppdrag_id: UUID) -> HttpResponse:
    """Show one uppdrag: what is ordered, how far it has come, and the messages about it."""
    return _shown(here, uppdrag_id)


@visit
def write(here: Visit, uppdrag_id: UUID) -> HttpResponse:
    """Send a message to the other side."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    text = here.request.POST.get("text", "")
    key = here.request.POST.get("_nyckel", "")
    if "_spara" in here.request.POST:
        return _put_aside(here, uppdrag_id, text)
    try:
        send_message(uppdrag_id, text, key=key, actor=here.actor, now=here.now)
    except AnswersInvalidError as refusal:
        _code, told = refusal.errors["text"]
        return _shown(here, uppdrag_id, text=text, error=in_words(told), status=422)
    except NotFoundError:
        log_refused(uppdrag_id, here.actor, here.now)
        raise
    except NotPermittedError:
        raise
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
        return _shown(here, uppdrag_id, text=text, status=409)
    messages.success(here.request, gettext("Meddelandet är skickat."))
    return redirect(f"{reverse('web:order', args=[uppdrag_id])}#meddelanden")


def _put_aside(here: Visit, uppdrag_id: UUID, text: str) -> HttpResponse:
    """The person goes on another time."""
    revision, _elsewhere = drafting.keep(saving(here, uppdrag_id))
    if revision is None:
        return _shown(here, uppdrag_id, text=text, status=409)
    said = gettext("Sparat. Du kan fortsätta från Mina utkast.")
    messages.success(here.request, said)
    return redirect("web:orders")


def _shown(
    here: Visit, uppdrag_id: UUID, *, text: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    before = _cursor(here.request.GET.get("fore", ""))
    found = order(here.actor, uppdrag_id, now=here.now, before=before)
    line = order_shown(found.line, here)
    own, other = found.line.row.mottagare_unit.name, found.line.row.unit.name
    if found.line.side == Sida.MYNDIGHET:
        own, other = other, own
    written, sheet = sheet_of(here, uppdrag_id, text)
    content = {
        "order": line,
        "other": other,
        "person": shown.person_shown(found.seen.person),
        "case": {"id": line.case, "short": found.seen.line.nummer},
        "section": _content(here, found),
        "own_pages": bool(found.seen.akter) and not line.ours,
        "thread": [message_shown(one, own, other) for one in found.messages],
        "earlier": None if found.earlier is None else f"?fore={_place(found.earlier)}#meddelanden",
        "later": before is not None,
        "closed": why_closed(found.line.row),
        "longest": LONGEST,
        "text": written,
        "sheet": sheet,
        "action": reverse("web:order", args=[uppdrag_id]),
        "errors": [("meddelande", gettext("Meddelande"), error)] if error else [],
        "key": uuid.uuid4().hex,
    }
    return here.page("order/one.html", content, here="orders", status=status)


def _content(here: Visit, found: OrderView) -> dict[str, Any]:
    """What was ordered: the copies that the handläggare chose, and nothing behind them (K-7)."""
    if here.bundle is None:
        return {"papers": ()}
    return {"papers": (order_paper(found.uppdrag, Words(here.bundle)),)}


def _own(here: Visit, asked: str) -> bool:
    """Handläggare see what they wrote themselves first, and may widen to the whole unit."""
    if MINE not in here.actor.roles:
        return False
    if asked in ("mig", "alla"):
        return asked == "mig"
    return not WHOLE_UNIT & here.actor.roles


def _choice(text: str) -> Choice:
    return Choice(text) if text in set(Choice) else Choice.WAITING


def _address(**query: str) -> str:
    return f"{reverse('web:orders')}?{urlencode(query)}"


def _place(cursor: records.Cursor) -> str:
    return f"{cursor[0].isoformat()}|{cursor[1]}"


def _cursor(text: str) -> records.Cursor | None:
    at, _, ref = text.partition("|")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(ref)) if moment.tzinfo is not None else None
    except ValueError:
        return None
