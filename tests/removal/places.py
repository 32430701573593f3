"""Take one named part out of an edition: an element, a row, a field, a rule, a term."""

import json
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from tests.mutation.graph import TASKS, bridge, cut, into, out_of
from tests.mutation.sites import Element, by_id, parse, tag, written

SUFFIXES = {"bpmn": ".bpmn", "dmn": ".dmn", "forms": ".form", "papers": ".typ"}
"""Of the files of a folder; those of the others are ``.toml``."""


class NotRemovableError(ValueError):
    """The part cannot be taken out on its own."""


def without(files: Mapping[str, bytes], where: str) -> tuple[str, bytes | None]:
    """Return the path of the file that holds a part, and its content without it (None: no file).

    Args:
        files: The edition, by path below its folder.
        where: The part as ``kedja krav`` names it, e.g. ``bpmn/avsluta#Task_X``.

    Raises:
        NotRemovableError: There is no such part, or nothing is left to test without it.
    """
    name, _, part = where.partition("#")
    kind = name.split("/")[0] if "/" in name else name
    path = name + ("" if name.endswith(".toml") else SUFFIXES.get(_folder(name), ".toml"))
    if path not in files:
        raise NotRemovableError(f"{where}: no file {path}")
    if not part:
        return path, None
    content = files[path]
    if path.endswith(".bpmn"):
        return path, _without_element(content, part)
    if path.endswith(".dmn"):
        return path, _without_row(content, part)
    if path.endswith(".form"):
        return path, _without_field(content, part)
    return path, _without_entry(content.decode("utf-8"), part, kind).encode()


def _folder(name: str) -> str:
    """The folder that says what kind of file it is; a municipality's own lie one level down."""
    parts = name.split("/")
    return parts[2] if parts[0] == "lokal" and len(parts) > 3 else parts[0]


def _without_element(content: bytes, part: str) -> bytes:
    root = parse(content)
    try:
        node = by_id(root, part)
    except StopIteration:
        raise NotRemovableError(f"no element {part}") from None
    if tag(node) in TASKS and len(out_of(node)) == 1 and into(node):
        bridge(node)
    elif tag(node) in {"participant", "collaboration", "process", "lane", "laneSet", "message"}:
        raise NotRemovableError(f"{part} is the frame of the diagram")
    elif tag(node) == "sequenceFlow":
        _remove(node)
    else:
        cut(node)
    return written(root)


def _without_row(content: bytes, part: str) -> bytes:
    root = parse(content)
    rules = [one for one in root.iter() if isinstance(one.tag, str) and tag(one) == "rule"]
    if not part.isdigit() or int(part) > len(rules):
        raise NotRemovableError(f"no row {part}")
    _remove(rules[int(part) - 1])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _remove(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None, "the root is no part"
    parent.remove(element)


def _without_field(content: bytes, part: str) -> bytes:
    form = json.loads(content)
    rule = re.fullmatch(r"regel(\d+)", part)
    if rule is not None:
        rules = form.get("properties", {}).get("regler", [])
        if int(rule[1]) > len(rules):
            raise NotRemovableError(f"no rule {part}")
        del rules[int(rule[1]) - 1]
    elif not _drop(form["components"], part, ""):
        raise NotRemovableError(f"no field {part}")
    return json.dumps(form, ensure_ascii=False).encode()


def _drop(components: list[dict[str, Any]], part: str, prefix: str) -> bool:
    for number, component in enumerate(components):
        key = component.get("path") or component.get("key") or ""
        if key and f"{prefix}{key}" == part:
            del components[number]
            return True
        inner = f"{prefix}{key}." if key and "components" in component else prefix
        if _drop(component.get("components", []), part, inner):
            return True
    return False


def _without_entry(text: str, part: str, kind: str) -> str:
    """Take out one table of a TOML file, known by its id, key, number or header."""
    blocks = re.split(r"(?m)^(?=\[)", text)
    for number, block in enumerate(blocks):
        if _names(block, part):
            return "".join([*blocks[:number], *blocks[_after(blocks, number) :]])
    headed = [number for number, block in enumerate(blocks) if block.startswith("[[")]
    if part.isdigit() and int(part) <= len(headed):
        number = headed[int(part) - 1]
        return "".join([*blocks[:number], *blocks[_after(blocks, number) :]])
    raise NotRemovableError(f"{kind}: no entry {part}")


def _names(block: str, part: str) -> bool:
    header = block.partition("\n")[0]
    own = re.match(r'(?m)^(?:id|key)\s*=\s*"([^"]*)"', block.partition("\n")[2])
    listed = re.search(r'(?m)^(?:id|key)\s*=\s*"([^"]*)"', block.partition("\n")[2])
    found = own or listed
    return (header.startswith("[[") and found is not None and found[1] == part) or header in {
        f'["{part}"]',
        f"[{part}]",
    }


def _after(blocks: list[str], number: int) -> int:
    """The next block that is not a table below this one (``[x.y]`` below ``[[x]]``)."""
    name = re.match(r"\[+([^\].]+)", blocks[number])
    after = number + 1
    while after < len(blocks) and name and blocks[after].startswith(f"[{name[1]}."):
        after += 1
    return after
