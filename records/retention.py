"""The day of gallring: last note plus what the table ``gallring`` says; a late note moves it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cases.capabilities import CapabilityContext
from engine.bundle import Bundle
from records.answers import local_date
from records.errors import AktDestroyedError
from records.identity import birth_day
from records.models import Akt, AktStatus, JournalEntry, UppdragInsats
from records.terms import decide

LSS = "lss"
FIELDS = ("sista_anteckning", "gallring_utfall", "gallringsdatum", "ivo_till")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Outcome of the table ``gallring`` (K-10): how long after the last note, and what then.

    ``manuell``: a person must confirm or decide. ``ivo_ar``: years after the slutanteckning during
    which the supervisor may ask for the akt (R-192).
    """

    utfall: str
    ar: int | None
    manuell: bool
    regel: str
    kalla: str
    ivo_ar: int


def retention(bundle: Bundle, inputs: Mapping[str, Any]) -> Retention:
    """Ask the table ``gallring``, with the municipality's own values (R-183, K-10, L-29).

    Args:
        bundle: The instance's edition.
        inputs: ``driftsform``, ``lag``, ``fodelsedag``, ``andra_uppgifter``, ``placerat_barn``.

    Raises:
        ConfigurationMissingError: The edition lacks ``gallring``, ``gallring_lokalt`` or
            ``ivo_atkomst``.
    """
    local = decide(bundle, "gallring_lokalt", {"driftsform": inputs["driftsform"]})
    answer = decide(bundle, "gallring", {**inputs, **local})
    years = answer["ar"]
    return Retention(
        utfall=str(answer["utfall"]),
        ar=None if years is None else int(years),
        manuell=answer["manuell"] is True,
        regel=str(answer["regel"]),
        kalla=str(answer["kalla"]),
        ivo_ar=int(decide(bundle, "ivo_atkomst", {"driftsform": inputs["driftsform"]})),
    )


def placed_child(bundle: Bundle, insatser: Iterable[str]) -> bool:
    """Whether one of the insatser places a child (table ``placering``, LSS 9 § 8).

    Raises:
        ConfigurationMissingError: The edition has no table ``placering``.
    """
    return any(decide(bundle, "placering", {"insats": code}) is True for code in insatser)


def open_for_notes(akt_id: UUID) -> None:
    """Lock an akt before a note is written in it, as its destruction does: one of two waits.

    Raises:
        AktDestroyedError: The akt has been destroyed.
    """
    akt = Akt.objects.select_for_update().only("gallrad").filter(pk=akt_id).first()
    if akt is not None and akt.gallrad is not None:
        raise AktDestroyedError(akt_id)


def last_note_moved(context: CapabilityContext, akt_id: UUID) -> None:
    """Recompute the day of gallring of a closed akt after a note was added (R-183)."""
    rows = Akt.objects.select_for_update(of=("self",)).select_related("person", "organisation")
    akt = rows.get(pk=akt_id)
    if akt.status == AktStatus.STANGD:
        set_retention(context, akt)
        akt.save(update_fields=FIELDS)


def set_retention(context: CapabilityContext, akt: Akt) -> Retention:
    """Set last note, outcome, day and the supervisor's time on ``akt``; the caller saves.

    Returns:
        What the table said, with its rule.

    Raises:
        ConfigurationMissingError: The edition lacks one of the tables.
    """
    last = JournalEntry.objects.filter(journal__akt_id=akt.pk).latest("registrerad").registrerad
    akt.sista_anteckning = local_date(last)
    rule = rule_of(context, akt)
    akt.gallring_utfall = rule.utfall
    akt.gallringsdatum = None if rule.ar is None else years_after(akt.sista_anteckning, rule.ar)
    final = akt.slutanteckning
    if final is not None and final.signerad is not None:
        akt.ivo_till = years_after(local_date(final.signerad), rule.ivo_ar)
    return rule


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year + years)


def rule_of(context: CapabilityContext, akt: Akt) -> Retention:
    """What the edition says about the akt today (K-10).

    Raises:
        ConfigurationMissingError: The edition lacks one of the tables.
    """
    codes = UppdragInsats.objects.filter(uppdrag_id=akt.uppdrag_id)
    return retention(
        context.bundle,
        {
            "driftsform": akt.organisation.driftsform,
            "lag": law_of(akt),
            "fodelsedag": birth_day(akt.person.personnummer),
            "andra_uppgifter": others_remain(akt, context.now),
            "placerat_barn": placed_child(context.bundle, codes.values_list("insats", flat=True)),
        },
    )


def law_of(akt: Akt) -> str:
    """SoL or LSS, by the citations of the uppdrag; LSS wins where both stand."""
    citations = UppdragInsats.objects.filter(uppdrag_id=akt.uppdrag_id).values_list(
        "lagrum", flat=True
    )
    return "LSS" if any(ref.lower().startswith(LSS) for ref in citations) else "SoL"


def others_remain(akt: Akt, now: datetime) -> bool:
    """Whether the holder keeps other records of the same person that are not due (LSS 21 c).

    The database looks past the actor's own unit, and gives a yes or a no.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_other_akter(%s, %s)", [akt.pk, now])
        row = cursor.fetchone()
    return row is not None and row[0] is True
