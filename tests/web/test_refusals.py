"""Every refusal of the layers below has words for people, and English ones for who wants that."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

import cases
import records
from cases.errors import CaseError
from config.environment import PROJECT_ROOT
from tests.web.catalogue import REFUSING
from web.door import sentence
from web.refusals import in_words
from web.sentences import NEVER_MET, SENTENCES

PACKAGES = ("cases", "records")
SAID_ELSEWHERE = {
    "str(error)": "the number's own fault: constants of records.identity, each in web.refusals",
    "message": "handed on by a helper whose caller writes it",
    "NOT_OURS[side]": "gettext_noop where it stands",
    "text": "one sentence on the line above, in web.refusals",
    "told": "gettext_noop where it stands",
}
"""Third arguments that are no literal, and where their words are seen to."""
TRANSLATING = {"gettext", "ngettext", "pgettext", "npgettext", "gettext_noop", "gettext_lazy", "_"}


def sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((PROJECT_ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def refusals() -> list[type[CaseError]]:
    """Every error of the two layers that a page may meet."""
    for package in (cases, records):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                importlib.import_module(found.name)
    known: list[type[CaseError]] = [CaseError]
    for one in known:
        known += [sub for sub in one.__subclasses__() if sub not in known]
    return [one for one in known if one.__module__.partition(".")[0] in PACKAGES]


def with_own_words() -> set[str]:
    """Names of the classes that say it themselves (``svenska``)."""
    return {
        node.name
        for _path, tree in sources(*PACKAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(
            getattr(part, "attr", getattr(part, "id", "")) == "svenska" for part in ast.walk(node)
        )
    }


def test_every_code_has_a_sentence_for_people():
    found = refusals()
    own = with_own_words()
    codes = {one.code for one in found if one.__name__ not in own}
    assert len(codes) > 70
    assert codes - set(SENTENCES) - set(NEVER_MET) == set(), "a page would show a code"
    assert (set(SENTENCES) | set(NEVER_MET)) - {one.code for one in found} == set()
    assert set(SENTENCES) & set(NEVER_MET) == set()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_said_in_the_language_of_the_page(code):
    error = CaseError("identifiers only")
    error.code = code
    with translation.override("sv"):
        swedish = sentence(error)
    with translation.override("en"):
        english = sentence(error)
    assert swedish == SENTENCES[code]
    assert english != swedish
    assert code not in english
    assert swedish.endswith(".")


def said() -> Iterator[tuple[str, ast.expr]]:
    """What is written at a field: (place, the expression)."""
    for path, tree in sources(*PACKAGES):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"
            if name in REFUSING and len(node.args) >= 3:
                yield place, node.args[2]
            if name == "AnswersInvalidError" and len(node.args) == 2:
                pairs = [one for one in ast.walk(node.args[1]) if isinstance(one, ast.Tuple)]
                yield from ((place, pair.elts[1]) for pair in pairs)


def samples(found: ast.expr) -> list[str]:
    """The texts that an expression may be, with something filled in."""
    if isinstance(found, ast.Constant):
        return [str(found.value)]
    if isinstance(found, ast.JoinedStr) and "WORDS" in ast.unparse(found):
        return [f"Ange varför {who} inte deltog." for who in ("den enskilde", "utföraren")]
    if isinstance(found, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "7" for one in found.values)
        return ["".join(map(str, parts))]
    assert ast.unparse(found) in SAID_ELSEWHERE, ast.unparse(found)
    return []


def test_what_is_written_at_a_field_is_said_in_english_too():
    texts = [(place, text) for place, one in said() for text in samples(one)]
    assert len(texts) > 200
    with translation.override("en"):
        same = {place: text for place, text in texts if in_words(text) == text}
    assert same == {}


def test_a_rule_that_only_the_edition_says_is_marked_as_swedish():
    ours, theirs = "Fyll i.", "Kommunens egen regel: skriv två rader."
    with translation.override("en"):
        shown = render_to_string(
            "web/error_summary.html",
            {"errors": [("a", "", in_words(ours)), ("b", "", in_words(theirs))]},
        )
    assert f'<span lang="sv">{theirs}</span>' in shown
    assert "<span>Fill this in.</span>" in shown
    with translation.override("sv"):
        shown = render_to_string(
            "web/error_summary.html", {"errors": [("b", "", in_words(theirs))]}
        )
    assert "lang=" not in shown


def joined() -> Iterator[str]:
    for path, tree in sources("web", "cases", "records", "api"):
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
                names = {getattr(one.func, "attr", getattr(one.func, "id", "")) for one in calls}
                if names & TRANSLATING:
                    yield f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"


def test_no_text_is_marked_inside_an_f_string():
    """Python 3.11 reads an f-string as one piece: what is marked in it is never found (PEP 701)."""
    assert list(joined()) == []
