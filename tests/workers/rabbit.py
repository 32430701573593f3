"""Debian's rabbitmq-server, started for the tests on ports of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

START_LIMIT_S = 90


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(server: str) -> Iterator[str]:
    """Run the server at path ``server``; yields its amqp:// address.

    The Debian script drops to the account ``rabbitmq`` by itself, so the folders are given to it.
    """
    folder = Path(tempfile.mkdtemp(prefix="kedja-rabbit-"))
    port, node = _free_port(), f"kedja{os.getpid()}@localhost"
    for name in ("m", "l"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        for path in (folder, folder / "m", folder / "l"):
            shutil.chown(path, "rabbitmq")
    folder.chmod(0o755)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(_free_port()),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_MNESIA_BASE": str(folder / "m"),
        "RABBITMQ_LOG_BASE": str(folder / "l"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }
    if os.geteuid() == 0:
        del environment["HOME"]  # the erlang cookie is that of the account rabbitmq
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [server],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    control = str(Path(server).parent / "rabbitmqctl")
    try:
        _await(control, node, environment, process, folder)
        yield f"amqp://guest:guest@127.0.0.1:{port}/"
    finally:
        _stop(control, node, environment, process)
        shutil.rmtree(folder, ignore_errors=True)


def _control(control: str, node: str, environment: dict[str, str], *words: str) -> int:
    with contextlib.suppress(subprocess.TimeoutExpired):
        return subprocess.run(
            [control, "-n", node, "--timeout", "20", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        ).returncode
    return 1


def _await(
    control: str,
    node: str,
    environment: dict[str, str],
    process: subprocess.Popen[bytes],
    folder: Path,
) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while _control(control, node, environment, "await_startup") != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(
                f"rabbitmq-server did not start: {(folder / 'out').read_text()[-2000:]}"
            )
        time.sleep(0.5)


def _stop(
    control: str, node: str, environment: dict[str, str], process: subprocess.Popen[bytes]
) -> None:
    _control(control, node, environment, "shutdown")
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
