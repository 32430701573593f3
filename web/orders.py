"""Uppdrag as the pages show them: states, days and steps in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop

from cases.user_names import user_name
from records.models import Sida
from records.queries.order import MessageSeen
from records.queries.order_limits import Limit, Step
from records.queries.orders import Choice, OrderLine, OrderState
from web.door import Visit
from web.words import Words

STATES: Mapping[OrderState, tuple[str, str]] = {
    OrderState.NEW: (gettext_noop("Inte öppnat"), "soon"),
    OrderState.OPENED: (gettext_noop("Öppnat, inte besvarat"), "soon"),
    OrderState.RECEIVED: (gettext_noop("Mottaget"), "good"),
    OrderState.RUNNING: (gettext_noop("Pågår"), ""),
    OrderState.CLOSING: (gettext_noop("Avslutas"), "soon"),
    OrderState.CLOSED: (gettext_noop("Avslutat"), "good"),
    OrderState.DECLINED: (gettext_noop("Avböjt"), "late"),
    OrderState.WITHDRAWN: (gettext_noop("Återkallat"), ""),
}
CHOICES: Sequence[tuple[Choice, str]] = (
    (Choice.WAITING, gettext_noop("Väntar på svar")),
    (Choice.UNREAD, gettext_noop("Olästa meddelanden")),
    (Choice.RUNNING, gettext_noop("Mottagna")),
    (Choice.ENDED, gettext_noop("Avslutade")),
    (Choice.ALL, gettext_noop("Alla")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """A step of the ladder: whose role, and when."""

    who: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitShown:
    """Until when the uppdrag is to be answered, and who has been reminded."""

    day: date | None
    late: bool
    today: bool
    reached: StepShown | None
    coming: StepShown | None
    task: UUID | None
    who: str
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShown:
    """One uppdrag in the list or at the top of its page."""

    id: UUID
    number: str
    case: UUID
    opens: bool
    ours: bool
    state: str
    tone: str
    name: str
    protected: bool
    what: str
    other: str
    urgent: bool
    sent: datetime | None
    sent_by: str
    opened: datetime | None
    opened_by: str
    answered: datetime | None
    reason: str
    unread: int
    limit: LimitShown | None


def order_shown(line: OrderLine, here: Visit) -> OrderShown:
    """Show one uppdrag; whom it is about only where the reader reads its content."""
    row, ours = line.row, line.side == Sida.MYNDIGHET
    said, tone = STATES[line.state]
    opening: Any = getattr(row, "oppning", None)
    words = Words(here.bundle) if here.bundle else None
    other = row.mottagare_unit if ours else row.unit
    return OrderShown(
        id=row.pk,
        number=row.nummer,
        case=row.arende_id,
        opens=line.content,
        ours=ours,
        state=gettext(said),
        tone=tone,
        name=line.namn,
        protected=line.protected,
        what=", ".join(words.insats(code) if words else code for code in line.insatser),
        other=other.name,
        urgent=row.bradskande,
        sent=row.skickad,
        sent_by=user_name(row.skapad_av),
        opened=opening.oppnad if opening else None,
        opened_by=user_name(opening.oppnad_av) if opening else "",
        answered=row.besvarad,
        reason=row.avbojandeskal if line.content else "",
        unread=line.unread,
        limit=None if line.limit is None else _limit(line.limit, here),
    )


def _limit(found: Limit, here: Visit) -> LimitShown:
    today = localdate(here.now)
    return LimitShown(
        day=found.day,
        late=found.day is not None and found.day < today,
        today=found.day == today,
        reached=_step(found.reached, here),
        coming=_step(found.coming, here),
        task=found.task,
        who=in_text([here.role_name(role) for role in found.roles]),
        taken_by=found.taken_by,
    )


def _step(step: Step | None, here: Visit) -> StepShown | None:
    if step is None:
        return None
    return StepShown(who=in_text([here.role_name(step.role)]), day=step.day)


def in_text(names: Sequence[str]) -> str:
    """Names of roles in running text."""
    return ", ".join(name[:1].lower() + name[1:] for name in names)


def only_receives(here: Visit) -> bool:
    """Whether the reader's roles are those of providers alone: she sends no uppdrag."""
    known = [here.bundle.roles.get(role) for role in here.actor.roles] if here.bundle else []
    sides = {role.organisation for role in known if role is not None}
    return Sida.UTFORARE in sides and Sida.MYNDIGHET not in sides


def message_shown(row: MessageSeen, ours: str, theirs: str) -> dict[str, Any]:
    """Show one message, with the unit of its side."""
    return {
        "id": row.id,
        "author": row.author,
        "where": ours if row.own else theirs,
        "own": row.own,
        "fresh": row.fresh,
        "text": row.text,
        "at": row.at,
        "read_by": row.read_by,
    }
