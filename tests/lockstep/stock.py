"""Stock SpiffWorkflow with the join fix beside our engine: the same diagrams, the same choices.

Here the other side shares no code with ours: the library's own parser, predictions, joins and
sub-processes, in memory. It can only walk what it does right (tasks, gateways, loops, scopes); what
it does wrong is listed in ``engine/spiff/patch.py``. The join fix is the smallest that makes its
parallel gateway wait in loops; without it the walks differ (``--mutate stock-join``).
"""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from random import Random
from typing import Any
from unittest.mock import patch

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin as CallActivity
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from engine import runtime
from tests.engine.play import NOW, SEED
from tests.lockstep.generate import Diagram, plain_diagram
from tests.lockstep.walk import Result, load

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


class _Engine(PythonScriptEngine):
    """Gateways read the last answer, as ours read the scope's variable."""

    answer = 1

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:  # noqa: ARG002
        name, operator, number = expression.split()
        assert (name, operator) == ("r", ">")
        return self.answer > int(number)


class Stock:
    """A diagram in stock SpiffWorkflow."""

    def __init__(self, drawn: Diagram) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(_translated(drawn.xml))
        self.engine = _Engine()
        self.workflow = BpmnWorkflow(
            parser.get_spec("p"), parser.get_subprocess_specs("p"), script_engine=self.engine
        )
        self._settle()

    def _settle(self) -> None:
        while True:
            self.workflow.do_engine_steps()
            if not self.workflow.get_tasks(state=TaskState.READY, manual=False):
                return

    def _ready(self) -> list[tuple[str, Any]]:
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return [(self._place(task), task) for task in ready]

    def _place(self, task: Any) -> str:
        """The calls that lead to the task, and the task."""
        names, workflow = [task.task_spec.name], task.workflow
        while workflow.parent_task_id is not None:
            owner = self.workflow.get_task_from_id(workflow.parent_task_id)
            if isinstance(owner.task_spec, CallActivity):
                names.append(owner.task_spec.name)
            workflow = owner.workflow
        return "/".join(reversed(names))

    def open(self) -> list[str]:
        return sorted(place for place, _ in self._ready())

    def complete(self, chosen: str, answer: int) -> None:
        self.engine.answer = answer
        next(task for place, task in self._ready() if place == chosen).run()
        self._settle()


def _translated(xml: bytes) -> Any:
    """Say the same in the library's own dialect: conditions without ``=``, plain calls."""
    root = etree.fromstring(xml)
    for condition in root.iter(f"{_BPMN}conditionExpression"):
        condition.text = (condition.text or "").removeprefix("=")
    for call in root.iter(f"{_BPMN}callActivity"):
        found = call.find(f".//{_ZEEBE}calledElement")
        assert found is not None
        call.set("calledElement", found.get("processId") or "")
    return root


def _fixed(gateway: Any, task: Any) -> bool:
    """The join fix: only arrivals since this join last fired count, cancelled ones included."""
    tasks = list(task.workflow.tasks.values())
    fired = [t for t in tasks if t.task_spec is gateway and t.state == TaskState.COMPLETED]
    since = max((t.last_state_change for t in fired), default=0.0)
    arrived = {
        t.parent.task_spec.name
        for t in tasks
        if t.task_spec is gateway
        and t.parent.state == TaskState.COMPLETED
        and t.parent.last_state_change > since
    }
    return set(gateway._inputs) <= arrived


def join_fixed() -> AbstractContextManager[Any]:
    return patch.object(ParallelGateway, "_check_threshold_unstructured", _fixed)


def walk_beside_stock(
    seed: int,
    limit: int = 40,
    join: Callable[[], AbstractContextManager[Any]] = join_fixed,
) -> Result:
    """Walk the plain diagram of ``seed`` on both sides and compare what is open."""
    drawn = plain_diagram(seed)
    result = Result(seed, rows=Counter(drawn.rows))
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    with join(), patch.object(UnstructuredJoin, "_run_hook", lambda *_: True):
        stock = Stock(drawn)
        definition = load(drawn)
        ours = runtime.start(definition, {"r": 1}, now=NOW, seed=SEED)
        while True:
            places = {"/".join((*task.called_from, task.element)): task for task in ours.tasks}
            open_here = sorted(places)
            open_there = stock.open()
            if open_here != open_there:
                result.fault = f"open: stock={open_there} ours={open_here}"
                return result
            if not open_here or result.steps >= limit:
                result.end = "done" if ours.completed else "limit"
                return result
            place, answer = random.choice(open_here), random.randrange(10)
            result.steps += 1
            stock.complete(place, answer)
            task_id = places[place].id
            ours = runtime.complete_task(definition, ours.state, task_id, {"r": answer}, now=NOW)


stock_join = nullcontext
"""The library's own rule, for the mutation."""
