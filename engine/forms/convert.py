"""One written value to one typed value, by the kind of its field.

Accepts what a browser posts (text) and what JSON carries. Messages are Swedish, tell what to do
and never repeat the value.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

import re2

from engine.forms.errors import ValueRefusedError
from engine.forms.model import Field, FieldKind
from engine.forms.personal_number import parse_personal_number

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
MAX_TEXT: Final = 100_000
_MAX_DIGITS: Final = 30
_YEARS: Final = range(1850, 2201)
_EMAIL: Final = re2.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re2.compile(r"\+?[0-9][0-9 ()-]{4,19}")
_TRUE: Final = frozenset({"true", "on", "ja", "1"})
_FALSE: Final = frozenset({"false", "off", "nej", "0"})


def convert(field: Field, written: Any, *, now: datetime) -> Any:
    """Turn a written value into the field's type; None when nothing was written.

    Raises:
        ValueRefusedError: The value is not of the field's kind.
    """
    if isinstance(written, str):
        written = unicodedata.normalize("NFC", written).strip()
    if written is None or written == "":
        return None
    if field.kind == "personnummer":
        today = now.astimezone(STOCKHOLM).date()
        return parse_personal_number(_text(field, written), today=today).digits
    return _CONVERTERS[field.kind](field, written)


def _text(_field: Field, written: Any) -> str:
    if not isinstance(written, str):
        raise ValueRefusedError("not_text", "Skriv text.")
    if len(written) > MAX_TEXT:
        raise ValueRefusedError("too_long", f"Texten är för lång (högst {MAX_TEXT} tecken).")
    # Text pasted from a word processor breaks its lines in other ways.
    lines = written.replace("\r\n", "\n").translate(_BREAKS)
    # Control and direction characters can make a text read as something else than it is.
    return "".join(char for char in lines if char in "\n\t" or _printable(char))


_BREAKS: Final = {ord(char): "\n" for char in "\r\v\f\u0085\u2028\u2029"}


def _printable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs"} and char not in _DIRECTION


_DIRECTION: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def _line(field: Field, written: Any) -> str:
    text = _text(field, written)
    if "\n" in text:
        raise ValueRefusedError("not_one_line", "Skriv på en rad.")
    if field.limits.format == "email" and not _EMAIL.fullmatch(text):
        raise ValueRefusedError(
            "not_an_email", "Skriv en e-postadress, till exempel namn@exempel.se."
        )
    if field.limits.format == "phone" and not _PHONE.fullmatch(text):
        raise ValueRefusedError("not_a_phone_number", "Skriv ett telefonnummer med siffror.")
    return text


def _number(field: Field, written: Any) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float | Decimal | str):
        raise ValueRefusedError("not_a_number", "Skriv ett tal.")
    text = re.sub(r"[\s\u00a0\u202f]", "", str(written)).replace(",", ".").replace("\u2212", "-")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueRefusedError("not_a_number", "Skriv ett tal med siffror.") from error
    if not number.is_finite() or len(number.as_tuple().digits) > _MAX_DIGITS:
        raise ValueRefusedError("not_a_number", "Skriv ett tal med siffror.")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MAX_DIGITS:
        raise ValueRefusedError("not_a_number", "Skriv ett tal med siffror.")
    decimals = field.limits.decimals
    if decimals is not None and -exponent > decimals:
        raise ValueRefusedError("too_many_decimals", _decimals_message(decimals))
    return number


def _decimals_message(decimals: int) -> str:
    return "Skriv ett heltal." if decimals == 0 else f"Skriv högst {decimals} decimaler."


def _date(_field: Field, written: Any) -> date:
    if isinstance(written, datetime) or not isinstance(written, date | str):
        raise ValueRefusedError("not_a_date", "Ange datum som ÅÅÅÅ-MM-DD.")
    if isinstance(written, date):
        return _in_living_memory(written)
    try:
        found = datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ValueRefusedError("not_a_date", "Ange datum som ÅÅÅÅ-MM-DD.") from error
    return _in_living_memory(found)


def _in_living_memory(found: date) -> date:
    """Refuse a half-written year: 0002 is a slip, and year 1 cannot be read back from storage."""
    if found.year not in _YEARS:
        raise ValueRefusedError("year_out_of_range", "Skriv året med fyra siffror, 1850–2200.")
    return found


def _time(_field: Field, written: Any) -> time:
    if isinstance(written, time):
        return written
    try:
        found = time.fromisoformat(written)
    except (ValueError, TypeError) as error:
        raise ValueRefusedError("not_a_time", "Ange klockslag som TT:MM.") from error
    return found.replace(microsecond=0)


def _datetime(_field: Field, written: Any) -> datetime:
    message = "Ange datum och klockslag som ÅÅÅÅ-MM-DD TT:MM."
    if isinstance(written, str):
        try:
            written = datetime.fromisoformat(written)
        except ValueError as error:
            raise ValueRefusedError("not_a_date_time", message) from error
    if not isinstance(written, datetime):
        raise ValueRefusedError("not_a_date_time", message)
    _in_living_memory(written.date())
    if written.tzinfo is not None:
        return written
    local = written.replace(tzinfo=STOCKHOLM)
    if local.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) != written:
        raise ValueRefusedError("no_such_time", "Klockslaget finns inte: tiden ställdes fram då.")
    return local


def _checkbox(_field: Field, written: Any) -> bool:
    if isinstance(written, bool):
        return written
    if isinstance(written, str) and written.lower() in _TRUE | _FALSE:
        return written.lower() in _TRUE
    raise ValueRefusedError("not_yes_or_no", "Svara ja eller nej.")


def _choice(field: Field, written: Any) -> str:
    """A number chooses the option that is written so: JSON and FEEL count where people read."""
    if isinstance(written, int | Decimal) and not isinstance(written, bool):
        return str(written)
    return _text(field, written)


def _choices(field: Field, written: Any) -> list[str]:
    if isinstance(written, str):
        written = [written]
    if not isinstance(written, list | tuple):
        raise ValueRefusedError("not_a_list", "Välj bland alternativen.")
    chosen = [_text(field, entry) for entry in written if entry not in (None, "")]
    if len(set(chosen)) != len(chosen):
        raise ValueRefusedError("chosen_twice", "Samma alternativ är valt två gånger.")
    return chosen


_CONVERTERS: Final[Mapping[FieldKind, Callable[[Field, Any], Any]]] = {
    "textfield": _line,
    "textarea": _text,
    "number": _number,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "checkbox": _checkbox,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "taglist": _choices,
}
