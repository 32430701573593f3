from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.utils.dateparse import parse_datetime

from web.spoken import spoken, told

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (0, "i dag"),
        (1, "i morgon"),
        (2, "i övermorgon"),
        (3, "på torsdag"),
        (6, "på söndag"),
        (7, "om 7 dagar"),
        (13, "om 13 dagar"),
        (14, ""),
        (-1, "i går"),
        (-2, "i förrgår"),
        (-3, "i fredags"),
        (-6, "i tisdags"),
        (-7, "för 7 dagar sedan"),
        (-14, ""),
    ],
)
def test_a_day_is_said_as_people_say_it(away, words):
    assert spoken(TODAY + timedelta(days=away), TODAY) == words


def test_the_date_stands_beside_with_its_year_when_it_is_another():
    assert told(TODAY + timedelta(days=1), TODAY) == ("i morgon", "24 nov")
    assert told(date(2027, 1, 2), date(2026, 12, 31)) == ("i övermorgon", "2 jan 2027")
    assert told(date(2027, 3, 1), TODAY) == ("", "1 mars 2027")


def shown(source, **values):
    now = parse_datetime("2026-11-23T08:00:00Z")
    return Template("{% load spoken %}" + source).render(Context({"now": now, **values}))


def test_the_day_is_the_one_in_sweden_and_a_machine_can_read_it():
    late = parse_datetime("2026-11-23T23:30:00Z")
    tag = '<time datetime="2026-11-24T00:30+01:00">i morgon <span class="exact">(24 nov)</span>'
    assert shown("{% day x %}", x=late) == f"{tag}</time>"
    assert "i morgon kl. 00.30 <span" in shown("{% moment x %}", x=late)
    assert shown("{% day x %}", x=date(2025, 1, 2)) == (
        '<time datetime="2025-01-02">2 januari 2025</time>'
    )
    assert shown("{% moment x %}|{% day x %}", x=None) == "|"
