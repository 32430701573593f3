"""Which processes have contact with somebody outside their organisation, read off the diagrams."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from tests.processes.town import edition

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
THROWS = {"intermediateThrowEvent", "endEvent"}
BOTH = "bada"


def points() -> list[Mapping[str, Any]]:
    """The rows of ``terms/samverkan.toml``."""
    rows: list[Mapping[str, Any]] = tomllib.loads(edition().files["terms/samverkan.toml"].decode())[
        "samverkanspunkt"
    ]
    return rows


@lru_cache(maxsize=1)
def reaching_out() -> Mapping[str, frozenset[str]]:
    """Process -> the messages that it sends to a process of the other kind of organisation."""
    kinds = {entry.key: entry.organisation for entry in edition().manifest.process}
    thrown = {key: _messages(key, thrown=True) for key in edition().processes}
    caught = {key: _messages(key, thrown=False) for key in edition().processes}
    return {
        key: sent
        for key, names in thrown.items()
        if (sent := frozenset(name for name in names if _crosses(kinds, key, name, caught)))
    }


def _crosses(
    kinds: Mapping[str, str], key: str, name: str, caught: Mapping[str, frozenset[str]]
) -> bool:
    others = {kinds[other] for other, names in caught.items() if name in names}
    return bool(others - {kinds[key], BOTH}) and kinds[key] != BOTH


def _messages(key: str, *, thrown: bool) -> frozenset[str]:
    root = etree.fromstring(edition().files[f"bpmn/{key}.bpmn"])
    names = {one.get("id"): one.get("name") for one in root.iter(f"{BPMN}message")}
    return frozenset(
        names[event.get("messageRef")]
        for event in root.iter(f"{BPMN}messageEventDefinition")
        if (etree.QName(event.getparent()).localname in THROWS) == thrown
    )
