"""Time limits and decisions in plain Swedish: when, by which rule, from which source."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop

from cases.explained import Basis, bases, limit_of
from cases.models import Event, Instance
from engine.feel.decimals import number_text
from engine.feel.text import value_text
from engine.variables import unpack
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
    """A time limit: the sentence, and each source that it rests on."""

    sentence: str
    sources: tuple[Source, ...]


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
    due: datetime | None, rows: Iterable[Mapping[str, Any]], instance: Instance
) -> LimitShown | None:
    """Return the time limit of a task or timer in words; None where no table or person set it.

    Args:
        due: When.
        rows: Its column ``basis``.
        instance: Whose it is.
    """
    found = bases(rows, instance)
    return _shown(due, found) if due is not None and found else None


def limit_told(event: Event) -> LimitShown | None:
    """Return the time limit that a line of the history tells, in words."""
    limit = limit_of(event)
    return _shown(limit.due, limit.basis) if limit and limit.basis else None


def _shown(due: datetime, found: tuple[Basis, ...]) -> LimitShown:
    texts = list(dict.fromkeys(text for basis in found if (text := _text(basis))))
    because = f": {'; '.join(texts)}" if texts else ""
    sentence = gettext("Senast %(day)s%(because)s.") % {"day": day(due), "because": because}
    return LimitShown(sentence=sentence, sources=tuple(dict.fromkeys(_sources(found))))


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
    said = rule["annotations"].get("text") or rule["description"]
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
