"""Names with spaces and signs, found in a row of tokens."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Token, tokenize


@lru_cache(maxsize=4096)
def name_tokens(name: str) -> tuple[str, ...]:
    """Return the tokens that ``name`` is written with (``Antal-barn`` gives three).

    A name that FEEL cannot write has none: an expression never finds it. ``Pris, netto`` is such a
    one, since a list of two variables looks the same (DMN 1.5, 10.3.1.2, rules 27 to 30).
    """
    try:
        tokens = tokenize(name)[:-1]
    except FeelSyntaxError:
        return ()
    if not tokens or tokens[0].kind != "name" or not all(map(_in_name, tokens)):
        return ()
    return _words(tokens)


def _in_name(token: Token) -> bool:
    return token.kind in {"name", "number"} or token.is_op("-", "+", "*", "**", "/", ".", "..", "'")


def _words(tokens: list[Token]) -> tuple[str, ...]:
    """Return the texts of tokens; a sign also tells whether there is space before or after it.

    ``a-b`` and ``a - b`` are different names, ``a b`` and ``a  b`` are not.
    """
    words: list[str] = []
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else None
        apart = before is not None and before.position + len(before.text) < token.position
        signs = token.kind == "op" or (before is not None and before.kind == "op")
        words.append(f" {token.text}" if apart and signs else token.text)
    return tuple(words)


class KnownNames:
    """A set of names that answers: which is the longest that starts here?

    Args:
        names: The first ones.
        under: Names that are known beneath these. They are read only, so that all expressions of
            a model can share them: a file with thousands of names is not counted for each cell.
    """

    def __init__(self, names: Iterable[str] = (), under: "KnownNames | None" = None) -> None:
        self._under = under
        # by first word, then by length: a model may have thousands that begin with one word
        self._by_first: dict[str, dict[int, dict[tuple[str, ...], str]]] = {}
        self._count: dict[str, int] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make ``name`` known; each ``add`` takes one ``discard``."""
        self._count[name] = self._count.get(name, 0) + 1
        words = name_tokens(name)
        if words:
            by_length = self._by_first.setdefault(words[0], {})
            by_length.setdefault(len(words), {})[words] = name

    def discard(self, name: str) -> None:
        """Undo one ``add``."""
        self._count[name] -= 1
        words = name_tokens(name)
        if self._count[name] == 0 and words:
            self._by_first[words[0]][len(words)].pop(words, None)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        if self._under is not None:
            yield from self._under
        yield from self._count

    def __contains__(self, name: str) -> bool:
        """Tell whether ``name`` is known."""
        return self._count.get(name, 0) > 0 or (self._under is not None and name in self._under)

    def longest(self, tokens: list[Token], start: int) -> tuple[str, int] | None:
        """Return the longest known name at ``start`` and how many tokens it takes."""
        found = None if self._under is None else self._under.longest(tokens, start)
        by_length = self._by_first.get(tokens[start].text, {})
        for length in sorted(by_length, reverse=True):
            if found is not None and found[1] >= length:
                break
            name = by_length[length].get(_words(tokens[start : start + length]))
            if name is not None:
                return name, length
        return found


@lru_cache(maxsize=256)
def shared_names(names: tuple[str, ...]) -> KnownNames:
    """The set of these names, to be laid ``under`` others and never changed."""
    return KnownNames(names)
