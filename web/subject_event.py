"""The deviation or complaint that a task is about, for whoever is to judge, answer or mend it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext

from cases.errors import NotFoundError
from records.models import Kalla
from records.queries.quality.event_page import EventPage, event
from records.queries.quality.events import COMPLAINTS, DEVIATIONS, Register
from web import quality
from web.door import Visit
from web.words import Words, day

Row = tuple[str, str]
REGISTERS: Final[Mapping[str, Register]] = {
    Kalla.AVVIKELSE.value: DEVIATIONS,
    Kalla.KLAGOMAL.value: COMPLAINTS,
}
"""What a task may be given: by its own name, or as ``kalla`` with ``kalla_id``."""


def event_rows(here: Visit, known: Mapping[str, Any]) -> Iterator[Row]:
    """What happened, as (heading, text); nothing for who does not read the quality work there.

    Args:
        here: Who is to do the task. That she reads it is written down as on its own page.
        known: What the diagram gives the task.
    """
    kind = next((name for name in REGISTERS if known.get(name)), str(known.get("kalla") or ""))
    ref = _id(known.get(kind) or known.get("kalla_id"))
    if kind not in REGISTERS or ref is None:
        return
    who = quality.quality_reader(here)
    try:
        found = event(who, REGISTERS[kind], ref)
    except NotFoundError:
        return
    words = Words(who.bundle)
    address = quality.page_address(kind, ref)
    heading = gettext(Kalla(kind).label)
    yield heading, format_html('<a href="{}">{}</a>', address, found.line.nummer)
    rows = _deviation(found, words) if kind == Kalla.AVVIKELSE else _complaint(found, words)
    yield from ((heading, text) for heading, text in rows if text)


def _deviation(found: EventPage, words: Words) -> Iterator[Row]:
    row, form = found.row, quality.DEVIATION_FORM
    weight = words.option(form, "konsekvens", row.konsekvens)
    yield gettext("Händelsen"), row.handelse
    yield gettext("När det hände"), day(row.handelse_datum)
    yield gettext("Slag"), words.option(form, "kategori", row.kategori)
    yield gettext("Hur det upptäcktes"), row.upptackt
    yield gettext("Följd"), ". ".join(part for part in (weight, row.konsekvens_text) if part)
    yield gettext("Vad som gjordes genast"), row.omedelbar_atgard
    yield gettext("Krav eller mål som inte nåddes"), "; ".join(found.krav)


def _complaint(found: EventPage, words: Words) -> Iterator[Row]:
    row, form = found.row, quality.COMPLAINT_FORM
    yield gettext("Med egna ord"), row.text
    yield gettext("Kom in"), day(row.inkom_datum)
    yield gettext("Slag"), words.option(form, "kategori", row.kategori)
    yield gettext("Hur det kom"), words.option(form, "kanal", row.kanal)
    yield gettext("Krav eller mål"), "; ".join(found.krav)


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
