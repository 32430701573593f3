"""What a table says, for people who work by it: without the ids of requirements.

The ids are for whoever changes the diagrams: they are taken out of the sentence and given apart.
What stays is Swedish, as all that the edition says.
"""

import re
from typing import Final

from engine.explain import UNVERIFIED

OWN_RULE: Final = "Kommunens egen regel"
_ID: Final = r"(?:[RKLP]-\d+[a-z]?|W-?\d+|Q\d+|[Dd]omain \d+(?:\.\d+)*)"
_IDS: Final = rf"{_ID}(?:\s*(?:,|…|och|till)\s*{_ID})*"
_IN_BRACKETS: Final = re.compile(rf"\s*\({_IDS}\)")
_FIRST: Final = re.compile(rf"(?:^|(?<=[.;:]\s)){_IDS}\s*[:.,]?\s*(\w?)")
_OPENING: Final = re.compile(rf"\({_IDS}\s*[:,]\s*")
_ANYWHERE: Final = re.compile(rf",?\s*{_IDS}")
_ONE: Final = re.compile(_ID)
_MARK: Final = re.compile(rf"{UNVERIFIED.pattern}\.?\s*", re.IGNORECASE)
"""What a page shows as a tag of its own."""
_OWN: Final = (
    (re.compile(r"\(LOKAL\)"), f"({OWN_RULE[0].lower()}{OWN_RULE[1:]})"),
    (re.compile(r"\bLOKAL delegationsordning"), "Kommunens egen delegationsordning"),
    (re.compile(r"\bLOKAL\b"), OWN_RULE),
)
_BRACKETED: Final = re.compile(r"^\(([^)]*)\)")
_DANGLING: Final = re.compile(r"([.:;])\s*[:,;]\s*(\w?)")


def plain_rule(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a rule in plain words, and the ids of requirements that stood in it.

    Args:
        text: A description or annotation of a table, with or without ids.
    """
    ids = tuple(dict.fromkeys(_ONE.findall(text)))
    words = _IN_BRACKETS.sub("", _MARK.sub("", text))
    words = _OPENING.sub("(", words)
    words = _FIRST.sub(lambda found: found[1].upper(), words)
    words = _ANYWHERE.sub("", words)
    for pattern, own in _OWN:
        words = pattern.sub(own, words)
    words = _DANGLING.sub(_joined, words)
    words = _BRACKETED.sub(r"\1", " ".join(words.split()).lstrip(".,:; ").rstrip(" :;,"))
    return words[:1].upper() + words[1:], ids


def _joined(found: re.Match[str]) -> str:
    """What stood on both sides of something that was taken out."""
    return f"{found[1]} {found[2].upper() if found[1] == '.' else found[2]}"
