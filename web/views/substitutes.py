"""Vikarier: who stands in for whom, from day to day."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop, ngettext

from cases import substitution
from cases.context import access_context
from cases.errors import NotPermittedError
from cases.models import Vikariat
from cases.queries_staff import Colleague, by_place, colleagues, shares
from cases.substitution_errors import SubstitutionRefusedError
from cases.use_cases.substituting import Substitution, appoint_substitute, end_substitution, led
from cases.user_names import user_name
from records.errors import ConfigurationMissingError
from records.terms import Term, terms
from web.door import Visit, visit
from web.posted import day_of, number

FIELDS = {"period": "fran", "oneself": "vikarie", "overlap": "fran", "role": "vikarie"}
NOT_HEAD = gettext_noop(
    "Du leder inte alla enheter där kollegan arbetar. Kollegan kan själv utse sin vikarie."
)


@visit
def substitutes(here: Visit) -> HttpResponse:
    """Show who stands in for whom; a post appoints somebody."""
    if here.request.method != "POST":
        return _shown(here)
    asked = _asked(here)
    missing = [(field, text) for field, text in _missing(here, asked)]
    if asked is None or missing:
        return _shown(here, errors=missing, status=422)
    try:
        row = appoint_substitute(asked, actor=here.actor, now=here.now)
    except SubstitutionRefusedError as refusal:
        errors = [(FIELDS.get(refusal.why, "person"), gettext(refusal.svenska))]
        return _shown(here, errors=errors, status=422)
    except NotPermittedError:
        return _shown(here, errors=[("person", gettext(NOT_HEAD))], status=422)
    said = gettext("%(who)s är vikarie för %(colleague)s.")
    names = {"who": user_name(row.vikarie), "colleague": user_name(row.person)}
    messages.success(here.request, said % names)
    return redirect("web:substitutes")


@visit
def end(here: Visit, vikariat_id: UUID) -> HttpResponse:
    """End a substitution; what was taken and is not done goes back."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = end_substitution(vikariat_id, actor=here.actor, now=here.now)
    said = gettext("Vikariatet är avslutat.")
    if back:
        went = ngettext(
            "%(count)d uppgift gick tillbaka.", "%(count)d uppgifter gick tillbaka.", back
        )
        said = f"{said} {went % {'count': back}}"
    messages.success(here.request, said)
    return redirect("web:substitutes")


def told(here: Visit) -> list[dict[str, Any]]:
    """What Min dag says of the person's own substitutions. Call it inside ``access_context``."""
    today = localdate(here.now)
    return [_line(row, here, today, {}) for row in substitution.concerning(here.actor, today)]


def _shown(
    here: Visit, *, errors: Iterable[tuple[str, str]] = (), status: int = 200
) -> HttpResponse:
    today, leads = localdate(here.now), led(here.actor, here.now)
    reasons = _reasons(here)
    with access_context(here.actor):
        rows = substitution.in_units(here.actor, leads, today)
    people = colleagues(here.actor, today)
    own = [one for one in people if one.id == here.actor.user_id]
    others = [one for one in people if leads and one.works_in(leads) and one not in own]
    absent = own + others
    working, away = by_place(people), by_place(absent)
    content = {
        "rows": [_line(row, here, today, reasons) for row in rows],
        # The others cannot be chosen anyway.
        "people": [_choice(here, one) for one in absent if shares(one, working)],
        "substitutes": [_choice(here, one) for one in people if shares(one, away)],
        "without": [one.name for one in absent if not shares(one, working)],
        "alone": not others,
        "reasons": reasons.values(),
        "today": today,
        "given": here.request.POST or {"fran": today.isoformat()},
        "me": here.actor.user_id,
        "errors": [(f"{field}", "", text) for field, text in errors],
        "wrong": dict(errors),
    }
    return here.page("substitutes/page.html", content, here="substitutes", status=status)


def _line(row: Vikariat, here: Visit, today: date, reasons: Mapping[str, Term]) -> dict[str, Any]:
    me = here.actor.user_id
    return {
        "id": row.pk,
        "person": user_name(row.person),
        "substitute": user_name(row.vikarie),
        "first": row.from_day,
        "last": row.to_day,
        "begun": row.from_day <= today,
        "reason": reasons[row.reason].namn if row.reason in reasons else "",
        "by": user_name(row.appointed_by),
        "mine": row.person_id == me,
        "by_me": row.vikarie_id == me,
    }


def _choice(here: Visit, one: Colleague) -> dict[str, Any]:
    roles = ", ".join(sorted(here.role_name(role) for role in one.roles))
    places = ", ".join(sorted(one.unit_names))
    return {"id": one.id, "name": one.name, "more": ", ".join(x for x in (roles, places) if x)}


def _asked(here: Visit) -> Substitution | None:
    given = here.request.POST
    person, substitute = number(given.get("person", "")), number(given.get("vikarie", ""))
    first, last = day_of(given.get("fran", "")), day_of(given.get("till", ""))
    if person is None or substitute is None or first is None or last is None:
        return None
    reason = given.get("orsak", "")
    return Substitution(person=person, substitute=substitute, first=first, last=last, reason=reason)


def _missing(here: Visit, asked: Substitution | None) -> Iterable[tuple[str, str]]:
    given = here.request.POST
    for field, text in (
        ("person", gettext("Välj vem som ska ha en vikarie.")),
        ("vikarie", gettext("Välj vem som ska vara vikarie.")),
    ):
        if number(given.get(field, "")) is None:
            yield field, text
    for field, text in (
        ("fran", gettext("Välj den första dagen.")),
        ("till", gettext("Välj den sista dagen.")),
    ):
        if day_of(given.get(field, "")) is None:
            yield field, text
    if given.get("orsak", "") not in _reasons(here):
        yield "orsak", gettext("Välj en orsak.")
    elif asked is None:
        return


def _reasons(here: Visit) -> Mapping[str, Term]:
    """The reasons of the edition; none where it has no list."""
    if here.bundle is None:
        return {}
    try:
        return terms(here.bundle, "vikariatsorsaker", "vikariatsorsak")
    except ConfigurationMissingError:
        return {}
