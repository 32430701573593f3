"""A small edition with all that can be interrupted: forms, loop, join, jobs, timers, messages.

``kaos_fraga`` waits for people, timers, an async job and the answer of ``kaos_svar``, which it
starts by message.
"""

import json
from typing import Any

from tests.engine import draw

ROLE = "handlaggare"
TURNS = 2
SHORT = 'duration("PT1S")'

_MANIFEST = """
[utgava]
id = "kaos"
valid_from = 2020-01-01

[[process]]
key = "kaos_fraga"
name = "Fråga"
owner = "handlaggare"
organisation = "myndighet"
status = "fastställd"
starts_new_case = true

[[process]]
key = "kaos_svar"
name = "Svar"
owner = "handlaggare"
organisation = "myndighet"
status = "fastställd"
"""

_ROLES = """
[[roll]]
id = "handlaggare"
name = "Handläggare"
organisation = "myndighet"
"""

_MESSAGES = """
["kaos.fraga"]
key = "arende"
receivers = "one"
kind = "start"
expires = "P5D"
late = "Incident"
double = "Förkastas"

["kaos.svar"]
key = "arende"
receivers = "one"
kind = "catch"
expires = "P5D"
late = "Incident"
double = "Förkastas"
"""

_ACCESS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="atkomst"
    namespace="kaos">
  <decision id="atkomst" name="atkomst">
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i1" label="roll">
        <inputExpression id="e1" typeRef="string"><text>role</text></inputExpression>
      </input>
      <output id="o1" name="tillats" typeRef="boolean"/>
      <rule id="r1">
        <inputEntry id="c1"><text>"handlaggare"</text></inputEntry>
        <outputEntry id="u1"><text>true</text></outputEntry>
      </rule>
      <rule id="r2">
        <inputEntry id="c2"><text>-</text></inputEntry>
        <outputEntry id="u2"><text>false</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def files() -> dict[str, bytes]:
    """Return the edition, path to content."""
    texts = {
        "manifest.toml": _MANIFEST,
        "messages.toml": _MESSAGES,
        "terms/roller.toml": _ROLES,
        "dmn/atkomst.dmn": _ACCESS,
        **{f"forms/{key}.form": json.dumps(_form(key)) for key in ("granska", "vanta", "avsluta")},
    }
    return {
        **{path: text.encode() for path, text in texts.items()},
        "bpmn/kaos_fraga.bpmn": _question(),
        "bpmn/kaos_svar.bpmn": _answer(),
    }


def _form(key: str) -> dict[str, Any]:
    field = {
        "id": "Field_klar",
        "key": "klar",
        "type": "checkbox",
        "label": "Klar",
        "validate": {"required": True},
    }
    return {"type": "default", "id": key, "schemaVersion": 16, "components": [field]}


def _user(key: str, form: str, name: str) -> str:
    zeebe = f'<zeebe:userTask/><zeebe:formDefinition formId="{form}"/>'
    return draw.user(key, zeebe=zeebe, name=name)


def _question() -> bytes:
    people = ("Task_Granska", "Task_Vanta", "Task_Eskalera", "Task_Avsluta")
    machines = (
        *("Borja", "Varv", "Igen", "Dela", "Effekt", "Paus", "Forenad", "Sent", "Sent_Slut"),
        *("Fraga", "Svar", "Skriv", "Slut"),
    )
    return draw.document(
        draw.process(
            "kaos_fraga",
            draw.lanes(handlaggare=(*people, *machines)),
            *_first_half(),
            *_second_half(),
        ),
        messages=[("kaos.fraga", "=arende"), ("kaos.svar", "=arende")],
    )


def _first_half() -> tuple[str, ...]:
    return (
        draw.element("startEvent", "Borja"),
        _user("Task_Granska", "granska", "Granska"),
        draw.script("Varv", "=if varv = null then 1 else varv + 1", "varv"),
        draw.element("exclusiveGateway", "Igen", default="Flow_Vidare", name="Ett varv till?"),
        draw.element("parallelGateway", "Dela"),
        draw.job("Effekt", "chaos.effekt"),
        draw.element("intermediateCatchEvent", "Paus", inside=draw.timer(f"={SHORT}")),
        _user("Task_Vanta", "vanta", "Vänta"),
        draw.element(
            "boundaryEvent",
            "Sent",
            inside=draw.timer(f"={SHORT}"),
            attachedToRef="Task_Vanta",
            cancelActivity="false",
        ),
        _user("Task_Eskalera", "vanta", "Eskalera"),
        draw.element("endEvent", "Sent_Slut"),
        draw.seq("Borja", "Task_Granska", "Varv", "Igen"),
        draw.flow("Igen", "Task_Granska", f"=varv < {TURNS}"),
        draw.flow("Igen", "Dela", key="Flow_Vidare"),
        draw.seq("Dela", "Effekt", "Forenad"),
        draw.seq("Dela", "Paus", "Forenad"),
        draw.seq("Dela", "Task_Vanta", "Forenad"),
        draw.seq("Sent", "Task_Eskalera", "Sent_Slut"),
    )


def _second_half() -> tuple[str, ...]:
    return (
        draw.element("parallelGateway", "Forenad"),
        draw.element("intermediateThrowEvent", "Fraga", inside=draw.message("kaos.fraga")),
        draw.element("intermediateCatchEvent", "Svar", inside=draw.message("kaos.svar")),
        _user("Task_Avsluta", "avsluta", "Avsluta"),
        draw.job("Skriv", "chaos.skriv"),
        draw.element("endEvent", "Slut"),
        draw.seq("Forenad", "Fraga", "Svar", "Task_Avsluta", "Skriv", "Slut"),
    )


def _answer() -> bytes:
    return draw.document(
        draw.process(
            "kaos_svar",
            draw.lanes(handlaggare=("Fragad", "Berakna", "Besvarad")),
            draw.element("startEvent", "Fragad", inside=draw.message("kaos.fraga")),
            draw.job("Berakna", "chaos.effekt"),
            draw.element("endEvent", "Besvarad", inside=draw.message("kaos.svar")),
            draw.seq("Fragad", "Berakna", "Besvarad"),
        ),
        messages=[("kaos.fraga", "=arende"), ("kaos.svar", "=arende")],
    )
