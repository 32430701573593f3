"""Worker processes: each has a scratch database of its own with the demo municipality's people."""

import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

import django

WORKERS = 2
Task = Mapping[str, Any]
Done = dict[str, Any]


class TooLongError(BaseException):
    """A walk that does not come to rest; nothing between here and the bench may take it."""


def answers(
    tasks: Iterable[Task], folder: Path, *, workers: int = WORKERS
) -> Iterator[tuple[Task, Done]]:
    """Do tasks in worker processes; yield each with its result as it is ready.

    Args:
        tasks: ``{"do": "clean", "scenario": …}`` or ``{"do": "altered", …}``; taken one by one.
        folder: The edition; it must not change meanwhile.
        workers: How many processes, at most two.

    Raises:
        RuntimeError: A worker ended on its own.
    """
    waiting = iter(tasks)
    busy: dict[Connection, Task] = {}
    started: list[tuple[BaseProcess, Connection]] = []
    try:
        for _number in range(min(workers, WORKERS)):
            task = next(waiting, None)
            if task is None:
                break
            started.append(_start(folder))
            _give(started[-1][1], task, busy)
        while busy:
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                task = busy.pop(pipe)
                yield task, _result(pipe)
                following = next(waiting, None)
                if following is not None:
                    _give(pipe, following, busy)
    finally:
        for process, pipe in started:
            _end(process, pipe)


def _start(folder: Path) -> tuple[BaseProcess, Connection]:
    context = get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=work, args=(its, folder), daemon=True)
    process.start()
    its.close()
    return process, mine


def _give(pipe: Connection, task: Task, busy: dict[Connection, Task]) -> None:
    pipe.send(task)
    busy[pipe] = task


def _result(pipe: Connection) -> Done:
    try:
        found: Done = pipe.recv()
    except EOFError:
        raise RuntimeError("a worker ended; see what it wrote on standard error") from None
    return found


def _end(process: BaseProcess, pipe: Connection) -> None:
    pipe.close()
    process.join(20)
    if process.is_alive():
        process.terminate()


def work(pipe: Connection, folder: Path) -> None:
    """Answer tasks until the pipe is closed."""
    os.nice(5)
    django.setup()
    from tests.mutation.tasks import Bench, bench  # noqa: PLC0415 - models need Django first

    signal.signal(signal.SIGALRM, _too_long)
    with bench(folder) as place:
        assert isinstance(place, Bench)
        while (task := _received(pipe)) is not None:
            pipe.send(place.do(task))


def _received(pipe: Connection) -> Task | None:
    try:
        found: Task = pipe.recv()
    except EOFError:
        return None
    return found


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TooLongError("the walk does not come to rest")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise ``TooLongError`` in a block that takes longer."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


EARLIER = timedelta(days=1)
"""Before the first scenario begins: from then on people hold their roles."""
