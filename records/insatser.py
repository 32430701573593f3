"""The insatser of an akt: which have begun, rest or ended, and for which delbeslut (K-12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext
from records.models import Akt, Dokument, Handelse, InsatsHandelse, UppdragInsats
from records.uppdrag_content import current_insatser
from records.writing import holder

RUNNING = frozenset({Handelse.PABORJAD, Handelse.ATERUPPTAGEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happens with some insatser on one day."""

    handelse: Handelse
    datum: date
    orsak: str = ""
    dokument: Dokument | None = None


def standing(akt: Akt) -> Mapping[str, InsatsHandelse]:
    """The latest turn of each insats of an akt, by its code."""
    rows = InsatsHandelse.objects.filter(akt=akt).order_by("registrerad", "datum")
    return {row.insats: row for row in rows}


def waiting(akt: Akt) -> list[UppdragInsats]:
    """Insatser of the uppdrag's newest version that nobody has begun for their delbeslut."""
    now = standing(akt)
    return [
        part
        for code, part in current_insatser(akt.uppdrag_id).items()
        if code not in now or now[code].delbeslut_id != part.delbeslut_id
    ]


def wanted(akt: Akt) -> set[str]:
    """Codes of the insatser of the uppdrag's newest version."""
    return set(current_insatser(akt.uppdrag_id))


def running(akt: Akt) -> list[str]:
    """Codes of the insatser that are given now."""
    return [code for code, row in standing(akt).items() if row.handelse in RUNNING]


def resting(akt: Akt) -> list[str]:
    """Codes of the insatser that are interrupted now."""
    return [code for code, row in standing(akt).items() if row.handelse == Handelse.AVBROTT]


def add_turns(context: CapabilityContext, akt: Akt, codes: Iterable[str], turn: Turn) -> list[UUID]:
    """Write one turn for each insats; return the delbeslut that they carry out.

    Args:
        context: The running action.
        akt: The provider's akt, locked.
        codes: Insatser of the uppdrag's newest version, or that an earlier one began.
        turn: What happened, when and why.
    """
    known = {code: row.delbeslut_id for code, row in standing(akt).items()}
    known |= {code: part.delbeslut_id for code, part in current_insatser(akt.uppdrag_id).items()}
    chosen = [(code, known[code]) for code in codes if code in known]
    InsatsHandelse.objects.bulk_create(
        InsatsHandelse(
            **holder(context),
            akt=akt,
            insats=code,
            delbeslut_id=delbeslut,
            handelse=turn.handelse,
            datum=turn.datum,
            orsak=turn.orsak,
            dokument=turn.dokument,
            registrerad=context.now,
            registrerad_av_id=context.actor.user_id,
        )
        for code, delbeslut in chosen
    )
    return [delbeslut for _, delbeslut in chosen if delbeslut is not None]
