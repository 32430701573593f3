"""The grammar of things that stand alone: literals, names, lists, contexts, loops, functions."""

from engine.feel.cursor import Cursor
from engine.feel.decimals import CONTEXT
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import number_value, string_value
from engine.feel.names import name_tokens
from engine.feel.syntax import (
    Comparison,
    ContextOf,
    For,
    FunctionOf,
    If,
    Interval,
    Iterator,
    ListOf,
    Literal,
    Name,
    Node,
    Quantified,
    TypeExpression,
)
from engine.feel.temporal.reading import read_at_literal

MAX_BRANCHES = 100
"""How many ``else if`` may follow each other."""

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_CONSTANTS = {"true": True, "false": False, "null": None}
_AFTER_INTERVAL = (
    "and", "or", "then", "else", "return", "satisfies", "in", "instance", "between"
)  # fmt: skip
_CLOSES = (",", ")", "]", "}", ":", ".")


class Primaries(Cursor):
    """Reads primary expressions. ``expression`` and ``sum`` come from the operators' grammar."""

    def expression(self) -> Node:
        """Read a whole expression."""
        raise NotImplementedError

    def endpoint(self) -> Node:
        """Read an expression that binds tighter than a comparison."""
        raise NotImplementedError

    def primary(self) -> Node:
        """Read one primary expression.

        Raises:
            FeelSyntaxError: None stands here.
        """
        token = self.token
        if token.kind == "number":
            self.advance()
            return Literal(token.position, CONTEXT.plus(number_value(token)))
        if token.kind == "string":
            self.advance()
            return Literal(token.position, string_value(token))
        if token.kind == "name":
            return self._word()
        return self._bracketed()

    def _word(self) -> Node:
        token = self.token
        found = self.known.longest(self.tokens, self.index)
        if found is None or found[1] == 1:
            if token.text in _CONSTANTS:
                self.advance()
                return Literal(token.position, _CONSTANTS[token.text])
            form = {"if": self._if, "for": self._for, "function": self._function}.get(token.text)
            if form is not None:
                return form()
            if token.text in {"some", "every"}:
                return self._quantified()
        return Name(token.position, self.reference())

    def _bracketed(self) -> Node:
        token = self.token
        if self.accept("("):
            return self._parenthesis(token.position)
        if self.accept("["):
            return self._list(token.position)
        if self.accept("]"):
            return self._interval(token.position, self.endpoint(), low_closed=False)
        if self.accept("{"):
            return self._context(token.position)
        if self.accept("@"):
            return self._at(token.position)
        raise self.error("Expected a value")

    def _at(self, position: int) -> Node:
        if self.token.kind != "string":
            raise self.error('Expected a text after @, as in @"2026-08-31"')
        value = read_at_literal(string_value(self.advance()))
        if value is None:
            raise FeelSyntaxError("This is no date, time or duration.", position)
        return Literal(position, value)

    def _parenthesis(self, position: int) -> Node:
        if self.token.is_op(*COMPARISONS):
            operator = self.advance().text
            operand = self.endpoint()
            self.expect(")")
            return Comparison(position, operator, operand)
        inner = self.expression()
        if self.token.is_op(".."):
            return self._interval(position, inner, low_closed=False)
        self.expect(")")
        return inner

    def _list(self, position: int) -> Node:
        items: list[Node] = []
        for _ in self.separated("]"):
            items.append(self.list_item())
            if len(items) == 1 and self.token.is_op(".."):
                return self._interval(position, items[0], low_closed=True)
        return ListOf(position, tuple(items))

    def list_item(self) -> Node:
        """Read an expression or a comparison without left side."""
        if self.token.is_op(*COMPARISONS):
            token = self.advance()
            return Comparison(token.position, token.text, self.endpoint())
        return self.expression()

    def _interval(self, position: int, low: Node, *, low_closed: bool) -> Node:
        self.expect("..")
        outer, self.ending = self.ending, True
        high = self.endpoint()
        self.ending = outer
        end = self.expect("]", ")", "[")
        return Interval(position, low, high, low_closed, end.text == "]")

    def closes_interval(self) -> bool:
        """Tell whether the ``[`` that stands here ends an interval (``[1..10[``).

        A declared name that begins with a keyword (``and more``) begins a filter.
        """
        after = self.peek()
        named = self.known.longest(self.tokens, self.index + 1)
        if not self.ending or (named and named[1] > 1):
            return False
        return (
            after.kind == "end"
            or after.is_op(*_CLOSES, *COMPARISONS)
            or after.is_word(*_AFTER_INTERVAL)
        )

    def _context(self, position: int) -> Node:
        entries: list[tuple[str, Node]] = []
        bound: dict[str, None] = {}
        try:
            for _ in self.separated("}"):
                key = self._key()
                if key in bound:
                    raise self.error(f"The key {key} stands twice in a context")
                self.expect(":")
                entries.append((key, self.expression()))
                self.known.add(key)
                bound[key] = None
        finally:
            for key in bound:
                self.known.discard(key)
        self._remember(list(bound))
        return ContextOf(position, tuple(entries))

    def _remember(self, keys: list[str]) -> None:
        """Keep the keys that are no single word: paths and filters may read them further on."""
        for key in keys:
            if len(name_tokens(key)) > 1 and key not in self.entries:
                self.entries.add(key)

    def _key(self) -> str:
        if self.token.kind == "string":
            return string_value(self.advance())
        name = self.name_until(":")
        if name is None:
            raise self.error("Expected the key of a context")
        return name

    def _if(self) -> Node:
        branches: list[tuple[int, Node, Node]] = []
        while self.token.is_word("if"):
            position = self.advance().position
            condition = self.expression()
            self.expect_word("then")
            branches.append((position, condition, self.expression()))
            self.expect_word("else")
            if len(branches) > MAX_BRANCHES:
                raise FeelSyntaxError(
                    f"More than {MAX_BRANCHES} branches. Use a table.", position, "feel_too_deep"
                )
        node = self.expression()
        for position, condition, yes in reversed(branches):
            node = If(position, condition, yes, node)
        return node

    def _iterators(self) -> tuple[Iterator, ...]:
        iterators: list[Iterator] = []
        while True:
            name = self.new_name()
            self.expect_word("in")
            domain = self.expression()
            end = self.expression() if self.accept("..") else None
            iterators.append(Iterator(name, domain, end))
            self.known.add(name)
            if not self.accept(","):
                return tuple(iterators)

    def _for(self) -> Node:
        position = self.advance().position
        iterators = self._iterators()
        self.expect_word("return")
        with self.binding(["partial"]):
            body = self.expression()
        self._unbind(iterators)
        return For(position, iterators, body)

    def _quantified(self) -> Node:
        token = self.advance()
        iterators = self._iterators()
        self.expect_word("satisfies")
        condition = self.expression()
        self._unbind(iterators)
        return Quantified(token.position, token.text, iterators, condition)

    def _unbind(self, iterators: tuple[Iterator, ...]) -> None:
        for iterator in iterators:
            self.known.discard(iterator.name)

    def _function(self) -> Node:
        position = self.advance().position
        self.expect("(")
        parameters: list[tuple[str, TypeExpression | None]] = []
        for _ in self.separated(")"):
            name = self.name_until(",", ")", ":")
            if name is None or name in dict(parameters):
                raise self.error("Expected the name of one more parameter")
            parameters.append((name, self.type_expression() if self.accept(":") else None))
        if self.token.is_word("external"):
            raise FeelSyntaxError(
                "External functions are not allowed.", self.token.position, "feel_external"
            )
        with self.binding([name for name, _ in parameters]):
            return FunctionOf(position, tuple(parameters), self.expression())
