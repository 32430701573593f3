"""Which alterations there are, and the same ones drawn for the same seed."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from engine.bundle import Bundle
from tests.mutation import diagrams, fields, values
from tests.mutation.edition import MUNICIPALITY, bundle_of, refusal
from tests.mutation.sites import Site

KINDS = (
    "drop_task",
    "cross_flows",
    "invert_condition",
    "move_boundary",
    "change_deadline",
    "drop_required",
    "drop_timer",
    "change_lane",
)


def sites(files: Mapping[str, bytes]) -> Iterator[Site]:
    """Return every place that can be altered, in the order of the files.

    Args:
        files: The edition, by path below its folder.
    """
    bundle = bundle_of(files)
    for path, content in sorted(files.items()):
        if path.startswith("bpmn/") and path.endswith(".bpmn"):
            yield from _diagram(path, content, _roles(bundle, PurePosixPath(path).stem))
        elif path.endswith(".dmn") and path.startswith(("dmn/", f"lokal/{MUNICIPALITY}/")):
            yield from values.move_boundary(path, content)
            yield from values.change_deadline(path, content)
        elif path.startswith("forms/") and path.endswith(".form"):
            yield from fields.drop_required(path, content)
            yield from fields.invert_rule(path, content)


def _diagram(path: str, content: bytes, roles: Sequence[str]) -> Iterator[Site]:
    yield from diagrams.drop_task(path, content)
    yield from diagrams.cross_flows(path, content)
    yield from values.invert_condition(path, content)
    yield from values.change_deadline(path, content)
    yield from diagrams.drop_timer(path, content)
    yield from diagrams.change_lane(path, content, roles)


def _roles(bundle: Bundle, process: str) -> list[str]:
    """The roles that a lane of the process may stand for."""
    entry = bundle.manifest.entry(process)
    if entry is None:
        return []
    return sorted(
        role.id for role in bundle.roles.roll if role.organisation in (entry.organisation, "bada")
    )


def ordered(every: Iterable[Site], seed: int) -> Iterator[Site]:
    """Return the sites in a random order that takes the kinds in turn, the same for a seed."""
    kinds: dict[str, list[Site]] = defaultdict(list)
    for site in every:
        kinds[site.kind].append(site)
    for kind, found in kinds.items():
        found.sort(key=lambda site: site.key)
        random.Random(f"{seed} {kind}").shuffle(found)  # noqa: S311 - a sample, not a secret
    turns = [kinds[kind] for kind in KINDS if kinds[kind]]
    while turns:
        for one in turns:
            yield one.pop()
        turns = [one for one in turns if one]


def usable(site: Site, files: Mapping[str, bytes], clean: Bundle) -> bytes | None:
    """Return the altered file; None where the readers refuse it or nothing was altered."""
    content = site.alter()
    if content == files[site.file]:
        return None
    return None if refusal(clean, {**files, site.file: content}, site.file) else content


def walks_for(
    site: Site, passed: Mapping[str, frozenset[str]], seconds: Mapping[str, float]
) -> list[str]:
    """Return the scenarios that have a chance to notice, those nearest first, then the cheapest.

    Args:
        site: The alteration.
        passed: What each scenario passes, unaltered.
        seconds: What each takes.
    """
    found: dict[str, None] = {}
    for group in site.marks:
        near = [name for name, marks in passed.items() if not marks.isdisjoint(group)]
        found |= dict.fromkeys(sorted(near, key=lambda name: (seconds[name], name)))
    return list(found)
