"""A place in a row of tokens: looking ahead, names, types, nesting."""

from collections.abc import Iterator as Generator
from collections.abc import Sequence
from contextlib import contextmanager
from operator import itemgetter

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Token
from engine.feel.names import KnownNames, shared_names
from engine.feel.syntax import TypeExpression

MAX_NESTING = 40
"""How deep expressions may stand inside each other; parsing one level takes many frames."""

MAX_NAME = 200
"""Characters in one name."""

_STOP_WORDS = frozenset(
    {
        "and",
        "or",
        "in",
        "between",
        "then",
        "else",
        "return",
        "satisfies",
        "instance",
        "for",
        "if",
        "some",
        "every",
        "function",
        "external",
    }
)
TYPE_NAMES = (
    "Any", "Null", "number", "string", "boolean", "date", "time", "date and time",
    "days and time duration", "years and months duration", "duration", "list", "range", "context",
    "function",
)  # fmt: skip
_SHAPES = frozenset({"list", "range", "context", "function"})


class Cursor:
    """Reads tokens one by one; the grammar is built on it.

    Args:
        tokens: As the lexer gave them.
        known: Names that may hold spaces and signs.
        types: Names of types beside FEEL's own.
    """

    def __init__(self, tokens: list[Token], known: KnownNames, types: Sequence[str] = ()) -> None:
        self.tokens = tokens
        self.index = 0
        self.known = known
        self.types = shared_names((*TYPE_NAMES, *types))
        self.entries = KnownNames()
        self.ending = False
        """Whether the second end of an interval is read: ``[`` may close it."""
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token that is read next."""
        return self.tokens[self.index]

    def peek(self, ahead: int = 1) -> Token:
        """Return the token ``ahead`` of the next one (the end token when past it)."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Read one token."""
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Read one of these operators, if it stands here."""
        if self.token.is_op(*texts):
            self.index += 1
            return True
        return False

    def accept_word(self, text: str) -> bool:
        """Read this keyword, if it stands here."""
        if self.token.is_word(text):
            self.index += 1
            return True
        return False

    def expect(self, *texts: str) -> Token:
        """Read one of these operators.

        Raises:
            FeelSyntaxError: Something else stands here.
        """
        if not self.token.is_op(*texts):
            raise self.error(f"Expected {' or '.join(texts)}")
        return self.advance()

    def expect_word(self, text: str) -> None:
        """Read this keyword.

        Raises:
            FeelSyntaxError: Something else stands here.
        """
        if not self.accept_word(text):
            raise self.error(f"Expected {text}")

    def error(self, message: str) -> FeelSyntaxError:
        """Return an error for the next token."""
        token = self.token
        if token.is_op("'"):
            return FeelSyntaxError(
                "Texts stand in double quotes in FEEL, not single ones.", token.position
            )
        found = "the end" if token.kind == "end" else f"{token.text[:40]}"
        return FeelSyntaxError(f"{message}, found {found}.", token.position)

    @contextmanager
    def nested(self) -> Generator[None]:
        """Go one level deeper.

        Raises:
            FeelSyntaxError: Too deep.
        """
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise FeelSyntaxError(
                f"The expression is nested deeper than {MAX_NESTING}. Split it.",
                self.token.position,
                "feel_too_deep",
            )
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def binding(self, names: Sequence[str]) -> Generator[None]:
        """Know ``names`` for a while (a loop variable in its body, say)."""
        for name in names:
            self.known.add(name)
        try:
            yield
        finally:
            for name in names:
                self.known.discard(name)

    def separated(self, end: str) -> Generator[None]:
        """Stop at every item of a list with commas, then read ``end``.

        Raises:
            FeelSyntaxError: Neither a comma nor ``end`` follows an item.
        """
        if self.accept(end):
            return
        yield
        while self.accept(","):
            yield
        self.expect(end)

    # --- names ---

    def entry(self) -> str:
        """Read the name of an entry: one that a context of this text has, else as a reference."""
        return self._longest(self.known, self.entries) or self._words()

    def reference(self) -> str:
        """Read a name that is used: the longest known one, else the words that stand here."""
        return self._longest(self.known) or self.new_name()

    def _longest(self, *places: KnownNames) -> str | None:
        """Read the longest name of ``places`` that stands here, unless one more word follows."""
        found = [place.longest(self.tokens, self.index) for place in places]
        name, length = max((one for one in found if one), key=itemgetter(1), default=("", 0))
        if not length or self._word_at(self.index + length):
            return None
        self.index += length
        return name

    def new_name(self) -> str:
        """Read a name that is made here, or that nobody declared: words up to a sign or keyword.

        Raises:
            FeelSyntaxError: No name stands here, or one of Python's own (``__class__``).
        """
        if self.token.text in _STOP_WORDS:
            raise self.error("Expected a name")
        return self._words()

    def _words(self) -> str:
        start = self.index
        if self.token.kind != "name":
            raise self.error("Expected a name")
        self.index += 1
        while self._word_at(self.index):
            self.index += 1
        name = " ".join(token.text for token in self.tokens[start : self.index])
        if len(name) > MAX_NAME:
            raise FeelSyntaxError("The name is too long.", self.tokens[start].position)
        if "__" in name:
            raise FeelSyntaxError(
                f"{name} looks like Python. Only FEEL can be used here.",
                self.tokens[start].position,
                "feel_not_feel",
            )
        return name

    def name_until(self, *ends: str) -> str | None:
        """Read a name with any signs up to one of the operators ``ends``, or nothing."""
        stop = self.index
        while self.tokens[stop].kind in {"name", "number"} or self.tokens[stop].is_op(
            "-", "+", "*", "/", ".", "'"
        ):
            stop += 1
        if stop == self.index or not self.tokens[stop].is_op(*ends):
            return None
        first, last = self.tokens[self.index], self.tokens[stop - 1]
        if first.kind != "name":
            return None
        name = _joined(self.tokens[self.index : stop])
        self.index = stop
        if name.startswith("__") or last.text.endswith("__"):
            raise FeelSyntaxError(f"{name} looks like Python.", first.position, "feel_not_feel")
        return name

    def _word_at(self, index: int) -> bool:
        token = self.tokens[index]
        if token.kind == "name":
            return token.text not in _STOP_WORDS
        return token.kind == "number" and token.text.isdigit()

    # --- types ---

    def type_expression(self) -> TypeExpression:
        """Read a type.

        Raises:
            FeelSyntaxError: No type stands here.
        """
        with self.nested():
            found = self.types.longest(self.tokens, self.index)
            if found is None:
                return TypeExpression(self._qualified())
            self.index += found[1]
            name = found[0]
            if name in _SHAPES and self.token.is_op("<"):
                return self._shape(name)
            return TypeExpression(name)

    def _qualified(self) -> str:
        parts = [self.new_name()]
        while self.accept("."):
            parts.append(self.new_name())
        return ".".join(parts)

    def _shape(self, name: str) -> TypeExpression:
        self.expect("<")
        arguments: list[TypeExpression] = []
        keys: list[str] = []
        for _ in self.separated(">"):
            if name == "context":
                keys.append(self.name_until(":") or self.new_name())
                self.expect(":")
            arguments.append(self.type_expression())
        result = None
        if name == "function":
            self.expect("->")
            result = self.type_expression()
        return TypeExpression(name, tuple(arguments), tuple(keys), result)


def _joined(tokens: Sequence[Token]) -> str:
    """Return the tokens as one name: words apart by one space, signs as written."""
    text = ""
    end = tokens[0].position
    for token in tokens:
        gap = " " if text and token.position > end else ""
        text += gap + token.text
        end = token.position + len(token.text)
    return text
