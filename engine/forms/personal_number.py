"""Swedish personal identity numbers and coordination numbers.

Canonical form is twelve digits, ``YYYYMMDDNNNK``. Ten, eleven, twelve and thirteen characters are
read; ``+`` between day and number means that the person has turned 100.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.forms.errors import ValueRefusedError

_WRITTEN: Final = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})", re.ASCII)
_COORDINATION: Final = 60
"""Added to the day of birth in a coordination number; 60 alone means that the day is unknown."""
_CENTENARIAN: Final = 100


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A number that passed the check.

    ``born`` is None where a coordination number leaves month or day open.
    """

    digits: str
    born: date | None
    coordination: bool


def parse_personal_number(text: str, *, today: date) -> PersonalNumber:
    """Read a personal identity number or coordination number.

    Args:
        text: 10, 11, 12 or 13 characters, with or without ``-`` or ``+``.
        today: Decides the century of a number written with two digits for the year.

    Raises:
        ValueRefusedError: Not such a number, no such day, or a wrong check digit.

    Source:
        Folkbokföringslagen (1991:481) 18 §, lag (2022:1697) om samordningsnummer.
    """
    match = _WRITTEN.fullmatch(text.strip().replace(" ", ""))
    if match is None:
        raise ValueRefusedError(
            "personal_number_format", "Skriv personnumret med 12 siffror: ÅÅÅÅMMDDNNNN."
        )
    century, year, month, day, sign, tail = match.groups()
    if check_digit(year + month + day + tail[:3]) != tail[3]:
        raise ValueRefusedError(
            "personal_number_check_digit", "Personnumrets kontrollsiffra stämmer inte."
        )
    full_year = int(century + year) if century else _full_year(match, sign, today)
    born, coordination = _birth(full_year, int(month), int(day))
    if born is not None and born > today:
        raise ValueRefusedError("personal_number_date", "Personnumret ligger i framtiden.")
    return PersonalNumber(f"{full_year:04}{month}{day}{tail}", born, coordination)


def check_digit(nine: str) -> str:
    """The tenth digit after nine: Luhn, weights 2 and 1."""
    total = 0
    for position, digit in enumerate(nine):
        product = int(digit) * (2 - position % 2)
        total += product // 10 + product % 10
    return str(-total % 10)


def _full_year(match: re.Match[str], sign: str, today: date) -> int:
    year, month, day = int(match[2]), int(match[3]), int(match[4]) % _COORDINATION
    full = today.year - today.year % 100 + year
    if (full, month, day) > (today.year, today.month, today.day):
        full -= 100
    return full - _CENTENARIAN if sign == "+" else full


def _birth(year: int, month: int, day: int) -> tuple[date | None, bool]:
    coordination = day >= _COORDINATION
    if coordination:
        day -= _COORDINATION
        if month == 0 or day == 0:
            return None, True
    elif month == 0:
        # Published test numbers leave the month open without marking the day.
        return None, False
    try:
        return date(year, month, day), coordination
    except ValueError as error:
        raise ValueRefusedError("personal_number_date", "Datumet i personnumret finns inte.") from (
            error
        )
