"""Each kind of part can be taken away, and what remains can still be read."""

import json
import tomllib

import pytest

from engine.requirements import Requirement
from engine.tracing.report import Row
from tests.mutation.sites import parse
from tests.removal.attempts import attempts
from tests.removal.places import NotRemovableError, without

DIAGRAM = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
<startEvent id="Start"/><userTask id="Task"/><endEvent id="End"/>
<sequenceFlow id="F1" sourceRef="Start" targetRef="Task"/>
<sequenceFlow id="F2" sourceRef="Task" targetRef="End"/></process></definitions>"""
TABLE = b"""<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="t"><decisionTable>
<rule id="a"/><rule id="b"/></decisionTable></decision></definitions>"""
FORM = json.dumps(
    {
        "id": "f",
        "properties": {"regler": [{"villkor": "=a > 1", "falt": "a"}]},
        "components": [
            {"type": "number", "key": "a"},
            {"type": "dynamiclist", "path": "rad", "components": [{"type": "number", "key": "b"}]},
        ],
    }
).encode()
TERMS = b"""# text
[[term]]
id = "one"
[term.more]
x = 1

[[term]]
id = "two"
"""
MESSAGES = b"""["a.b"]
key = "x"

["c.d"]
key = "y"
"""
FILES = {
    "bpmn/p.bpmn": DIAGRAM,
    "dmn/t.dmn": TABLE,
    "forms/f.form": FORM,
    "terms/t.toml": TERMS,
    "messages.toml": MESSAGES,
    "instructions/i.toml": b'vad = "x"\n',
}


def left(where: str) -> bytes:
    _path, content = without(FILES, where)
    assert content is not None
    return content


def test_a_task_is_bridged() -> None:
    root = parse(left("bpmn/p#Task"))
    assert [one.get("targetRef") for one in root.iter() if one.get("sourceRef")] == ["End"]


def test_a_row_a_field_and_a_rule_go_alone() -> None:
    assert [one.get("id") for one in parse(left("dmn/t#1")).iter() if one.get("id")] == ["t", "b"]
    assert [one.get("key") for one in json.loads(left("forms/f#a"))["components"]] == [None]
    assert json.loads(left("forms/f#rad.b"))["components"][1]["components"] == []
    assert json.loads(left("forms/f#regel1"))["properties"]["regler"] == []


def test_an_entry_goes_with_the_tables_below_it() -> None:
    assert tomllib.loads(left("terms/t#one").decode()) == {"term": [{"id": "two"}]}
    assert tomllib.loads(left("messages#a.b").decode()) == {"c.d": {"key": "y"}}


def test_a_whole_file_may_be_the_part() -> None:
    assert without(FILES, "instructions/i") == ("instructions/i.toml", None)


@pytest.mark.parametrize(
    "where", ["bpmn/p#No", "dmn/t#3", "forms/f#no", "forms/f#regel2", "terms/t#no", "papers/no"]
)
def test_what_is_not_there_cannot_be_taken_away(where: str) -> None:
    with pytest.raises(NotRemovableError):
        without(FILES, where)


def test_the_nearest_tests_and_the_sharpest_parts_stand_first() -> None:
    row = Row(
        requirement=Requirement(id="R-090", krav="En text.", kalla="S0"),
        group="",
        shown=("terms/t#one", "bpmn/avsluta#Task", "dmn/t", "db#guard"),
        tests=(
            "scenarios/a#step2",
            "tests/processes/tabeller/t.toml#3",
            "tests/x.py::test_r090_avsluta",
        ),
    )
    found = list(attempts(row))
    assert [one.part for one in found] == ["db#guard", "bpmn/avsluta#Task", "terms/t#one"]
    assert found[1].tests[0] == "tests/x.py::test_r090_avsluta"
    assert any(test.endswith("[t-3]") for test in found[2].tests)
