"""Text that a font cannot show, or that would deceive the eye, made visible."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

_LINES: Final = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_DECEIVING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNSHOWN: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_KEPT: Final = frozenset("\n\t")


def readable(text: str, also: frozenset[str] = frozenset()) -> str:
    r"""The text with each character that cannot be printed written as ``[U+202E]``.

    Line ends become ``\\n``. Control and private characters cannot stand in a PDF/A; those that
    turn the direction of reading could make a paper say something else than it holds.

    Args:
        text: As a person wrote it.
        also: Further characters, which the fonts do not have.
    """
    plain = unicodedata.normalize("NFC", _LINES.sub("\n", text))
    return "".join(_named(char) if _hidden(char, also) else char for char in plain)


def readable_all(value: Any, also: frozenset[str] = frozenset()) -> Any:
    """The same lists and mappings with every text readable."""
    if isinstance(value, str):
        return readable(value, also)
    if isinstance(value, Mapping):
        return {key: readable_all(item, also) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [readable_all(item, also) for item in value]
    return value


def _hidden(char: str, also: frozenset[str]) -> bool:
    if char in also or char in _DECEIVING:
        return True
    return char not in _KEPT and unicodedata.category(char) in _UNSHOWN


def _named(char: str) -> str:
    return f"[U+{ord(char):04X}]"
