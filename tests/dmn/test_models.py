"""Requirement graphs, knowledge models, services, types, boxed expressions and unsafe files."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.dmn import DmnError, DmnInputTypeError, DmnParseError, parse_decisions
from engine.dmn.errors import DmnEvaluationError
from tests.dmn.models import definitions, imports, input_data, literal, service, table, text

NAMESPACES = [
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


def decide(*parts: str, decision: str = "dec", **inputs: object) -> object:
    return parse_decisions(definitions(*parts)).evaluate(decision, inputs).value


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_dmn_1_2_to_1_5(namespace: str) -> None:
    content = definitions(literal("dec", "1 + 1"), namespace=namespace)
    assert parse_decisions(content).evaluate("dec", {}).value == 2


def test_a_decision_sees_the_decisions_it_requires() -> None:
    parts = [
        input_data("Antal barn", "number"),
        literal("bas", "Antal barn * 100", needs=["input:Antal barn"]),
        literal("dec", "bas + 1", needs=["bas"]),
    ]
    assert decide(*parts, **{"Antal barn": 2}) == 201
    with pytest.raises(DmnInputTypeError) as caught:
        decide(*parts, **{"Antal barn": "två"})
    assert caught.value.input == "Antal barn"


def test_a_decision_does_not_see_one_that_it_does_not_require() -> None:
    with pytest.raises(DmnEvaluationError, match="bas"):
        decide(literal("bas", "1"), literal("dec", "bas + 1"))


def test_a_table_that_another_decision_needs_tells_its_rules_too() -> None:
    part = table([("x", "number")], [("k", "string")], ['> 1 | "hög"'], decision="klass")
    model = parse_decisions(definitions(part, literal("dec", 'klass = "hög"', needs=["klass"])))
    result = model.evaluate("dec", {"x": 5})
    assert result.value is True
    assert [(match.decision, match.number) for match in result.matched] == [("klass", 1)]


def test_requirements_in_a_circle_are_refused() -> None:
    with pytest.raises(DmnParseError) as caught:
        decide(literal("a", "b", needs=["b"]), literal("b", "a", needs=["a"]))
    assert caught.value.code == "dmn_cycle"


def test_a_requirement_of_nothing_is_refused() -> None:
    with pytest.raises(DmnParseError, match="#finns_inte"):
        decide(literal("dec", "1", needs=["finns_inte"]))


def _knowledge(body: str, name: str = "frist", parameter: str = 'name="n" typeRef="number"') -> str:
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic><formalParameter {parameter}/>{body}</encapsulatedLogic>"
        "</businessKnowledgeModel>"
    )


def test_a_knowledge_model_is_a_function() -> None:
    parts = [_knowledge(text("literalExpression", "n * 2")),
             literal("dec", "frist(21)", needs=["bkm:frist"])]  # fmt: skip
    assert decide(*parts) == 42
    wrong = [parts[0], literal("dec", 'frist("x")', needs=["bkm:frist"])]
    assert decide(*wrong) is None


def test_a_knowledge_model_may_call_itself_but_not_for_ever() -> None:
    body = text("literalExpression", "if n <= 1 then 1 else n * fak(n - 1)")
    own = '<knowledgeRequirement><requiredKnowledge href="#fak"/></knowledgeRequirement>'
    part = _knowledge(body, "fak").replace("</encapsulatedLogic>", f"</encapsulatedLogic>{own}")
    assert decide(part, literal("dec", "fak(10)", needs=["bkm:fak"])) == 3628800
    with pytest.raises(DmnEvaluationError) as caught:
        decide(part, literal("dec", "fak(1000)", needs=["bkm:fak"]))
    assert caught.value.code == "feel_budget"


def test_a_java_function_is_refused() -> None:
    body = text("literalExpression", "n")
    part = _knowledge(body).replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">')
    with pytest.raises(DmnParseError) as caught:
        decide(part, literal("dec", "1"))
    assert caught.value.code == "dmn_external_function"


_CONTEXT = '<context><contextEntry><variable name="a"/>{0}</contextEntry>'
BOXED = [
    ("<conditional><if>{0}</if><then>{1}</then><else>{2}</else></conditional>",
     ["true", "1", "2"], 1),
    ("<list>{0}{1}</list>", ["1", "2"], [1, 2]),
    ("<filter><in>{0}</in><match>{1}</match></filter>", ["[1,2,3]", "item > 1"], [2, 3]),
    ('<for iteratorVariable="x"><in>{0}</in><return>{1}</return></for>', ["1..1", "1"], None),
    ('<for iteratorVariable="x"><in>{0}</in><return>{1}</return></for>',
     ["[1,2]", "x + count(partial)"], [1, 3]),
    ('<some iteratorVariable="x"><in>{0}</in><satisfies>{1}</satisfies></some>',
     ["[1,2]", "x > 1"], True),
    ('<every iteratorVariable="x"><in>{0}</in><satisfies>{1}</satisfies></every>',
     ["[1,2]", "x > 1"], False),
    (_CONTEXT + "<contextEntry>{1}</contextEntry></context>", ["20", "a + 1"], 21),
    (_CONTEXT + "</context>", ["20"], {"a": 20}),
    ('<relation><column name="a"/><column name="b"/><row>{0}{1}</row></relation>',
     ["1", "2"], [{"a": 1, "b": 2}]),
    ('<invocation>{0}<binding><parameter name="list"/>{1}</binding></invocation>',
     ["sum", "[1,2]"], 3),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "texts", "expected"), BOXED)
def test_boxed_expressions(shape: str, texts: list[str], expected: object) -> None:
    body = shape.format(*(text("literalExpression", part) for part in texts))
    part = f'<decision id="dec" name="dec"><variable name="dec"/>{body}</decision>'
    if expected is None:
        with pytest.raises(DmnParseError):
            decide(part)
    else:
        assert decide(part) == expected


def test_item_definitions_check_values_and_structure() -> None:
    allowed = text("allowedValues", '"låg","hög"')
    types = (
        '<itemDefinition name="tKlass"><typeRef>string</typeRef>'
        f"{allowed}</itemDefinition>"
        '<itemDefinition name="tRad"><itemComponent name="Antal dagar"><typeRef>number</typeRef>'
        '</itemComponent><itemComponent name="klass"><typeRef>tKlass</typeRef></itemComponent>'
        "</itemDefinition>"
        '<itemDefinition name="tRader" isCollection="true"><typeRef>tRad</typeRef></itemDefinition>'
    )
    parts = [types, input_data("rader", "tRader"),
             literal("dec", "sum(rader.Antal dagar)", needs=["input:rader"])]  # fmt: skip
    good = {"Antal dagar": 3, "klass": "hög"}
    assert decide(*parts, rader=[good, good]) == 6
    for bad in ({**good, "klass": "mellan"}, {**good, "Antal dagar": "3"}, {"klass": "hög"}):
        with pytest.raises(DmnInputTypeError):
            decide(*parts, rader=[good, bad])


def test_a_service_gives_its_output() -> None:
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#dec"/>'
        '<inputDecision href="#bas"/></decisionService>'
    )
    parts = [literal("bas", "1"), literal("dec", "bas + 1", needs=["bas"]), service]
    assert decide(*parts, decision="s", bas=41) == 42


def test_imports_are_read_from_what_is_given() -> None:
    kind = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    shared = definitions(literal("gräns", "100")).replace(b'namespace="n"', b'namespace="delad"')
    needs = (
        '<informationRequirement><requiredDecision href="delad#gräns"/></informationRequirement>'
    )
    own = literal("dec", "Delat lager.gräns + 1").replace(
        "<literalExpression>", f"{needs}<literalExpression>"
    )
    content = definitions(
        f'<import name="Delat lager" namespace="delad" importType="{kind}"/>', own
    )
    assert parse_decisions(content, imports={"delad": shared}).evaluate("dec", {}).value == 101
    with pytest.raises(DmnParseError) as caught:
        parse_decisions(content)
    assert caught.value.code == "dmn_import_missing"


def test_a_model_with_a_mistake_can_be_read_for_the_rest() -> None:
    content = definitions(literal("dec", "1"), literal("fel", "1 +"))
    with pytest.raises(DmnParseError):
        parse_decisions(content)
    model = parse_decisions(content, strict=False)
    assert model.evaluate("dec", {}).value == 1
    with pytest.raises(DmnParseError):
        model.evaluate("fel", {})


BOMB = '<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
UNSAFE = {
    "dtd": (b'<!DOCTYPE d SYSTEM "http://example.invalid/x.dtd">', "dmn_dtd"),
    "file entity": (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "dmn_dtd"),
    "entity bomb": (BOMB.encode(), "dmn_dtd"),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_a_dtd_is_refused(name: str, tmp_path: Path) -> None:
    prolog, code = UNSAFE[name]
    content = definitions(literal("dec", "1")).replace(b"<definitions", prolog + b"<definitions", 1)
    with pytest.raises(DmnParseError) as caught:
        parse_decisions(content)
    assert caught.value.code == code
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "dmn_parse"),
        (b"hej", "dmn_parse"),
        (b"<a/>", "dmn_not_dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "dmn_not_dmn"),
        (definitions(), "dmn_parse"),
        (definitions("<decision id='x'>" * 200 + "</decision>" * 200), "dmn_too_deep"),
        (b" " * 5_000_001, "dmn_too_large"),
        (definitions(literal("a", "1"), literal("a", "2")), "dmn_parse"),
    ],
)
def test_what_is_no_dmn_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DmnParseError) as caught:
        parse_decisions(content, name="fil.dmn")
    assert caught.value.code == code


def test_a_missing_id_is_the_name() -> None:
    content = definitions(literal("dec", "1")).replace(b' id="dec"', b"")
    assert parse_decisions(content).evaluate("dec", {}).value == Decimal(1)


def test_errors_are_all_of_one_family() -> None:
    assert issubclass(DmnParseError, DmnError)
    assert issubclass(DmnInputTypeError, DmnError)


def test_a_name_that_feel_cannot_write_hides_no_expression() -> None:
    parts = [
        input_data("a", "number"),
        input_data("b", "number"),
        literal("a, b", "1"),
        literal("count(a)", "2"),
        literal("a = b", "3"),
        literal("dec", "if a = b then [a, b] else [count(a)]", needs=["input:a", "input:b"]),
    ]
    assert decide(*parts, a=4, b=4) == [4, 4]
    assert decide(*parts, a=4, b=5) == [1]


BROKEN = [
    (input_data("x", "tFinnsInte"), "input:x"),
    ('<itemDefinition name="t"><typeRef>tFinnsInte</typeRef></itemDefinition>'
     + input_data("x", "t"), "input:x"),
    ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>' + input_data("x", "t"),
     "input:x"),
    (literal("x", "1", needs=["finns inte"]), "x"),
    (literal("x", "1", kind="tFinnsInte"), "x"),
    (literal("x", "1 +"), "x"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "need"), BROKEN)
def test_only_what_needs_a_mistake_fails(part: str, need: str) -> None:
    content = definitions(part, literal("dec", "x", needs=[need]), literal("annan", "1"))
    with pytest.raises(DmnParseError):
        parse_decisions(content)
    model = parse_decisions(content, strict=False)
    assert model.evaluate("annan", {}).value == 1
    with pytest.raises(DmnError):
        model.evaluate("dec", {"x": 1})
    result = model.evaluate("dec", {"x": 1}, mode="null")
    assert result.value is None
    assert result.notes


def test_a_service_without_its_input_decision_is_named() -> None:
    parts = [literal("a", "1"), literal("b", "a + 1", needs=["a"])]
    model = parse_decisions(definitions(*parts, service("s", ["b"], decisions=["a"])))
    with pytest.raises(DmnError) as caught:
        model.evaluate("s", {})
    assert (caught.value.code, caught.value.decision) == ("dmn_input_missing", "s")


@pytest.mark.parametrize("backwards", [False, True])
def test_decisions_may_require_each_other_in_a_long_row(*, backwards: bool) -> None:
    row = [literal("d0", "x", needs=["input:x"])]
    row += [literal(f"d{n}", f"d{n - 1} + 1", needs=[f"d{n - 1}"]) for n in range(1, 400)]
    parts = [input_data("x"), *(reversed(row) if backwards else row)]
    model = parse_decisions(definitions(*parts))
    assert model.evaluate("d399", {"x": 1}).value == 400
    with pytest.raises(DmnError) as caught:
        model.evaluate("d399", {})
    assert (caught.value.code, caught.value.decision) == ("feel_name", "d0")
    part = literal("d0", "d399", needs=["d399"])
    with pytest.raises(DmnParseError) as refused:
        parse_decisions(definitions(part, *row[1:]))
    assert refused.value.code == "dmn_cycle"


def test_a_long_row_goes_through_an_import() -> None:
    row = [literal("d0", "1")]
    row += [literal(f"d{n}", f"d{n - 1} + 1", needs=[f"d{n - 1}"]) for n in range(1, 60)]
    needs = ["lib#d59", "lib#d58"]
    content = definitions(imports("lib", "lib"), literal("dec", "lib.d59 + lib.d58", needs=needs))
    model = parse_decisions(content, imports={"lib": definitions(*row, space="lib")})
    assert model.evaluate("dec", {}).value == 119


def test_required_tables_are_made_once_in_the_order_of_the_requirements() -> None:
    tables = [table([("x", "")], [("s", "number")], ["- | 1"], decision=key) for key in "ba"]
    last = literal("dec", "a + b + c", needs=["a", "b", "c"])
    parts = [*tables, literal("c", "a + b", needs=["b", "a"]), last]
    result = parse_decisions(definitions(*parts)).evaluate("dec", {"x": 1})
    assert [match.decision for match in result.matched] == ["a", "b"]
    assert result.value == 4


@pytest.mark.parametrize(
    ("part", "code", "told"),
    [
        (table([("x", "")], [("s", "number")], ["1 | 1"]), "dmn_no_rule", "Add a rule"),
        (table([("x", "string")], [("s", "number")], ["- | 1"]), "dmn_input_type", "The input x"),
        (input_data("x", "string") + literal("dec", "x", needs=["input:x"]), "dmn_input_type",
         "The input x"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_decision_and_what_to_do_and_no_value(
    part: str, code: str, told: str
) -> None:
    with pytest.raises(DmnError) as caught:
        parse_decisions(definitions(part)).evaluate("dec", {"x": 98765})
    assert (caught.value.code, caught.value.decision) == (code, "dec")
    assert str(caught.value).startswith("dec: ")
    assert told in str(caught.value)
    assert "mend" in str(caught.value)
    assert "98765" not in str(caught.value)
