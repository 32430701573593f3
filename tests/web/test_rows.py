"""Rows of a form are added, copied and taken away; what is reused says where it comes from."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

import pytest
from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from lxml import html

from engine.bundle import Bundle
from engine.forms import typed_answers
from web.posted import filled_up, posted_answers, rows_changed
from web.widgets import build_widgets, same_answer

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@cache
def edition():
    return Bundle.from_directory(settings.PROCESSES_DIR, "demo")


def press(button, *texts):
    form = edition().form("satt_mal")
    data = QueryDict(mutable=True)
    for index, text in enumerate(texts):
        data[f"mal.{index}.mal"] = text
    name, _, value = button.partition("=")
    data[name] = value
    answers = posted_answers(form, data)
    focus = rows_changed(form, data, answers)
    return [row.get("mal") for row in answers["mal"]], focus


@pytest.mark.parametrize(
    ("button", "before", "after", "focus"),
    [
        ("_lagg_till=mal", ["a"], ["a", None], "mal.1"),
        ("_lagg_till=mal", [""], ["", None], "mal.1"),
        ("_kopiera=mal.0", ["a", "b"], ["a", "a", "b"], "mal.1"),
        ("_ta_bort=mal.0", ["", "b"], ["b"], "mal.0"),
        ("_ta_bort=mal.1", ["a", "b", "c"], ["a", "c"], "mal.0"),
        ("_ta_bort=mal.9", ["a"], ["a"], ""),
        ("_kopiera=finns.0", ["a"], ["a"], ""),
        ("_kopiera=mal.-1", ["a"], ["a"], ""),
    ],
)
def test_a_row_is_named_by_its_number_on_the_page(button, before, after, focus):
    assert press(button, *before) == (after, focus)


def test_an_empty_row_is_no_answer_when_the_form_is_sent():
    assert press("_slutfor=1", "", "b") == (["b"], None)


def test_a_field_that_an_answer_brings_has_its_first_value_and_an_emptied_one_stays_empty():
    form = edition().form("planera_utredning")
    first = {"syfte": "a", "kontakter": "b", "behover_komplettering": "ja"}
    data = QueryDict("syfte=&fragestallningar=x")
    full = filled_up(form, data, posted_answers(form, data), first)
    assert (full["syfte"], full["kontakter"], full["behover_komplettering"]) == ("", "b", None)


def widgets(**more):
    form = edition().form("satt_mal")
    values = {"mal": [{"mal": "a"}, {"mal": "b"}]}
    return build_widgets(form, values, citations=edition().lagrum, now=NOW, **more)


def page(found):
    text = "".join(render_to_string("web/widget.html", {"w": one}) for one in found)
    return html.fromstring(f"<form>{text}</form>")


def test_the_row_to_go_on_with_has_the_focus_and_each_can_be_copied():
    found = page(widgets(focus="mal.1"))
    (focused,) = found.xpath("//*[@autofocus]/@name")
    assert focused.startswith("mal.1.")
    copies = found.xpath("//button[@name='_kopiera']")
    assert [button.get("value") for button in copies] == ["mal.0", "mal.1"]
    assert all("Kopiera rad" in button.text_content() for button in copies)


def test_the_origin_stands_beside_the_field_and_is_read_with_it():
    form = edition().form("planera_utredning")
    told = {"syfte": "Från steget ”Bedöm” 3 november 2026."}
    made = build_widgets(form, {"syfte": "a"}, citations=edition().lagrum, now=NOW, origins=told)
    found = page(made)
    (text,) = found.xpath("//*[contains(@class, 'origin')]")
    assert text.text_content() == told["syfte"]
    (area,) = found.xpath("//textarea[@name='syfte']")
    assert text.get("id") in area.get("aria-describedby").split()


def test_an_answer_that_was_changed_is_ones_own():
    day = NOW.date()
    assert same_answer("2026-11-23", day)
    assert not same_answer("2026-11-24", day)
    assert same_answer(["a", "b"], ["a", "b"])
    assert not same_answer(["a"], ["a", "b"])
    row = {"mal": "a", "insats": None}
    assert same_answer([{"mal": "a"}], [row | {"insats": ""}])
    assert not same_answer([{"mal": "b"}], [row])
    assert not same_answer([row], [row, row])


def test_the_diagrams_say_which_step_can_have_written_an_input():
    given = edition().definition("avsluta").given["Task_SkrivSlutanteckning"]
    assert given["vantande"].others == ("Task_BekraftaAvslut",)
    first = edition().definition("komplettera").given["Task_BegarKomplettering"]
    assert first["svarstid"].decisions == ("Task_BeraknaSvarstid",)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("", True), ("  ", True), ("myndighetschef", False)],
)
def test_an_empty_answer_is_none_to_the_conditions_of_a_page(written, shown):
    """L-18: whoever has not chosen to hand a decision over goes on to decide."""
    values = {"overlamna": written, "delbeslut": [{"insats": "ledsagning"}]}
    found = build_widgets(
        edition().form("fatta_beslut"), values, citations=edition().lagrum, now=NOW
    )
    assert ("delbeslut" in [one.path for one in found]) is shown


def test_what_is_posted_is_compared_as_what_it_is():
    """Text from a browser, and half of a date: conditions see numbers, days and nothing."""
    form = edition().form("fatta_beslut")
    row = {"timmar_manad": "12,5", "giltig_fran": "2026-1", "tills_vidare": "on"}
    typed = typed_answers(form.fields, {"overlamna": "", "delbeslut": [row]}, now=NOW)
    assert typed["overlamna"] is None
    found = typed["delbeslut"][0]
    assert (found["timmar_manad"], found["giltig_fran"]) == (Decimal("12.5"), None)
    assert found["tills_vidare"] is True
