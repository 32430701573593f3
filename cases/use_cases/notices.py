"""What a person decides about her notices: ways, hour, address, calendar."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from cases.actor import Actor, actor_for
from cases.context import access_context
from cases.models import Epostadress, Notisinstallning, Notisval, Utskick
from cases.notices.errors import NoticeRefusedError
from cases.notices.links import DIGEST, read_confirm_word, read_stop_word
from cases.notices.terms import Terms, terms_at
from cases.notices.writing import CONFIRM
from engine.notices import Way

CONFIRM_WITHIN = timedelta(hours=48)
AGAIN_AFTER = timedelta(minutes=1)
_SECRET_BYTES = 32


def save_choices(
    ways: Mapping[str, str], *, digest: bool, hour: int, actor: Actor, now: datetime
) -> None:
    """Keep how the actor wants to be told of each kind, and when the digest comes.

    Args:
        ways: Kind to way; kinds that are left out keep theirs.
        digest: Whether there is a letter of the day at all.
        hour: When it comes, in Stockholm.
        actor: Whose choice it is.
        now: The moment, aware.

    Raises:
        NoticeRefusedError: A way that the kind does not have, or an hour outside the edition's.
    """
    terms = _terms(now)
    for kind_id, way in ways.items():
        kind = terms.kinds.get(kind_id)
        if kind is None or way not in kind.ways:
            raise NoticeRefusedError("way")
    if hour not in terms.hours:
        raise NoticeRefusedError("hour")
    user = actor.user_id or 0
    with access_context(actor):
        for kind_id, way in ways.items():
            Notisval.objects.update_or_create(user_id=user, slag=kind_id, defaults={"satt": way})
        Notisinstallning.objects.update_or_create(
            user_id=user, defaults={"sammandrag": digest, "timme": hour}
        )


def ask_for_address(address: str, *, actor: Actor, now: datetime) -> None:
    """Have a letter sent to a new address; it is used when its owner has opened the link in it.

    Raises:
        NoticeRefusedError: No address, no e-mail here, or a letter was sent a moment ago.
    """
    said = address.strip()
    try:
        validate_email(said)
    except ValidationError:
        raise NoticeRefusedError("address") from None
    if not settings.KEDJA_MAIL:
        raise NoticeRefusedError("off")
    user = actor.user_id or 0
    with access_context(actor):
        Epostadress.objects.get_or_create(user_id=user, defaults={"sedan": now})
        row = Epostadress.objects.select_for_update().get(user_id=user)
        waits = bool(row.ny_adress and row.ny_ord)
        if waits and row.ny_sand and now - row.ny_sand < AGAIN_AFTER:
            raise NoticeRefusedError("many")
        row.ny_adress, row.ny_ord, row.ny_sand = said, uuid4(), now
        if row.tillstand != Epostadress.State.BAD:
            row.kod = ""
        row.save()
        letter = Utskick(user_id=user, slag=CONFIRM, nasta=now, skapad=now)
        Utskick.objects.bulk_create([letter], ignore_conflicts=True)


def confirm_new_address(word: str, *, actor: Actor, now: datetime) -> None:
    """Use the new address from now on: its owner has opened the link that went there.

    A second time changes nothing.

    Raises:
        NoticeRefusedError: Not the word of the actor's newest letter, or too old.
    """
    found = read_confirm_word(word)
    with access_context(actor):
        rows = Epostadress.objects.select_for_update().filter(user_id=actor.user_id or 0)
        row = rows.filter(ny_ord=found).first() if found else None
        if row is None or link_is_old(row, now):
            raise NoticeRefusedError("word")
        if row.ny_adress:
            row.adress, row.ny_adress = row.ny_adress, ""
            row.tillstand, row.sedan, row.kod = Epostadress.State.GOOD, now, ""
            row.save()


def link_is_old(row: Epostadress, now: datetime) -> bool:
    """Say whether the link of the letter to a new address is no longer good for anything."""
    return row.ny_sand is None or now - row.ny_sand > CONFIRM_WITHIN


def stop_letters(word: str) -> str | None:
    """End letters of one kind for whoever the word is of, without a log-in (RFC 8058).

    In Kedja everything stays as it was. A second time changes nothing.

    Returns:
        The kind that was ended, or None where the word is not one of ours.
    """
    read = read_stop_word(word)
    user = _owner("kedja_letter_owner(%s)", read[0]) if read else None
    if read is None or user is None:
        return None
    kind = read[1]
    with access_context(Actor(user_id=user, username="")):
        if kind == DIGEST:
            Notisinstallning.objects.update_or_create(user_id=user, defaults={"sammandrag": False})
        else:
            Notisval.objects.update_or_create(user_id=user, slag=kind, defaults={"satt": Way.KEDJA})
    return kind


def new_calendar(*, actor: Actor, now: datetime) -> str:
    """Make a calendar address; an earlier one ends. Return its secret word, which is not kept."""
    word = secrets.token_urlsafe(_SECRET_BYTES)
    made = {"kalender": hash_of(word), "kalender_skapad": now, "kalender_etag": ""}
    with access_context(actor):
        Notisinstallning.objects.update_or_create(user_id=actor.user_id or 0, defaults=made)
    return word


def end_calendar(*, actor: Actor) -> None:
    """Let the calendar's address lead nowhere. A second time changes nothing."""
    ended = {"kalender": None, "kalender_skapad": None, "kalender_etag": ""}
    with access_context(actor):
        Notisinstallning.objects.filter(user_id=actor.user_id or 0).update(**ended)


def calendar_owner(word: str, now: datetime) -> Actor | None:
    """Whose calendar an address is, with her roles of the day; None where it leads nowhere."""
    user_id = _owner("kedja_calendar_owner(%s)", hash_of(word))
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first() if user_id else None
    return actor_for(user, now) if user is not None else None


def hash_of(word: str) -> str:
    """What is kept of a calendar's secret word (256 random bits): SHA-256, hex."""
    return hashlib.sha256(word.encode()).hexdigest()


def _owner(call: str, value: UUID | str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}", [value])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _terms(now: datetime) -> Terms:
    terms = terms_at(now)
    if terms is None:
        raise NoticeRefusedError("way")
    return terms
