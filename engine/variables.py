"""Process variables as JSON: plain where JSON is exact, tagged where FEEL has more types.

``$n`` number, ``$d`` date, ``$t`` date and time, ``$tm`` time, ``$m`` months, ``$s`` seconds;
``$w`` a date or time, as FEEL writes it, that Python's types do not hold (a year before 1 or after
9999, nanoseconds). A context key that begins with ``$`` gets one more. Binary floats, sets and
objects are refused, never guessed at: 0.1 is not one tenth.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.feel.temporal.reading import read_at_literal
from engine.feel.text import nested_text
from engine.feel.values import DaysTime, YearsMonths
from engine.feel.wide import (
    FineTime,
    WideDate,
    WideDateTime,
    clock_of,
    day_of,
    make_instant,
    plain_clock,
    with_zone,
)

Value = Any

LIMIT: Final = 32 * 1024
"""Bytes that the variables of one scope, or what one token holds, may take packed."""

_PLAIN: Final = frozenset({str, int, bool, type(None)})


class VariableError(ValueError):
    """A value that is no FEEL value; the message names its place, never its content."""

    code = "variable_type"


def pack(value: Value, place: str = "value") -> Any:
    """Return ``value`` as JSON data.

    Args:
        value: A FEEL value.
        place: Path of the value, for the error.

    Raises:
        VariableError: Not a FEEL value, or a range or function, which cannot be stored, or a zone
            that FEEL does not have.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {
            _escape(key, place): item if type(item) in _PLAIN else pack(item, f"{place}.{key}")
            for key, item in value.items()
        }
    if kind in (list, tuple):
        return [pack(item, place) for item in value]
    packer = _PACKERS.get(kind)
    if packer is not None:
        try:
            return packer(value)
        except VariableError as error:
            raise VariableError(f"{place}: {error}") from None
    if isinstance(value, Mapping):
        return pack(dict(value), place)
    raise VariableError(f"{place}: a {kind.__name__} cannot be a process variable")


def unpack(data: Any) -> Value:
    """Return the FEEL value that ``pack`` made ``data`` from."""
    if type(data) is dict:
        if len(data) in (1, 2):
            # jsonb sorts the keys, so the tag need not come first.
            tag = next((key for key in data if key in _UNPACKERS), None)
            if tag is not None:
                return _UNPACKERS[tag](data)
        return {
            _unescape(key): item if type(item) in _PLAIN else unpack(item)
            for key, item in data.items()
        }
    if type(data) is list:
        return [unpack(item) for item in data]
    return data


def packed_size(values: Mapping[str, Value]) -> int:
    """Return the bytes that ``values`` take."""
    return len(json.dumps(pack(dict(values)), ensure_ascii=False).encode())


def _escape(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise VariableError(f"{place}: the keys of a context are texts")
    return f"${key}" if key.startswith("$") else key


def _unescape(key: str) -> str:
    return key[1:] if key.startswith("$") else key


def _pack_datetime(value: datetime) -> dict[str, str]:
    packed = {"$t": value.replace(tzinfo=None).isoformat()}
    if value.tzinfo is not None:
        offset = value.utcoffset() or timedelta()
        if offset.microseconds:
            raise VariableError("an offset finer than a second cannot be stored")
        packed["z"] = f"{getattr(value.tzinfo, 'key', '')}|{int(offset.total_seconds())}"
    return packed


def _unpack_datetime(data: Mapping[str, str]) -> datetime:
    local = datetime.fromisoformat(data["$t"])
    if "z" not in data:
        return local
    key, _, seconds = data["z"].partition("|")
    return _with_zone(local, key, int(seconds))


def _with_zone(local: datetime, key: str, seconds: int) -> datetime:
    fixed = local.replace(tzinfo=timezone(timedelta(seconds=seconds)))
    if not key:
        return fixed
    zone = ZoneInfo(key)
    for fold in (0, 1):
        named = local.replace(tzinfo=zone, fold=fold)
        if named.utcoffset() == fixed.utcoffset():
            return named
    return fixed.astimezone(zone)


def _pack_time(value: time) -> dict[str, str]:
    packed = {"$tm": value.isoformat()}
    key = getattr(value.tzinfo, "key", None)
    if key:
        packed["z"] = f"{key}|1" if value.fold else key
    return packed


def _unpack_time(data: Mapping[str, str]) -> time:
    value = time.fromisoformat(data["$tm"])
    if "z" not in data:
        return value
    key, _, fold = data["z"].partition("|")
    return value.replace(tzinfo=ZoneInfo(key), fold=int(fold or 0))


def _pack_wide(value: WideDate | FineTime | WideDateTime) -> dict[str, Any]:
    packed: dict[str, Any] = {"$w": nested_text(value)}
    if _fold(value):
        packed["fold"] = 1
    if read_at_literal(packed["$w"]) is None:
        raise VariableError("a date or time with a zone that FEEL does not know cannot be stored")
    return packed


def _fold(value: WideDate | FineTime | WideDateTime) -> int:
    if isinstance(value, WideDate):
        return 0
    return plain_clock(value.clock if isinstance(value, WideDateTime) else value).fold


def _unpack_wide(data: Mapping[str, Any]) -> Value:
    value = read_at_literal(data["$w"])
    if value is None:
        raise ValueError("a stored date or time cannot be read")
    if "fold" not in data:
        return value
    if isinstance(value, FineTime):
        return with_zone(value, value.tzinfo, fold=1)
    return make_instant(day_of(value), with_zone(clock_of(value), value.tzinfo, fold=1))


_PACKERS: Final[dict[type, Callable[[Any], Any]]] = {
    Decimal: lambda value: {"$n": str(value)},
    datetime: _pack_datetime,
    date: lambda value: {"$d": value.isoformat()},
    time: _pack_time,
    YearsMonths: lambda value: {"$m": value.months},
    DaysTime: lambda value: {"$s": str(value.seconds)},
    WideDate: _pack_wide,
    FineTime: _pack_wide,
    WideDateTime: _pack_wide,
}
_UNPACKERS: Final[dict[str, Callable[[Any], Value]]] = {
    "$n": lambda data: Decimal(data["$n"]),
    "$t": _unpack_datetime,
    "$d": lambda data: date.fromisoformat(data["$d"]),
    "$tm": _unpack_time,
    "$m": lambda data: YearsMonths(data["$m"]),
    "$s": lambda data: DaysTime(Decimal(data["$s"])),
    "$w": _unpack_wide,
}
