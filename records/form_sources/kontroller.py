"""Choices for egenkontroll and loggkontroll: the checklist, the reviewers, the lines to judge."""

from django.contrib.auth import get_user_model

from cases.form_sources import FormPlace, form_source
from cases.user_names import names_of, user_name
from records.answers import STOCKHOLM
from records.capabilities.loggkontroll import lines_of
from records.checklist import checklist
from records.form_sources.places import Choice, choice
from records.models import Loggkontroll, LoggSlag
from records.reviewing import reviewers


@form_source("egenkontroll_punkter")
def points(place: FormPlace) -> list[Choice]:
    """Every point of the checklist, with the requirement and whether it is ska or bör."""
    said = {"ska": "ska", "bor": "bör"}
    return [
        choice(point.id, f"{point.namn} ({point.krav}, {said[point.modalitet]})")
        for point in checklist(place.bundle)
    ]


@form_source("granskare_att_valja")
def who_may_review(place: FormPlace) -> list[Choice]:
    """Those who may read the unit's akter; who has written in a drawn akt is refused later."""
    found = names_of(reviewers(place.bundle, place.organisation, place.unit, place.now))
    return [choice(one, found[one]) for one in sorted(found, key=lambda one: (found[one], one))]


@form_source("lasningar_att_bedoma")
def lines(place: FormPlace) -> list[Choice]:
    """The lines of the check that wait for a verdict: who, when, which ärende, why taken."""
    wanted = place.inputs.get("kontroll")
    made = Loggkontroll.objects.filter(pk=wanted, unit=place.unit).first() if wanted else None
    if made is None:
        return []
    rows = lines_of(made, str(place.inputs.get("grupp", "")))
    users = get_user_model().objects.filter(pk__in={row.lasare_id for row in rows})
    names = {user.pk: user_name(user) for user in users}
    return [
        choice(
            row.nummer,
            f"{row.nummer}. {row.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
            f" {names[row.lasare_id]}: {LoggSlag(row.slag).label}, ärende {str(row.arende_id)[:8]}"
            f" {row.vad} {row.skal}".rstrip(),
        )
        for row in rows
    ]
