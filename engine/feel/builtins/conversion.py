"""Functions that make one kind of value into another, and ``not`` and ``is``."""

import re
from decimal import Decimal

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.comparing import equal
from engine.feel.decimals import CONTEXT
from engine.feel.functions import NoResultError
from engine.feel.temporal.calendar import nanos_between, time_nanos_between
from engine.feel.text import value_text
from engine.feel.values import Value, kind_of
from engine.feel.wide import CLOCKS, INSTANTS

TABLE = Table()
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")


@TABLE.add(
    "number",
    "from: string, grouping separator?: string, decimal separator?: string",
    "from: number",
)
def _number(_: Run, text: Value, grouping: str | None = None, point: str | None = None) -> Decimal:
    if isinstance(text, Decimal):
        return text
    if grouping not in {None, " ", ",", "."} or point not in {None, ".", ","}:
        raise NoResultError("there is no such separator")
    if grouping is not None and grouping == point:
        raise NoResultError("the separators are the same")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    if not _NUMBER.fullmatch(plain) or (point == "," and "." in text and grouping != "."):
        raise NoResultError("the text is no number")
    return CONTEXT.create_decimal(plain)


@TABLE.add("string", "from: any")
def _string(run: Run, value: Value) -> str | None:
    if value is None:
        return None
    return value_text(value, run.grow)


@TABLE.add("not", "negand: any")
def _not(_: Run, negand: Value) -> bool | None:
    if negand is None:
        return None
    if not isinstance(negand, bool):
        raise NoResultError("what is negated is not true or false")
    return not negand


@TABLE.add("is", "value1: any, value2: any", "value1: any", "value2: any")
def _is(_: Run, first: Value, second: Value = None) -> bool:
    if kind_of(first) != kind_of(second):
        return False
    if isinstance(first, INSTANTS):
        return first.tzinfo == second.tzinfo and nanos_between(first, second) == 0
    if isinstance(first, CLOCKS):
        return first.tzinfo == second.tzinfo and time_nanos_between(first, second) == 0
    return equal(first, second) is True
