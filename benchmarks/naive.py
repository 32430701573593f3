"""The naive way, for comparison: stock SpiffWorkflow, its own JSON, everything in one row.

The whole workflow with its specification is read, turned into objects, moved one task on, turned
into JSON and written back, in one transaction. The diagram goes round a loop of user tasks with a
split and a join, as the reference does; stock SpiffWorkflow cannot read our dialect, so its one
condition is Python here.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

TASKS = ("Utred", "GranskaSak", "GranskaForm", "Kommunicera", "Besluta")
FLOWS = (
    ("Borjan", "Varv"), ("Varv", "Utred"), ("Utred", "Dela"), ("Dela", "GranskaSak"),
    ("Dela", "GranskaForm"), ("GranskaSak", "Samla"), ("GranskaForm", "Samla"),
    ("Samla", "Kommunicera"), ("Kommunicera", "Besluta"), ("Besluta", "Klart"), ("Klart", "Varv"),
)  # fmt: skip


@dataclass
class Naive:
    """A workflow in one row."""

    raw: psycopg.Connection[Any]
    ref: UUID
    serializer: BpmnWorkflowSerializer
    bytes: int = 0

    def complete(self) -> float:
        """Complete the next task; return the seconds that it took, commit included."""
        begun = time.perf_counter()
        lock = "SELECT state FROM bench_naive WHERE id = %s FOR UPDATE"
        row = self.raw.execute(lock, (self.ref,)).fetchone()
        workflow = self.serializer.deserialize_json(row[0])
        workflow.get_tasks(state=TaskState.READY, manual=True)[0].run()
        workflow.do_engine_steps()
        self.bytes = self._write(workflow)
        return time.perf_counter() - begun

    def _write(self, workflow: BpmnWorkflow) -> int:
        text = self.serializer.serialize_json(workflow)
        self.raw.execute("UPDATE bench_naive SET state = %s WHERE id = %s", (text, self.ref))
        self.raw.commit()
        return len(text)


@contextmanager
def naive(address: dict[str, Any]) -> Iterator[Naive]:
    """Begin a workflow; the table ``bench_naive`` exists."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(BytesIO(_diagram())))
    workflow = BpmnWorkflow(parser.get_spec("naive"))
    workflow.do_engine_steps()
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    with psycopg.connect(**address) as raw:
        raw.prepare_threshold = 1
        ref = uuid4()
        text = serializer.serialize_json(workflow)
        raw.execute("INSERT INTO bench_naive (id, state) VALUES (%s, %s)", (ref, text))
        raw.commit()
        yield Naive(raw, ref, serializer)


def _diagram() -> bytes:
    nodes = "".join(f'<userTask id="{name}" name="{name}"/>' for name in TASKS)
    flows = "".join(
        f'<sequenceFlow id="F_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in FLOWS
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
        ' targetNamespace="t"><process id="naive" isExecutable="true"><startEvent id="Borjan"/>'
        '<exclusiveGateway id="Varv" default="F_Varv_Utred"/>'
        '<parallelGateway id="Dela"/><parallelGateway id="Samla"/>'
        '<exclusiveGateway id="Klart" default="F_Klart_Varv"/><endEvent id="Slut"/>'
        '<sequenceFlow id="F_Klart_Slut" sourceRef="Klart" targetRef="Slut">'
        "<conditionExpression>1 == 2</conditionExpression></sequenceFlow>"
        f"{nodes}{flows}</process></definitions>"
    ).encode()
