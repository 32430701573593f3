"""No export and no log shows a code: each has a Swedish word, for every code that there may be."""

import ast
import csv
import re
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import get_args
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from lxml import etree

from config.environment import PROJECT_ROOT
from engine.bundle import Bundle, read_files
from records.models import Kalla
from records.papers.catalogue import papers_of
from records.queries.overview import Line
from records.queries.sealed import Reason
from tests.web.catalogue import entries
from web.overview_cells import Told, cells
from web.overview_lists import LISTS
from web.read_words import SEALED_FOR, WHAT, read_what

CODE = re.compile(r"(?:[a-z0-9]+[_.:])+[a-z0-9_.:-]+|[A-Z][a-z]+_\w+|T-?\d+|[a-z]+")
"""What a code looks like: ``a_b``, ``Task_X``, ``T14``, a word in small letters."""
LOGGED = {"log_read": 3, "log_reads": 2, "log_list": 2, "refusals_logged": 2}
"""Calls that write the log, and the argument that says what was read."""
NAMES = {"READ": "skiftet"}
KINDS = {"register.kalla.value", "Kalla.RISK.value"}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@cache
def edition() -> Bundle:
    return Bundle(read_files(Path(settings.PROCESSES_DIR), "demo"))


def is_word(text: str) -> bool:
    return bool(text) and CODE.fullmatch(text) is None


# -- the read log --------------------------------------------------------------------------------
def logged() -> dict[str, str]:
    """Every code that the log may hold, by where it is written; ``x*`` for what ends in a name."""
    found = {}
    for package in ("records", "web", "api", "cases"):
        for path in sorted((PROJECT_ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
                if name in LOGGED and len(node.args) > LOGGED[name]:
                    said = ast.unparse(node.args[LOGGED[name]])
                    found[f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"] = said
    return found


def codes_of(said: str) -> list[str]:
    if said in NAMES:
        return [NAMES[said]]
    if said in KINDS:
        return [Kalla.AVVIKELSE, Kalla.KLAGOMAL, Kalla.RISK]
    if said.startswith("f'oversikt."):
        return [f"oversikt.{what}" for what in LISTS]
    if said.startswith("f'papper:"):
        return [f"papper:{paper}" for paper in papers_of(edition().files)]
    if said.startswith("f'forseglad:"):
        return [f"forseglad:{reason}" for reason in get_args(Reason)]
    code = ast.literal_eval(said)
    assert isinstance(code, str)
    return [code]


def test_every_code_of_the_read_log_has_its_word():
    places = logged()
    assert len(places) > 15
    codes = {code for place, said in places.items() if said != "what" for code in codes_of(said)}
    assert {"inkorg"} | codes >= set(WHAT)
    words = {code: read_what(code, edition()) for code in codes | set(WHAT)}
    assert {code: word for code, word in words.items() if not is_word(word)} == {}
    assert len(set(words.values())) >= len(words) - 2, "two things read are told apart"
    assert set(SEALED_FOR) == set(get_args(Reason))
    assert read_what("", edition()) == ""


def test_a_paper_that_no_edition_has_any_more_keeps_its_name():
    assert read_what("papper:borttaget", edition()) == "Utskrift: borttaget"
    assert read_what("papper:beslut", None) == "Utskrift: beslut"


# -- the exports ---------------------------------------------------------------------------------
def choices(form: str, key: str) -> set[str]:
    fields = [found for found in edition().form(form).walk() if found.key == key]
    return {option.value for found in fields for option in found.options}


def outputs(table: str) -> set[str]:
    text = edition().files[f"dmn/{table}.dmn"].decode()
    first = re.findall(r"<outputEntry.*?<text>\"(\w+)\"</text>", text, re.DOTALL)
    return set(first)


def ladder() -> set[tuple[str, str]]:
    """Level and role of every step of ``eskalering`` and of every reminder in a diagram."""
    text = edition().files["dmn/eskalering.dmn"].decode()
    found = set()
    for rule in re.findall(r"<rule .*?</rule>", text, re.DOTALL):
        said = re.findall(r"<text>\"?(.*?)\"?</text>", rule)
        level = next(place for place, one in enumerate(said) if re.fullmatch(r"T-?\d+", one))
        found.add((said[level], said[level + 2]))
    return found


def set_by_diagrams() -> set[str]:
    """Kinds of deviations that a diagram proposes."""
    found = set()
    for path, content in edition().files.items():
        for node in etree.fromstring(content).iter() if path.startswith("bpmn/") else ():
            if node.get("target") == "kategori":
                found |= set(re.findall(r'="(\w+)"', node.get("source")))
    return found


def elements() -> set[str]:
    """Names of what an ärende may stand at."""
    found = set()
    for path, content in edition().files.items():
        for node in etree.fromstring(content).iter() if path.startswith("bpmn/") else ():
            if str(node.tag).endswith(("Task", "CatchEvent", "callActivity", "subProcess")):
                found.add(node.get("name") or f"{path}#{node.get('id')}")
    return found


def lines(part: str) -> list[Line]:
    """A line for every code that a column may be told from."""
    values = {
        "code": [{"what": one} for one in choices("starta_rapportera_avvikelse", "kategori")]
        + [{"what": one} for one in set_by_diagrams()],
        "class": [{"step": one} for one in outputs("avvikelse_klass") | {"", "-"}],
        "ladder": [{"step": step, "role": role} for step, role in ladder()]
        + [{"step": "", "role": ""}],
        "insats": [{"what": one} for one in insatser()] + [{"what": ""}],
        "what": [{"what": one} for one in elements()],
        "task": [{"what": one} for one in elements()],
        "who": [{}, {"roles": tuple(sorted(role.id for role in edition().roles.roll))}],
    }
    unit = "00000000-0000-0000-0000-000000000001"
    return [Line(unit=unit, secrecy=0, **more) for more in values.get(part, [])]


def insatser() -> list[str]:
    text = edition().files["terms/insatser.toml"].decode()
    return re.findall(r'^id = "(\w+)"', text, re.MULTILINE)


PARTS = sorted({part for listing in LISTS.values() for part, _heading in listing.columns})
NUMBERS = {"number", "day", "end", "days", "place"}
"""Columns that hold a number, a day or the name of a unit."""


@pytest.mark.parametrize("part", PARTS)
def test_every_code_of_an_exported_column_is_said_in_swedish(part):
    told = Told(numbers={}, people={}, opens=frozenset(), bundle=edition())
    found = lines(part)
    assert bool(found) != (part in NUMBERS), "a new column says here which codes it may hold"
    with translation.override("sv"):
        values = {str(line): cells(line, [(part, part)], told)[0].value for line in found}
    wrong = {line: value for line, value in values.items() if not _plain(part, str(value))}
    assert wrong == {}


def labels(form: str, key: str) -> set[str]:
    fields = [found for found in edition().form(form).walk() if found.key == key]
    return {option.label for found in fields for option in found.options}


def _plain(part: str, value: str) -> bool:
    if part == "code":
        return value in labels("starta_rapportera_avvikelse", "kategori")
    if part == "class" and re.fullmatch(r"R\d", value):
        return True  # a risk's class is its own word
    if part == "class":
        return value in labels("bedom_avvikelse", "klass") | {"Inte klassad"}
    return is_word(value) and "_" not in value


def rows_of(answer) -> list[list[str]]:
    text = answer.content.decode().removeprefix("\ufeff")
    return list(csv.reader(StringIO(text), delimiter=";"))


@pytest.mark.parametrize("role", ["enhetschef.norr", "arbetsledare"])
def test_no_export_of_the_overview_holds_a_code(client_of, case_at, role):
    case_at("Task_FoljUppPlan")
    client = client_of(role)
    seen = 0
    for what in LISTS:
        answer = client.get(reverse("web:overview_csv", args=[what]))
        assert answer.status_code == 200, what
        head, *rows = rows_of(answer)
        assert [one for one in head if not one or "_" in one] == []
        wrong = [cell for row in rows for cell in row if "_" in cell or cell.startswith("Task")]
        assert wrong == [], what
        seen += len(rows)
        book = ZipFile(BytesIO(client.get(reverse("web:overview_xlsx", args=[what])).content))
        shared = [name for name in book.namelist() if name.endswith("sharedStrings.xml")]
        words = [text for name in shared for text in etree.fromstring(book.read(name)).itertext()]
        assert [word for word in words if "_" in word] == [], what
    assert seen > 0


def test_the_words_of_the_log_stand_in_the_catalogue():
    known = {one for (_context, one, _several) in entries()}
    assert set(WHAT.values()) | set(SEALED_FOR.values()) <= known
