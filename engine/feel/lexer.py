"""Text to tokens."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from engine.feel.errors import FeelSyntaxError

MAX_TEXT = 50_000
"""Characters in one expression."""

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_SPACE = "\\s\\u00a0\\u180e\\u200b\\ufeff"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+|//[^\n]*|/\*.*?\*/)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>[{_START}][{_START}0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
    |(?P<op>\.\.|\*\*|<=|>=|!=|->|==|&&|\|\||[-+*/()\[\]{{}},:.<>=@'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {
    "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f",
    "\\": "\\", '"': '"', "'": "'", "/": "/",
}  # fmt: skip
_MENDS = {
    "==": "Use = in FEEL, not ==.",
    "&&": "Use and in FEEL, not &&.",
    "||": "Use or in FEEL, not ||.",
    "!": "Use not(...) in FEEL, not !.",
    "%": "Use modulo(a, b) in FEEL, not %.",
    "\u201c": 'Texts stand in straight quotes ("), not curly ones.',
    "\u201d": 'Texts stand in straight quotes ("), not curly ones.',
    "\u2212": "Use the hyphen (-) as minus sign.",
    "\u2013": "Use the hyphen (-) as minus sign.",
    '"': "A text is not closed: its last quote is missing.",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of FEEL: ``kind`` is number, string, name, op or end."""

    kind: str
    text: str
    position: int

    def is_op(self, *texts: str) -> bool:
        """Tell whether this is one of these operators."""
        return self.kind == "op" and self.text in texts

    def is_word(self, *texts: str) -> bool:
        """Tell whether this is one of these (key)words."""
        return self.kind == "name" and self.text in texts


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text``, ending with one of kind ``end``.

    Raises:
        FeelSyntaxError: A character or text literal that FEEL does not have, or too long a text.
    """
    if len(text) > MAX_TEXT:
        raise FeelSyntaxError(f"An expression has at most {MAX_TEXT} characters.")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.group() in _MENDS:
            raise _unknown(text, position)
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, match.group(), position))
        position = match.end()
    tokens.append(Token("end", "", position))
    return tokens


def _unknown(text: str, position: int) -> FeelSyntaxError:
    for length in (2, 1):
        mend = _MENDS.get(text[position : position + length])
        if mend is not None:
            return FeelSyntaxError(mend, position, "feel_not_feel")
    shown = text[position].encode("unicode_escape").decode("ascii")
    return FeelSyntaxError(f"The character {shown} has no meaning in FEEL here.", position)


def string_value(token: Token) -> str:
    """Return the text that a string token stands for.

    Raises:
        FeelSyntaxError: An escape that FEEL does not have, or half a surrogate pair.
    """
    body = token.text[1:-1]
    if "\\" not in body:
        return body

    def unescape(match: re.Match[str]) -> str:
        code = match.group(1)
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            if number > 0x10FFFF:
                raise FeelSyntaxError("No such character in Unicode.", token.position)
            return chr(number)
        if code in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[code]
        return "\\" + code

    joined = _ESCAPE.sub(unescape, body)
    try:
        return joined.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelSyntaxError("Half a surrogate pair is no character.", token.position) from None


def number_value(token: Token) -> Decimal:
    """Return the number of a number token, unrounded.

    Raises:
        FeelSyntaxError: The number is outside of FEEL's range (34 digits, exponent 6144).
    """
    try:
        value = Decimal(token.text)
    except InvalidOperation:  # an exponent beyond 18 digits
        value = None
    if value is None or (not value.is_zero() and not -6144 <= value.adjusted() <= 6144):
        raise FeelSyntaxError("The number is too large or too small for FEEL.", token.position)
    return value
