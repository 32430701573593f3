"""Papers of the authority: the decision, and the uppdrag as it was sent."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Prefetch

from engine.bundle import Bundle
from records.answers import local_date
from records.contact_data import CONTACT_FIELDS
from records.models import Beslut, Delbeslut, Person, Uppdrag, UppdragAndring, UppdragInsats
from records.models import UppdragMal as GoalRow
from records.papers.kinds import (
    BeslutUnderlag,
    UppdragUnderlag,
)
from records.papers.kinds import Delbeslut as Part
from records.papers.kinds import UppdragInsats as Granted
from records.papers.kinds import UppdragMal as Goal
from records.queries.paper_sources import Ask, Found, cited, named, option, signature, source
from records.uppdrag_content import current_version

BIFALL = "bifall"


@source("beslut")
def decision(ask: Ask) -> Found | None:
    """A decision with its parts, under the law version it was made under."""
    rows = Beslut.objects.filter(ask.seen, pk=ask.ref, arende_id=ask.arende)
    row = rows.select_related(
        "arende__person", "beslutsfattare", "dokument", "unit", "organisation"
    ).first()
    if row is None:
        return None
    form = row.dokument.form_id
    parts = [_part(ask.bundle, form, part) for part in row.delbeslut.order_by("nummer")]
    unit = row.unit.name
    return Found(
        underlag=BeslutUnderlag(
            beslutsdatum=row.beslutsdatum,
            utfall=option(ask.bundle, form, "utfall", row.utfall),
            utfall_kod=row.utfall,
            gar_emot=any(part.utfall_kod != BIFALL for part in parts),
            delbeslut=tuple(parts),
            ansokan_inkom=row.arende.inkom_datum,
            foredragande=row.foredragande,
            deltagare=tuple(str(name) for name in row.deltagare),
            skiljaktig_mening=row.skiljaktig_mening,
            bradska_skal=row.bradska_skal,
            delgiven_datum=row.delgiven_datum,
            beslutsfattare=signature(
                ask.bundle,
                row.beslutsfattare,
                roll=row.beslutsfattare_roll,
                enhet=unit,
                day=row.beslutsdatum,
            ),
        ),
        moment=row.registrerad,
        organisation=row.organisation.name,
        enhet=unit,
        person=row.arende.person,
        arendenummer=row.arende.nummer,
        law_version=row.law_version,
    )


def _part(bundle: Bundle, form: str, row: Delbeslut) -> Part:
    return Part(
        insats=named(bundle, "insatser", "insats", row.insats),
        utfall=option(bundle, form, "utfall", row.utfall),
        utfall_kod=row.utfall,
        lagrum=cited(bundle, row.lagrum),
        omfattning=row.omfattning,
        giltig_fran=row.giltig_fran,
        giltig_till=row.giltig_till,
        omprovningsforbehall=row.omprovningsforbehall,
        motivering=row.motivering,
        omstandigheter=row.omstandigheter,
    )


@source("uppdrag")
def assignment(ask: Ask) -> Found | None:
    """The newest version of an uppdrag: the chosen copies and nothing behind them (K-7)."""
    rows = Uppdrag.objects.filter(ask.shared, pk=ask.ref, arende_id=ask.arende)
    parts = (("andringar", UppdragAndring), ("insatser", UppdragInsats), ("mal", GoalRow))
    # Found the same way, only as far as whoever asks may see them.
    shown = [Prefetch(name, table.objects.filter(ask.shared)) for name, table in parts]
    related = ("mottagare_unit", "mottagare_organisation", "unit", "organisation", "skapad_av")
    row = rows.select_related(*related).prefetch_related(*shown).first()
    if row is None:
        return None
    version = current_version(row)
    newest = version.text
    underlag = UppdragUnderlag(
        nummer=row.nummer,
        version=version.number,
        mottagare=row.mottagare_organisation.name,
        mottagande_enhet=row.mottagare_unit.name,
        skickat=None if row.skickad is None else local_date(row.skickad),
        bradskande=row.bradskande,
        omfattning=newest.omfattning,
        period_fran=newest.period_fran,
        period_till=newest.period_till,
        viktig_info=newest.viktig_info,
        insatser=_granted(ask.bundle, version.insatser),
        mal=_goals(ask.bundle, version.mal),
        handlaggare=signature(ask.bundle, row.skapad_av, enhet=row.unit.name),
    )
    return Found(
        underlag=underlag,
        moment=_moment(row, version.change),
        organisation=row.organisation.name,
        enhet=row.unit.name,
        person=copied(row),
        arendenummer=row.nummer,
    )


def _moment(row: Uppdrag, change: UppdragAndring | None) -> datetime:
    return (row.skickad or row.skapad) if change is None else change.registrerad


def _granted(bundle: Bundle, rows: Iterable[UppdragInsats]) -> tuple[Granted, ...]:
    return tuple(
        Granted(
            insats=named(bundle, "insatser", "insats", row.insats),
            lagrum=cited(bundle, row.lagrum),
            omfattning=row.omfattning,
            giltig_fran=row.giltig_fran,
            giltig_till=row.giltig_till,
        )
        for row in rows
    )


def _goals(bundle: Bundle, rows: Iterable[GoalRow]) -> tuple[Goal, ...]:
    return tuple(
        Goal(
            nummer=row.nummer,
            livsomrade=named(bundle, "livsomraden", "livsomrade", row.livsomrade),
            behov=row.behov,
            mal=row.mal,
            insats=named(bundle, "insatser", "insats", row.insats),
            avsett=row.avsett,
            maldatum=row.maldatum,
        )
        for row in rows
    )


def copied(row: Uppdrag) -> Person:
    """What the provider may know of the person.

    An uppdrag is no letter to her, so it needs no address; a date in the copy is text.
    """
    left_out = CONTACT_FIELDS | {"fodelsedatum"}
    return Person(**{key: text for key, text in row.person_kopia.items() if key not in left_out})
