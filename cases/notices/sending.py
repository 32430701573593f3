"""Letters that wait are sent, each at most once.

SMTP has no transaction with our database. So the connection is opened first; then a letter is
claimed (``FOR UPDATE SKIP LOCKED``), its text is counted, and that it is being handed over is
committed; then it goes out; then what became of it is noted. Killed before the commit: it waits
as before. Killed after it: nobody can know, so it is not sent again, and what it was about comes
in the next digest. Refused for now: it waits longer. Refused for good: the address is bad.
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, transaction
from django.db.models import Case, DurationField, Q, Value, When
from django.db.models.functions import Now

from cases.models import Epostadress, Utskick
from cases.notices.links import DIGEST
from cases.notices.terms import Terms, terms_at
from cases.notices.writing import CONFIRM, letter_of

log = structlog.get_logger(__name__)

LIMIT = 50
"""Letters in one round, so that other chores get their turn."""
WAITS_MINUTES = (1, 5, 15, 60, 180)
GIVE_UP = timedelta(days=3)
UNKNOWN_AFTER = timedelta(minutes=10)  # real time: far longer than a conversation may take
_PERMANENT = 500
_TAKEN = "250"
_CLOSING = "421"  # RFC 5321 §3.8: the server ends the conversation, as after so many letters
_S = Utskick.State
_IF_ABOUT_SOMETHING = Case(When(~Q(slag=CONFIRM) & ~Q(rader=[]), then=True), default=False)
"""For ``tas_upp``: a letter that names nothing (an address, a digest) leaves nothing to tell."""


class Fate(StrEnum):
    """What became of a letter that was handed over."""

    SENT = "sent"
    LATER = "later"
    BAD_ADDRESS = "bad_address"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A letter that is ours to hand over, and that the log says we are about to."""

    id: UUID
    user: int
    kind: str
    tries: int
    made: datetime
    message: EmailMessage


def send_due(now: datetime, *, limit: int = LIMIT) -> int:
    """Send what waits; return how many letters went out.

    Any number of processes may do it at once. Without an answering server everything waits.
    """
    _give_up_on_unknown(now)
    terms = terms_at(now)
    if terms is None or not settings.KEDJA_MAIL or not _due(now).exists():
        return 0
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _postpone(now, type(error).__name__)
        return 0
    sent = 0
    try:
        for _turn in range(limit):
            claimed = _claim(terms, now)
            if claimed is None:
                break
            fate, code = _hand_over(claimed.message, connection)
            _note(claimed, fate, code, now)
            sent += fate is Fate.SENT
            if fate is Fate.UNKNOWN or code == _CLOSING:
                break  # the conversation is over; the next round begins another
    finally:
        _hang_up(connection)
    return sent


def _due(now: datetime) -> Any:
    return Utskick.objects.filter(tillstand=_S.WAITING, nasta__lte=now)


def _claim(terms: Terms, now: datetime) -> _Claimed | None:
    """Take the letter that has waited longest, and commit that it is about to be handed over."""
    while True:
        with transaction.atomic():
            rows = _due(now).select_for_update(skip_locked=True).order_by("nasta", "skapad")
            row = rows.first()
            if row is None:
                return None
            message = letter_of(row, terms, now)
            row.tillstand = _S.SENDING if message else _S.NOTHING
            row.begard = Now() if message else None
            row.klar = None if message else now
            row.forsok += 1
            row.save(update_fields=["tillstand", "begard", "klar", "forsok"])
            if message is not None:
                return _Claimed(row.pk, row.user_id, row.slag, row.forsok, row.skapad, message)


def _hand_over(message: EmailMessage, connection: Any) -> tuple[Fate, str]:
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code = next((code for code, _said in error.recipients.values()), 0)
        return (Fate.BAD_ADDRESS if code >= _PERMANENT else Fate.LATER), str(code)
    except smtplib.SMTPSenderRefused as error:
        return Fate.LATER, str(error.smtp_code)  # our own set-up is wrong: not the receiver's fault
    except smtplib.SMTPResponseException as error:
        refused = error.smtp_code >= _PERMANENT
        return (Fate.REFUSED if refused else Fate.LATER), str(error.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return Fate.UNKNOWN, type(error).__name__
    return Fate.SENT, _TAKEN


def _note(claimed: _Claimed, fate: Fate, code: str, now: datetime) -> None:
    """Say what became of it; one that seemed lost meanwhile has its true end after all."""
    if fate is not Fate.SENT:
        log.warning("letter_not_sent", letter=str(claimed.id), fate=fate.value, code=code)
    if fate is Fate.LATER and now - claimed.made < GIVE_UP:
        _wait_again(claimed, code, now)
        return
    state = {Fate.SENT: _S.SENT, Fate.UNKNOWN: _S.UNCERTAIN}.get(fate, _S.FAILED)
    with transaction.atomic():
        lost = state != _S.SENT and fate is not Fate.BAD_ADDRESS
        again = _IF_ABOUT_SOMETHING if lost else False
        _mine(claimed).update(tillstand=state, kod=code, klar=now, tas_upp=again)
        if fate is Fate.SENT and claimed.kind == DIGEST:
            told = Utskick.objects.filter(user_id=claimed.user, tas_upp=True)
            told.filter(klar__lte=now).update(tas_upp=False)
        if fate is Fate.BAD_ADDRESS:
            _mark_bad(claimed, code, now)


def _mine(claimed: _Claimed) -> Any:
    return Utskick.objects.filter(pk=claimed.id, tillstand__in=[_S.SENDING, _S.UNCERTAIN])


def _wait_again(claimed: _Claimed, code: str, now: datetime) -> None:
    """Let it wait longer each time; another letter of the kind that waits already takes over."""
    wait = timedelta(minutes=WAITS_MINUTES[min(claimed.tries, len(WAITS_MINUTES)) - 1])
    try:
        with transaction.atomic():
            _mine(claimed).update(tillstand=_S.WAITING, kod=code, nasta=now + wait, begard=None)
    except IntegrityError:
        _merge(claimed, code, now, wait)


def _merge(claimed: _Claimed, code: str, now: datetime, wait: timedelta) -> None:
    with transaction.atomic():
        other = (
            Utskick.objects.select_for_update()
            .filter(user_id=claimed.user, slag=claimed.kind, tillstand=_S.WAITING, dag=None)
            .first()
        )
        mine = _mine(claimed).first()
        if mine is None:
            return
        if other is not None:
            other.rader = [*other.rader, *mine.rader]
            other.nasta = max(other.nasta, now + wait)
            other.save(update_fields=["rader", "nasta"])
        # Another process may have sent the other one this very moment: then the digest tells.
        state = _S.NOTHING if other is not None else _S.FAILED
        again = _IF_ABOUT_SOMETHING if other is None else False
        _mine(claimed).update(tillstand=state, kod=code, klar=now, tas_upp=again)


def _mark_bad(claimed: _Claimed, code: str, now: datetime) -> None:
    """Stop writing to an address that is refused for good; its owner and the managers see it."""
    (to,) = claimed.message.to
    rows = Epostadress.objects.filter(user_id=claimed.user)
    if claimed.kind == CONFIRM:
        rows.filter(ny_adress=to).update(ny_ord=None, kod=code)
    else:
        bad = Epostadress.State.BAD
        rows.filter(adress=to).update(tillstand=bad, kod=code, sedan=now)


def _give_up_on_unknown(now: datetime) -> None:
    """Close what somebody began to hand over long ago and never told the end of."""
    long_ago = Now() - Value(UNKNOWN_AFTER, output_field=DurationField())
    rows = Utskick.objects.filter(tillstand=_S.SENDING, begard__lt=long_ago)
    rows.update(tillstand=_S.UNCERTAIN, tas_upp=_IF_ABOUT_SOMETHING, klar=now)


def _postpone(now: datetime, code: str) -> None:
    """Let everything that is due wait: the server does not answer."""
    log.warning("mail_server_down", error=code)
    wait = timedelta(minutes=WAITS_MINUTES[0])
    late = _due(now).filter(skapad__lt=now - GIVE_UP)
    late.update(tillstand=_S.FAILED, kod=code[:40], klar=now, tas_upp=_IF_ABOUT_SOMETHING)
    _due(now).update(nasta=now + wait, kod=code[:40])


def _hang_up(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        log.info("mail_server_hung_up", error=type(error).__name__)


def tidy(now: datetime) -> int:
    """Remove from the log what was sent or dropped long ago; return how many."""
    terms = terms_at(now)
    if terms is None:
        return 0
    ended = Utskick.objects.exclude(tillstand__in=[_S.WAITING, _S.SENDING])
    return int(ended.filter(skapad__lt=now - terms.keep).delete()[0])
