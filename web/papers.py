"""The papers of a case, as the case page and the task page show them.

Built from ``WholeCase`` alone, which holds what the reader may read and nothing else: nothing is
fetched here, so nothing can slip past the access check.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, ngettext, pgettext

from cases.user_names import user_name
from records.models import (
    Akt,
    PlanMal,
    PlanVersion,
    Uppdrag,
    UppdragMal,
    Uppfoljning,
)
from records.queries import WholeCase
from records.uppdrag_content import current_version
from web.paper_parts import Item, Paper, facts, joined, need
from web.papers_authority import decisions, investigations
from web.weekdays import days_said
from web.words import Words, day, period


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Papers of one kind. ``open``: shown unfolded where sections can be folded."""

    id: str
    title: str
    papers: tuple[Paper, ...]
    open: bool = False


def sections(view: WholeCase, words: Words) -> list[Section]:
    """Lay out what a reader may see of a case, the newest of each kind first; empty ones left out.

    Args:
        view: From ``records.queries.case``.
        words: Of the edition in force.
    """
    provider = view.line.side == "utforare"
    goals = {goal.pk: goal for version in view.planer for goal in version.mal.all()}
    found = [
        Section(
            id="akt", title=gettext("Akt"), papers=tuple(_akt(row, words) for row in view.akter)
        ),
        Section(
            id="plan",
            title=gettext("Genomförandeplan"),
            papers=tuple(_plans(view)),
            open=provider,
        ),
        Section(
            id="uppfoljning",
            title=gettext("Uppföljningar med den enskilde"),
            papers=tuple(_review(row, goals, words) for row in view.uppfoljningar),
        ),
        Section(
            id="uppdrag",
            title=gettext("Uppdrag"),
            papers=tuple(_uppdrag(row, words) for row in view.uppdrag),
            open=provider and not view.planer,
        ),
        Section(
            id="beslut",
            title=pgettext("flera", "Beslut"),
            papers=tuple(decisions(view.beslut, words)),
        ),
        Section(
            id="utredning", title=gettext("Utredning"), papers=tuple(investigations(view, words))
        ),
    ]
    return [section for section in found if section.papers]


def order_paper(row: Uppdrag, words: Words) -> Paper:
    """Lay out one uppdrag: what is ordered, in its newest version.

    Args:
        row: With its changes, insatser and goals.
        words: Of the edition in force.
    """
    return _uppdrag(row, words)


def _akt(row: Akt, words: Words) -> Paper:
    contact: Any = row.utsedd_kontakt
    name = user_name(contact)
    kind = words.option("utse_kontakt", "typ", row.utsedd_kontakt_typ)
    late = row.ej_aktuell_datum
    return Paper(
        title=gettext("Genomförandeakt hos %(unit)s") % {"unit": row.unit.name},
        tag=gettext("Stängd") if row.stangd else gettext("Öppen"),
        tone="good" if row.stangd else "",
        facts=facts(
            (kind or gettext("Utsedd kontakt"), name),
            (gettext("Stödet började"), day(row.verkstalld_datum)),
            (gettext("Planen är ej aktuell sedan"), day(late)),
            (gettext("Stängd"), day(row.stangd)),
            (gettext("Gallras"), day(row.gallringsdatum)),
        ),
    )


def _plans(view: WholeCase) -> Iterator[Paper]:
    newest = True
    for version in view.planer:
        established = version.faststalld_datum is not None
        tag, tone = gettext("Utkast"), "soon"
        if established:
            tag, tone = (gettext("Fastställd"), "good") if newest else (gettext("Ersatt"), "")
            newest = False
        yield _plan(version, tag, tone)


def _plan(version: PlanVersion, tag: str, tone: str) -> Paper:
    months = version.uppfoljning_intervall
    wishes = version.onskemal or gettext("Har inte uttryckt önskemål")
    return Paper(
        title=gettext("Plan, version %(number)d") % {"number": version.nummer},
        file="genomforandeplan",
        record=version.pk,
        tag=tag,
        tone=tone,
        facts=facts(
            (gettext("Fastställd"), day(version.faststalld_datum)),
            (gettext("Följs upp"), _often(months)),
            (
                gettext("Den enskildes delaktighet"),
                version.delaktighet_satt or version.ej_delaktig_orsak,
            ),
            (gettext("Önskemål"), wishes),
            (gettext("Synpunkter"), version.synpunkter),
        ),
        listed=(
            (gettext("Mål"), tuple(_plan_goals(version))),
            (gettext("Aktiviteter"), tuple(_activities(version))),
        ),
    )


def _often(months: int | None) -> str:
    """How often a plan is followed up, in words; empty where it says nothing."""
    if months is None or months <= 1:
        return ""
    return ngettext("var %(months)d:e månad", "var %(months)d:e månad", months) % {"months": months}


def _plan_goals(version: PlanVersion) -> Iterator[Item]:
    for goal in sorted(version.mal.all(), key=lambda row: row.nummer):
        yield Item(head=goal.mal, sub=need(goal.behov), number=goal.nummer)


def _activities(version: PlanVersion) -> Iterator[Item]:
    numbers = {goal.pk: goal.nummer for goal in version.mal.all()}
    for row in sorted(version.aktiviteter.all(), key=lambda row: row.nummer):
        yield Item(
            head=gettext("%(what)s (mål %(number)s)")
            % {"what": row.vad, "number": numbers.get(row.mal_id, "?")},
            text=row.hur,
            sub=joined(row.nar, days_said(row), row.vem),
            number=row.nummer,
        )


def _review(row: Uppfoljning, goals: dict[UUID, PlanMal], words: Words) -> Paper:
    results = []
    for result in row.resultat_per_mal.all():
        goal = goals.get(result.mal_id)
        named = goal.mal if goal else gettext("Mål")
        reached = words.option("folj_upp_plan", "uppfyllelse", result.uppfyllelse)
        results.append(
            Item(
                head=f"{named} – {reached.lower()}",
                text=result.kommentar,
                number=goal.nummer if goal else None,
            )
        )
    return Paper(
        title=gettext("Uppföljning %(day)s") % {"day": day(row.datum)},
        tag=gettext("Förändrat behov") if row.forandrat_behov else "",
        tone="soon",
        facts=facts(
            (gettext("Den enskildes synpunkter"), row.synpunkt),
            (gettext("Resurser"), row.resurser),
            (gettext("Behov"), row.behov),
            (gettext("Resultat"), row.resultat),
        ),
        listed=((gettext("Måluppfyllelse"), tuple(results)),),
    )


def _uppdrag(row: Uppdrag, words: Words) -> Paper:
    newest = current_version(row)
    return Paper(
        title=gettext("Uppdrag %(number)s till %(unit)s")
        % {"number": row.nummer, "unit": row.mottagare_unit.name},
        file="uppdrag",
        record=row.pk,
        tag=gettext(row.get_status_display()),
        tone="good" if row.status in ("accepterat", "avslutat") else "soon",
        facts=facts(
            (gettext("Omfattning"), newest.text.omfattning),
            (gettext("Period"), period(newest.text.period_fran, newest.text.period_till)),
            (gettext("Viktigt att veta"), newest.text.viktig_info),
            (gettext("Skickat"), day(row.skickad)),
            (gettext("Ändrat"), day(newest.change.registrerad) if newest.change else ""),
            (gettext("Skäl att avböja"), row.avbojandeskal),
        ),
        listed=(
            (
                gettext("Insatser"),
                tuple(
                    Item(
                        head=words.insats(part.insats),
                        sub=joined(part.omfattning, period(part.giltig_fran, part.giltig_till)),
                    )
                    for part in newest.insatser
                ),
            ),
            (gettext("Mål"), tuple(_sent_goals(newest.mal, words))),
        ),
    )


def _sent_goals(rows: Iterable[UppdragMal], words: Words) -> Iterator[Item]:
    for goal in rows:
        yield Item(
            head=goal.mal,
            text=need(goal.behov),
            sub=joined(words.livsomrade(goal.livsomrade), words.insats(goal.insats)),
            number=goal.nummer,
        )
