"""The addresses that letters lead to, and the signed words in them."""

from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing

from cases.notices.letters import Links

START: Final = "/"
SETTINGS: Final = "/notiser/"
STOP: Final = "/notiser/av/"
CONFIRM: Final = "/notiser/bekrafta/"
DIGEST: Final = "sammandrag"
"""What is written for a kind where it is the digest that is meant."""
_STOP_SALT: Final = "kedja.notis.av"
_CONFIRM_SALT: Final = "kedja.notis.bekrafta"


def links(address_id: UUID, kind: str) -> Links:
    """Where a letter leads.

    Args:
        address_id: The row that the letter goes by.
        kind: Id of what it tells of, or ``DIGEST``.
    """
    return Links(
        start=absolute(START),
        settings=absolute(SETTINGS),
        stop=absolute(f"{STOP}{stop_word(address_id, kind)}/"),
    )


def absolute(path: str) -> str:
    """A path of the pages as a whole address."""
    return f"{settings.KEDJA_PUBLIC_URL}{path}"


def stop_word(address_id: UUID, kind: str) -> str:
    """The word that ends letters of one kind to one address, and nothing else."""
    return _sign(f"{address_id.hex}.{kind}", _STOP_SALT)


def read_stop_word(word: str) -> tuple[UUID, str] | None:
    """Address row and kind of a word, or None where it is not one of ours."""
    text = _read(word, _STOP_SALT)
    if text is None:
        return None
    found, _dot, kind = text.partition(".")
    return UUID(found), kind


def confirm_address(word: UUID) -> str:
    """The whole address of the page that confirms a new address."""
    return absolute(f"{CONFIRM}{_sign(word.hex, _CONFIRM_SALT)}/")


def read_confirm_word(word: str) -> UUID | None:
    """The word of a new address, or None where it is not one of ours."""
    text = _read(word, _CONFIRM_SALT)
    return None if text is None else UUID(text)


def _sign(text: str, salt: str) -> str:
    return quote(signing.Signer(salt=salt, sep="~").sign(text), safe="~")


def _read(word: str, salt: str) -> str | None:
    try:
        return signing.Signer(salt=salt, sep="~").unsign(word)
    except signing.BadSignature:
        return None
