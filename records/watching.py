"""What the record tells the watchdog and the timers: who is open, what has a clock, who died.

The invariant of the design: an open ärende has something going on, and support that is being given
has both clocks of K-6, handläggarens (``folja_upp_beslut``) and the provider's
(``folja_upp_plan``). They stop when the closing has begun or the person has died. The functions
register themselves when this module is imported.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from cases import watch
from cases.capabilities import CapabilityContext
from cases.guards import timer_guard
from cases.models import Instance, Message
from cases.watch import Clocked, OpenCase
from records.models import Akt, AktStatus, Arende, ArendeStatus
from records.models.owned import Owned

CLOSING = ("avsluta", "avsluta_uppdrag", "avsluta_arende")
DEATH = "person.avliden"
"""The message that stops contact and review clocks (K-2)."""


@watch.open_cases
def open_arenden(_now: datetime) -> Iterator[OpenCase]:
    """Every ärende that is not closed."""
    for row in Arende.objects.filter(status=ArendeStatus.OPPET):
        yield _case(row, row.pk)


@watch.clocked
def started_akter(_now: datetime) -> Iterator[Clocked]:
    """The two clocks of every akt where support is given; not while a message is on its way."""
    closing = Instance.objects.filter(process_key__in=CLOSING, status__in=Instance.LIVE)
    moving = Message.objects.filter(status=Message.Status.UNDELIVERED)
    busy = {
        *closing.values_list("arende_id", flat=True),
        *moving.values_list("arende_id", flat=True),
    }
    rows = Akt.objects.filter(
        status=AktStatus.OPPEN, verkstalld_datum__isnull=False, person__avliden_datum=None
    )
    for row in rows.select_related("uppdrag__beslut"):
        if row.arende_id not in busy:
            yield from _clocks(row)


@timer_guard
def not_before_the_news_of_death(context: CapabilityContext) -> bool:
    """Let no timer fire in an ärende while the news of a death is on its way (K-2).

    The flag on the person and the message are written in one transaction. From then on, and until
    every instance has had the message and ended what death ends, no clock of the ärende moves;
    after that those that are left are what the law still asks for. The message names the ärende
    in its key: it may have been thrown in another one of the same person's.
    """
    return not Message.objects.filter(
        name=DEATH, key=str(context.arende_id), status=Message.Status.UNDELIVERED
    ).exists()


def _clocks(row: Akt) -> Iterator[Clocked]:
    latest = row.uppdrag.andringar.order_by("-version").first()
    beslut = str(latest.beslut_id if latest else row.uppdrag.beslut_id)
    yield Clocked(
        process_key="folja_upp_beslut", business_key=beslut, case=_case(row.uppdrag, row.arende_id)
    )
    # Its first period is started by uppdrag.verkstalld, whose key is the beslut.
    first = Instance.objects.filter(
        process_key="folja_upp_plan",
        business_key=str(row.uppdrag.beslut_id),
        unit_id=row.unit_id,
        status__in=Instance.LIVE,
    )
    if not first.exists():
        yield Clocked(
            process_key="folja_upp_plan",
            business_key=str(row.uppdrag_id),
            case=_case(row, row.arende_id),
        )


def _case(row: Owned, arende_id: UUID) -> OpenCase:
    return OpenCase(
        arende_id=arende_id,
        organisation=row.organisation_id,
        unit=row.unit_id,
        secrecy=row.secrecy,
    )
