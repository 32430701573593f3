"""The small form with which a person writes in the journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from engine.bundle import Bundle
from records.note_kinds import PATH, NoteKind, note_kinds
from web.refusals import in_words

_LABELS = {
    "typ": gettext_lazy("Typ"),
    "text": gettext_lazy("Anteckning"),
    "kalla": gettext_lazy("Vem lämnade uppgiften?"),
    "handelsetid": gettext_lazy("När det hände"),
    "mal": pgettext_lazy("ett mål", "Mål"),
    "livsomrade": gettext_lazy("Livsområde"),
}


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What was written, and what is wrong with it: field name to sentence."""

    typ: str = ""
    text: str = ""
    kalla: str = ""
    handelsetid: str = ""
    mal: str = ""
    livsomrade: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, data: QueryDict) -> "NoteForm":
        """Read the form."""
        typ, text, kalla, moment, mal, area = (str(data.get(name, "")).strip() for name in _LABELS)
        return cls(typ, text, kalla, moment, mal, area)

    def answers(self) -> dict[str, Any]:
        """As ``records.notes`` takes them; what is empty is left out."""
        written: dict[str, Any] = {name: getattr(self, name) for name in _LABELS}
        written["handelsetid"] = _moment(self.handelsetid)
        return {name: value for name, value in written.items() if value}

    def refused(self, errors: Mapping[str, tuple[str, str]]) -> "NoteForm":
        """The same form with what is to be corrected."""
        return replace(
            self, errors={name: in_words(message) for name, (_code, message) in errors.items()}
        )

    def error_list(self) -> list[tuple[str, str, str]]:
        """For the summary: (id to jump to, label, message)."""
        known = [name for name in _LABELS if name in self.errors]
        return [(f"anteckning-{name}", str(_LABELS[name]), self.errors[name]) for name in known]


def _moment(text: str) -> datetime | str:
    """The day and hour as written, in Stockholm; what is no moment is for the record to refuse."""
    try:
        return datetime.fromisoformat(text) if "T" in text else text
    except ValueError:
        return text


def kinds_offered(bundle: Bundle | None, side: str) -> list[NoteKind]:
    """The kinds of notes that people of a side write here.

    A kind that needs a field this form lacks (R-126, R-127, R-140) is written by its own process.

    Args:
        bundle: The edition of the day.
        side: Whose journal it is: ``myndighet`` or ``utforare``.
    """
    if bundle is None or PATH not in bundle.files:
        return []
    return [kind for kind in note_kinds(bundle).values() if _fits(kind, side)]


def _fits(kind: NoteKind, side: str) -> bool:
    by_hand = not kind.automatisk and kind.written_by(side)
    return by_hand and _LABELS.keys() >= set(kind.kraver)
