"""Loops, calls and joins that would never end or never go on."""

from itertools import pairwise

import pytest

from engine.check import check_files
from tests.check.diagrams import (
    END,
    START,
    diagram,
    errors,
    flow,
    lanes,
    node,
    timer,
    user,
    warnings,  # fmt: skip
)

LANE = lanes(Lane_a="A B C")
GATE = node("exclusiveGateway", "G", default="G_E")
TIMER = timer("timeDuration", "PT1H")


def loop(body: str, name: str = "A", *more: str) -> bytes:
    return diagram(
        START, body, GATE, END, LANE, flow("S", name), flow(name, "G"), flow("G", "E"),
        flow("G", name, "= igen"), *more,
    )  # fmt: skip


def test_a_loop_with_a_wait_is_good() -> None:
    assert errors(loop(user("A"))) == set()
    assert errors(loop(node("intermediateCatchEvent", "A", TIMER))) == set()


@pytest.mark.parametrize("kind", ["manualTask", "task"])
def test_a_loop_without_a_wait_is_refused_everywhere(kind: str) -> None:
    assert errors(loop(node(kind, "A"))) == {("loop_without_wait", "A")}


def test_a_job_is_no_wait_under_the_house_rules() -> None:
    job = node("serviceTask", "A", "", '<zeebe:taskDefinition type="t"/>')
    assert errors(loop(job)) == {("loop_without_wait", "A")}
    foreign = loop(job).replace(b'modeler:executionPlatform="Camunda Cloud"', b"")
    assert ("loop_without_wait", "A") in warnings(foreign)
    assert errors(foreign) == set()


@pytest.mark.parametrize("waits", [True, False])
def test_a_subprocess_waits_when_every_path_through_it_waits(waits: bool) -> None:  # noqa: FBT001
    inner = (
        node("startEvent", "I") + node("exclusiveGateway", "H", default="H_K") + user("K")
        + node("endEvent", "J") + flow("I", "H") + flow("H", "K")
        + flow("H", "K" if waits else "J", "= x", "H_other") + flow("K", "J")
    )  # fmt: skip
    lane = lanes(Lane_a="P")
    found = loop(node("subProcess", "P", inner), "P").replace(LANE.encode(), lane.encode())
    assert errors(found) == (set() if waits else {("loop_without_wait", "P")})


def test_a_loop_passes_an_exclusive_gateway() -> None:
    found = diagram(
        START, user("A"), user("B"), LANE, flow("S", "A"), flow("A", "B"), flow("B", "A")
    )
    assert errors(found) == {("loop_without_gateway", "A")}
    foreign = found.replace(b'modeler:executionPlatform="Camunda Cloud"', b"")
    assert ("loop_without_gateway", "A") in warnings(foreign)


def test_a_boundary_event_closes_a_loop() -> None:
    job = node("serviceTask", "A", "", '<zeebe:taskDefinition type="t"/>')
    error = node("boundaryEvent", "B", "<bpmn:errorEventDefinition/>", attachedToRef="A")
    found = diagram(
        START, job, error, END, node("exclusiveGateway", "G"),
        flow("S", "G"), flow("G", "A"), flow("A", "E"), flow("B", "G"),
    )  # fmt: skip
    assert ("loop_without_wait", "A") in errors(found)


def test_gateways_decide() -> None:
    undecided = diagram(
        START, node("exclusiveGateway", "G"), END, flow("S", "G"), flow("G", "E", "= x", "ja"),
        flow("G", "E", None, "nej"),
    )  # fmt: skip
    assert errors(undecided) == {("no_default_flow", "G"), ("flow_without_condition", "nej")}
    task = diagram(START, user("A"), LANE, END, flow("S", "A"), flow("A", "E", "= x"))
    assert errors(task) == {("condition_outside_gateway", "A_E")}


def test_a_choice_into_a_join_warns() -> None:
    found = diagram(
        START, node("exclusiveGateway", "G", default="G_B"), user("A"), user("B"), LANE,
        node("parallelGateway", "J"), END, flow("S", "G"), flow("G", "A", "= x"), flow("G", "B"),
        flow("A", "J"), flow("B", "J"), flow("J", "E"),
    )  # fmt: skip
    assert warnings(found) == {("choice_into_join", "J")}
    split = found.replace(b"exclusiveGateway", b"parallelGateway").replace(b' default="G_B"', b"")
    assert warnings(split) == set()


def calls(process: str, *called: str, wait: bool = False) -> bytes:
    names = [f"{process}_{name}" for name in called]
    nodes = [
        node("callActivity", name, "", f'<zeebe:calledElement processId="{target}"/>')
        for name, target in zip(names, called, strict=True)
    ]
    if wait:
        names.insert(0, "A")
        nodes.insert(0, user("A"))
    path = ["S", *names, "E"]
    flows = [flow(a, b) for a, b in pairwise(path)]
    lane = LANE if wait else ""
    return diagram(START, lane, *nodes, END, *flows, process=process)


def cyclic(files: dict[str, bytes]) -> set[tuple[str, str]]:
    reports = check_files({**files, "f.form": b'{"id": "f", "components": []}'})
    return {
        (report.path, finding.element)
        for report in reports
        for finding in report.findings
        if finding.code == "cyclic_call" and finding.severity == "error"
    }


def test_cyclic_calls_need_a_wait() -> None:
    assert cyclic({"a.bpmn": calls("a", "b"), "b.bpmn": calls("b", "a")}) == {
        ("a.bpmn", "a_b"),
        ("b.bpmn", "b_a"),
    }
    assert cyclic({"a.bpmn": calls("a", "b"), "b.bpmn": calls("b", "a", wait=True)}) == set()


def test_unknown_calls_are_refused() -> None:
    assert errors(calls("a", "borta")) == {("unknown_process", "a_borta")}


def test_thousands_of_steps_and_calls_end_without_traceback() -> None:
    many = [node("manualTask", f"N{i}") for i in range(3_000)]
    flows = [flow(f"N{i}", f"N{i + 1}") for i in range(2_999)]
    found = diagram(START, *many, END, *flows, flow("S", "N0"), flow("N2999", "E"))
    assert errors(found) == set()
    chain = {f"p{i}.bpmn": calls(f"p{i}", f"p{i + 1}") for i in range(400)}
    assert cyclic({**chain, "p400.bpmn": calls("p400", "p0")})
