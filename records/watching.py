"""What the record tells the watchdog and the timers: who is open, what must have a clock, who died.

``cases`` knows instances and messages; which ärenden are open and which beslut are being carried
out stands in the record. The functions register themselves when this module is imported.
"""

from collections.abc import Iterable
from datetime import datetime

from cases.capabilities import CapabilityContext
from cases.guards import timer_guard
from cases.models import Instance, Message
from cases.watch import Clocked, OpenCase, clocked, open_cases
from records.models import Akt, AktStatus, Arende, ArendeStatus, Uppdrag, UppdragStatus

DEATH = "person.avliden"
"""The message that stops contact and review clocks (K-2)."""

DECISION_CLOCK = "folja_upp_beslut"
CLOSING = "avsluta"


@open_cases
def open_arenden(_now: datetime) -> Iterable[OpenCase]:
    """Every ärende that is not closed: something must be going on in it."""
    return [_case(row) for row in Arende.objects.filter(status=ArendeStatus.OPPET)]


@clocked
def decisions_carried_out(_now: datetime) -> Iterable[Clocked]:
    """Every beslut that an open akt carries out has exactly one live review clock.

    A beslut whose end has begun needs none, nor one about which a message is on its way: the
    clock is being handed over.
    """
    moving = set(
        Message.objects.filter(status=Message.Status.UNDELIVERED).values_list(
            "arende_id", flat=True
        )
    )
    closing = set(
        Instance.objects.filter(process_key=CLOSING, status__in=Instance.LIVE).values_list(
            "arende_id", flat=True
        )
    )
    rows = Uppdrag.objects.filter(status=UppdragStatus.ACCEPTERAT).select_related("arende")
    open_akter = set(
        Akt.objects.filter(status=AktStatus.OPPEN).values_list("uppdrag_id", flat=True)
    )
    found = {
        str(_current_beslut(row)): row.arende
        for row in rows.prefetch_related("andringar")
        if row.pk in open_akter and row.arende_id not in moving | closing
    }
    return [
        Clocked(process_key=DECISION_CLOCK, business_key=beslut, case=_case(arende))
        for beslut, arende in found.items()
    ]


@timer_guard
def not_before_the_news_of_death(context: CapabilityContext) -> bool:
    """Let no timer fire in an ärende while the news of a death is on its way (K-2).

    The flag on the person and the message are written in one transaction. From then on, and until
    every instance has had the message and ended what death ends, no clock of the ärende moves;
    after that those that are left are what the law still asks for.
    """
    return not Message.objects.filter(
        name=DEATH, arende_id=context.arende_id, status=Message.Status.UNDELIVERED
    ).exists()


def _current_beslut(row: Uppdrag) -> object:
    """The beslut an uppdrag is carried out under: that of its latest version."""
    versions = sorted(row.andringar.all(), key=lambda andring: andring.version)
    return versions[-1].beslut_id if versions else row.beslut_id


def _case(row: Arende) -> OpenCase:
    return OpenCase(
        arende_id=row.pk,
        organisation=row.organisation_id,
        unit=row.unit_id,
        secrecy=row.secrecy,
    )
