"""Who is round a person, and what she has consented to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from cases.context import access_context
from cases.errors import NotPermittedError
from cases.user_names import user_name
from records.models import Akt, Uppdrag, UppdragStatus, Utlamnande
from records.queries.consents import ConsentSeen, ConsentState, consents_of, disclosures_of
from records.queries.orders import unread_counts
from records.terms import terms
from web.case_frame import WholeCasePage, whole_case_page
from web.views.starting import offers_in_case
from web.words import Words

FORM = "inhamta_samtycke"
STATES = {
    ConsentState.VALID: (pgettext_lazy("giltighet", "Gäller"), "good"),
    ConsentState.WITHDRAWN: (gettext_lazy("Återkallat"), "late"),
    ConsentState.REPLACED: (gettext_lazy("Ersatt av ett nyare"), ""),
    ConsentState.ENDED: (gettext_lazy("Har gått ut"), "soon"),
}
CONSENTS = frozenset(
    {"inhamta_samtycke", "aterkalla_samtycke", "inhamta_samtycke_utforare"}
    | {"aterkalla_samtycke_utforare", "sekretessprova", "sekretessprova_utforare"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody round the person: in what part, who, where."""

    part: str
    name: str
    more: str = ""


@whole_case_page
def people(page: WholeCasePage) -> HttpResponse:
    """Show contacts, consents and what has been disclosed."""
    if not page.reads:
        raise NotPermittedError("people", page.id)
    here = page.here
    words = Words(page.bundle) if page.bundle else None
    found = consents_of(here.actor, page.id, now=here.now)
    sent = disclosures_of(here.actor, page.id, now=here.now)
    content = {
        "contacts": list(_contacts(page, words)),
        "consents": [_consent(row, words) for row in found],
        "disclosures": [_disclosure(row, words) for row in sent],
        "offers": _offers(page),
        "orders": _orders(page),
    }
    return page.show("people.html", content, tab="case_people")


def _contacts(page: WholeCasePage, words: Words | None) -> Iterator[Contact]:
    seen = page.seen
    if seen.arende is not None and seen.arende.foretradare_namn:
        kind = seen.arende.foretradare_behorighet
        if words:
            kind = words.option("starta_aktualisera", "foretradare_behorighet", kind)
        yield Contact(part=gettext("Företrädare"), name=seen.arende.foretradare_namn, more=kind)
    if seen.person.tolk_sprak:
        yield Contact(part=gettext("Tolk"), name=seen.person.tolk_sprak)
    for akt in seen.akter:
        yield from _of_akt(akt, words)
    for order in seen.uppdrag:
        if seen.arende is not None and order.status == UppdragStatus.ACCEPTERAT:
            yield _provider(order)
    yield from _participants(page, words)


def _orders(page: WholeCasePage) -> list[dict[str, Any]]:
    """The uppdrag that have been sent, with how many of its messages nobody here has read."""
    rows = [row for row in page.seen.uppdrag if row.skickad is not None]
    with access_context(page.here.actor):
        unread = unread_counts([row.pk for row in rows], page.here.actor)
    return [
        {
            "id": row.pk,
            "number": row.nummer,
            "to": row.mottagare_unit.name,
            "unread": unread.get(row.pk, 0),
        }
        for row in rows
    ]


def _of_akt(akt: Akt, words: Words | None) -> Iterator[Contact]:
    contact: Any = akt.utsedd_kontakt
    if contact is None:
        return
    kind = words.option("utse_kontakt", "typ", akt.utsedd_kontakt_typ) if words else ""
    name = user_name(contact)
    yield Contact(part=kind or gettext("Utsedd kontakt"), name=name, more=akt.unit.name)


def _provider(order: Uppdrag) -> Contact:
    place = order.mottagare_organisation.name
    return Contact(part=gettext("Utförare"), name=order.mottagare_unit.name, more=place)


def _participants(page: WholeCasePage, words: Words | None) -> Iterator[Contact]:
    """Those who took part in the newest plan, beside the person herself."""
    newest = next(iter(page.seen.planer), None)
    for one in newest.deltagare.all() if newest else ():
        if one.roll == "den_enskilde":
            continue
        part = words.option("planera_med_den_enskilde", "roll", one.roll) if words else one.roll
        yield Contact(part=part, name=one.namn, more=gettext("Deltog i planen"))


def _consent(row: ConsentSeen, words: Words | None) -> dict[str, Any]:
    said, tone = STATES[row.state]
    consent = row.consent
    return {
        "given": consent.lamnat_datum,
        "until": consent.galler_till,
        "form": consent.form,
        "by": words.option(FORM, "lamnat_av", consent.lamnat_av) if words else consent.lamnat_av,
        "state": str(said),
        "tone": tone,
        "ended": row.ended,
        "parts": [
            {
                "to": one.part.mottagare,
                "purpose": one.part.syfte,
                "what": _categories(one.part.uppgifter, words),
                "state": str(STATES[one.state][0]),
                "tone": STATES[one.state][1],
                "ended": one.ended,
            }
            for one in row.parts
        ],
    }


def _disclosure(row: Utlamnande, words: Words | None) -> dict[str, Any]:
    grounds = {"samtycke": gettext("Samtycke"), "menprovning": gettext("Menprövning")}
    ground = words.lagrum(row.lagrum) if words and row.lagrum else grounds.get(row.grund, row.grund)
    return {
        "to": row.mottagare,
        "purpose": row.syfte,
        "what": _categories(row.uppgifter, words),
        "state": gettext(row.get_status_display()),
        "at": row.skickad or row.provad,
        "ground": ground,
    }


def _categories(codes: list[str], words: Words | None) -> str:
    if words is None:
        return ", ".join(codes)
    names = terms(words.bundle, "uppgiftskategorier", "uppgiftskategori")
    return ", ".join(names[code].namn if code in names else code for code in codes)


def _offers(page: WholeCasePage) -> list[dict[str, str]]:
    if not page.seen.line.open:
        return []
    return [offer for offer in offers_in_case(page.here) if offer["key"] in CONSENTS]
