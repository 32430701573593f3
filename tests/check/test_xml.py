"""The budgets of a file, and bytes that are no file at all."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.check import check_files
from tests.check.diagrams import END, START, diagram, errors, flow, node

SMALL = diagram(START, END, flow("S", "E"))


def test_size() -> None:
    assert errors(SMALL + b" " * 1_100_000) == {("xml_too_large", "")}


def test_number_of_elements() -> None:
    many = "<bpmn:incoming/>" * 50_001
    found = errors(diagram(START, node("endEvent", "E", many), flow("S", "E")))
    assert found == {("xml_too_large", "E")}


def test_a_large_legal_file_is_read_in_time() -> None:
    """About the largest there can be: the budget of five seconds leaves room for slow machines."""
    count = 4_000
    nodes = [node("manualTask", f"N{i}") for i in range(count)]
    flows = [flow(f"N{i}", f"N{i + 1}") for i in range(count - 1)]
    started = time.process_time()
    found = diagram(START, *nodes, END, *flows, flow("S", "N0"), flow(f"N{count - 1}", "E"))
    assert errors(found) == set()
    assert time.process_time() - started < 5


def test_many_sub_processes_inside_each_other() -> None:
    inside = node("manualTask", "M") + flow("I", "M", None, "x") + flow("M", "J", None, "y")
    for depth in range(200):
        body = node("startEvent", f"S{depth}") + inside + node("endEvent", f"E{depth}")
        inside = node("subProcess", f"P{depth}", body)
    (report,) = check_files({"p.bpmn": diagram(START, inside, END, flow("S", "E"))})
    assert not report.ok


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_crash(content: bytes) -> None:
    for suffix in ("bpmn", "dmn", "form", "toml"):
        (report,) = check_files({f"x.{suffix}": content}, profile=True)
        assert report.path == f"x.{suffix}"


@given(st.integers(0, len(SMALL) - 1), st.binary(max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_damaged_diagram_crashes(position: int, inserted: bytes) -> None:
    damaged = SMALL[:position] + inserted + SMALL[position + 1 :]
    (report,) = check_files({"x.bpmn": damaged})
    assert all(finding.message for finding in report.findings)
