"""What goes out: a letter with its headers, or nothing where there is nothing left to tell."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext

from cases.actor import Actor, actor_for
from cases.models import Epostadress, Notisinstallning, Sprakval, Utskick
from cases.notices import counting, letters, people
from cases.notices.links import DIGEST, confirm_address, links
from cases.notices.terms import Terms
from engine.notices import Way

CONFIRM: Final = "bekrafta"
"""What is written for a kind where the letter asks whether an address is right."""


def letter_of(row: Utskick, terms: Terms, now: datetime) -> EmailMessage | None:
    """The letter as it is true now; None where nothing is left to tell, or nobody to tell it to.

    It is in the language that its reader has chosen for the pages.

    Args:
        row: The letter that waits.
        terms: Of the edition of the day.
        now: The moment, aware.
    """
    chosen = Sprakval.objects.filter(user_id=row.user_id).first()
    with translation.override(chosen.sprak if chosen else Sprakval.Language.SWEDISH.value):
        return _letter(row, terms, now)


def _letter(row: Utskick, terms: Terms, now: datetime) -> EmailMessage | None:
    address = Epostadress.objects.filter(user_id=row.user_id, user__is_active=True).first()
    if address is None:
        return None
    if row.slag == CONFIRM:
        if address.ny_ord is None or not address.ny_adress:
            return None
        text = letters.confirmation(confirm_address(address.ny_ord))
        subject = gettext(letters.CONFIRM_SUBJECT)
        return _message(row, address.ny_adress, subject, text, now)
    if address.tillstand != Epostadress.State.GOOD:
        return None
    text = _text(row, address, terms, now)
    if not text:
        return None
    subject = letters.DIGEST_SUBJECT if row.slag == DIGEST else letters.SUBJECT
    message = _message(row, address.adress, gettext(subject), text, now)
    message.extra_headers["List-Unsubscribe"] = f"<{links(address.pk, row.slag).stop}>"
    message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _text(row: Utskick, address: Epostadress, terms: Terms, now: datetime) -> str:
    user = people.active_user(row.user_id)
    if user is None:
        return ""
    actor = actor_for(user, now)  # type: ignore[arg-type]  # of whatever model the settings name
    where = links(address.pk, row.slag)
    if row.slag == DIGEST:
        return _digest(row.user_id, actor, where, terms, now)
    kind = terms.kinds.get(row.slag)
    if kind is None:
        return ""
    if people.way_of(row.user_id, kind, people.chosen([row.user_id])) is not Way.DIRECT:
        return ""
    amount = counting.of_rows(row.rader, actor, now)
    return letters.news(amount, kind.namn, where) if amount else ""


def _digest(user_id: int, actor: Actor, where: letters.Links, terms: Terms, now: datetime) -> str:
    """The day; for who has ended the digest only what may not have arrived (RFC 8058)."""
    ended = Notisinstallning.objects.filter(user_id=user_id, sammandrag=False).exists()
    day = letters.Amount() if ended else counting.of_day(terms, actor, now)
    lost = counting.of_rows(_doubtful(user_id), actor, now)
    whole = replace(day, doubtful=lost.tasks + lost.reminders)
    return letters.digest(whole, where, ended=ended) if whole else ""


def _doubtful(user_id: int) -> Iterable[list[str]]:
    rows = Utskick.objects.filter(user_id=user_id, tas_upp=True)
    return [pair for told in rows.values_list("rader", flat=True) for pair in told]


def _message(row: Utskick, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    """A letter that no machine answers, and that is the same letter however often it is made."""
    host = urlsplit(settings.KEDJA_PUBLIC_URL).hostname or "kedja"
    headers = {
        "Message-ID": f"<{row.pk}@{host}>",
        "Date": format_datetime(localtime(now)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
