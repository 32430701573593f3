"""The English catalogue, and what the pages ask of it: templates and Python, without xgettext."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po
from django.template.base import DebugLexer, Lexer, Token, TokenType
from django.utils.translation.template import templatize

from config.catalogue import SOURCE
from config.environment import PROJECT_ROOT

TEMPLATES = PROJECT_ROOT / "web" / "templates"
PACKAGES = ("web", "cases", "records")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
REFUSING = ("refuse", "needed")
"""Calls of ``records.answers`` whose third argument is what a person reads."""
READ_ALOUD = frozenset({"title", "aria-label", "alt", "placeholder", "data-label", "label"})
Key = tuple[str, str, str]
"""Context, text, and the text of several; what is not there is empty."""


@cache
def catalogue() -> Catalog:
    with SOURCE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def entries() -> dict[Key, Message]:
    return {_key(found.context, found.id): found for found in catalogue() if found.id}


def texts(found: Message) -> tuple[str, ...]:
    """The English of one, and of several where that is another."""
    return found.string if isinstance(found.string, tuple) else (found.string,)


def _key(context: str | None, text: str | tuple[str, ...] | list[str]) -> Key:
    one, several = text if isinstance(text, tuple | list) else (text, "")
    return (context or "", one, several)


def asked() -> dict[Key, str]:
    """Every text that is marked, and where."""
    found: dict[Key, str] = {}
    for path in templates():
        source = templatize(path.read_text(), origin=str(path))
        found |= {key: _place(path) for key in _marked(source)}
    for package in PACKAGES:
        for path in sorted((PROJECT_ROOT / package).rglob("*.py")):
            found |= {key: _place(path) for key in _marked(path.read_text())}
    return found


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def _place(path: Path) -> str:
    return str(path.relative_to(PROJECT_ROOT))


def _marked(source: str) -> Iterator[Key]:
    wanted = [*KEYWORDS, *REFUSING]
    rows = extract_python(BytesIO(source.encode()), wanted, [], {"encoding": "utf-8"})
    for _line, function, texts, _comments in rows:
        given = list(texts) if isinstance(texts, tuple) else [texts]
        if function in REFUSING:
            yield from (("", text, "") for text in given[2:3] if text and text[0].isupper())
            continue
        context = given.pop(0) if KEYWORDS[function] and "c" in str(KEYWORDS[function]) else ""
        several = given[1] if KEYWORDS[function] and "n" in function.partition("gettext")[0] else ""
        if given and given[0]:
            yield (context or "", given[0], several or "")


class _Words(HTMLParser):
    """Collects the text of a template that a person would see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "kbd"}
        heard = [value for name, value in attrs if _is_heard(name) and value]
        self.found += [value for value in heard if _letters(value)]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "kbd"}

    def handle_data(self, data: str) -> None:
        if not self._silent and _letters(data):
            self.found.append(" ".join(data.split()))


def _is_heard(name: str) -> bool:
    return name in READ_ALOUD or name.startswith("data-said-")


def _letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def unmarked(source: str) -> list[str]:
    """The words of a template that no tag would translate."""
    words = _Words()
    text = "".join(_plain(Lexer(source).tokenize()))
    inside_a_tag = "<" not in text and '="' in text
    words.feed(f"<p {text}>" if inside_a_tag else text)
    words.close()
    return words.found + list(_in_tags(DebugLexer(source).tokenize()))


def _plain(tokens: list[Token]) -> Iterator[str]:
    marked = False
    for token in tokens:
        if token.token_type is TokenType.BLOCK:
            marked = (marked or token.contents.startswith("blocktranslate")) and (
                token.contents != "endblocktranslate"
            )
        elif token.token_type is TokenType.TEXT and not marked:
            yield token.contents


def _in_tags(tokens: list[Token]) -> Iterator[str]:
    """Words that a variable falls back on, or that an included template is given."""
    for token in tokens:
        if token.token_type is TokenType.VAR:
            for part in ("default:", "default_if_none:", "yesno:", "pluralize:"):
                _before, _sep, said = token.contents.partition(f"{part}")
                if said[:1] in {'"', "'"} and _letters(said[1:].partition(said[0])[0]):
                    yield token.contents
        elif token.token_type is TokenType.BLOCK and token.contents.startswith(("include", "with")):
            for part in token.split_contents()[1:]:
                name, _sep, said = part.partition("=")
                if said[:1] in {'"', "'"} and _letters(said) and name.isidentifier():
                    yield token.contents
