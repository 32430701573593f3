"""Paths and loops inside one scope: strongly connected parts, what is reached without waiting."""

from collections.abc import Callable, Collection, Iterable

from engine.check.model import Node, Scope

Keep = Callable[[Node], bool]


def successors(node: Node) -> list[Node]:
    """The nodes that can follow: targets of flows, and boundary events of the node."""
    scope = node.scope
    targets = (scope.node(flow.target) for flow in node.outgoing)
    return [*(found for found in targets if found is not None), *scope.boundary_of(node)]


def loops(scope: Scope, keep: Keep) -> list[list[Node]]:
    """The loops that pass only nodes that ``keep`` accepts, each as its nodes.

    Tarjan's algorithm without recursion: a diagram of any length must not end in a traceback.
    """
    search = _Search(keep)
    for node in scope.nodes:
        if keep(node) and id(node) not in search.number:
            search.run(node)
    return [part for part in search.parts if len(part) > 1 or part[0] in successors(part[0])]


class _Search:
    """Tarjan's strongly connected components, with an explicit stack."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep
        self.number: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self.stack: list[Node] = []
        self.on_stack: set[int] = set()
        self.parts: list[list[Node]] = []

    def run(self, root: Node) -> None:
        work = [(root, iter(self._enter(root)))]
        while work:
            node, following = work[-1]
            following_node = next(following, None)
            if following_node is None:
                work.pop()
                self._leave(node, work[-1][0] if work else None)
            elif id(following_node) not in self.number:
                work.append((following_node, iter(self._enter(following_node))))
            elif id(following_node) in self.on_stack:
                self.low[id(node)] = min(self.low[id(node)], self.number[id(following_node)])

    def _enter(self, node: Node) -> list[Node]:
        self.number[id(node)] = self.low[id(node)] = len(self.number)
        self.stack.append(node)
        self.on_stack.add(id(node))
        return [found for found in successors(node) if self.keep(found)]

    def _leave(self, node: Node, above: Node | None) -> None:
        if above is not None:
            self.low[id(above)] = min(self.low[id(above)], self.low[id(node)])
        if self.low[id(node)] == self.number[id(node)]:
            part: list[Node] = []
            while not part or part[-1] is not node:
                part.append(self.stack.pop())
                self.on_stack.discard(id(part[-1]))
            self.parts.append(part)


def reached(starts: Iterable[Node], passes: Keep) -> list[Node]:
    """The nodes that are reached from ``starts`` without going through one that does not pass."""
    todo = list(starts)
    seen = {id(node) for node in todo}
    found = []
    while todo:
        node = todo.pop()
        found.append(node)
        if not passes(node):
            # Its boundary events may still fire; they are judged by themselves.
            following: Collection[Node] = node.scope.boundary_of(node)
        else:
            following = successors(node)
        for after in following:
            if id(after) not in seen:
                seen.add(id(after))
                todo.append(after)
    return found


def starts_of(scope: Scope) -> list[Node]:
    """The start events of a scope."""
    return [node for node in scope.nodes if node.kind == "startEvent"]
