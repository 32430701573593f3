"""The small course: forms, a loop, a join, timers, async jobs and messages, without HTTP."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.chaos.course import Answers, Course, Phase, Web
from tests.chaos.programs import Program
from tests.chaos.world import World

CLIENTS = 3


class PipeWeb:
    """Stands for a web process: answers one request at a time over its pipes."""

    def __init__(self, world: World, number: int) -> None:
        name = f"web-{number}"
        self.program = Program(
            name,
            ["-m", "tests.chaos.small.client"],
            world.program("app", name),
            world.logs,
            talks=True,
        )

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Send a request and return the answer; None when the process died meanwhile."""
        process = self.program.process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, ValueError):
            return None
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def revive(self) -> None:
        """Collect the dead process and start another one."""
        process = self.program.process
        if process is not None:
            process.kill()
            process.wait()
        self.program.start()


def _webs(world: World, _printed: str) -> Iterable[Web]:
    return [PipeWeb(world, number) for number in range(CLIENTS)]


def _tick(_day: date) -> Answers:
    return {"klar": True}


_STEPS = ("Task_Granska", "Task_Vanta", "Task_Eskalera", "Task_Avsluta")

SMALL = Course(
    name="small",
    settings="tests.chaos.small.settings",
    setup="tests.chaos.small.setup",
    process="kaos_fraga",
    starter="kaos",
    begin=lambda _number, _day: {},
    steps=dict.fromkeys(_STEPS, ("kaos", _tick)),
    phases=(Phase(),),
    webs=_webs,
    after={"Task_Vanta": "Task_Eskalera"},  # somebody is late on purpose
    must_arrive=("kaos.fraga", "kaos.svar"),
    records=(
        "select 'effect', element from chaos_effect where arende = %s",
        "select 'document', element from chaos_document where arende = %s",
    ),
)
