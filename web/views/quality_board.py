"""Nämnd: decisions that are not carried out, and undantagsbeslut."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop

from cases.access import Action
from cases.context import access_context
from records.models.utan_behovsprovning import RADGIVNING
from records.queries.quality.exemptions import (
    ExemptionLine,
    ExemptionState,
    exemptions,
    exemptions_in,
)
from records.queries.quality.not_carried_out import Clock, WantedParts, parts
from records.queries.quality.reader import unit_names
from web import quality, shown
from web.door import Visit, visit
from web.words import Words

CLOCKS = {
    Clock.ALL: gettext_noop("Alla"),
    Clock.DUE: gettext_noop("Ska rapporteras"),
    Clock.RUNNING: gettext_noop("Tiden löper"),
}
EXEMPTIONS = {
    ExemptionState.ALL: gettext_noop("Alla insatser"),
    ExemptionState.EXEMPT: gettext_noop("Undantag gäller"),
    ExemptionState.LATE: gettext_noop("Försenade omprövningar"),
}
RECEIVERS = {
    "ivo": gettext_noop("IVO"),
    "revisorer": gettext_noop("revisorerna"),
    "fullmaktige": gettext_noop("fullmäktige"),
}


@visit
def not_carried_out(here: Visit) -> HttpResponse:
    """List the parts of decisions that are not carried out, with the clock of each."""
    who, choice = quality.quality_reader(here), quality.Choice(here.request.GET)
    clock = choice.one_of("visa", Clock, Clock.ALL)
    insats = choice.asked.get("insats", "").replace("\x00", "")[:100]
    wanted = WantedParts(clock=clock, unit=choice.ref("enhet"), insats=insats)
    found = parts(who, wanted, page=choice.page())
    words = Words(who.bundle)
    with access_context(here.actor):
        numbers = shown.case_numbers(here, [line.arende for line in found.rows])
    kept = choice.words("enhet", "insats")
    content = {
        "rows": [
            {
                "line": line,
                "insats": words.insats(line.insats) if line.insats else gettext(shown.OUTSIDE),
                "number": numbers.get(line.arende, ""),
                "waited": quality.days_in_words(line.days),
            }
            for line in found.rows
        ],
        "tabs": quality.tabs(
            "not_carried_out",
            CLOCKS,
            found.counts,
            current=clock,
            kept=kept,
            late=(Clock.DUE,),
        ),
        "wanted": wanted,
        "units": unit_names(who, Action.READ),
        "insatser": [(code, words.insats(code)) for code in found.insatser],
        "quarters": [
            (line, [(gettext(RECEIVERS.get(to, to)), day) for to, day in line.sent])
            for line in found.quarters
        ],
        "narrowed": bool(kept),
        "pages": quality.pages(
            "not_carried_out", {"visa": clock.value, **kept}, found.page, found.pages
        ),
    }
    return here.page("quality/not_carried_out.html", content, here="quality")


@visit
def exemption_list(here: Visit) -> HttpResponse:
    """List nämndens insatser with what was decided about each, and the review that is due."""
    who = quality.quality_reader(here)
    words = Words(who.bundle)
    state = quality.Choice(here.request.GET).one_of("visa", ExemptionState, ExemptionState.ALL)
    found = exemptions(who)
    counts = {one: len(exemptions_in(found, one)) for one in ExemptionState}
    content = {
        "rows": [_exemption(line, words) for line in exemptions_in(found, state)],
        "tabs": quality.tabs("exemptions", EXEMPTIONS, counts, current=state, kept={}),
        "narrowed": state is not ExemptionState.ALL,
    }
    return here.page("quality/exemptions.html", content, here="quality")


def _exemption(line: ExemptionLine, words: Words) -> dict[str, Any]:
    decided = line.decision
    outcome = "" if decided is None else _outcome(words, decided.utfall)
    return {
        "line": line,
        "outcome": outcome,
        "former": [(one, _outcome(words, one.utfall)) for one in line.former],
        "by_law": line.slag == RADGIVNING,
    }


def _outcome(words: Words, code: str) -> str:
    return words.option("namndbeslut_undantag", "utfall", code)
