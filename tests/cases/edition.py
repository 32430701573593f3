"""A small edition: one process per thing the use cases must do."""

import json
from typing import Any

from tests.engine import draw

HANDLAGGARE = ("A", "B", "V", "W", "Efter", "F", "Bada1", "Bada2", "Granska")

MANIFEST = """
[utgava]
id = "prov"
valid_from = 2025-01-01
"""
PROCESSES = {
    "prova": ("handlaggare", "myndighet", "starts_new_case = true"),
    "folj": ("personal", "utforare", ""),
    "vanta": ("handlaggare", "myndighet", ""),
    "asynk": ("handlaggare", "myndighet", ""),
    "fel": ("handlaggare", "myndighet", ""),
    "klocka": ("handlaggare", "myndighet", ""),
    "kedja": ("handlaggare", "myndighet", ""),
    "ogon": ("handlaggare", "myndighet", ""),
    "fri": ("handlaggare", "myndighet", "needs_case = false"),
    "delas": ("handlaggare", "myndighet", ""),
    "dod": ("handlaggare", "myndighet", ""),
    "frist": ("handlaggare", "myndighet", ""),
}
MESSAGES = """
["prova.klar"]
key = "arende"
utifran = true
receivers = "one"
kind = "start"
expires = "P5D"
late = "incident"
double = "ignored"

["svar"]
key = "arende"
utifran = true
receivers = "one"
kind = "catch"
expires = "P5D"
late = "incident"
double = "ignored"

["kanske"]
key = "arende"
utifran = true
receivers = "zero_or_one"
kind = "catch"
expires = "P5D"
late = "nothing"
double = "ignored"

["alla"]
key = "arende"
utifran = true
receivers = "many"
kind = "both"
expires = "P5D"
late = "incident"
double = "ignored"
"""
ROLES = "".join(
    f'[[roll]]\nid = "{role}"\nname = "{role.title()}"\norganisation = "{kind}"\n'
    for role, kind in {
        "handlaggare": "myndighet",
        "arbetsledare": "myndighet",
        "personal": "utforare",
    }.items()
)
ATKOMST = [
    # role, samma_enhet, tilldelad, secrecy, handling, tillats
    ('"arbetsledare"', "true", "-", "-", '"lasa","omfordela","avbryt","atgarda","meddela"', "true"),
    ('"handlaggare","arbetsledare","personal"', "true", "-", "-",
     '"lasa","ta","slapp","slutfora","delegera","starta"', "true"),
    ("-", "true", "true", "-", '"slutfora","slapp","ta","delegera"', "true"),
    ("-", "-", "-", "-", "-", "false"),
]  # fmt: skip


FRIST = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="frist" name="När ska det vara klart?">
<decisionTable hitPolicy="UNIQUE">
<input label="Slag"><inputExpression typeRef="string"><text>slag</text></inputExpression>
<inputValues><text>"a"</text></inputValues></input>
<output name="slut" label="Senast" typeRef="date"/><output name="alltid" typeRef="boolean"/>
<annotation name="text"/><annotation name="kalla"/><annotation name="modalitet"/>
<annotation name="normniva"/><annotation name="law_version"/><annotation name="verifierad"/>
<rule id="r1"><description>Fjorton dagar.</description>
<inputEntry><text>"a"</text></inputEntry>
<outputEntry><text>fran + duration("P14D")</text></outputEntry>
<outputEntry><text>true</text></outputEntry>
<annotationEntry><text>14 dagar från att det kom in</text></annotationEntry>
<annotationEntry><text>fl.9</text></annotationEntry><annotationEntry><text>ska</text></annotationEntry>
<annotationEntry><text>LAG</text></annotationEntry>
<annotationEntry><text>FL 2017:900</text></annotationEntry>
<annotationEntry><text>nej</text></annotationEntry></rule></decisionTable></decision></definitions>
""".encode()


def files() -> dict[str, bytes]:
    """The edition, by path."""
    found = {
        "manifest.toml": (MANIFEST + "".join(_entry(*row) for row in PROCESSES.items())).encode(),
        "messages.toml": MESSAGES.encode(),
        "terms/roller.toml": ROLES.encode(),
        "dmn/atkomst.dmn": atkomst(),
        "dmn/frist.dmn": FRIST,
        "forms/starta_prova.form": form("starta_prova", _text("fritext"), _number("belopp")),
        "forms/form_a.form": form("form_a", _text("anteckning"), _flag("om")),
        "forms/form_regel.form": form("form_regel", _number("svar"), rule="=svar > tak"),
    }
    for key, content in diagrams().items():
        found[f"bpmn/{key}.bpmn"] = content
    return found


def diagrams() -> dict[str, bytes]:
    """The diagrams, by process."""
    return {
        "prova": _prova(),
        "folj": _folj(),
        "vanta": _vanta(),
        "asynk": _asynk(),
        "fel": _fel(),
        "klocka": _klocka(),
        "kedja": _kedja(),
        "ogon": _ogon(),
        "fri": draw.document(
            draw.process(
                "fri", draw.lanes(handlaggare=["A"]), draw.start(), draw.user("A"), draw.end(),
                draw.seq("s", "A", "e"),
            )
        ),
        "delas": _delas(),
        "dod": _dod(),
        "frist": _frist(),
    }  # fmt: skip


def _prova() -> bytes:
    return draw.document(
        draw.process(
            "prova",
            draw.lanes(handlaggare=["A"], arbetsledare=["B", "Paminn"]),
            draw.element(
                "startEvent",
                "s",
                zeebe_form("starta_prova") + draw.io((), [("belopp", "=belopp")]),
            ),
            draw.user("A", outs=[("om", "=om")], zeebe=zeebe_form("form_a"), name="Gör A"),
            draw.boundary("Frist", "A", draw.timer("P10D"), interrupting=False),
            draw.user("Paminn", name="Påminn"),
            draw.end("e2"),
            draw.job("Notera", "prov.notera", [("belopp", "=belopp")], [("not", "=id")]),
            draw.xor("g", "f_vidare"),
            draw.user("B", name="Gör B"),
            draw.throw("Klar", draw.message("prova.klar"), [
                ("mottagare_organisation", "=mottagare_organisation"),
                ("mottagare_enhet", "=mottagare_enhet"),
            ]),
            draw.end(),
            draw.seq("s", "A", "Notera", "g"),
            draw.flow("g", "A", "=om = true"),
            draw.flow("g", "B", key="f_vidare"),
            draw.seq("B", "Klar", "e"),
            draw.seq("Frist", "Paminn", "e2"),
        ),
        messages=[("prova.klar", "=arende")],
    )  # fmt: skip


def _folj() -> bytes:
    return draw.document(
        draw.process(
            "folj",
            draw.lanes(personal=["F"]),
            draw.start("s", draw.message("prova.klar")),
            draw.user("F", name="Följ upp"),
            draw.end(),
            draw.seq("s", "F", "e"),
        ),
        messages=[("prova.klar", "=arende")],
    )


def _vanta() -> bytes:
    return draw.document(
        draw.process(
            "vanta",
            draw.lanes(handlaggare=["V", "W"]),
            draw.start(),
            draw.user("V"),
            draw.catch("Svar", draw.message("svar")),
            draw.user("W"),
            draw.end(),
            draw.seq("s", "V", "Svar", "W", "e"),
        ),
        messages=[("svar", "=arende")],
    )


def _asynk() -> bytes:
    return draw.document(
        draw.process(
            "asynk",
            draw.lanes(handlaggare=["Efter"]),
            draw.start(),
            draw.job("Hamta", "prov.asynk", [("hur", "=hur")], [("svar", "=svar")]),
            draw.boundary("Fel", "Hamta", draw.error("nekad")),
            draw.user("Efter"),
            draw.end(),
            draw.end("e2"),
            draw.seq("s", "Hamta", "Efter", "e"),
            draw.seq("Fel", "e2"),
        ),
        errors=["nekad"],
    )


def _fel() -> bytes:
    return draw.document(
        draw.process(
            "fel",
            draw.lanes(handlaggare=["A"]),
            draw.start(),
            draw.user("A"),
            draw.xor("g", "f_nej"),
            draw.end(),
            draw.end("e2"),
            draw.seq("s", "A", "g"),
            draw.flow("g", "e", "=okand > 1"),
            draw.flow("g", "e2", key="f_nej"),
        )
    )


def _klocka() -> bytes:
    """A reminder every day, and a capability that refuses when told to."""
    return draw.document(
        draw.process(
            "klocka",
            draw.lanes(handlaggare=["A", "P"]),
            draw.start(),
            draw.user("A"),
            draw.boundary("Varje", "A", draw.timer("R/P1D", "timeCycle"), interrupting=False),
            draw.job("Notera", "prov.notera", [("belopp", "=1")], [("not", "=id")]),
            draw.user("P"),
            draw.end(),
            draw.end("e2"),
            draw.seq("s", "A", "e"),
            draw.seq("Varje", "Notera", "P", "e2"),
        )
    )


def _kedja() -> bytes:
    """Message to whoever waits, from a task."""
    return draw.document(
        draw.process(
            "kedja",
            draw.lanes(handlaggare=["A"]),
            draw.start(),
            draw.user("A"),
            draw.throw("Skicka", draw.message("svar"), [("svar", "=1")]),
            draw.end(),
            draw.seq("s", "A", "Skicka", "e"),
        ),
        messages=[("svar", "=arende")],
    )


def _ogon() -> bytes:
    eyes = '<zeebe:properties><zeebe:property name="fyra_ogon" value="A"/></zeebe:properties>'
    return draw.document(
        draw.process(
            "ogon",
            draw.lanes(handlaggare=["A", "Granska"]),
            draw.start(),
            draw.user("A"),
            draw.user("Granska", zeebe=eyes),
            draw.end(),
            draw.seq("s", "A", "Granska", "e"),
        )
    )


def _delas() -> bytes:
    """Two open tasks and a form that needs what the task knows."""
    return draw.document(
        draw.process(
            "delas",
            draw.lanes(handlaggare=["Bada1", "Bada2"]),
            draw.start(),
            draw.fork("dela"),
            draw.user("Bada1", [("tak", "=10")], zeebe=zeebe_form("form_regel")),
            draw.user("Bada2", zeebe='<zeebe:assignmentDefinition assignee="=vem"/>'),
            draw.fork("mot"),
            draw.end(),
            draw.seq("s", "dela", "Bada1", "mot", "e"),
            draw.seq("dela", "Bada2", "mot"),
        )
    )


def _dod() -> bytes:
    """Listens to a message for all; also starts by it."""
    return draw.document(
        draw.process(
            "dod",
            draw.lanes(handlaggare=["A"]),
            draw.start("s", draw.message("alla")),
            draw.user("A"),
            draw.boundary("Alla", "A", draw.message("alla")),
            draw.end(),
            draw.end("e2"),
            draw.seq("s", "A", "e"),
            draw.seq("Alla", "e2"),
        ),
        messages=[("alla", "=arende")],
    )


def _frist() -> bytes:
    """Time limits out of a table: at once, and after another task was done."""
    decide = '<zeebe:calledDecision decisionId="frist" resultVariable="f"/>' + draw.io(
        [("slag", "=slag"), ("fran", "=fran"), ("vem", "=vem")]
    )
    due = '<zeebe:taskSchedule dueDate="=f.slut"/>'
    return draw.document(
        draw.process(
            "frist",
            draw.lanes(handlaggare=["Forst", "Sedan"]),
            draw.start(),
            draw.element("businessRuleTask", "Rakna", decide, name="Räkna"),
            draw.user("Forst", zeebe=due),
            draw.user("Sedan", zeebe=due),
            draw.boundary("Sen", "Sedan", draw.timer("=f.slut", "timeDate"), interrupting=False),
            draw.end(),
            draw.end("e2"),
            draw.seq("s", "Rakna", "Forst", "Sedan", "e"),
            draw.seq("Sen", "e2"),
        )
    )


def zeebe_form(form_id: str) -> str:
    return f'<zeebe:formDefinition formId="{form_id}"/>'


def _entry(key: str, row: tuple[str, str, str]) -> str:
    owner, organisation, more = row
    return (
        f'[[process]]\nkey = "{key}"\nname = "{key}"\nowner = "{owner}"\n'
        f'organisation = "{organisation}"\nstatus = "fastställd"\n{more}\n'
    )


def atkomst(rows: list[tuple[str, ...]] = ATKOMST) -> bytes:
    """The access table."""
    inputs = ("role", "samma_enhet", "tilldelad", "secrecy", "handling")
    types = ("string", "boolean", "boolean", "number", "string")
    heads = "".join(
        f'<input id="i_{name}"><inputExpression typeRef="{kind}"><text>{name}</text>'
        "</inputExpression></input>"
        for name, kind in zip(inputs, types, strict=True)
    )
    rules = "".join(
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in row[:-1])
        + f"<outputEntry><text>{row[-1]}</text></outputEntry></rule>"
        for number, row in enumerate(rows)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="t"><decision id="atkomst" name="atkomst"><decisionTable hitPolicy="FIRST">'
        f'{heads}<output name="tillats" typeRef="boolean"/>{rules}</decisionTable></decision>'
        "</definitions>"
    ).encode()


def form(form_id: str, *components: dict[str, Any], rule: str = "") -> bytes:
    """A form-js file."""
    document: dict[str, Any] = {
        "id": form_id, "title": form_id, "type": "default", "components": list(components),
    }  # fmt: skip
    if rule:
        condition = {"villkor": rule, "falt": components[0]["key"], "meddelande": "För lågt."}
        document["properties"] = {"regler": json.dumps([condition])}
    return json.dumps(document).encode()


def _text(key: str) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, "id": f"F_{key}"}


def _number(key: str) -> dict[str, Any]:
    return {"type": "number", "key": key, "label": key, "id": f"F_{key}"}


def _flag(key: str) -> dict[str, Any]:
    return {"type": "checkbox", "key": key, "label": key, "id": f"F_{key}"}
