"""The English texts: none is missing, none is left over, and no page has words of its own."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from config.catalogue import CatalogueError, compile_catalogue
from config.environment import PROJECT_ROOT
from tests.web.catalogue import (
    TEMPLATES,
    Key,
    asked,
    catalogue,
    entries,
    templates,
    texts,
    unmarked,
)
from web.refusals import in_words

SAME_IN_BOTH = re.compile(r"\bKedja\b|In English|På svenska|digg\.se/tdosanmalan")
"""Names, and the two words that must be in the other language."""
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w[^>]*>")


def test_every_text_that_is_marked_has_an_english_one():
    known = {key for key, found in entries().items() if all(texts(found))}
    missing = {key: place for key, place in asked().items() if key not in known}
    assert missing == {}


def test_no_english_text_is_left_over():
    assert set(entries()) - set(asked()) == set()
    assert not catalogue().obsolete
    assert [found.id for found in catalogue() if found.id and found.fuzzy] == []


def test_what_is_filled_in_is_the_same_in_both():
    wrong = {}
    for (_context, one, several), found in entries().items():
        for place, text in enumerate(texts(found)):
            source = several if place and several else one
            wanted, given = Counter(_PLACE.findall(source)), Counter(_PLACE.findall(text))
            # Of one it may be said without a number: "every month".
            if given != wanted and not (several and place == 0 and given <= wanted):
                wrong[source] = text
            if source.strip() != source and text.strip() == text:
                wrong[source] = text
    assert wrong == {}


def test_an_english_text_can_stand_in_an_attribute():
    """A translation in a template is not escaped: it is as safe as the template."""
    wrong = [text for found in entries().values() for text in texts(found) if '"' in _bare(text)]
    assert wrong == []


def _bare(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


def test_one_swedish_text_has_one_english_text():
    known: dict[str, set[str]] = {}
    for (context, one, _several), found in entries().items():
        if not context:
            known.setdefault(one, set()).add(texts(found)[0])
    assert {one: said for one, said in known.items() if len(said) > 1} == {}


def swedish(key: Key) -> str:
    context, one, several = key
    if several:
        return npgettext(context, one, several, 1) if context else ngettext(one, several, 1)
    return pgettext(context, one) if context else gettext(one)


def test_a_swedish_page_says_what_is_written_in_the_source():
    """A library's own Swedish catalogue may know one of our words: it must not answer for us."""
    with translation.override("sv"):
        assert {key: said for key in entries() if (said := swedish(key)) != key[1]} == {}


def _own(text: str) -> bool:
    return any(char.isalpha() for char in SAME_IN_BOTH.sub("", text))


def test_no_template_has_words_that_are_not_marked():
    found = {
        str(path.relative_to(TEMPLATES)): words
        for path in templates()
        if (words := [word for word in unmarked(path.read_text()) if _own(word)])
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hej</p>",
        '<nav aria-label="Meny">{% translate "Hej" %}</nav>',
        '{{ x|default:"Ingen" }}',
        '{% include "a.html" with caption="Öppna uppgifter" %}',
        "{% blocktranslate %}a{% endblocktranslate %}b",
        '<form data-said-lost="Inte sparat"></form>',
    ],
)
def test_words_that_are_not_marked_are_found(source):
    assert unmarked(source)


def test_what_is_marked_is_not_complained_of():
    marked = """<a title="{% translate 'Hej' %}" class="x">{{ b|default:_("c") }}</a>"""
    assert unmarked(marked + "{% blocktranslate %}d{% endblocktranslate %} · 12") == []
    assert unmarked(""" aria-invalid="true" title="{% translate 'Hej' %}" """) == []


def test_a_refusal_of_the_forms_is_said_in_english():
    with translation.override("en"):
        assert in_words("Fyll i ”Syfte”.") == "Fill in “Syfte”."
        assert in_words("Skriv högst 40 tecken. Nu är det 41.") == (
            "Write at most 40 characters. Now there are 41."
        )
        assert in_words("Fyll i. Ange skäl om du ändå går vidare.") == (
            "Fill this in. Give a reason if you go on anyway."
        )
        assert (
            in_words("En regel som kommunen har skrivit.") == "En regel som kommunen har skrivit."
        )
    with translation.override("sv"):
        assert in_words("Fyll i ”Syfte”.") == "Fyll i ”Syfte”."


def test_the_error_pages_speak_the_readers_language_without_a_database():
    with translation.override("en"):
        assert '<html lang="en">' in render_to_string("500.html")
        assert "Something went wrong on our side" in render_to_string("500.html")
    assert "Något gick fel hos oss" in render_to_string("500.html")


def test_a_catalogue_that_cannot_be_read_leaves_the_one_before(tmp_path):
    source = tmp_path / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    assert compile_catalogue(source)
    assert not compile_catalogue(source), "nothing has changed"
    before = source.with_suffix(".mo").read_bytes()
    source.write_text('msgid "Hej"\nmsgstr "Hello"\nmsgid "Du\nhej\n')
    with pytest.raises(CatalogueError):
        compile_catalogue(source)
    assert source.with_suffix(".mo").read_bytes() == before


def test_what_is_written_into_the_record_is_swedish_whoever_writes_it():
    """Below the pages a text is only marked; a query may tell a page in its own language.

    A letter is no record: it is in the language of who gets it.
    """
    own_words = {"queries", "notices"}
    calling = {
        str(path.relative_to(PROJECT_ROOT))
        for package in ("engine", "cases", "records", "workers", "api")
        for path in (PROJECT_ROOT / package).rglob("*.py")
        if not own_words & set(path.parts) and set(_imported(path.read_text())) - {"gettext_noop"}
    }
    assert calling == set()


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("utils.translation"):
            yield from (name.name for name in node.names)
