"""Local tables over national ones: R-003 (stricter wins, laxer is refused) and K-14."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from engine.bundle import Bundle
from engine.check import check_files
from engine.dmn import NoRuleMatchedError
from engine.local import PATH, Parameters, local_tables
from engine.manifest import DataFileError, parse_toml
from engine.overlay import OverlayError, effective
from tests.engine import draw

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
PROCESSES: Path = settings.PROCESSES_DIR
REGISTER = """
[[parameter]]
tabell = "frist"
namn = "Frist"
lager = ["avtal", "tjansteomrade", "kommun"]
resultat = ["dagar"]
striktare = { dagar = "lagre" }
"""
NATIONAL = {'"hemtjanst"': "14", "": "30"}
ANNOTATIONS = ("kalla", "text")


def table(
    rules: dict[str, str],
    *,
    hit: str = "FIRST",
    notes: tuple[str, ...] = ANNOTATIONS,
    more: str = "",
    outputs: tuple[str, ...] = ("dagar",),
) -> bytes:
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{cell}</text></inputEntry>'
        + "".join(
            f'<outputEntry id="o{number}{o}"><text>{days}</text></outputEntry>' for o in outputs
        )
        + "".join(f"<annotationEntry><text>{n} {days}</text></annotationEntry>" for n in notes)
        + "</rule>"
        for number, (cell, days) in enumerate(rules.items(), 1)
    )
    columns = "".join(f'<output id="u{o}" name="{o}" typeRef="number"/>' for o in outputs)
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        f'namespace="n"><decision id="frist" name="Frist"><decisionTable id="t" hitPolicy="{hit}">'
        '<input id="i"><inputExpression id="e" typeRef="string"><text>omrade</text>'
        f"</inputExpression></input>{more}{columns}"
        + "".join(f'<annotation name="{name}"/>' for name in notes)
        + f"{rows}</decisionTable></decision></definitions>"
    ).encode()


def edition(**local: bytes) -> dict[str, bytes]:
    """``kommun``, ``hemtjanst`` and ``avtal`` are layers of the municipality ekviken."""
    places = {
        "kommun": "lokal/ekviken/dmn/frist.dmn",
        "hemtjanst": "lokal/ekviken/tjansteomrade/hemtjanst/dmn/frist.dmn",
        "avtal": "lokal/ekviken/avtal/a7/dmn/frist.dmn",
    }
    files = {places[name]: content for name, content in local.items()}
    return {"dmn/frist.dmn": table(NATIONAL), PATH: REGISTER.encode(), **files}


def decide(files: dict[str, bytes], municipality: str = "ekviken", **inputs: object) -> object:
    bundle = Bundle(effective(files, municipality))
    given = {"omrade": None, "tjansteomrade": None, "avtal": None, **inputs}
    return bundle.decision("frist").evaluate("frist", given, now=NOW)


def codes(files: dict[str, bytes]) -> dict[str, list[str]]:
    reports = check_files(files, profile=True)
    return {report.path: [f.code for f in report.findings] for report in reports if report.findings}


def messages(files: dict[str, bytes], code: str) -> list[str]:
    reports = check_files(files, profile=True)
    return [f.message for report in reports for f in report.findings if f.code == code]


def test_r003_contract_before_area_before_municipality_before_nation() -> None:
    files = edition(
        avtal=table({'"hemtjanst"': "2"}),
        hemtjanst=table({'"hemtjanst"': "5"}),
        kommun=table({'"hemtjanst"': "7", '"korttid"': "9"}),
    )
    assert codes(files) == {}
    everything = {"omrade": "hemtjanst", "tjansteomrade": "hemtjanst", "avtal": "a7"}
    found = decide(files, **everything)
    assert (found.value, found.matched[0].rule) == (Decimal(2), "avtal_a7_r1")
    assert decide(files, **{**everything, "avtal": "a8"}).value == 5
    assert decide(files, omrade="hemtjanst", tjansteomrade="korttid").value == 7
    assert decide(files, omrade="korttid").value == 9
    assert decide(files, omrade="annat").matched[0].rule == "r2"
    assert decide(files, "", omrade="hemtjanst").value == 14
    assert decide(files, "annan", omrade="hemtjanst").value == 14


@pytest.mark.parametrize(
    ("local", "wrong"),
    [
        ({"kommun": {'"hemtjanst"': "14"}}, None),
        ({"kommun": {'"hemtjanst"': "13"}}, None),
        ({"kommun": {'"hemtjanst"': "15"}}, r"dagar is 15 where 14 is the limit.*hemtjanst"),
        ({"kommun": {"": "31"}}, "dagar is 31 where 30 is the limit"),
        ({"kommun": {"": "20"}}, "dagar is 20 where 14 is the limit"),
        ({"kommun": {'"nytt"': "30"}}, None),
        ({"hemtjanst": {'"hemtjanst"': "15"}}, "15 where 14"),
        ({"kommun": {'"hemtjanst"': "7"}, "hemtjanst": {'"hemtjanst"': "8"}}, "8 where 7"),
        ({"kommun": {'"hemtjanst"': "7"}, "avtal": {'"hemtjanst"': "8"}}, "8 where 7"),
        ({"hemtjanst": {'"hemtjanst"': "7"}, "avtal": {'"hemtjanst"': "9"}}, "9 where 7"),
        ({"hemtjanst": {'"hemtjanst"': "7"}, "avtal": {'"hemtjanst"': "7"}}, None),
    ],
)
def test_r003_a_laxer_value_is_refused_with_both_values(
    local: dict[str, dict[str, str]], wrong: str | None
) -> None:
    found = messages(edition(**{k: table(v) for k, v in local.items()}), "lokal_laxare")
    assert bool(found) is (wrong is not None)
    if wrong is not None:
        assert re.search(wrong, found[0])


def test_a_higher_value_can_be_the_stricter() -> None:
    files = edition(kommun=table({'"hemtjanst"': "13"}))
    files[PATH] = REGISTER.replace("lagre", "hogre").encode()
    assert "13 where 14 is the limit" in messages(files, "lokal_laxare")[0]
    files["lokal/ekviken/dmn/frist.dmn"] = table({'"hemtjanst"': "15"})
    assert codes(files) == {}


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("lokal/ekviken/frist.dmn", table(NATIONAL), "lokal_plats"),
        ("lokal/ekviken/omrade/x/dmn/frist.dmn", table(NATIONAL), "lokal_plats"),
        ("lokal/ekviken/dmn/annan.dmn", table(NATIONAL), "lokal_okand"),
        ("lokal/ekviken/dmn/frist.dmn", table(NATIONAL, hit="COLLECT"), "lokal_passar_inte"),
        ("lokal/ekviken/dmn/frist.dmn", table({"": "1"}, outputs=("tid",)), "lokal_resultat"),
        (
            "lokal/ekviken/dmn/frist.dmn",
            table({"": "1"}, outputs=("dagar", "b")),
            "lokal_passar_inte",
        ),
    ],
)
def test_a_local_table_in_the_wrong_place_or_shape(path: str, content: bytes, code: str) -> None:
    assert code in codes({**edition(), path: content})[path]


def test_a_layer_that_the_register_does_not_allow() -> None:
    files = edition(avtal=table({'"hemtjanst"': "2"}))
    files[PATH] = REGISTER.replace('"avtal", ', "").encode()
    assert codes(files) == {"lokal/ekviken/avtal/a7/dmn/frist.dmn": ["lokal_lager"]}


def test_annotations_follow_their_column() -> None:
    files = edition(kommun=table({'"hemtjanst"': "7"}, notes=("text",)))
    text = effective(files, "ekviken")["dmn/frist.dmn"].decode()
    assert re.search(
        r'id="kommun_r1".*?<annotationEntry><text/></annotationEntry>'
        r"<annotationEntry><text>text 7</text></annotationEntry></rule>",
        text,
        re.DOTALL,
    )


def test_only_local_layers_without_a_national_table() -> None:
    files = edition(hemtjanst=table({'"hemtjanst"': "3"}), kommun=table({'"korttid"': "2"}))
    del files["dmn/frist.dmn"]
    assert decide(files, omrade="hemtjanst", tjansteomrade="hemtjanst").value == 3
    assert decide(files, omrade="korttid").value == 2
    with pytest.raises(NoRuleMatchedError):
        decide(files, omrade="hemtjanst", tjansteomrade="korttid")
    with pytest.raises(OverlayError, match="not those of the table"):
        effective({**files, "dmn/frist.dmn": table(NATIONAL, outputs=("annat",))}, "ekviken")


def test_the_overlay_is_part_of_the_hash() -> None:
    files = edition(kommun=table({'"hemtjanst"': "7"}))
    national, own = Bundle(effective(files, "")), Bundle(effective(files, "ekviken"))
    assert national.hash == Bundle(edition()).hash
    assert own.hash != national.hash
    assert own.files["lokal.toml"] == b'kommun = "ekviken"\n'
    changed = edition(kommun=table({'"hemtjanst"': "6"}))
    assert Bundle(effective(changed, "ekviken")).hash != own.hash


def asking(key: str, *parts: str) -> bytes:
    flow = (draw.start(), *parts, draw.end(), draw.seq("s", "x", "e"))
    return draw.document(draw.process(key, *flow))


def required() -> dict[str, bytes]:
    register = REGISTER.replace("resultat", "kravs = true\nresultat").encode()
    return {
        PATH: register,
        "bpmn/fragar.bpmn": asking("fragar", draw.rule("x", "frist", "svar")),
        "bpmn/ringer.bpmn": asking("ringer", draw.call("x", "fragar")),
        "bpmn/annan.bpmn": asking("annan", draw.user("x")),
    }


def test_k14_a_missing_value_is_told_by_the_names_of_the_processes() -> None:
    (message,) = messages(required(), "lokal_parameter_saknas")
    assert message.endswith("these processes are not deployed: fragar, ringer")
    assert "lokal/<kommun>/dmn/frist.dmn" in message
    reports = check_files(required(), profile=True)
    assert {f.severity for r in reports for f in r.findings if r.path == PATH} == {"warning"}
    assert "unknown_decision" not in {f.code for r in reports for f in r.findings}


def test_k14_it_is_told_for_each_municipality_that_lacks_it() -> None:
    own = {"lokal/ekviken/dmn/frist.dmn": table(NATIONAL), "lokal/asen/dmn/annan.dmn": b"<x/>"}
    (message,) = messages({**required(), **own}, "lokal_parameter_saknas")
    assert "lokal/asen/dmn/frist.dmn" in message


def test_k14_the_bundle_says_which_processes_are_stopped() -> None:
    own = {**required(), "lokal/ekviken/dmn/frist.dmn": table(NATIONAL)}
    assert Bundle(effective(own, "")).stopped == {"fragar": ("frist",), "ringer": ("frist",)}
    deployed = Bundle(effective(own, "ekviken"))
    assert deployed.stopped == {}
    assert deployed.definition("ringer").calls == {"fragar"}


def test_r109_the_first_plans_deadline_is_the_municipalitys() -> None:
    national = Bundle.from_directory(PROCESSES)
    assert national.stopped["planera_genomforande"] == ("gp_frist",)
    assert "utreda" not in national.stopped
    demo = Bundle.from_directory(PROCESSES, "demo")
    assert demo.stopped == {}
    anchors = {"verkstalld_datum": date(2026, 4, 1), "mottaget_datum": date(2026, 3, 30)}
    given = {"tjansteomrade": "hemtjanst", **anchors}
    answer = demo.decision("gp_frist").evaluate("gp_frist", given).value
    assert (answer["ankare"], answer["senast"]) == ("verkstalld", date(2026, 4, 15))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("dagar = ", "annat = "), "not in resultat"),
        (("[[parameter]]", REGISTER + "[[parameter]]"), "same tabell"),
        (('"lagre"', '"strangare"'), "lagre"),
        (("namn =", 'vem = "x"\nnamn ='), "Extra inputs"),
    ],
)
def test_a_register_that_is_wrong_is_refused(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(DataFileError, match=reason):
        parse_toml(Parameters, PATH, REGISTER.replace(*change).encode())


def test_the_most_specific_layer_comes_first() -> None:
    files = edition(kommun=b"", hemtjanst=b"", avtal=b"")
    found = [local.layer for local in local_tables(files, "ekviken")]
    assert found == ["avtal", "tjansteomrade", "kommun"]


OWN_DAYS = '[[dag]]\nid = "julafton"\narbetsdag = true\n'


def test_a_municipality_may_count_an_eve_as_a_working_day_but_never_move_the_law() -> None:
    national = {path: (PROCESSES / path).read_bytes() for path in CALENDAR}
    files = {**national, "lokal/ekviken/terms/kalender.toml": OWN_DAYS.encode()}
    assert codes(files) == {}
    functions = Bundle(effective(files, "ekviken")).functions
    day = date(2026, 12, 24)
    answers = {name: functions[name].body(None, day) for name in ("ar_arbetsdag", "sista_dag")}
    assert answers == {"ar_arbetsdag": True, "sista_dag": date(2026, 12, 28)}
    assert Bundle(effective(files, "")).functions["ar_arbetsdag"].body(None, day) is False


@pytest.mark.parametrize("wrong", ["flyttar_sista_dag = false\n", 'lagrum = ["x"]\n'])
def test_a_municipal_calendar_holds_nothing_else(wrong: str) -> None:
    national = {path: (PROCESSES / path).read_bytes() for path in CALENDAR}
    path = "lokal/ekviken/terms/kalender.toml"
    assert codes({**national, path: (OWN_DAYS + wrong).encode()}) == {path: ["data_file_invalid"]}
    unknown = OWN_DAYS.replace("julafton", "skartorsdag").encode()
    with pytest.raises(DataFileError, match="no \\[\\[dag\\]\\] skartorsdag"):
        _ = Bundle(effective({**national, path: unknown}, "ekviken")).functions


CALENDAR = ("terms/kalender.toml", "lagrum.toml")
