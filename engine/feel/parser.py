"""The grammar of operators: a Pratt parser, one method per precedence."""

from collections.abc import Callable, Collection, Sequence

from engine.feel.cursor import MAX_NESTING
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Token, tokenize
from engine.feel.names import KnownNames, shared_names
from engine.feel.primaries import COMPARISONS, Primaries
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Compare,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Logic,
    Negate,
    Node,
    Path,
    UnaryTestsOf,
)


class Parser(Primaries):
    """Reads expressions and unary tests."""

    def expression(self) -> Node:
        """Read a whole expression."""
        outer, self.ending = self.ending, False
        with self.nested():
            node = self._logic("or", lambda: self._logic("and", self._comparison))
        self.ending = outer
        return node

    def _logic(self, word: str, item: Callable[[], Node]) -> Node:
        items = [item()]
        while self.accept_word(word):
            items.append(item())
        return items[0] if len(items) == 1 else Logic(items[0].position, word, tuple(items))

    def _comparison(self) -> Node:
        left = self.endpoint()
        for _ in range(MAX_NESTING):
            token = self.token
            if token.is_op(*COMPARISONS):
                self.advance()
                left = Compare(token.position, token.text, left, self.endpoint())
            elif self.accept_word("between"):
                low = self.endpoint()
                self.expect_word("and")
                left = Between(token.position, left, low, self.endpoint())
            elif self.accept_word("in"):
                left = In(token.position, left, self._in_tests())
            else:
                return left
        raise FeelSyntaxError("Too many comparisons in a row.", left.position, "feel_too_deep")

    def endpoint(self) -> Node:
        """Read an expression that binds tighter than a comparison."""
        return self._arithmetic(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._arithmetic(("*", "/"), self._power)

    def _power(self) -> Node:
        return self._arithmetic(("**",), self._negation)

    def _arithmetic(self, operators: tuple[str, ...], operand: Callable[[], Node]) -> Node:
        first = operand()
        rest: list[tuple[str, Node]] = []
        while self.token.is_op(*operators):
            operator = self.advance().text
            rest.append((operator, operand()))
        return Arithmetic(first.position, first, tuple(rest)) if rest else first

    def _negation(self) -> Node:
        token = self.token
        if self.accept("-"):
            with self.nested():
                return Negate(token.position, self._negation())
        node = self._postfix()
        if self.token.is_word("instance"):
            self.advance()
            self.expect_word("of")
            return InstanceOf(node.position, node, self.type_expression())
        return node

    def _postfix(self) -> Node:
        node = self.primary()
        for _ in range(MAX_NESTING):
            token = self.token
            if self.accept("."):
                node = Path(token.position, node, self.entry())
            elif token.is_op("[") and not self.closes_interval():
                self.advance()
                with self.binding(tuple(self.entries)):
                    node = Filter(token.position, node, self.expression())
                self.expect("]")
            elif self.accept("("):
                node = self._call(token.position, node)
            else:
                return node
        raise FeelSyntaxError("Too many steps in one path.", node.position, "feel_too_deep")

    def _call(self, position: int, callee: Node) -> Node:
        args: list[Node] = []
        named: list[tuple[str, Node]] = []
        for _ in self.separated(")"):
            name = self.name_until(":")
            if name is not None:
                self.expect(":")
                named.append((name, self.expression()))
            else:
                args.append(self.list_item())
        if named and (args or len(dict(named)) < len(named)):
            raise FeelSyntaxError("Give all arguments by name, each once, or none.", position)
        return Call(callee.position, callee, tuple(args), tuple(named))

    # --- tests ---

    def _in_tests(self) -> tuple[Node, ...]:
        if not self.token.is_op("("):
            return (self._single_test(),)
        start = self.index
        self.advance()
        tests = [self.list_item()]
        if self.token.is_op(".."):
            self.index = start
            return (self._single_test(),)
        while self.accept(","):
            tests.append(self.list_item())
        self.expect(")")
        if len(tests) == 1 and self.token.is_op(".", "[", "+", "-", "*", "/", "**", "("):
            self.index = start
            return (self.endpoint(),)
        return tuple(tests)

    def _single_test(self) -> Node:
        if self.token.is_op(*COMPARISONS):
            token = self.advance()
            return Comparison(token.position, token.text, self.endpoint())
        return self.endpoint()

    def unary_tests(self) -> UnaryTestsOf:
        """Read the tests of a cell up to the end."""
        if self.token.is_op("-") and self.peek().kind == "end":
            self.advance()
            return UnaryTestsOf(0, (), negated=False)
        return UnaryTestsOf(0, self._tests(), negated=False)

    def negated_tests(self) -> UnaryTestsOf | None:
        """Read ``not(tests)`` if it is the whole cell; None: the parser is of no more use."""
        if not (self.token.is_word("not") and self.peek().is_op("(")):
            return None
        self.index += 2
        tests = self._tests()
        if self.accept(")") and self.token.kind == "end":
            return UnaryTestsOf(0, tests, negated=True)
        return None

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.list_item()]
        while self.accept(","):
            tests.append(self.list_item())
        return tuple(tests)

    def finish(self) -> None:
        """Make sure that everything was read.

        Raises:
            FeelSyntaxError: Something is left.
        """
        if self.token.kind != "end":
            raise self.error("Expected an operator or the end")


def _parser(text: str, names: Collection[str], types: Sequence[str]) -> Parser:
    tokens: list[Token] = tokenize(text)
    return Parser(tokens, KnownNames(under=shared_names(tuple(names))), types)


def parse_expression(text: str, names: Collection[str] = (), types: Sequence[str] = ()) -> Node:
    """Return the syntax tree of an expression.

    Args:
        text: FEEL.
        names: Names that may hold spaces and signs, built-in functions included.
        types: Names of types beside FEEL's own.

    Raises:
        FeelSyntaxError: The text is not FEEL.
    """
    parser = _parser(text, names, types)
    node = parser.expression()
    parser.finish()
    return node


def parse_unary_tests(
    text: str, names: Collection[str] = (), types: Sequence[str] = ()
) -> UnaryTestsOf:
    """Return the syntax tree of the tests of a cell. Same arguments as ``parse_expression``.

    Raises:
        FeelSyntaxError: The text is not a list of unary tests.
    """
    try:
        negated, refused = _parser(text, names, types).negated_tests(), None
    except FeelSyntaxError as error:  # not() and not(negand: a) are calls of the function
        negated, refused = None, error
    if negated is not None:
        return negated
    parser = _parser(text, names, types)
    try:
        node = parser.unary_tests()
        parser.finish()
    except FeelSyntaxError as error:
        raise refused or error from None
    return node
