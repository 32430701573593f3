"""The papers of the authority: decisions and investigations, for ``web.papers``."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext

from records.models import Beslut, BeslutUppfoljning, Delbeslut, LivsomradeBedomning
from records.models import Mal as Goal
from records.queries import WholeCase
from web.paper_parts import Item, Paper, facts, joined, need
from web.words import Words, day, period, yes_no


def decisions(rows: Iterable[Beslut], words: Words) -> Iterator[Paper]:
    """Lay out decisions, each with its parts and its follow-ups."""
    for row in rows:
        reviews = sorted(row.uppfoljningar.all(), key=lambda found: found.datum, reverse=True)
        yield Paper(
            title=gettext("Beslut %(day)s") % {"day": day(row.beslutsdatum)},
            file="beslut",
            record=row.pk,
            tag=words.option("fatta_beslut", "utfall", row.utfall),
            tone="good" if row.utfall == "bifall" else "soon",
            facts=facts(
                (gettext("Den enskilde fick del av det"), day(row.delgiven_datum)),
                (gettext("Fattat enligt"), row.law_version),
            ),
            listed=(
                (
                    gettext("Beslutade insatser"),
                    tuple(_part(part, words) for part in row.delbeslut.all()),
                ),
                (
                    gettext("Uppföljning av beslutet"),
                    tuple(_decision_review(x, words) for x in reviews),
                ),
            ),
        )


def _part(row: Delbeslut, words: Words) -> Item:
    outcome = words.option("fatta_beslut", "utfall", row.utfall)
    return Item(
        head=f"{words.insats(row.insats)}: {outcome.lower()}",
        text=row.motivering,
        sub=joined(
            row.omfattning, period(row.giltig_fran, row.giltig_till), words.lagrum(row.lagrum)
        ),
    )


def _decision_review(row: BeslutUppfoljning, words: Words) -> Item:
    outcome = words.option("folj_upp_beslut", "utfall", row.utfall)
    return Item(
        head=f"{day(row.datum)}: {outcome.lower()}",
        text=row.synpunkt,
        sub=gettext("Beslutet motsvarar behovet: %(answer)s")
        % {"answer": yes_no(row.motsvarar_behov).lower()},
    )


def investigations(view: WholeCase, words: Words) -> Iterator[Paper]:
    """Lay out investigations, each with its areas of life and its goals."""
    for row in view.utredningar:
        areas = [area for area in view.livsomraden if area.utredning_id == row.pk]
        goals = [goal for goal in view.mal if goal.utredning_id == row.pk]
        aside = [words.livsomrade(area.livsomrade) for area in areas if area.status != "aktuellt"]
        listed = [_area(area, words) for area in areas if area.status == "aktuellt"]
        yield Paper(
            title=gettext("Utredning inledd %(day)s") % {"day": day(row.inledd_datum)},
            tag=gettext("Avslutad") if row.avslutad_datum else gettext("Pågår"),
            tone="good" if row.avslutad_datum else "",
            facts=facts(
                (gettext("Avslutad"), day(row.avslutad_datum)),
                (gettext("Inte aktuella livsområden"), ", ".join(aside)),
            ),
            listed=(
                (gettext("Livsområden"), tuple(listed)),
                (gettext("Mål"), tuple(_goal(goal, words) for goal in goals)),
            ),
        )


def _area(row: LivsomradeBedomning, words: Words) -> Item:
    return Item(
        head=words.livsomrade(row.livsomrade),
        text=row.nulage or row.skal,
        sub=need(row.behov_text) if row.behov else gettext("Inget behov"),
    )


def _goal(row: Goal, words: Words) -> Item:
    return Item(
        head=row.mal,
        text=need(row.behov),
        sub=joined(words.livsomrade(row.livsomrade), words.insats(row.insats)),
        number=row.nummer,
    )
