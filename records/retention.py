"""The day of gallring: last note plus what the table ``gallring`` says; a late note moves it."""

from datetime import date, timedelta
from uuid import UUID

from cases.capabilities import CapabilityContext
from records.answers import local_date
from records.identity import birth_day
from records.models import Akt, AktStatus, JournalEntry, UppdragInsats
from records.terms import Retention, retention

LSS = "lss"


def last_note_moved(context: CapabilityContext, akt_id: UUID) -> None:
    """Recompute the day of gallring of a closed akt after a note was added (R-183)."""
    rows = Akt.objects.select_for_update(of=("self",)).select_related("person", "organisation")
    akt = rows.get(pk=akt_id)
    if akt.status == AktStatus.STANGD:
        set_retention(context, akt)
        akt.save(update_fields=["sista_anteckning", "gallring_utfall", "gallringsdatum"])


def set_retention(context: CapabilityContext, akt: Akt) -> None:
    """Set last note, outcome and day on ``akt``; the caller saves.

    Raises:
        ConfigurationMissingError: The edition has no table ``gallring``.
    """
    last = JournalEntry.objects.filter(journal__akt_id=akt.pk).latest("registrerad").registrerad
    akt.sista_anteckning = local_date(last)
    rule = _rule(context, akt)
    akt.gallring_utfall = rule.utfall
    akt.gallringsdatum = None if rule.ar is None else years_after(akt.sista_anteckning, rule.ar)


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year + years)


def _rule(context: CapabilityContext, akt: Akt) -> Retention:
    others = Akt.objects.filter(
        person_id=akt.person_id, unit_id=akt.unit_id, status=AktStatus.OPPEN
    ).exclude(pk=akt.pk)
    return retention(
        context.bundle,
        {
            "driftsform": akt.organisation.driftsform,
            "lag": _law(akt),
            "fodelsedag": birth_day(akt.person.personnummer),
            "andra_uppgifter": others.exists(),
        },
    )


def _law(akt: Akt) -> str:
    """SoL or LSS, by the citations of the uppdrag; LSS wins where both stand."""
    citations = UppdragInsats.objects.filter(uppdrag_id=akt.uppdrag_id).values_list(
        "lagrum", flat=True
    )
    return "LSS" if any(ref.lower().startswith(LSS) for ref in citations) else "SoL"
