"""`kedja up` as a person runs it: up, down, twice, and killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.environment import Environment
from config.postgres import embedded, urls
from tests.config import running

pytestmark = pytest.mark.xdist_group("up")
STEPS = [
    "postgres",
    "migrate",
    "deploy",
    "demo data",
    "front-end",
    "static",
    "english",
    "web, worker",
]


def _begin(data_dir: Path, out: Path, *words: str, **variables: str) -> running.Run:
    port = running.free_port()
    return running.start(
        [sys.executable, "-m", "config.cli", "up", "--port", str(port), *words],
        out,
        port,
        running.clean_environment(KEDJA_DATA_DIR=str(data_dir), **variables),
    )


@pytest.fixture
def up(shared_data_dir: Path, tmp_path: Path) -> Iterator[Callable[..., running.Run]]:
    """Start `kedja up` on data that all tests of this file share; ended afterwards."""
    runs: list[running.Run] = []

    def begin(*words: str, **variables: str) -> running.Run:
        runs.append(_begin(shared_data_dir, tmp_path / f"up{len(runs)}.out", *words, **variables))
        return runs[-1]

    yield begin
    for run in runs:
        run.kill()
    assert running.wait_for(lambda: not running.processes_with(str(shared_data_dir)), 10)


@pytest.fixture(scope="class")
def standing(
    shared_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[running.Run]:
    """A `kedja up` that the tests of a class look at and strike at."""
    run = _begin(shared_data_dir, tmp_path_factory.mktemp("up") / "up.out")
    try:
        run.await_answer()
        yield run
    finally:
        run.kill()
    assert running.wait_for(lambda: not running.processes_with(str(shared_data_dir)), 10)


def _programs(shared_data_dir: Path) -> dict[str, int]:
    """Process ids by program."""
    names = {"config.serve": "web", "workers": "worker", "postgres -D": "postgres"}
    found = {}
    for pid, command in running.processes_with(str(shared_data_dir)).items():
        for part, name in names.items():
            if part in command:
                found[name] = pid
    return found


def test_up_prints_its_steps_and_ctrl_c_stops_everything(
    up: Callable[..., running.Run], shared_data_dir: Path
) -> None:
    run = up()
    run.await_answer()
    for step in STEPS:
        assert re.search(rf"^{step} +\d+\.\d\d s", run.text, re.MULTILINE), run.text
    assert run.get("/healthz")[0] == 200
    programs = _programs(shared_data_dir)
    assert set(programs) == {"web", "worker", "postgres"}
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(20) == 0, run.text
    assert not running.processes_with(str(shared_data_dir))


@pytest.mark.long
def test_a_killed_parent_leaves_no_orphan_and_the_next_start_is_quick(
    up: Callable[..., running.Run], shared_data_dir: Path
) -> None:
    run = up()
    run.await_answer()
    assert len(_programs(shared_data_dir)) == 3
    run.process.kill()
    run.process.wait()
    assert running.wait_for(lambda: not running.processes_with(str(shared_data_dir)), 5), (
        running.processes_with(str(shared_data_dir))
    )
    again = up()
    again.await_answer()
    match = re.search(r"Kedja answers at .* \((\d+\.\d) s\)", again.text)
    assert match is not None
    # Promised: 5 s, measured on an idle machine. Here other tests run on the same two cores, so
    # only what makes it quick is held: nothing is built or loaded again.
    assert float(match[1]) <= 60, again.text


def test_a_taken_port_is_said_before_anything_starts(up: Callable[..., running.Run]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = up("--port", str(taken.getsockname()[1]))  # the last --port wins
        assert run.process.wait(20) == 1
    assert "is taken" in run.text
    assert "postgres" not in run.text


def test_a_signal_during_start_leaves_nothing(
    up: Callable[..., running.Run], shared_data_dir: Path
) -> None:
    for word in ("program", "postgres", "migrate"):
        run = up()
        assert running.wait_for(lambda run=run, word=word: word in run.text, 60), run.text
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(30) == 0, run.text
        assert not running.processes_with(str(shared_data_dir))


class TestWhileItRuns:
    """What befalls one `kedja up`, in turn; the last test ends it."""

    def test_started_twice_it_says_so(
        self, standing: running.Run, shared_data_dir: Path, tmp_path: Path
    ) -> None:
        second = _begin(shared_data_dir, tmp_path / "second.out")
        assert second.process.wait(20) == 1
        assert f"already running (pid {standing.process.pid})" in second.text
        assert f"http://127.0.0.1:{standing.port}/" in second.text
        assert standing.answers()

    @pytest.mark.parametrize("name", ["web", "worker", "postgres"])
    def test_a_killed_program_is_started_again(
        self, standing: running.Run, shared_data_dir: Path, name: str
    ) -> None:
        assert running.wait_for(standing.answers, 30), standing.text
        before = _programs(shared_data_dir)
        os.kill(before[name], signal.SIGKILL)

        def back() -> bool:
            now = _programs(shared_data_dir)
            return name in now and now[name] != before[name] and standing.answers()

        assert running.wait_for(back, 30), standing.text
        assert running.wait_for(lambda: f"{name} ended" in standing.text, 10), standing.text

    def test_drill_backup_while_in_use_and_restore_of_the_demo_municipality(
        self,
        standing: running.Run,
        up: Callable[..., running.Run],
        shared_data_dir: Path,
        tmp_path: Path,
    ) -> None:
        assert running.wait_for(standing.answers, 30), standing.text
        file = tmp_path / "kedja.tar"
        saved = _kedja(shared_data_dir, "backup", "--json", str(file))
        assert saved.returncode == 0, saved.stderr
        manifest = json.loads(saved.stdout)
        assert manifest["tables"]["cases_timer"]["rows"] > 0
        assert manifest["tables"]["cases_instance"]["rows"] > 0
        refused = _kedja(shared_data_dir, "restore", str(file))
        assert (refused.returncode, "in use" in refused.stderr) == (1, True), refused.stderr
        standing.process.send_signal(signal.SIGINT)
        assert standing.process.wait(20) == 0

        done = _kedja(shared_data_dir, "restore", "--json", str(file))
        assert done.returncode == 0, done.stderr
        restored = json.loads(done.stdout)
        assert restored["tables"] == manifest["tables"]
        assert restored["kept_as"].startswith("kedja_before_")
        again = up()
        again.await_answer()
        assert again.get("/healthz")[0] == 200


def _kedja(shared_data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "config.cli", *words],
        cwd=running.ROOT,
        env=running.clean_environment(KEDJA_DATA_DIR=str(shared_data_dir)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.long
@pytest.mark.needs("system-postgres")
def test_up_on_a_server_of_ones_own(
    up: Callable[..., running.Run], shared_data_dir: Path, environment: Environment
) -> None:
    """``DATABASE_URL`` alone, its user no superuser, on the system's PostgreSQL (15 in CI)."""
    server = embedded.server_of(environment.model_copy(update={"pg": "system"}))
    with embedded.attach(server) as layout:
        with psycopg.connect(**urls.superuser(layout), autocommit=True) as connection:
            connection.execute("DROP DATABASE kedja")
            connection.execute("DROP ROLE kedja_app, kedja_worker, kedja_owner")
            connection.execute("CREATE ROLE dba LOGIN CREATEROLE PASSWORD 'dba-word'")
            connection.execute("CREATE DATABASE town OWNER dba TEMPLATE template0")
        host = str(layout.socket_dir).replace("/", "%2F")
        for _ in range(2):
            own = f"postgresql://dba:dba-word@{host}/town"
            run = up("--no-demo", KEDJA_INSTANCE="own", DATABASE_URL=own)
            run.await_answer()
            assert running.wait_for(lambda run=run: b'"ok"' in run.get("/healthz")[1], 20)
            assert set(_programs(shared_data_dir)) == {"web", "worker"}
            assert "dba-word" not in "".join(_environments(shared_data_dir))
            run.process.send_signal(signal.SIGINT)
            assert run.process.wait(20) == 0, run.text


def _environments(shared_data_dir: Path) -> list[str]:
    """What web and worker were given: never the owner's password."""
    return [Path(f"/proc/{pid}/environ").read_text() for pid in _programs(shared_data_dir).values()]
