"""The check and the engine agree: what the check lets through, the engine can load.

Diagrams of the lock-step walk are broken at random, one change at a time: the check never raises,
and a broken diagram that it accepts is one the engine reads.
"""

from random import Random

import pytest
from lxml import etree

from engine.check import check_files
from engine.definition import load_definition
from engine.errors import DefinitionError
from tests.lockstep import generate

DIAGRAMS = 12
CHANGES = 8
ENDLESS = "timer_invalid"
"""The walk uses endless cycles, which the engine runs and an edition may not have."""

ELSEWHERE = {"unknown_process", "unknown_decision"}
"""Warnings where the files beside are not known; the engine cannot do without them."""


def accepted(xml: bytes, dmn: bytes) -> tuple[bool, list[str]]:
    (report,) = check_files({"p.bpmn": xml}, neighbours={"niva.dmn": dmn}, profile=False)
    errors = [
        f.code
        for f in report.findings
        if (f.severity == "error" and f.code != ENDLESS) or f.code in ELSEWHERE
    ]
    return not errors, errors


@pytest.mark.parametrize("seed", range(DIAGRAMS))
def test_what_the_walk_draws_is_accepted(seed: int) -> None:
    drawn = generate.diagram(seed)
    assert accepted(drawn.xml, drawn.dmn) == (True, [])


@pytest.mark.parametrize("seed", range(DIAGRAMS))
def test_what_is_accepted_loads(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a repeatable walk, no secret
    drawn = generate.diagram(seed, depth=2)
    for _change in range(CHANGES):
        xml, told = broken(drawn.xml, random)
        ok, _codes = accepted(xml, drawn.dmn)
        if not ok:
            continue
        for process in etree.fromstring(xml).iterchildren("{*}process"):
            try:
                load_definition(
                    process.get("id"), bpmn={"p.bpmn": xml}, dmn={"niva.dmn": drawn.dmn}
                )
            except DefinitionError as error:
                pytest.fail(f"accepted but not loaded after {told}: {error}")


def broken(xml: bytes, random: Random) -> tuple[bytes, str]:
    """One random change: an element or attribute removed, doubled, renamed or emptied."""
    root = etree.fromstring(xml)
    element = random.choice([e for e in root.iter(etree.Element) if e is not root])
    name = etree.QName(element).localname
    told = f"{name} {element.get('id', '')}"
    match random.choice(["remove", "double", "attribute", "value", "text", "tag"]):
        case "remove":
            element.getparent().remove(element)
            told = f"without {told}"
        case "double":
            element.addnext(etree.fromstring(etree.tostring(element)))
            told = f"twice {told}"
        case "attribute" if element.attrib:
            attribute = random.choice(list(element.attrib))
            del element.attrib[attribute]
            told += f" without {attribute}"
        case "value" if element.attrib:
            attribute = random.choice(list(element.attrib))
            value = random.choice(["", "borta", "= x", "= a b", "true", "false", "-1"])
            element.set(attribute, value)
            told += f" {attribute}={value}"
        case "text" if element.text and element.text.strip():
            element.text = random.choice(["", "= x", "x y z", "P1D", "-P1D", "= 1 +"])
            told += f" text {element.text}"
        case _:
            kinds = ["userTask", "serviceTask", "endEvent", "startEvent", "parallelGateway",
                     "scriptTask", "subProcess", "receiveTask", "callActivity"]  # fmt: skip
            element.tag = f"{{{etree.QName(element).namespace}}}{random.choice(kinds)}"
            told += f" as {etree.QName(element).localname}"
    return etree.tostring(root), told
