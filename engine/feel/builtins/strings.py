"""Functions on texts. Regular expressions run in linear time (RE2)."""

import re
from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.decimals import whole
from engine.feel.functions import NoResultError
from engine.feel.patterns import compiled_pattern
from engine.feel.values import Value

TABLE = Table()


def _new_text(run: Run, text: str) -> str:
    run.grow(len(text) >> 3)
    return text


@TABLE.add("substring", "string: string, start position: number, length?: number")
def _substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str:
    first = whole(start)
    count = len(string) if length is None else int(min(length, Decimal(len(string))))
    if not first or abs(first) > len(string):
        raise NoResultError("there is no such position")
    if count < 1:
        raise NoResultError("the length is not positive")
    begin = first - 1 if first > 0 else len(string) + first
    return _new_text(run, string[begin : begin + count])


@TABLE.add("string length", "string: string")
def _string_length(_: Run, string: str) -> Decimal:
    return Decimal(len(string))


@TABLE.add("upper case", "string: string")
def _upper_case(run: Run, string: str) -> str:
    return _new_text(run, string.upper())


@TABLE.add("lower case", "string: string")
def _lower_case(run: Run, string: str) -> str:
    return _new_text(run, string.lower())


@TABLE.add("substring before", "string: string, match: string")
def _substring_before(run: Run, string: str, match: str) -> str:
    head, found, _ = string.partition(match) if match else ("", "", "")
    return _new_text(run, head if found else "")


@TABLE.add("substring after", "string: string, match: string")
def _substring_after(run: Run, string: str, match: str) -> str:
    tail = string.partition(match)[2] if match else string
    return _new_text(run, tail)


@TABLE.add("contains", "string: string, match: string")
def _contains(run: Run, string: str, match: str) -> bool:
    run.tick(1 + (len(string) >> 6))
    return match in string


@TABLE.add("starts with", "string: string, match: string")
def _starts_with(_: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@TABLE.add("ends with", "string: string, match: string")
def _ends_with(_: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@TABLE.add("string join", "list: list, delimiter?: string")
def _string_join(run: Run, items: list[Value], delimiter: str | None = "") -> str:
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        raise NoResultError("an item is no text")
    glue = delimiter or ""
    run.grow((sum(map(len, texts)) + len(glue) * len(texts)) >> 3)
    return glue.join(texts)


@TABLE.add("matches", "input: string, pattern: string, flags?: string")
def _matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    run.tick(1 + (len(text) >> 4))
    return compiled_pattern(pattern, flags).search(text) is not None


@TABLE.add("replace", "input: string, pattern: string, replacement: string, flags?: string")
def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    compiled = compiled_pattern(pattern, flags)
    literal = "q" in (flags or "")
    if not literal and compiled.search("") is not None:
        raise NoResultError("the pattern matches the empty text")
    pieces: list[str] = []
    end = 0
    for match in compiled.finditer(text):
        filled = replacement if literal else _filled(replacement, match, compiled.groups)
        pieces += (text[end : match.start()], filled)
        end = match.end()
        run.grow(1 + (len(filled) >> 3))
    return _new_text(run, "".join(pieces) + text[end:])


@TABLE.add("split", "string: string, delimiter: string")
def _split(run: Run, text: str, delimiter: str) -> list[Value]:
    pieces: list[Value] = []
    end = 0
    for match in compiled_pattern(delimiter, None).finditer(text):
        if match.start() == match.end():
            continue
        pieces.append(text[end : match.start()])
        end = match.end()
        run.grow(1)
    return [*pieces, _new_text(run, text[end:])]


_REFERENCE = re.compile(r"\\(.?)|\$(\d*)")


def _filled(replacement: str, match: Any, groups: int) -> str:
    """Return ``replacement`` with ``$1`` filled in as XPath does it."""

    def fill(found: re.Match[str]) -> str:
        if found.group(1) is not None:
            if found.group(1) not in {"\\", "$"}:
                raise NoResultError("a backslash in the replacement stands alone")
            return found.group(1)
        digits = found.group(2)
        if not digits:
            raise NoResultError("a $ in the replacement has no number")
        used = digits
        while len(used) > 1 and int(used) > groups:
            used = used[:-1]
        value = match.group(int(used)) if int(used) <= groups else ""
        return (value or "") + digits[len(used) :]

    return _REFERENCE.sub(fill, replacement)
