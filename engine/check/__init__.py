"""Check the files of an edition before anything of them is taken into use.

Every finding names file, line, element, what is wrong and how to mend it. Hostile files give
findings, never a traceback.
"""

from collections.abc import Callable, Mapping
from typing import Final

from engine.check import model
from engine.check.code import check_code
from engine.check.data import check_data, check_form
from engine.check.edition import Edition, build, lend, root_of
from engine.check.expressions import check_expressions
from engine.check.findings import FileReport, Finding, Findings
from engine.check.house import check_house
from engine.check.local import check_local, lies_over_another
from engine.check.loops import check_loops
from engine.check.needs import check_needs
from engine.check.profile import check_profile
from engine.check.structure import check_root, check_structure
from engine.check.tables import check_table
from engine.check.text import check_text
from engine.check.timers import check_timers
from engine.check.xml import parse
from engine.local import ROOT as LOCAL

SUFFIXES: Final = frozenset({".bpmn", ".dmn", ".form", ".toml"})
"""The files that are checked; others lie beside them unread."""

__all__ = ["SUFFIXES", "FileReport", "Finding", "check_files"]


def check_files(
    files: Mapping[str, bytes],
    *,
    capabilities: frozenset[str] | None = None,
    profile: bool | None = None,
    neighbours: Mapping[str, bytes] | None = None,
) -> tuple[FileReport, ...]:
    """Check files and report on each.

    Args:
        files: Path to content. A path with a folder ``processes`` belongs to the edition there.
        capabilities: The registered capabilities; None leaves their names unchecked.
        profile: True: the house rules bind every file and the paths begin in ``processes/``;
            False: they bind none; None: they bind files under ``processes/`` and diagrams that
            say they are written for Camunda 8.
        neighbours: Files that may be referred to but are not reported on.

    Returns:
        One report per file, in the order of their paths.
    """
    groups: dict[str | None, dict[str, bytes]] = {}
    for path, content in {**(neighbours or {}), **files}.items():
        groups.setdefault(root_of(path, profile=profile), {})[path] = content
    editions = {root: build(root, group) for root, group in groups.items()}
    if None in editions and len(editions) > 1:
        lenders = [edition for root, edition in editions.items() if root is not None]
        editions[None] = lend(editions[None], lenders)
    reports = []
    for path in sorted(files):
        edition = editions[root_of(path, profile=profile)]
        bound = edition.root is not None if profile is None else profile
        findings = Findings(house=bound, by_dialect=profile is None)
        _check_file(path, files[path], edition, capabilities, findings)
        reports.append(findings.report(path))
    return tuple(reports)


def _check_file(
    path: str,
    content: bytes,
    edition: Edition,
    capabilities: frozenset[str] | None,
    findings: Findings,
) -> None:
    if edition.root is not None and not _is_utf8(content):
        findings.rule(
            "not_utf8",
            "",
            0,
            "the file is not UTF-8, in which an edition is kept: save it as UTF-8",
        )
    try:
        if path.endswith(".dmn"):
            whole = not lies_over_another(path, edition)
            imports = edition.imports(path)
            check_table(path, content, edition.functions, findings, imports=imports, whole=whole)
            if edition.root is not None and edition.inside(path).startswith(f"{LOCAL}/"):
                check_local(path, content, edition, findings)
        elif path.endswith(".form"):
            check_form(path, content, edition, findings)
        elif path.endswith(".toml"):
            check_data(path, content, edition, findings)
        elif not path.endswith(".typ"):  # a paper's template is tried where it is set
            _check_diagram(path, content, edition, capabilities, findings)
    except RecursionError:
        findings.error("nested_too_deep", "", 0, "nested too deep to be read; flatten the file")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_diagram(
    path: str,
    content: bytes,
    edition: Edition,
    capabilities: frozenset[str] | None,
    findings: Findings,
) -> None:
    root = parse(content, findings)
    if root is None or not check_root(root, findings):
        return
    diagram = edition.diagrams.get(path) or model.read(path, root)
    if findings.by_dialect and diagram.dialect:
        findings.house = True
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_text(diagram.root, findings),
        lambda: check_structure(diagram, findings),
        lambda: check_profile(diagram, findings),
        lambda: check_needs(diagram, findings),
        lambda: check_code(diagram, findings),
        lambda: check_expressions(diagram, edition.functions, findings),
        lambda: check_timers(diagram, edition.functions, findings),
        lambda: check_loops(diagram, edition.processes, edition.waits, findings),
        lambda: check_house(diagram, edition, capabilities, findings),
    )
    for check in checks:
        check()
