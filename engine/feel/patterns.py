"""XPath's regular expressions (as ``matches``, ``replace`` and ``split`` take them) for RE2.

RE2 runs in linear time whatever the pattern. What it does not have (back-references) is refused.
"""

from typing import Any

import re2

from engine.feel.functions import NoResultError

_PATTERN_LIMIT = 1000
_PLAIN_ESCAPES = frozenset("nrt\\|.?*+(){}$-[]^")
_CLASSES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
    "s": r" \t\n\r",
    "i": r"\p{L}\p{Nl}_:",
    "c": r"\p{L}\p{M}\p{Nd}\p{Nl}_:.\-\x{B7}",
}
_NEGATED = {"S": _CLASSES["s"], "I": _CLASSES["i"], "C": _CLASSES["c"]}
_BLOCKS = {
    "IsBasicLatin": r"\x{0}-\x{7F}",
    "IsLatin-1Supplement": r"\x{80}-\x{FF}",
    "IsLatinExtended-A": r"\x{100}-\x{17F}",
    "IsLatinExtended-B": r"\x{180}-\x{24F}",
    "IsGreek": r"\x{370}-\x{3FF}",
    "IsCyrillic": r"\x{400}-\x{4FF}",
}
_INSIDE_ESCAPES = {"n": 10, "r": 13, "t": 9}
_LAST = 0x10FFFF
_Ranges = list[tuple[int, int]]


def compiled_pattern(pattern: str, flags: str | None) -> Any:
    """Return a compiled pattern.

    Args:
        pattern: As XPath writes it.
        flags: Some of ``s``, ``m``, ``i``, ``x``, ``q``.

    Raises:
        NoResultError: The pattern or a flag is wrong, or RE2 has no such thing.
    """
    wanted = flags or ""
    if set(wanted) - set("smixq"):
        raise NoResultError("there is no such flag")
    if len(pattern) > _PATTERN_LIMIT:
        raise NoResultError("the pattern is too long")
    body = re2.escape(pattern) if "q" in wanted else _Translation(pattern, wanted).text()
    inline = "".join(sorted(set(wanted) & set("smi")))
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{inline}){body}" if inline else body, options)
    except re2.error:
        raise NoResultError("the pattern is no regular expression that FEEL can use") from None


class _Translation:
    """Translates one pattern, character by character."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._pattern = _without_space(pattern) if "x" in flags else pattern
        self._dot = "." if "s" in flags else r"[^\n\r]"
        self._index = 0

    def text(self) -> str:
        """Return the whole pattern for RE2."""
        pieces: list[str] = []
        while self._index < len(self._pattern):
            char = self._next()
            if char == "\\":
                pieces.append(self._escape())
            elif char == "[":
                pieces.append(self._class())
            elif char == "(":
                pieces.append(self._group())
            else:
                pieces.append(self._dot if char == "." else char)
        return "".join(pieces)

    def _next(self) -> str:
        if self._index >= len(self._pattern):
            raise NoResultError("the pattern ends too early")
        self._index += 1
        return self._pattern[self._index - 1]

    def _peek(self, length: int = 1) -> str:
        return self._pattern[self._index : self._index + length]

    def _group(self) -> str:
        if self._peek() == "?" and self._peek(2) != "?:":
            raise NoResultError("FEEL's patterns have no such group")
        return "("

    def _escape(self) -> str:
        char = self._next()
        if char in _PLAIN_ESCAPES:
            return "\\" + char
        if char in "pP":
            block = self._property(char)
            return block if block.startswith("\\") and "-" not in block else f"[{block}]"
        if char in _CLASSES:
            return f"[{_CLASSES[char]}]"
        if char in _NEGATED:
            return f"[^{_NEGATED[char]}]"
        raise NoResultError("the pattern has an escape that FEEL cannot use")

    def _property(self, letter: str) -> str:
        if self._next() != "{":
            raise NoResultError("a category has no name")
        end = self._pattern.find("}", self._index)
        name = self._pattern[self._index : end]
        if end < 0:
            raise NoResultError("a category has no end")
        self._index = end + 1
        if name.startswith("Is"):
            if name not in _BLOCKS:
                raise NoResultError("the block of characters is unknown")
            return _BLOCKS[name] if letter == "p" else f"^{_BLOCKS[name]}"
        return f"\\{letter}{{{name}}}"

    # --- classes ---

    def _class(self) -> str:
        """Translate ``[...]``; with ``-[...]`` the second class is taken from the first."""
        plain, simple, ranges = self._members()
        if self._peek(2) != "-[":
            if self._next() != "]":
                raise NoResultError("a class has no end")
            return plain
        self._index += 2
        _, taken_simple, taken = self._members()
        if not simple or not taken_simple or self._next() != "]" or self._next() != "]":
            raise NoResultError("such a class cannot be taken from another")
        return _written(_minus(ranges, taken))

    def _members(self) -> tuple[str, bool, _Ranges]:
        """Read up to ``]`` or ``-[``: the RE2 text, whether it is only characters, the ranges."""
        negated = self._peek() == "^"
        self._index += negated
        pieces: list[str] = []
        ranges: _Ranges = []
        simple = True
        while self._peek() != "]" or not pieces:
            if self._peek(2) == "-[" and pieces:
                break
            piece, span = self._member()
            pieces.append(piece)
            simple = simple and span is not None
            ranges += [span] if span is not None else []
        text = f"[{'^' if negated else ''}{''.join(pieces)}]"
        return text, simple, _complement(ranges) if negated else ranges

    def _member(self) -> tuple[str, tuple[int, int] | None]:
        first, shorthand = self._one()
        if first is None:
            return shorthand, None
        if self._peek() == "-" and self._peek(2) not in {"-]", "-["}:
            self._index += 1
            last, _ = self._one()
            if last is None or last < first:
                raise NoResultError("a range of characters is wrong")
            return f"{_char(first)}-{_char(last)}", (first, last)
        return _char(first), (first, first)

    def _one(self) -> tuple[int | None, str]:
        """Read one character, or a shorthand for several."""
        char = self._next()
        if char == "[":
            raise NoResultError("a class stands inside a class")
        if char != "\\":
            return ord(char), ""
        char = self._next()
        if char in "pP":
            block = self._property(char)
            if block.startswith("^"):
                raise NoResultError("such a class cannot be used")
            return None, block
        if char in _CLASSES:
            return None, _CLASSES[char]
        if char in _INSIDE_ESCAPES:
            return _INSIDE_ESCAPES[char], ""
        if char in _PLAIN_ESCAPES:
            return ord(char), ""
        raise NoResultError("the pattern has an escape that FEEL cannot use")


def _char(code: int) -> str:
    return f"\\x{{{code:X}}}"


def _written(ranges: _Ranges) -> str:
    if not ranges:
        return r"[^\x{0}-\x{10FFFF}]"
    return "[" + "".join(f"{_char(low)}-{_char(high)}" for low, high in ranges) + "]"


def _complement(ranges: _Ranges) -> _Ranges:
    return _minus([(0, _LAST)], ranges)


def _minus(ranges: _Ranges, taken: _Ranges) -> _Ranges:
    result = ranges
    for low, high in taken:
        parts: _Ranges = []
        for start, end in result:
            parts += [(start, min(end, low - 1)), (max(start, high + 1), end)]
        result = [(start, end) for start, end in parts if start <= end]
    return result


def _without_space(pattern: str) -> str:
    """Drop white space outside of classes (the flag ``x``)."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for char in pattern:
        if not escaped and char in "[]":
            depth = max(0, depth + (1 if char == "[" else -1))
        escaped = char == "\\" and not escaped
        if depth or not char.isspace():
            kept.append(char)
    return "".join(kept)
