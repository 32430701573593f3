"""Random block-structured diagrams that cover every row of the profile."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.engine import draw
from tests.lockstep.rows import BLOCKS, DMN, LEAVES, PLAIN

Block = tuple[str, str, str]
"""XML, id of the first element, id of the last."""


@dataclass(frozen=True)
class Diagram:
    """A diagram with the rows of the profile that it has."""

    xml: bytes
    dmn: bytes
    rows: Counter[str]


class Generator:
    """Draws blocks; each has one way in and one way out."""

    def __init__(self, random: Random, kinds: tuple[str, ...] = BLOCKS) -> None:
        self.random = random
        self.kinds = kinds
        self.number = 0
        self.rows: Counter[str] = Counter()

    def id(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}{self.number}"

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def count(self, *rows: str) -> None:
        self.rows.update(rows)

    def block(self, depth: int) -> Block:
        kinds = self.kinds if depth > 0 else tuple(k for k in self.kinds if k in LEAVES)
        kind = self.random.choice(kinds)
        make: Callable[[int], Block] = getattr(self, f"_{kind}")
        return make(depth)

    # --- one element

    def _user(self, _depth: int = 0, inside: str = "") -> Block:
        key = self.id("u")
        self.count("user task", "data mapping")
        zeebe = ""
        if self.chance(0.3):
            self.count("assignment and dates")
            zeebe = (
                '<zeebe:assignmentDefinition assignee="=string(r)" '
                'candidateGroups="=[&quot;a&quot;]"/>'
                '<zeebe:taskSchedule dueDate="=today() + duration(&quot;P6M&quot;)" '
                'followUpDate="P14D"/>'
            )
        outs = [("r", "=r"), (f"v_{key}", "=r + lin")]
        return draw.user(key, [("lin", "=r")], outs, inside, zeebe), key, key

    def _job(self, _depth: int = 0) -> Block:
        key = self.id("j")
        self.count("service task")
        outs = [(f"w_{key}", "=id")] if self.chance(0.6) else []
        return draw.job(key, "t", [("jin", "=r")], outs), key, key

    def _send(self, _depth: int) -> Block:
        key = self.id("sd")
        if self.chance(0.5):
            self.count("send task (capability)")
            return draw.job(key, "t", tag="sendTask"), key, key
        self.count("send task (message)")
        return draw.element("sendTask", key, messageRef="M_M3"), key, key

    def _script(self, _depth: int) -> Block:
        key = self.id("sc")
        self.count("script task")
        return draw.script(key, "=r + 1", f"q_{key}"), key, key

    def _rule(self, _depth: int) -> Block:
        key = self.id("br")
        self.count("business rule task")
        return draw.rule(key, "niva", f"n_{key}"), key, key

    def _plain(self, _depth: int) -> Block:
        tag = self.random.choice(("task", "manualTask"))
        key = self.id("pl")
        self.count(tag)
        return draw.element(tag, key), key, key

    def _catch(self, _depth: int) -> Block:
        key = self.id("c")
        name, event = self.random.choice(
            (
                ("message catch", draw.message("M1")),
                ("timer catch, duration", draw.timer("PT5M")),
                ("timer catch, FEEL", draw.timer('=duration("P6M")')),
                ("timer catch, date", draw.timer('=date("2026-05-01")', "timeDate")),
                ("timer catch, date", draw.timer("2026-05-01T08:00", "timeDate")),
            )
        )
        self.count(name)
        return draw.catch(key, event), key, key

    def _receive(self, _depth: int) -> Block:
        key = self.id("rc")
        self.count("receive task")
        xml = draw.element("receiveTask", key, messageRef="M_M2")
        return self._guard((xml, key, key), 1) if self.chance(0.3) else (xml, key, key)

    def _throw(self, _depth: int) -> Block:
        key = self.id("th")
        self.count("message throw")
        return draw.throw(key, draw.message("M3"), [("r", "=r")]), key, key

    def _guarded(self, depth: int) -> Block:
        host = self._user() if self.chance(0.6) else self._job()
        return self._guard(host, depth)

    def _many(self, depth: int) -> Block:
        user = self.chance(0.5)
        key = self.id("mi")
        loop = self._multi("=r" if user else "=id")
        if user:
            xml = draw.user(key, [("lin", "=m")], [("r", "=r")], loop)
        else:
            xml = draw.job(key, "t", [("min", "=m")], [("r", "=id")], loop)
        return self._guard((xml, key, key), depth) if self.chance(0.4) else (xml, key, key)

    def _multi(self, output: str) -> str:
        sequential = self.chance(0.5)
        self.count("multi-instance, sequential" if sequential else "multi-instance, parallel")
        condition = None
        if self.chance(0.2):
            self.count("multi-instance, completion condition")
            condition = "=numberOfCompletedInstances = 2"
        collection = "=[1,2,3]" if self.chance(0.8) else "=[]"
        out = self.id("out")
        return draw.multi(collection, "m", out, output, condition, sequential=sequential)

    # --- blocks of blocks

    def _row(self, depth: int) -> Block:
        a, b = self.block(depth - 1), self.block(depth - 1)
        return a[0] + b[0] + draw.flow(a[2], b[1]), a[1], b[2]

    def _choice(self, depth: int) -> Block:
        a, b = self.block(depth - 1), self.block(depth - 1)
        split, merge, default = self.id("x"), self.id("y"), self.id("f")
        self.count("exclusive gateway")
        flows = draw.flow(split, a[1], "=r > 4") + draw.flow(split, b[1], key=default)
        ends = draw.flow(a[2], merge) + draw.flow(b[2], merge)
        return a[0] + b[0] + draw.xor(split, default) + draw.xor(merge) + flows + ends, split, merge

    def _fork(self, depth: int) -> Block:
        self.count("parallel gateway")
        branches = [self.block(depth - 1) for _ in range(self.random.choice((2, 2, 3)))]
        split, join = self.id("p"), self.id("q")
        xml = draw.fork(split) + draw.fork(join)
        for branch in branches:
            xml += branch[0] + draw.flow(split, branch[1]) + draw.flow(branch[2], join)
        if self.chance(0.3):
            self.count("flow past the work, straight into a join")
            xml += draw.flow(split, join)
        return xml, split, join

    def _loop(self, depth: int) -> Block:
        return self._looped(self.block(depth - 1))

    def _fork_in_loop(self, depth: int) -> Block:
        self.count("parallel join inside a loop")
        return self._looped(self._fork(depth))

    def _looped(self, body: Block) -> Block:
        self.count("loop")
        work, head, tail, out = self._user(), self.id("l"), self.id("m"), self.id("z")
        default = self.id("f")
        xml = draw.xor(head) + body[0] + work[0] + draw.xor(tail, default) + draw.xor(out)
        xml += draw.flow(head, body[1]) + draw.flow(body[2], work[1]) + draw.flow(work[2], tail)
        xml += draw.flow(tail, head, "=r > 3") + draw.flow(tail, out, key=default)
        return xml, head, out

    def _two_tokens(self, depth: int) -> Block:
        """Two tokens in the same loop; each leaves by its own choice, a join takes both."""
        self.count("two tokens in one loop")
        body = self._looped(self.block(min(depth - 1, 1)))
        split, merge, mine, join = self.id("p"), self.id("x"), self._user(), self.id("q")
        count = self.id("cnt")
        xml = draw.fork(split) + draw.xor(merge) + body[0] + mine[0] + draw.fork(join)
        xml += draw.flow(split, merge) + draw.flow(split, merge) + draw.flow(merge, body[1])
        xml += draw.flow(split, mine[1]) + draw.flow(mine[2], join)
        gate, default = self.id("g"), self.id("f")
        xml += draw.script(count, f"=if {count}_n = null then 1 else {count}_n + 1", f"{count}_n")
        xml += draw.flow(body[2], count) + draw.flow(count, gate)
        swallow = self.id("e")
        xml += draw.xor(gate, default) + draw.end(swallow)
        xml += draw.flow(gate, swallow, f"=modulo({count}_n, 2) = 1")
        xml += draw.flow(gate, join, key=default)
        return xml, split, join

    def _race(self, depth: int) -> Block:
        self.count("event-based gateway")
        gate, merge = self.id("g"), self.id("h")
        first, second, third = self.id("c"), self.id("c"), self.id("rc")
        after = self.block(depth - 1)
        xml = draw.element("eventBasedGateway", gate) + draw.xor(merge) + after[0]
        xml += draw.catch(first, draw.message("M1"), [("r", "=r")])
        xml += draw.catch(second, draw.timer("PT2M"))
        xml += draw.element("receiveTask", third, messageRef="M_M2")
        for key in (first, second, third):
            xml += draw.flow(gate, key)
        xml += draw.flow(first, merge) + draw.flow(second, after[1]) + draw.flow(after[2], merge)
        return xml + draw.flow(third, merge), gate, merge

    def _call(self, depth: int) -> Block:
        self.count("call activity")
        key = self.id("ca")
        xml = draw.call(key, "callee", [("r", "=r")], [("r", "=r")])
        return self._guard((xml, key, key), depth)

    def _many_calls(self, depth: int) -> Block:
        self.count("multi-instance call activity")
        key = self.id("ca")
        inside = self._multi("=r")
        xml = draw.call(key, "callee", [("r", "=m")], [("r", "=r")], inside)
        return self._guard((xml, key, key), depth) if self.chance(0.4) else (xml, key, key)

    def _many_subs(self, depth: int) -> Block:
        return self._sub(depth, many=True)

    def _sub(self, depth: int, *, many: bool = False) -> Block:
        self.count("multi-instance sub-process" if many else "sub-process")
        key, start, end = self.id("sp"), self.id("s"), self.id("e")
        body, work = self.block(depth - 1), self._user()
        xml = draw.start(start) + body[0] + work[0] + draw.end(end) + draw.flow(start, body[1])
        xml += draw.flow(body[2], work[1])
        xml += self._bad_end(work[2], end) if self.chance(0.6) else draw.flow(work[2], end)
        if self.chance(0.5):
            xml += self.event_sub()
        mapping = draw.io([("lok", "=r")], []) if self.chance(0.5) else ""
        inside = self._multi("=r") if many else ""
        block = draw.sub(key, xml, inside=inside, zeebe=mapping), key, key
        events = [("X", draw.error("X"), True), ("Y", draw.escalation("Y"), self.chance(0.5))]
        return self._guard(block, depth, events)

    def _bad_end(self, last: str, good: str) -> str:
        gate, bad, thrown, default = self.id("x"), self.id("e"), self.id("t"), self.id("f")
        row, event = self.random.choice(
            (
                ("error end", draw.error("X")),
                ("escalation end", draw.escalation("Y")),
                ("terminate end", draw.terminate()),
                ("message end", draw.message("M3")),
            )
        )
        self.count(row, "escalation throw")
        xml = draw.xor(gate, default) + draw.end(bad, event) + draw.flow(last, gate)
        xml += draw.throw(thrown, draw.escalation("Y")) + draw.flow(thrown, good)
        xml += draw.flow(gate, bad, "=r > 7") + draw.flow(gate, thrown, "=r > 4")
        return xml + draw.flow(gate, good, key=default)

    # --- what stock SpiffWorkflow does right, for tests.lockstep.stock

    def _box(self, depth: int) -> Block:
        self.count("sub-process")
        key, start, end = self.id("sp"), self.id("s"), self.id("e")
        body = self.block(depth - 1)
        xml = draw.start(start) + body[0] + draw.end(end)
        xml += draw.flow(start, body[1]) + draw.flow(body[2], end)
        return draw.sub(key, xml), key, key

    def _visit(self, _depth: int) -> Block:
        self.count("call activity")
        key = self.id("ca")
        return draw.call(key, "callee", [("r", "=r")], [("r", "=r")]), key, key

    # --- events on the side

    def _guard(
        self, host: Block, _depth: int, events: list[tuple[str, str, bool]] | None = None
    ) -> Block:
        merge = self.id("z")
        xml = host[0] + draw.xor(merge) + draw.flow(host[2], merge)
        found = list(events or [])
        if self.chance(0.6):
            found.append(("timer", draw.timer("P2D"), True))
        if self.chance(0.4):
            text = self.random.choice(("R3/P1D", "R/P1D"))
            found.append(("cycle", draw.timer(text, "timeCycle"), False))
        if self.chance(0.3) or not found:
            found.append(("message", draw.message("M4"), self.chance(0.5)))
        for name, event, interrupting in found:
            self.count(f"boundary {name}, {'interrupting' if interrupting else 'beside'}")
            key, work = self.id("b"), self._user()
            xml += draw.boundary(key, host[1], event, interrupting=interrupting) + work[0]
            xml += draw.flow(key, work[1])
            xml += draw.flow(work[2], merge) if interrupting else ""
        return xml, host[1], merge

    def event_sub(self) -> str:
        name, event, interrupting = self.random.choice(
            (
                ("message", draw.message("M5"), True),
                ("message", draw.message("M5"), False),
                ("timer", draw.timer("P3D"), True),
                ("timer", draw.timer("P3D"), False),
                ("cycle", draw.timer("R2/P1D", "timeCycle"), False),
                ("error", draw.error("X"), True),
                ("escalation", draw.escalation("Y"), False),
                ("escalation", draw.escalation("Y"), True),
            )
        )
        self.count(f"event sub-process {name}, {'interrupting' if interrupting else 'beside'}")
        return draw.event_sub(self.id("ev"), event, interrupting=interrupting)


def diagram(seed: int, depth: int = 4, blocks: int = 3) -> Diagram:
    """Return the diagram of a seed."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    generator = Generator(random)
    body = generator.block(depth)
    for _ in range(blocks - 1):
        other = generator.block(depth)
        body = body[0] + other[0] + draw.flow(body[2], other[1]), body[1], other[2]
    last = generator._user()
    by_message = random.random() < 0.3
    generator.count("message start" if by_message else "none start")
    start = draw.start("s", draw.message("M6")) if by_message else draw.start("s")
    parts = start + body[0] + last[0] + draw.end("e")
    parts += draw.flow("s", body[1]) + draw.flow(body[2], last[1]) + draw.flow(last[2], "e")
    if random.random() < 0.5:
        parts += generator.event_sub()
    xml = draw.document(
        draw.process("p", parts),
        draw.process("callee", _callee(draw.job("cj", "t", (), [("cid", "=id")]))),
        messages=[(f"M{i}", "=nyckel") for i in range(1, 7)],
        errors=["X"],
        escalations=["Y"],
    )
    return Diagram(xml, DMN, generator.rows)


def plain_diagram(seed: int, depth: int = 4) -> Diagram:
    """Return a diagram of what stock SpiffWorkflow can run: tasks, gateways, loops, scopes."""
    generator = Generator(Random(seed), PLAIN)  # noqa: S311 - repeatable, not secret
    body, last = generator.block(depth), generator._user()
    parts = draw.start("s") + body[0] + last[0] + draw.end("e") + draw.flow("s", body[1])
    parts += draw.flow(body[2], last[1]) + draw.flow(last[2], "e")
    callee = _callee(draw.user("cj", (), [("r", "=r")]))
    xml = draw.document(draw.process("p", parts), draw.process("callee", callee))
    return Diagram(xml, DMN, generator.rows)


def _callee(second: str) -> str:
    return (
        draw.start("cs")
        + draw.fork("cp")
        + draw.user("cu", (), [("r", "=r")])
        + second
        + draw.fork("cq")
        + draw.end("ce")
        + draw.seq("cs", "cp", "cu", "cq", "ce")
        + draw.seq("cp", "cj", "cq")
    )
