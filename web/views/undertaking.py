"""The sekretessförbindelse: the first page of who has signed nothing yet (R-162)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from cases import use_cases
from cases.errors import CaseError, NotFoundError, NotPermittedError
from web.door import Visit, sentence, visit_before_signing


@visit_before_signing
def undertaking(here: Visit) -> HttpResponse:
    """Show the text and where it is signed; a POST signs towards one organisation."""
    if here.request.method != "POST":
        return _page(here)
    if here.request.POST.get("last") != "ja":
        return _page(here, gettext("Kryssa för att du har läst texten."))
    try:
        organisation = UUID(here.request.POST.get("organisation", ""))
        version = here.request.POST.get("version", "")
        use_cases.sign_undertaking(organisation, version=version, actor=here.actor, now=here.now)
    except ValueError as error:
        raise NotFoundError("organisation", "") from error
    except NotPermittedError:
        raise
    except CaseError as refusal:
        return _page(here, sentence(refusal), status=409)
    messages.success(here.request, gettext("Du har skrivit under. Dina roller är aktiva."))
    return redirect("web:inbox")


def _page(here: Visit, error: str = "", status: int = 422) -> HttpResponse:
    places = use_cases.undertakings(here.actor)
    text = use_cases.undertaking_text(here.now) if here.bundle else None
    content = {
        "duty": text,
        "rules": _rules(here, text.lagrum) if text else [],
        "waiting": [one for one in places if one.signed_on is None],
        "signed": [one for one in places if one.signed_on is not None],
        "error": error,
    }
    return here.page("undertaking.html", content, status=status if error else 200)


def _rules(here: Visit, ids: tuple[str, ...]) -> list[str]:
    found = (here.bundle.lagrum.get(one) if here.bundle else None for one in ids)
    return [rule.text for rule in found if rule is not None]
