# ruff: noqa: SLF001 - the one file that reaches into SpiffWorkflow
"""Everything that we change in SpiffWorkflow 3.2.0, in one place.

By subclass, never by replacing anything inside the library: several threads run the engine at once
and share the specs of a definition, which no action ever changes. SpiffWorkflow gives the token
tree, the specs and their life cycle; what differs, and why:

1. A token takes its id from the action. Stock reads the system clock and draws random ids.
2. Children come into being when their parent completes. Stock predicts the whole future on every
   move, recursively: a chain of 490 tasks cannot be loaded, and prediction was most of the cost.
3. Nothing recurses, so no depth is dangerous. Stock dies or falls silent at depth 1000.
4. The parallel join counts arrivals: each waits as a live token that knows the flow it came by,
   and the join consumes one of each. Stock asks the tree about the past, fires early from the
   second turn of a loop, cancels waiting arrivals of other tokens, and deletes open tasks.
5. A scope ends when nothing in it is live. Stock keeps a waiting end join per scope.
6. A boundary event cancels its live siblings, never what has already left the activity. A task
   that was cancelled by its own throw does not go on.
7. Every transition is told to the action, which is how the history stays complete.
8. Spiff's own task data stays empty: variables live in scopes (``engine.scopes``).
"""

from collections import Counter, deque
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import IncidentError
from engine.history import DEPTH, Action

if version("SpiffWorkflow") != "3.2.0":
    raise RuntimeError("engine/spiff/patch.py is written for SpiffWorkflow 3.2.0 exactly")

FUTURE: Final = TaskState.FUTURE
WAITING: Final = TaskState.WAITING
READY: Final = TaskState.READY
STARTED: Final = TaskState.STARTED
COMPLETED: Final = TaskState.COMPLETED
CANCELLED: Final = TaskState.CANCELLED
LIVE: Final = WAITING | READY | STARTED
FINISHED: Final = TaskState.FINISHED_MASK

START: Final = "[start]"
"""Name of the internal root of a scope. Brackets cannot stand in an XML id."""


class Token(Task):  # type: ignore[misc]
    """One token at one element."""

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: "Token | None" = None,
        state: int = FUTURE,
        id: int | None = None,  # noqa: A002 - SpiffWorkflow's name
    ) -> None:
        self.id: int = workflow.action.new_id() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.detail: dict[str, Any] | None = None
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def live(self) -> bool:
        """Whether the token waits, is ready or is at work."""
        return bool(self._state & LIVE)

    def spawn(self, task_spec: Any) -> "Token":
        """Return a new token below this one, not yet arrived."""
        return Token(self.workflow, task_spec, self)

    def arrive(self) -> None:
        """Enter the element: wait there, or get ready to run."""
        if self.task_spec._update_hook(self):
            self.make_ready()

    def move(self, value: int) -> None:
        """Change state; the scope's count and the history follow."""
        self._set_state(value)

    def _set_state(self, value: int) -> None:
        old = self._state
        if value == old:
            return
        self._state = value
        workflow = self.workflow
        if value & LIVE and not old & LIVE:
            workflow.live += 1
        elif old & LIVE and not value & LIVE:
            workflow.live -= 1
            if not workflow.live:
                workflow.top_workflow.emptied.append(workflow)
        self._tell(old, value)

    def _tell(self, old: int, new: int) -> None:
        spec = self.task_spec
        if spec.bpmn_id is None:
            return
        silent = spec.silent_while_waiting
        if new & LIVE:
            if (old < WAITING or (old == WAITING and silent)) and not (new == WAITING and silent):
                self._tell_at("entered", spec.bpmn_id)
        elif new == COMPLETED:
            self._tell_at("completed", spec.bpmn_id, self.detail)
        elif not (old == WAITING and silent):
            self._tell_at("cancelled", spec.bpmn_id)

    def _tell_at(self, kind: str, element: str, detail: Mapping[str, Any] | None = None) -> None:
        """Add a line to the history. Ids are unique in one process only: a called one is named."""
        called = self.workflow.called
        if called is not None:
            detail = {**(detail or {}), "called": called}
        self.workflow.action.tell(kind, element, self.id, detail)

    def make_ready(self) -> None:
        """Let the element do its work, or the person theirs."""
        if self._state & FINISHED:
            return
        self._set_state(READY)
        self.task_spec._on_ready_hook(self)
        if not self.task_spec.manual:
            self.workflow.top_workflow.queue.append(self)

    def run(self) -> bool | None:
        """Do the element's work; None leaves the token at work until ``complete``."""
        result: bool | None = self.task_spec._run_hook(self)
        if result is None:
            self._set_state(STARTED)
        else:
            self.complete()
        return result

    def complete(self) -> None:
        """Finish here and move on, unless an event cancelled the token meanwhile."""
        if self._state & FINISHED:
            return
        self.task_spec._predict_hook(self)
        self._set_state(COMPLETED)
        self.task_spec._on_complete_hook(self)
        for child in self.children:
            if child._state == FUTURE:
                child.arrive()

    def cancel(self) -> None:
        """Take a live token, and what lives below it, away."""
        todo: list[Token] = [self]
        while todo:
            token = todo.pop()
            if token._state == FUTURE:
                token._state = CANCELLED
            elif token.live:
                token._set_state(CANCELLED)
                token.task_spec._on_cancel(token)
            else:
                continue
            todo.extend(reversed(token.children))


class ScopeSpec(BpmnProcessSpec):  # type: ignore[misc]
    """The spec of a process or of the inside of a sub-process."""

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name)
        self.data_objects: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.start = Element(self, START)
        self.start.bpmn_id = None
        self.event_subs: dict[str, Any] = {}


class Element(BpmnSpecMixin):  # type: ignore[misc]
    """Base of every spec of ours.

    ``silent_while_waiting``: such a wait (an armed boundary event, an arrival at a join) is not
    something that has happened to the element yet, so the history does not tell it.
    """

    silent_while_waiting = False
    host: str | None = None
    isolates = False

    def _predict_hook(self, token: Token) -> None:
        for spec in self.outputs:
            token.spawn(spec)

    def _update_hook(self, token: Token) -> bool | None:  # noqa: ARG002
        return True

    def _on_ready_hook(self, token: Token) -> None:
        pass

    def _run_hook(self, token: Token) -> bool | None:  # noqa: ARG002
        return True

    def _on_complete_hook(self, token: Token) -> None:
        pass

    def _on_cancel(self, token: Token) -> None:
        pass


class ParallelGateway(Element):
    """Fork and join. A join takes one arrival per incoming flow; the others keep waiting."""

    silent_while_waiting = True

    def _update_hook(self, token: Token) -> bool:
        if len(self._inputs) < 2:
            return True
        token.internal_data["via"] = token.parent.task_spec.name
        token._set_state(WAITING)
        wanted: Counter[str] = Counter(self._inputs)
        consumed = []
        for arrival in token.workflow.tasks.values():
            if arrival.task_spec is self and arrival._state == WAITING:
                via = arrival.internal_data["via"]
                if wanted[via]:
                    wanted[via] -= 1
                    consumed.append(arrival)
        if any(wanted.values()):
            return False
        for arrival in consumed:
            if arrival is not token:
                arrival._set_state(CANCELLED)
        return True


class _Scope:
    """What a process and a sub-process in progress have in common."""

    live: int
    tasks: dict[int, Token]
    spec: ScopeSpec
    task_tree: Token
    called: str | None = None
    """The called process that the scope belongs to; None in the instance's own."""

    def live_tokens(self) -> list[Token]:
        """Return the tokens that are somewhere, oldest first."""
        return [token for token in self.tasks.values() if token.live]

    def cancel_all(self) -> None:
        """Cancel everything that is live, or about to be, in the scope."""
        for token in list(self.tasks.values()):
            if not token._state & FINISHED:
                token.cancel()


class Flow(_Scope, BpmnWorkflow):  # type: ignore[misc]
    """A process instance while it is in memory."""

    owner: Token | None = None

    def __init__(self, spec: ScopeSpec, scopes: Mapping[str, ScopeSpec], action: Action) -> None:
        self.action = action
        self.live = 0
        self.queue: deque[Token] = deque()
        self.emptied: list[Any] = []
        super().__init__(spec, scopes, script_engine=self, deserializing=True)

    def all_scopes(self) -> list[Any]:
        """Return the scopes in progress, the process first, then in order of birth."""
        return [self, *(s for s in self.subprocesses.values() if not s.completed)]

    def find(self, number: int) -> Token | None:
        """Return the token with this number, wherever it is."""
        for scope in self.all_scopes():
            if number in scope.tasks:
                return scope.tasks[number]  # type: ignore[no-any-return]
        return None

    def settle(self) -> None:
        """Run until every token waits for the world.

        Raises:
            IncidentError: A budget is spent, or nothing can ever move again.
        """
        while True:
            while self.queue:
                token = self.queue.popleft()
                if token._state == READY:
                    self.action.step(token.task_spec.bpmn_id or token.task_spec.name)
                    token.run()
            if not self._close_one():
                return

    def _close_one(self) -> bool:
        while self.emptied:
            scope = self.emptied.pop()
            if not scope.live and not scope.completed:
                scope.completed = True
                scope.data.pop("armed", None)
                if scope.owner is not None and scope.owner.live:
                    scope.owner.task_spec.scope_ended(scope.owner, scope)
                    return True
        return False


class SubFlow(_Scope, BpmnSubWorkflow):  # type: ignore[misc]
    """A sub-process, a called process or an event sub-process in progress."""

    def __init__(self, spec: ScopeSpec, owner: Token) -> None:
        top = owner.workflow.top_workflow
        self.owner = owner
        self.action = top.action
        self.called = spec.name if owner.task_spec.isolates else owner.workflow.called
        self.live = 0
        super().__init__(spec, owner.id, top, deserializing=True)
        if self.depth > DEPTH:
            raise IncidentError(
                owner.task_spec.bpmn_id,
                f"more than {DEPTH} sub-processes and calls inside each other",
                "budget_exceeded",
            )
        top.subprocesses[owner.id] = self

    def _calculate_depth(self) -> int:
        depth: int = self.owner.workflow.depth
        return depth + 1
