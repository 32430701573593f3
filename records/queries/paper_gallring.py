"""The gallringsprotokoll as paper: ids, days, counts, checksums; nothing of what was destroyed."""

from records.answers import local_date
from records.models import Gallringsbeslut, Gallringsprotokoll
from records.papers.kinds import GallradAkt, GallringUnderlag
from records.queries.paper_sources import Ask, Found, cited, signature, source


@source("gallring")
def protocol(ask: Ask) -> Found | None:
    """What was destroyed or delivered, by whose decision; outlives the akt that it tells about."""
    rows = Gallringsprotokoll.objects.filter(ask.seen, pk=ask.ref, arende_id=ask.arende)
    row = rows.select_related(
        "beslut__paket", "beslut__foreslagen_av", "beslut__godkand_av", "akt"
    ).first()
    if row is None:
        return None
    beslut = row.beslut
    paket = beslut.paket
    return Found(
        underlag=GallringUnderlag(
            nummer=row.nummer,
            beslutsdatum=local_date(beslut.godkand),
            verkstalld=local_date(row.forstord),
            samrad="" if paket is None else paket.samrad_kvittens,
            akter=(_line(ask, row, beslut),),
            foreslagen_av=signature(
                ask.bundle,
                beslut.foreslagen_av,
                roll=beslut.foreslagen_roll,
                day=local_date(beslut.foreslagen),
            ),
            godkand_av=signature(
                ask.bundle,
                beslut.godkand_av,
                roll=beslut.godkand_roll,
                day=local_date(beslut.godkand),
            ),
        ),
        moment=row.forstord,
        organisation=row.organisation.name,
        enhet=row.unit.name,
        arendenummer=row.nummer,
        law_version=beslut.law_version,
    )


def _line(ask: Ask, row: Gallringsprotokoll, beslut: Gallringsbeslut) -> GallradAkt:
    paket = beslut.paket
    return GallradAkt(
        nummer=row.nummer.removeprefix("G-"),
        avslutad=None if row.akt.stangd is None else local_date(row.akt.stangd),
        sista_anteckning=row.akt.sista_anteckning,
        atgard=beslut.get_utfall_display(),
        regel=beslut.regel,
        lagrum=cited(ask.bundle, beslut.lagrum) if beslut.lagrum else None,
        antal_handlingar=row.antal_rader,
        kontrollsumma=row.sha256 if paket is None else paket.sha256,
        kvittens="" if paket is None else paket.kvittens,
    )
