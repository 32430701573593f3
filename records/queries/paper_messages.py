"""What the two sides of an uppdrag have written to each other, as a handling of the akt."""

from collections.abc import Iterator

from django.utils.timezone import localtime

from cases.user_names import user_name
from records.models import Meddelande, MeddelandeLasning, Sida, Uppdrag
from records.papers.kinds import Brev, MeddelandenUnderlag
from records.queries.paper_case import copied
from records.queries.paper_sources import Ask, Found, source

PAPER = "meddelanden"


def threads(ask: Ask) -> Iterator[Meddelande]:
    """The first message of every uppdrag of the ärende that has any: what the paper is about."""
    rows = Meddelande.objects.filter(ask.shared, uppdrag__arende_id=ask.arende)
    firsts = rows.order_by("uppdrag_id", "skickat", "pk").distinct("uppdrag_id")
    yield from firsts.select_related("uppdrag")


@source(PAPER)
def messages(ask: Ask) -> Found | None:
    """Every message about one uppdrag, oldest first; ``ref`` is the first of them."""
    first = Meddelande.objects.filter(ask.shared, pk=ask.ref, uppdrag__arende_id=ask.arende).first()
    if first is None:
        return None
    row = Uppdrag.objects.select_related("unit", "organisation", "mottagare_unit").get(
        pk=first.uppdrag_id
    )
    found = list(
        Meddelande.objects.filter(ask.shared, uppdrag=row)
        .prefetch_related("lasningar__last_av")
        .order_by("skickat", "pk")
    )
    units = {Sida.MYNDIGHET: row.unit.name, Sida.UTFORARE: row.mottagare_unit.name}
    return Found(
        underlag=MeddelandenUnderlag(
            uppdrag=row.nummer,
            myndighet=units[Sida.MYNDIGHET],
            utforare=units[Sida.UTFORARE],
            meddelanden=tuple(
                Brev(
                    nummer=number,
                    skickat=one.skickat,
                    forfattare=one.forfattare_namn,
                    enhet=units[Sida(one.sida)],
                    text=one.text,
                    last=tuple(_reader(reading) for reading in one.lasningar.all()),
                )
                for number, one in enumerate(found, start=1)
            ),
        ),
        moment=found[-1].skickat,
        organisation=row.organisation.name,
        enhet=row.unit.name,
        person=copied(row),
        arendenummer=row.nummer,
    )


def _reader(row: MeddelandeLasning) -> str:
    return f"{user_name(row.last_av)} {localtime(row.last):%Y-%m-%d %H.%M}"
