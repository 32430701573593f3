"""What the mail server says later: that a letter did not arrive (RFC 3464).

Anybody can write such a report. So it counts only where it shows a letter that Kedja sent to that
very address: the letter's own Message-ID, which nobody else has, must stand in what is returned.
Whatever else comes, a reply, an advertisement, garbage, changes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from cases.models import Epostadress, Utskick
from cases.notices.writing import CONFIRM

log = structlog.get_logger(__name__)

LONGEST: Final = 256 * 1024
"""Octets that are read of a report: what matters stands first, and our letters are short."""
_REPORT, _STATUS = "multipart/report", "message/delivery-status"
_RETURNED: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/global"})
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
_FAILED = re.compile(r"5\.\d{1,3}\.\d{1,3}")
_OF_THE_ADDRESS: Final = ("5.0.", "5.1.", "5.2.", "5.4.")
"""RFC 3463: the mailbox, its address, the way there. The others are about the letter itself."""
_MOST_RECIPIENTS = 20


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that a letter did not reach, and the code that says why (``5.1.1``)."""

    address: str
    code: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: which letter of ours, and whom it did not reach."""

    letter: UUID
    bounces: tuple[Bounce, ...]


class Noted(StrEnum):
    """What became of a report."""

    ADDRESS = "address"
    LETTER = "letter"
    NOTHING = "nothing"


def read_report(content: bytes) -> Report | None:
    """Read a report; None where it is none, or is about no letter of ours.

    Args:
        content: The whole message as it came; only the first ``LONGEST`` octets are read.
    """
    try:
        message = message_from_bytes(content[:LONGEST])
        if message.get_content_type() != _REPORT or not message.is_multipart():
            return None
        parts = list(message.get_payload())
        letter = next(_letters(parts), None)
        bounces = tuple(_bounces(parts))[:_MOST_RECIPIENTS]
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return None  # made to be hard to read: not by a mail server
    return Report(letter, bounces) if letter is not None and bounces else None


def _bounces(parts: list[Message]) -> Iterator[Bounce]:
    """The recipients of the status part that the letter will never reach."""
    for part in parts:
        if part.get_content_type() != _STATUS or not part.is_multipart():
            continue
        for block in part.get_payload():
            action, code = _plain(block, "Action").lower(), _plain(block, "Status").split(" ")[0]
            if action == "failed" and _FAILED.fullmatch(code):
                for name in ("Original-Recipient", "Final-Recipient"):
                    address = _plain(block, name).partition(";")[2].strip().strip("<>")
                    if "@" in address:
                        yield Bounce(address, code)


def _letters(parts: list[Message]) -> Iterator[UUID]:
    """The letters of ours in what is returned."""
    for part in parts:
        if part.get_content_type() in _RETURNED:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            said = _plain(inner, "Message-ID") if inner is not None else _headers(part)
            yield from (UUID(found) for found in _OURS.findall(said)[:1])


def _headers(part: Message) -> str:
    text = part.get_payload(decode=True)
    return _plain(message_from_bytes(text), "Message-ID") if isinstance(text, bytes) else ""


def _plain(message: object, name: str) -> str:
    return str(message.get(name, "")).strip() if isinstance(message, Message) else ""


def note_report(report: Report, now: datetime) -> Noted:
    """Mark the address of a letter that did not arrive; its owner and the managers see it.

    Only the address that the letter went to, and only if it has not been confirmed anew since. A
    refusal of the letter itself leaves the address, and the next digest tells what it was about.
    A second report changes nothing.

    Args:
        report: Read by ``read_report``.
        now: The moment, aware.
    """
    with transaction.atomic():
        row = Utskick.objects.select_for_update().filter(pk=report.letter).first()
        if row is None or row.tillstand not in (Utskick.State.SENT, Utskick.State.UNCERTAIN):
            return Noted.NOTHING
        owner = Epostadress.objects.select_for_update().filter(user_id=row.user_id).first()
        to = "" if owner is None else owner.ny_adress if row.slag == CONFIRM else owner.adress
        bounce = next((one for one in report.bounces if to and _same(one.address, to)), None)
        if owner is None or bounce is None:
            return Noted.NOTHING
        bad = bounce.code.startswith(_OF_THE_ADDRESS)
        row.tillstand, row.kod = Utskick.State.FAILED, bounce.code
        row.tas_upp = not bad and row.slag != CONFIRM and bool(row.rader)
        row.save(update_fields=["tillstand", "kod", "tas_upp"])
        marked = bad and owner.sedan <= row.skapad
        if marked:
            _mark(owner, bounce.code, now, confirming=row.slag == CONFIRM)
    log.warning("letter_bounced", letter=str(row.pk), code=bounce.code)
    return Noted.ADDRESS if marked else Noted.LETTER


def note_address(address: str, now: datetime) -> int:
    """Mark an address that somebody knows takes no letters; return whose many it was.

    Args:
        address: As it was written, whatever the case of its letters.
        now: The moment, aware.
    """
    rows = Epostadress.objects.filter(adress__iexact=address, tillstand=Epostadress.State.GOOD)
    return rows.update(tillstand=Epostadress.State.BAD, kod="", sedan=now)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _mark(owner: Epostadress, code: str, now: datetime, *, confirming: bool) -> None:
    if confirming:
        owner.ny_ord, owner.kod = None, code
    elif owner.tillstand == Epostadress.State.GOOD:
        owner.tillstand, owner.kod, owner.sedan = Epostadress.State.BAD, code, now
    owner.save(update_fields=["ny_ord", "kod", "tillstand", "sedan"])
