"""Personnummer: canonical form, birth, masking. Pure functions, no number is ever logged.

Source: domain.md §5.1 (Skatteverket's form; samordningsnummer day + 60, officially published
test numbers may have month 00 and day 60: date unknown, not refused).
"""

from collections.abc import Iterator
from datetime import date

from engine.forms import ValueRefusedError, parse_personal_number

MASK = "****"
SAMORDNING_OFFSET = 60
DIGITS = "0123456789"
CENTURIES = ("18", "19", "20")


class PersonnummerInvalidError(ValueError):
    """The number has the wrong shape or check digit. The message never holds the number."""

    code = "personnummer_invalid"


def canonical(text: str, *, today: date) -> str:
    """Twelve digits ``YYYYMMDDNNNK`` out of 10, 11, 12 or 13 characters.

    Args:
        text: As written by a person; ``-`` or ``+`` (100 years or more)
            may stand before the last four.
        today: Decides the century of a number without one.

    Raises:
        PersonnummerInvalidError: Wrong shape or wrong check digit.
    """
    try:
        return parse_personal_number(text, today=today).digits
    except ValueRefusedError as refused:
        raise PersonnummerInvalidError(refused.message) from None


def lookalikes(personnummer: str) -> frozenset[str]:
    """The numbers that are easily taken for this one (W2): never the number itself.

    One digit is another, two that stand side by side have changed places, or the century is
    another. The check digit counts for nothing: it follows from the rest, so that two valid numbers
    never differ in one digit alone.
    """
    found = {f"{stem}{digit}" for stem in _mistaken(personnummer[:-1]) for digit in DIGITS}
    return frozenset(found - {personnummer})


def _mistaken(stem: str) -> Iterator[str]:
    for century in CENTURIES:
        yield century + stem[2:]
    for place, digit in enumerate(stem):
        for other in DIGITS:
            yield stem[:place] + other + stem[place + 1 :]
        yield stem[:place] + stem[place + 1 : place + 2] + digit + stem[place + 2 :]


def mask(personnummer: str | None) -> str:
    """``YYYYMMDD-****``; the default wherever a number is shown."""
    return f"{personnummer[:8]}-{MASK}" if personnummer else "personnummer saknas"


def birth_date(personnummer: str | None) -> date | None:
    """Date of birth, or None when the number does not tell (month 00, day 60, no number)."""
    day = birth_day(personnummer)
    if personnummer is None or day is None:
        return None
    try:
        return date(int(personnummer[:4]), int(personnummer[4:6]), day)
    except ValueError:
        return None


def birth_day(personnummer: str | None) -> int | None:
    """Day of the month of birth; a samordningsnummer's day minus 60. None when unknown."""
    if personnummer is None:
        return None
    day = int(personnummer[6:8])
    day = day - SAMORDNING_OFFSET if day >= SAMORDNING_OFFSET else day
    return day or None


def age_on(born: date, day: date) -> int:
    """Full years on a day; who is born on 29 February turns older on 1 March in a short year."""
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had_birthday else 1)
