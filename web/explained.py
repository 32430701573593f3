"""Time limits and decisions in plain Swedish: when, by which rule, from which source."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop

from cases.explained import Basis, bases, limit_of
from cases.models import Event, Instance
from engine.feel.decimals import number_text
from engine.feel.text import value_text
from engine.variables import unpack
from web.plain_rule import plain_rule
from web.words import day, yes_no

NORMS: Mapping[str, str] = {
    "LAG": gettext_noop("lag"),
    "FORESKRIFT": gettext_noop("föreskrift"),
    "ALLMANT_RAD": gettext_noop("allmänt råd"),
    "AVTAL": gettext_noop("avtal"),
    "RIKTLINJE": gettext_noop("riktlinje"),
    "LOKAL_RUTIN": gettext_noop("lokal rutin"),
}
MODALITIES: Mapping[str, str] = {"ska": gettext_noop("ska"), "bor": gettext_noop("bör")}
UNVERIFIED = "Ej juridiskt verifierad."
_COLUMN = re.compile(r"=\s*(?:\w+\.)*(\w+)\s*")
"""A due date that is a variable, or one of the values that a table gave together."""

Pairs = tuple[tuple[str, str], ...]


def norm_in_words(code: str) -> str:
    """Return what a level of norm is called; empty for none that is known."""
    return gettext(NORMS[code]) if code in NORMS else ""


def modality_in_words(code: str) -> str:
    """Return whether a rule is one that must or should be followed; empty for neither."""
    return gettext(MODALITIES[code]) if code in MODALITIES else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule comes from: its citations, level and modality, and the law as it was."""

    text: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitShown:
    """A time limit: the sentence of the rule that gives the day, and its sources.

    ``rest`` is what else the day rests on, to be folded: each rule with its sources.
    """

    sentence: str
    sources: tuple[Source, ...]
    rest: tuple[tuple[str, tuple[Source, ...]], ...] = ()

    @property
    def unverified(self) -> bool:
        """Whether something that is folded has not been read by a lawyer."""
        return any(not source.verified for _text, sources in self.rest for source in sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShown:
    """A table that was evaluated: what it saw, which rules held, what they gave."""

    name: str
    inputs: Pairs
    rules: tuple[tuple[str, Pairs], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a decision came out as it did."""

    sources: tuple[Source, ...]
    given: Pairs = ()
    tables: tuple[TableShown, ...] = ()
    edition: str = ""


def limit_shown(
    due: datetime | None,
    rows: Iterable[Mapping[str, Any]],
    instance: Instance,
    reads: str | None = "",
) -> LimitShown | None:
    """Return the time limit of a task or timer in words; None where no table or person set it.

    Args:
        due: When.
        rows: Its column ``basis``.
        instance: Whose it is.
        reads: What the due date is read from, as the diagram has it.
    """
    found = bases(rows, instance)
    return _shown(due, found, reads or "") if due is not None and found else None


def limit_told(event: Event) -> LimitShown | None:
    """Return the time limit that a line of the history tells, in words."""
    limit = limit_of(event)
    return _shown(limit.due, limit.basis, limit.reads) if limit and limit.basis else None


def _shown(due: datetime, found: tuple[Basis, ...], reads: str) -> LimitShown:
    """The rule that gave the day comes first among the basis: what it was given, after it."""
    counts = next((basis for basis in found if _text(basis)), found[0])
    text = _that_counts(counts, reads)
    because = f": {text}" if text else ""
    sentence = gettext("Senast %(day)s%(because)s.") % {"day": day(due), "because": because}
    return LimitShown(
        sentence=sentence,
        sources=tuple(dict.fromkeys(_sources([counts]))),
        rest=tuple(dict.fromkeys(_rest(found, counts, text))),
    )


def _rest(
    found: Iterable[Basis], counts: Basis, said: str
) -> Iterator[tuple[str, tuple[Source, ...]]]:
    for basis in found:
        text = _text(basis)
        if text and text != said:
            yield capfirst(text), () if basis is counts else tuple(_sources([basis]))


def _that_counts(basis: Basis, reads: str) -> str:
    """What the rule says of the very day that the limit is read from, else all that it says."""
    column = _COLUMN.fullmatch(reads)
    return dict(basis.texts).get(column[1], _text(basis)) if column else _text(basis)


def _text(basis: Basis) -> str:
    if basis.decision is None:
        return gettext("satt i steget ”%(step)s”") % {"step": basis.step or basis.element}
    return basis.text


def _sources(found: Iterable[Basis]) -> Iterator[Source]:
    for basis in found:
        parts = [citation.text for citation in basis.citations]
        parts += [norm_in_words(basis.normniva), modality_in_words(basis.modalitet)]
        text = ", ".join(part for part in parts if part)
        if basis.law_version:
            law = gettext("(enligt %(law)s)") % {"law": basis.law_version}
            text = f"{text} {law}" if text else ""
        if text:
            said = gettext("Källa: %(text)s.") % {"text": text}
            yield Source(text=said, verified=basis.verified is not False)


def decision_told(event: Event) -> tuple[str, Why] | None:
    """Return what a decision gave, in a few words, and why; None for another kind of line."""
    why = event.explanation
    if event.kind != "decision" or not why:
        return None
    found = bases([why["basis"]], event.instance)
    tables = tuple(_table(table) for table in why["tables"])
    seen = {seen["text"] for table in why["tables"] for seen in table["inputs"]}
    given = [(name, value) for name, value in why["given"].items() if name not in seen]
    return _summary(why), Why(
        sources=tuple(_sources(found)),
        given=tuple((name.replace("_", " "), _value(value)) for name, value in given),
        tables=tables,
        edition=why.get("edition", ""),
    )


def _summary(why: Mapping[str, Any]) -> str:
    """What the last table gave, by the labels of its columns; a list by how many rules held."""
    rules = [rule for table in why["tables"][-1:] for rule in table["rules"]]
    if len(rules) > 1:
        count = len(rules)
        return gettext("%(count)d rader i tabellen gällde") % {"count": count}
    pairs = [pair for rule in rules for pair in _outputs(rule)]
    if not pairs:
        return _value(why["result"])
    return ", ".join(f"{label[:1].lower()}{label[1:]} {value}" for label, value in pairs)


def _table(table: Mapping[str, Any]) -> TableShown:
    return TableShown(
        name=table["name"],
        inputs=tuple(
            (seen["label"] or seen["text"], _value(seen["value"])) for seen in table["inputs"]
        ),
        rules=tuple((_rule(rule), tuple(_outputs(rule))) for rule in table["rules"]),
    )


def _rule(rule: Mapping[str, Any]) -> str:
    said = rule["annotations"].get("text") or plain_rule(rule["description"])[0]
    row = gettext("Rad %(number)s") % {"number": rule["number"]}
    return f"{row}: {said}" if said else row


def _outputs(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for given in rule["outputs"]:
        yield given["label"] or given["name"], _value(given["value"])


def _value(packed: Any) -> str:
    return value_shown(unpack(packed))


def value_shown(value: Any) -> str:
    """Return a FEEL value as a reader of Swedish expects it."""
    match value:
        case None:
            return gettext("saknas")
        case bool():
            return yes_no(value).lower()
        case datetime() if value.tzinfo is not None:
            return date_format(localtime(value), "j F Y H:i")
        case date():
            return date_format(value, "j F Y H:i" if isinstance(value, datetime) else "j F Y")
        case Decimal():
            return number_text(value).replace(".", ",")
        case list():
            return ", ".join(value_shown(item) for item in value) or gettext("inget")
        case dict():
            return "; ".join(f"{key}: {value_shown(item)}" for key, item in value.items())
        case _:
            return value_text(value)
