"""``python -m tests.removal.forked``: pytest with everything loaded, once per line of its input.

Starting Python and loading Django takes longer than most of the tests that one attempt runs. Here
it is done once for a bench; each run is a fork, and so knows nothing of the one before.

A line is ``{"arguments": […], "without": name, "patience": seconds}``; the answer is a line
``{"code": exit code, null when it took too long, "told": what pytest printed}``.
"""

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence

import django
import pytest

_LOOK_S = 0.02


def main() -> None:
    """Answer line after line, until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ["KEDJA_TEST_WITHOUT"] = asked["without"]
        with tempfile.TemporaryFile() as out:
            code = _in_a_fork(asked["arguments"], out.fileno(), asked["patience"])
            out.seek(0)
            told = out.read().decode(errors="replace")
        sys.stdout.write(json.dumps({"code": code, "told": told}) + "\n")
        sys.stdout.flush()


def _in_a_fork(arguments: Sequence[str], out: int, patience: float) -> int | None:
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = int(pytest.main(list(arguments)))
        sys.stdout.flush()
        os._exit(code)
    return _awaited(child, time.monotonic() + patience)


def _awaited(child: int, ends: float) -> int | None:
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_LOOK_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main()
