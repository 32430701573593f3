"""Models that import models (DMN 1.5, 6.3.3), and decision services (6.3.10, 10.4)."""

from collections.abc import Mapping

import pytest

from engine.dmn import DmnInputTypeError, DmnParseError, parse_decisions
from engine.dmn.errors import DmnEvaluationError
from tests.dmn.models import (
    definitions,
    imports,
    input_data,
    item,
    knowledge,
    literal,
    service,
    text,
)

HELLO = text("literalExpression", '"Hej, " + person.namn')
LIBRARY = definitions(
    item("tPerson", parts={"namn": "string", "ålder": "number"}),
    item("tÅlder", "number", allowed="[0..150]"),
    input_data("person", "tPerson"),
    input_data("gräns", "number"),
    knowledge("Säg hej", HELLO, [("person", "tPerson")], kind="string"),
    literal("vuxen", "person.ålder >= gräns", needs=["input:person", "input:gräns"]),
    literal("dubbel gräns", "gräns * 2", needs=["input:gräns"]),
    service("Vuxen?", ["vuxen"], inputs=["person", "gräns"]),
    service("Båda", ["vuxen", "dubbel gräns"], inputs=["person", "gräns"]),
    service("Efter", ["efter"], decisions=["dubbel gräns"]),
    literal("efter", "dubbel gräns + 1", needs=["dubbel gräns"]),
    space="lib",
)
ANNA = {"namn": "Anna", "ålder": 20}


def decide(
    *parts: str, files: Mapping[str, bytes] | None = None, name: str = "Ett lib", **inputs: object
) -> object:
    model = parse_decisions(
        definitions(imports(name, "lib"), *parts), imports=files or {"lib": LIBRARY}
    )
    return model.evaluate("dec", inputs).value


@pytest.mark.parametrize(
    ("name", "text_", "needs", "expected"),
    [
        ("lib", "lib.Säg hej(p)", ["bkm:lib#Säg hej"], "Hej, Anna"),
        ("Ett lib", "Ett lib.Säg hej(person: p)", ["bkm:lib#Säg hej"], "Hej, Anna"),
        ("Ett lib", "Ett lib.Säg hej(1)", ["bkm:lib#Säg hej"], None),
        ("", "Säg hej(p)", ["bkm:lib#Säg hej"], "Hej, Anna"),
        ("lib", "lib.vuxen", ["lib#vuxen"], True),
        ("", "vuxen", ["lib#vuxen"], True),
        ("lib", "lib.person.namn + p.namn", ["input:lib#person"], "BoAnna"),
        ("lib", "lib.Vuxen?(p, 21)", ["bkm:lib#Vuxen?"], False),
        ("lib", "lib.Vuxen?(gräns: 20, person: p)", ["bkm:lib#Vuxen?"], True),
        ("lib", "lib.Vuxen?(gräns: 20)", ["bkm:lib#Vuxen?"], None),
        ("lib", "lib.Vuxen?(p)", ["bkm:lib#Vuxen?"], None),
        ("lib", "lib.Vuxen?(p, 20, 1)", ["bkm:lib#Vuxen?"], None),
        ("lib", 'lib.Vuxen?(p, "x")', ["bkm:lib#Vuxen?"], None),
        ("lib", "lib.Båda(p, 20).dubbel gräns", ["bkm:lib#Båda"], 40),
        ("lib", "lib.Båda(p, [20])", ["bkm:lib#Båda"], {"vuxen": True, "dubbel gräns": 40}),
        ("lib", "lib.Efter(7)", ["bkm:lib#Efter"], 8),
        ("lib", "p instance of lib.tPerson", [], True),
        ("lib", "(function(p: lib.tPerson) p.namn)(1)", [], None),
    ],
)
def test_elements_are_used_through_the_name_of_the_import(
    name: str, text_: str, needs: list[str], expected: object
) -> None:
    parts = [input_data("p", f"{name}.tPerson".lstrip(".")),
             literal("dec", text_, needs=[*needs, "input:p"])]  # fmt: skip
    other = {"namn": "Bo", "ålder": 30}
    assert decide(*parts, name=name, p=ANNA, person=other, gräns=18) == expected


def test_an_imported_type_keeps_its_constraints() -> None:
    parts = [input_data("p", "Ett lib.tPerson"), literal("dec", "p.namn", needs=["input:p"])]
    with pytest.raises(DmnInputTypeError):
        decide(*parts, p={"namn": "Anna"})
    parts = [item("tLista", "Ett lib.tÅlder", many=True), input_data("p", "tLista"),
             literal("dec", "max(p)", needs=["input:p"])]  # fmt: skip
    assert decide(*parts, p=[1, 150]) == 150
    with pytest.raises(DmnInputTypeError):
        decide(*parts, p=[151])


def test_input_data_of_the_same_name_are_told_apart() -> None:
    part = literal("dec", "person + lib.person.namn", needs=["input:lib#person", "input:person"])
    content = definitions(imports("lib", "lib"), input_data("person", "string"), part)
    model = parse_decisions(content, imports={"lib": LIBRARY})
    for given, others in (
        ({"person": "x"}, {"lib": {"person": ANNA}}),
        ({"person": "x", "lib": {"person": ANNA}}, {}),
    ):
        assert model.evaluate("dec", given, imported=others).value == "xAnna"


def test_missing_input_of_an_import_is_an_error_when_strict() -> None:
    part = literal("dec", "lib.gräns", needs=["input:lib#gräns"])
    model = parse_decisions(definitions(imports("lib", "lib"), part), imports={"lib": LIBRARY})
    with pytest.raises(DmnEvaluationError, match=r"lib\.gräns"):
        model.evaluate("dec", {})
    assert model.evaluate("dec", {}, mode="null").value is None


def test_imports_of_imports() -> None:
    middle = definitions(
        imports("lib", "lib"),
        item("tFler", "lib.tPerson", many=True),
        literal("hej", "lib.Säg hej(lib.person)", needs=["bkm:lib#Säg hej", "input:lib#person"]),
        space="mitt",
    )
    files = {"lib": LIBRARY, "mitt": middle}
    parts = [
        imports("m", "mitt"),
        imports("m2", "mitt"),
        input_data("fler", "m.tFler"),
        literal("dec", "m.hej + string(count(fler))", needs=["mitt#hej", "input:fler"]),
    ]
    assert decide(*parts, files=files, person=ANNA, fler=[ANNA]) == "Hej, Anna1"
    with pytest.raises(DmnInputTypeError):
        decide(*parts, files=files, person=ANNA, fler=[1])


def test_a_file_of_types_alone_can_be_imported() -> None:
    types = definitions(item("tTal", "number", allowed="> 0"), space="lib")
    parts = [input_data("p", "Ett lib.tTal"), literal("dec", "p", needs=["input:p"])]
    assert decide(*parts, files={"lib": types}, p=1) == 1
    with pytest.raises(DmnInputTypeError):
        decide(*parts, files={"lib": types}, p=0)


def test_files_that_import_each_other_are_refused() -> None:
    one = definitions(imports("b", "b"), literal("x", "1"), space="a")
    two = definitions(imports("a", "a"), literal("x", "1"), space="b")
    with pytest.raises(DmnParseError) as caught:
        parse_decisions(one, imports={"a": one, "b": two})
    assert caught.value.code == "dmn_import_cycle"


def test_a_service_may_give_what_an_import_decides() -> None:
    own = service("s", ["lib#vuxen"], inputs=["lib#person", "lib#gräns"])
    part = literal("dec", "s(p, 21)", needs=["bkm:s", "input:p"])
    assert decide(own, input_data("p", "Ett lib.tPerson"), part, p=ANNA) is False


def test_a_service_called_by_itself_is_given_its_input_decisions() -> None:
    model = parse_decisions(LIBRARY)
    assert model.evaluate("Efter", {"dubbel gräns": 7}).value == 8
    assert model.evaluate("Båda", {"person": ANNA, "gräns": 30}).value == {
        "vuxen": False,
        "dubbel gräns": 60,
    }
    with pytest.raises(DmnEvaluationError) as caught:
        model.evaluate("Efter", {})
    assert caught.value.code == "dmn_input_missing"


def test_a_knowledge_model_called_by_itself_takes_its_parameters_by_name() -> None:
    assert parse_decisions(LIBRARY).evaluate("Säg hej", {"person": ANNA}).value == "Hej, Anna"
