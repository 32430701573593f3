"""Kvalitet: the riskmatris, the risks behind its cells, and which parts have no analysis."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop

from records.queries.quality.reader import unit_names
from records.queries.quality.risk_page import risk
from records.queries.quality.risks import (
    Demand,
    Matrix,
    RiskLine,
    RiskState,
    WantedRisks,
    risks,
    scales,
)
from records.queries.risktackning import risk_coverage
from web import quality
from web.door import Visit, visit
from web.quality import address, short
from web.views.quality import measure_shown
from web.words import Words

STATES = {
    RiskState.CURRENT: gettext_noop("Aktuella"),
    RiskState.HANDLED: gettext_noop("Hanteras"),
    RiskState.WATCHED: gettext_noop("Bevakas"),
    RiskState.ACCEPTED: gettext_noop("Accepterade"),
    RiskState.ALL: gettext_noop("Alla"),
}
PLANS = {
    "ska": gettext_noop("handlingsplan ska finnas"),
    "bor": gettext_noop("handlingsplan bör finnas"),
    "nej": gettext_noop("bevakas"),
}
FULL, EMPTY = "■", "□"
Labels = dict[str, str]


@visit
def risk_list(here: Visit) -> HttpResponse:
    """Show the matrix, the risks of a choice, and the coverage of the operation."""
    who, choice = quality.quality_reader(here), quality.Choice(here.request.GET)
    state = choice.one_of("visa", RiskState, RiskState.CURRENT)
    hard, likely = scales(who.bundle)
    wanted = WantedRisks(
        state=state,
        unit=choice.ref("enhet"),
        consequence=choice.code("konsekvens", hard),
        probability=choice.code("sannolikhet", likely),
        klass=choice.asked.get("klass", "").replace("\x00", "")[:10],
    )
    found = risks(who, wanted, page=choice.page())
    kept = choice.words("enhet", "konsekvens", "sannolikhet", "klass")
    within = choice.words("enhet")
    words = Words(who.bundle)
    content = {
        "matrix": _matrix(found.matrix, words, {"visa": state.value, **within}, wanted),
        "demands": [_demand(one, found.matrix) for one in found.matrix.demands],
        "unassessed": found.matrix.unassessed,
        "rows": [_row(line, words, found.matrix) for line in found.rows],
        "tabs": quality.tabs("risks", STATES, found.counts, current=state, kept=kept, late=()),
        "wanted": wanted,
        "chosen": _chosen(wanted, words),
        "whole": address("risks", {"visa": state.value, **within}),
        "units": unit_names(who),
        "coverage": risk_coverage(here.actor, now=here.now),
        "may_start": any(key == "riskanalys" for key, _edition in here.offers()),
        "pages": quality.pages("risks", {"visa": state.value, **kept}, found.page, found.pages),
    }
    return here.page("quality/risks.html", content, here="quality")


@visit
def risk_page(here: Visit, risk_id: UUID) -> HttpResponse:
    """Show one risk: its assessments, plans and measures."""
    who = quality.quality_reader(here)
    found = risk(who, risk_id)
    words = Words(who.bundle)
    content = {
        "found": found,
        "assessments": [
            {
                "one": one,
                "probability": short(_label(words, "sannolikhet", one.sannolikhet)),
                "consequence": short(_label(words, "konsekvens", one.konsekvens)),
            }
            for one in found.assessments
        ],
        "measures": [measure_shown(line) for line in found.measures],
        "links": quality.links_shown(here, found.links),
        "waiting": quality.waiting(here, found.waiting),
    }
    return here.page("quality/risk.html", content, here="quality")


def _matrix(
    matrix: Matrix, words: Words, kept: dict[str, str], wanted: WantedRisks
) -> dict[str, Any]:
    likely = [(code, _label(words, "sannolikhet", code)) for code in matrix.probabilities]
    rows = []
    for hard in matrix.consequences:
        cells = [
            {
                "klass": matrix.classes[hard, code],
                "shape": _shape(matrix, matrix.classes[hard, code]),
                "rank": _rank(matrix, matrix.classes[hard, code]),
                "count": matrix.cells[hard, code],
                "label": short(label),
                "address": address(
                    "risks", {**kept, "konsekvens": hard, "sannolikhet": code}, "lista"
                ),
                "current": (wanted.consequence, wanted.probability) == (hard, code),
            }
            for code, label in likely
        ]
        rows.append({"label": _label(words, "konsekvens", hard), "cells": cells})
    return {"columns": [label for _code, label in likely], "rows": rows}


def _label(words: Words, key: str, code: str) -> str:
    return words.option(quality.RISK_FORM, key, code)


def _rank(matrix: Matrix, klass: str) -> int:
    """How grave a class is among those of the table, from 1."""
    return sorted(set(matrix.classes.values())).index(klass) + 1


def _shape(matrix: Matrix, klass: str) -> str:
    """The class as a shape: so many filled squares."""
    highest = len(set(matrix.classes.values()))
    rank = _rank(matrix, klass)
    return FULL * rank + EMPTY * (highest - rank)


def _demand(one: Demand, matrix: Matrix) -> dict[str, Any]:
    within = ""
    if one.days:
        within = gettext("inom %(time)s") % {"time": quality.days_in_words(one.days)}
    return {
        "klass": one.klass,
        "shape": _shape(matrix, one.klass),
        "text": " ".join(part for part in (gettext(PLANS.get(one.plan, one.plan)), within) if part),
        "at_once": one.at_once,
    }


def _row(line: RiskLine, words: Words, matrix: Matrix) -> dict[str, Any]:
    known = line.klass in set(matrix.classes.values())
    return {
        "line": line,
        "shape": _shape(matrix, line.klass) if known else "",
        "probability": short(_label(words, "sannolikhet", line.sannolikhet)),
        "consequence": short(_label(words, "konsekvens", line.konsekvens)),
    }


def _chosen(wanted: WantedRisks, words: Words) -> str:
    """The cell or class that is chosen, in words; empty for none."""
    parts = []
    if wanted.consequence:
        label = short(_label(words, "konsekvens", wanted.consequence)).lower()
        parts.append(gettext("konsekvens %(label)s") % {"label": label})
    if wanted.probability:
        label = short(_label(words, "sannolikhet", wanted.probability)).lower()
        parts.append(gettext("sannolikhet %(label)s") % {"label": label})
    if wanted.klass:
        parts.append(gettext("klass %(klass)s") % {"klass": wanted.klass})
    return ", ".join(parts)
