"""What the pages about notices are put together of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, gettext_noop

from cases.notices.links import DIGEST
from cases.notices.terms import Terms
from cases.notices.writing import CONFIRM
from engine.notices import Kind, Way

CHOICES: Final[Mapping[Way, str]] = {
    Way.DIRECT: gettext_noop("E-post direkt"),
    Way.DIGEST: gettext_noop("I dagens sammandrag"),
    Way.KEDJA: gettext_noop("Bara i Kedja"),
    Way.SILENT: gettext_noop("Inte alls"),
}
_HOURS: Final = frozenset(str(hour) for hour in range(24))
NAMES: Final[Mapping[str, str]] = {
    DIGEST: gettext_noop("Dagens sammandrag"),
    CONFIRM: gettext_noop("Bekräfta din adress"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind in the form: the ways there are, and the one that is chosen."""

    kind: Kind
    field: str
    ways: tuple[tuple[str, str], ...]
    chosen: str


def rows_of(
    kinds: Iterable[Kind], chosen: Mapping[str, str], posted: Mapping[str, str], prefix: str
) -> list[Row]:
    """The form's rows.

    Args:
        kinds: Of the edition of the day.
        chosen: What the person has chosen, by kind.
        posted: What she has just sent and was refused, by field.
        prefix: What a field's name begins with.
    """
    found = []
    for kind in kinds:
        field = f"{prefix}{kind.id}"
        way = posted.get(field) or chosen.get(kind.id) or kind.forval
        ways = tuple((way.value, gettext(CHOICES[way])) for way in kind.ways)
        known = way if way in kind.ways else kind.forval
        found.append(Row(kind=kind, field=field, ways=ways, chosen=known))
    return found


def hour_of(text: str) -> int:
    """The hour that was chosen; -1 where it is none."""
    return int(text) if text in _HOURS else -1


def kind_name(kind_id: str, terms: Terms | None) -> str:
    """What people read for a kind, or for the digest."""
    if kind_id in NAMES:
        return gettext(NAMES[kind_id])
    kind = terms.kinds.get(kind_id) if terms else None
    return kind.namn if kind else gettext("Notiser")
