"""The tables that count in working days, and the last day for an appeal."""

from datetime import date
from typing import Any

import pytest

from tests.processes.town import edition


def ask(table: str, **inputs: Any) -> Any:
    return edition().decision(table).evaluate(table, inputs).value


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 4, 1), date(2026, 4, 22)),
        (date(2026, 4, 3), date(2026, 4, 24)),  # received on a holiday: the day still counts
        (date(2026, 4, 4), date(2026, 4, 27)),  # Saturday
        (date(2026, 4, 10), date(2026, 5, 4)),  # första maj, Saturday, Sunday
        (date(2026, 4, 23), date(2026, 5, 15)),  # Kristi himmelsfärdsdag
        (date(2026, 5, 29), date(2026, 6, 22)),  # midsommarafton
        (date(2026, 12, 10), date(2027, 1, 4)),  # nyårsafton
    ],
)
def test_k12_the_last_day_to_appeal_is_three_weeks_and_no_holiday(
    received: date, last: date
) -> None:
    answer = ask("overklagandetid", delgiven_datum=received)
    assert answer["sista_dag"] == last
    assert (answer["vanta_till"] - last).days == 8


@pytest.mark.parametrize(
    ("sent", "urgent", "expected"),
    [
        (date(2026, 4, 30), False, date(2026, 5, 4)),
        (date(2026, 5, 13), False, date(2026, 5, 15)),
        (date(2026, 12, 23), False, date(2026, 12, 28)),
        (date(2026, 8, 14), False, date(2026, 8, 17)),
        (date(2026, 12, 24), True, date(2026, 12, 24)),
    ],
)
def test_an_uppdrag_is_confirmed_within_a_working_day(
    sent: date, expected: date, *, urgent: bool
) -> None:
    assert ask("bekraftelsetid", bradskande=urgent, skickat_datum=sent) == expected


@pytest.mark.parametrize("step", ["utse_kontakt", "kvittera_behov"])
def test_two_days_are_two_working_days(step: str) -> None:
    assert ask("handlaggningstid", steg=step, fran=date(2026, 4, 30)) == date(2026, 5, 5)
