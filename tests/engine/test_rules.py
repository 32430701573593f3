"""Business rule tasks: the table decides, the history tells by which rule."""

import pytest

from engine.errors import IncidentError
from tests.engine.draw import document, end, multi, process, rule, seq, start
from tests.engine.play import Play
from tests.lockstep.rows import DMN


def play(variables: dict[str, object], inside: str = "") -> Play:
    xml = document(process("p", start(), rule("b", "niva", "n", inside), end(), seq(*"sbe")))
    return Play(xml, variables, dmn={"niva.dmn": DMN})


def test_the_result_is_a_variable_and_the_rule_is_told() -> None:
    found = play({"r": 3})
    assert found.variables["n"] == 4
    (event,) = [event for event in found.history if event.kind == "decision"]
    assert (event.element, dict(event.detail)) == ("b", {"decision": "niva", "rules": ["niva:1"]})
    assert found.told("b") == ["entered", "decision", "completed"]


def test_each_body_decides_for_itself() -> None:
    found = play({"r": 3}, multi("=[1,7]", "r", "ut", "=n"))
    assert found.variables["ut"] == [2, 2]


@pytest.mark.parametrize("variables", [{}, {"r": "5"}, {"r": None}])
def test_a_table_that_cannot_decide_is_an_incident_without_values(
    variables: dict[str, object],
) -> None:
    with pytest.raises(IncidentError) as caught:
        play(variables)
    assert caught.value.element == "b"
    assert caught.value.incident_code != "incident"
    assert '"5"' not in str(caught.value)
