"""Find identity numbers in free text that must hold none.

A match is refused with or without a right check digit where the number is written in one piece:
a slip of the pen still points at somebody. Numbers written apart need a right check digit, or
every period of two dates would be refused.

Source:
    SoL 14:5 (data that can reveal identity), domain.md §5.1 (how numbers are written).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from engine.forms.personal_number import check_digit

_DAY: Final = r"(?:0[0-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]|6[0-9]|[78][0-9]|9[01])"
"""Month (00: not known) and day; the day of a coordination number is 60 higher, or 60."""
_IN_ONE_PIECE: Final = re.compile(
    rf"(?<![0-9])(?:1[89]|20)?[0-9]{{2}}{_DAY}[-+ ]?[0-9]{{4}}(?![0-9])"
)
_TEMPORARY: Final = re.compile(
    # Day of birth and four signs with a letter first (T123, TF01, K01X).
    rf"(?<![0-9])(?:1[89]|20)?[0-9]{{2}}{_DAY}[-+]?[A-Z](?=[A-Z0-9]{{0,2}}[0-9])[A-Z0-9]{{3}}(?![A-Z0-9])"
    # A region's twelve digits after 99.
    r"|(?<![0-9])99(?:1[89]|20)[0-9]{2}[-+ ]?[0-9]{6}(?![0-9])",
    re.IGNORECASE,
)
_APART: Final = re.compile(r"[0-9]+(?:[ \-./+]{1,3}[0-9]+)+")
_GROUP: Final = re.compile(r"[0-9]+")
_SHAPE: Final = re.compile(rf"(?:1[89]|20)?[0-9]{{2}}{_DAY}[0-9]{{4}}")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
_SHORT, _LONG = 10, 12
_TAIL, _PAIR = 4, 2
_DATE: Final = [4, 2, 2]


def holds_identity_number(text: str) -> bool:
    """Whether a text seems to hold a personnummer, samordningsnummer or reservnummer."""
    plain = _plain(text)
    return bool(
        _IN_ONE_PIECE.search(plain)
        or _TEMPORARY.search(plain)
        or any(map(_is_number, _runs(plain)))
    )


def _plain(text: str) -> str:
    """Digits as 0-9 and dashes as "-", without signs that take no room."""
    normal = unicodedata.normalize("NFKC", text).translate(_DASHES)
    shown = (char for char in normal if unicodedata.category(char) != "Cf")
    return "".join(str(unicodedata.digit(char, char)) if char.isdigit() else char for char in shown)


def _runs(plain: str) -> Iterator[str]:
    """Ten or twelve digits written apart, from every group of digits onwards."""
    for run in _APART.finditer(plain):
        groups = _GROUP.findall(run[0])
        for start in range(len(groups)):
            yield from _joined(groups[start:])


def _joined(groups: list[str]) -> Iterator[str]:
    digits = ""
    for index, group in enumerate(groups):
        digits += group
        if len(digits) > _LONG:
            return
        if len(digits) in {_SHORT, _LONG} and _ends(groups, index):
            yield digits


def _ends(groups: list[str], index: int) -> bool:
    """Whether a number may end here: on its four last digits, or on pairs, not on a date's year."""
    lengths = [len(group) for group in groups]
    if lengths[index : index + 3] == _DATE:
        return False
    return lengths[index] >= _TAIL or max(lengths[: index + 1]) <= _PAIR


def _is_number(digits: str) -> bool:
    return bool(_SHAPE.fullmatch(digits)) and check_digit(digits[-10:-1]) == digits[-1]
