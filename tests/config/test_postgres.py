"""The launcher, on real binaries: the wheel's, the system's, and a server of one's own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config.databases import django_databases, parameters_of
from config.environment import BinarySource, Environment
from config.errors import AlreadyRunningError, DatabaseUrlError, PostgresMissingError
from config.postgres import binaries, embedded, locks, roles, urls
from config.postgres.layout import SOCKET_LIMIT, SOCKET_NAME, Layout, layout_of
from config.postgres.secrets import local_secrets

SOURCES = ["wheel", pytest.param("system", marks=pytest.mark.needs("system-postgres"))]


def _wait(condition: Callable[[], bool], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


def _ask(parameters: urls.Parameters, query: str) -> tuple:
    with psycopg.connect(**parameters) as connection:
        row = connection.execute(query).fetchone()
        assert row is not None
        return row


@pytest.mark.parametrize("source", SOURCES)
def test_first_user_starts_the_server_and_the_last_one_stops_it(
    environment: Environment, source: BinarySource
) -> None:
    server = embedded.server_of(environment.model_copy(update={"pg": source}))
    with embedded.attach(server) as layout:
        first = server.pid()
        with embedded.attach(server):
            assert server.pid() == first
        assert server.ready(), "the inner user was not the last"
        for role in ("owner", "app", "worker"):
            (user,) = _ask(parameters_of(environment, role), "SELECT current_user")
            assert user == f"kedja_{role}"
        (version,) = _ask(urls.superuser(layout), "SHOW server_version_num")
        assert int(version) // 10_000 == binaries.major_version(server.bin_dir)
    assert server.pid() is None
    with embedded.attach(server):
        assert server.pid() not in {None, first}


@pytest.mark.parametrize("source", SOURCES)
def test_only_the_right_password_opens_a_role(
    environment: Environment, source: BinarySource
) -> None:
    server = embedded.server_of(environment.model_copy(update={"pg": source}))
    with embedded.attach(server) as layout:
        app = urls.embedded(layout, "kedja_app")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**app | {"password": "wrong"})
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**app | {"user": "kedja_owner"})
        assert layout.secrets.stat().st_mode & 0o777 == 0o600
        assert layout.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_lost_secrets_file_mends_itself(environment: Environment) -> None:
    server = embedded.server_of(environment)
    with embedded.attach(server) as layout:
        before = local_secrets(layout.secrets)
    layout.secrets.unlink()
    with embedded.attach(server):
        assert local_secrets(layout.secrets) != before
        assert _ask(urls.embedded(layout, "kedja_app"), "SELECT 1") == (1,)


def test_an_initdb_that_was_cut_off_is_done_again(environment: Environment) -> None:
    server = embedded.server_of(environment)
    (server.layout.data / "base").mkdir()
    (server.layout.data / "postgresql.conf").write_text("half")
    with embedded.attach(server) as layout:
        assert _ask(urls.embedded(layout, "kedja_owner"), "SELECT 1") == (1,)


def test_a_stale_pid_file_with_a_reused_pid_is_no_server(environment: Environment) -> None:
    server = embedded.server_of(environment)
    with embedded.attach(server):
        pass
    words = [str(os.getpid()), str(server.layout.data), "1", "5432", "", "", "", "ready"]
    (server.layout.data / "postmaster.pid").write_text("\n".join(words))
    assert server.pid() is None
    with embedded.attach(server):
        assert server.ready()


def test_data_of_another_major_version_is_refused_with_a_way_out(
    environment: Environment,
) -> None:
    server = embedded.server_of(environment)
    (server.layout.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(Exception, match=r"PostgreSQL 12.*backup") as caught:
        server.initialise()
    assert caught.value.code == "postgres_not_started"


def test_no_binaries_is_said_with_the_three_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "wheel_bin", lambda _copy: None)
    monkeypatch.setattr(binaries, "system_bin", lambda: None)
    with pytest.raises(PostgresMissingError, match=r"DATABASE_URL.*wheel.*system"):
        binaries.find_bin("auto", copy_to=None)


def test_the_wheel_comes_before_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "wheel_bin", lambda _copy: Path("/wheel"))
    monkeypatch.setattr(binaries, "system_bin", lambda: Path("/system"))
    assert binaries.find_bin("auto", copy_to=None) == Path("/wheel")
    assert binaries.find_bin("system", copy_to=None) == Path("/system")


def test_old_system_servers_are_not_used(tmp_path: Path) -> None:
    for major in ("9.6", "14", "15", "17"):
        (tmp_path / major / "bin").mkdir(parents=True)
        (tmp_path / major / "bin" / "initdb").touch()
    assert binaries.system_bin(tmp_path) == tmp_path / "17" / "bin"


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    layout = Layout(tmp_path / ("x" * 60) / ("y" * 60), "main", None)
    assert len(str(layout.socket_dir / SOCKET_NAME)) <= SOCKET_LIMIT
    short = Layout(Path("/srv/k"), "main", None)
    assert short.socket_dir == Path("/srv/k/main/s")


# -- the server as the supervisor's child --------------------------------------------------------


@pytest.fixture
def owning(environment: Environment, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        with (tmp_path / f"out{len(started)}").open("wb") as out:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.config.owning"),
                    *(str(environment.data_dir), environment.instance),
                ],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        process.out = tmp_path / f"out{len(started)}"
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def _server_pids(process: subprocess.Popen, count: int = 1) -> list[int]:
    def lines() -> list[str]:
        return process.out.read_text().split()

    assert _wait(lambda: len(lines()) >= count, 30), process.out.read_text()
    return [int(word) for word in lines()]


def test_a_killed_owner_leaves_no_server(owning: Callable[[], subprocess.Popen]) -> None:
    process = owning()
    (pid,) = _server_pids(process)
    process.send_signal(signal.SIGKILL)
    assert _wait(lambda: not _alive(pid), 5), "the server outlived its owner"


def test_a_second_owner_is_told_who_is_first(
    owning: Callable[[], subprocess.Popen], environment: Environment
) -> None:
    first = owning()
    _server_pids(first)
    second = owning()
    assert second.wait(10) == 1
    assert f"already running (pid {first.pid})" in second.out.read_text()
    with embedded.attach(embedded.server_of(environment)) as layout:
        assert _ask(urls.embedded(layout, "kedja_owner"), "SELECT 1") == (1,)
    assert first.poll() is None, "a user that leaves must not stop the owner's server"


def test_a_newcomer_waits_for_a_predecessor_that_is_stopping(
    owning: Callable[[], subprocess.Popen],
) -> None:
    for _ in range(3):
        first = owning()
        (old,) = _server_pids(first)
        first.terminate()
        _await_stopping(first)
        second = owning()
        (new,) = _server_pids(second)
        assert new != old
        assert not _alive(old)
        assert first.wait(10) == 0
        second.terminate()
        assert second.wait(10) == 0


def _await_stopping(process: subprocess.Popen) -> None:
    lock = Path(process.args[-2]) / process.args[-1] / "owner.lock"
    _wait(lambda: "stopping" in lock.read_text(), 0.2)


def test_a_killed_server_is_started_again(owning: Callable[[], subprocess.Popen]) -> None:
    process = owning()
    (pid,) = _server_pids(process)
    os.kill(pid, signal.SIGKILL)
    pids = _server_pids(process, 2)
    assert _alive(pids[1])


def test_an_owner_waits_for_users_and_then_takes_over(
    owning: Callable[[], subprocess.Popen], environment: Environment
) -> None:
    server = embedded.server_of(environment)
    with embedded.attach(server):
        old = server.pid()
        process = owning()
        time.sleep(0.5)
        assert process.out.read_text() == "", "it must not take the server from under a user"
    (new,) = _server_pids(process)
    assert new != old


def test_a_killed_owners_words_do_not_count(environment: Environment) -> None:
    folder = embedded.server_of(environment).layout.root
    (folder / "owner.lock").write_text("999999999 running http://x/\n")
    owner = locks.OwnerLock(folder)
    owner.acquire(limit_s=0)
    with pytest.raises(AlreadyRunningError, match=str(os.getpid())):
        locks.OwnerLock(folder).acquire(limit_s=0)
    owner.release()


# -- DATABASE_URL --------------------------------------------------------------------------------


@pytest.fixture
def own_server(environment: Environment) -> Iterator[Layout]:
    """A second server plays the user's own: reached by URL, with roles of its own making."""
    with embedded.attach(
        embedded.server_of(environment, instance=f"{environment.instance}y")
    ) as layout:
        with psycopg.connect(**urls.superuser(layout), autocommit=True) as connection:
            connection.execute("CREATE ROLE dba LOGIN CREATEROLE CREATEDB PASSWORD 'dba-word'")
            connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain-word'")
            connection.execute("CREATE DATABASE town OWNER dba")
            connection.execute("DROP DATABASE kedja")
            connection.execute("DROP ROLE kedja_app, kedja_worker, kedja_owner")
        yield layout


def _url(layout: Layout, user: str) -> str:
    host = str(layout.socket_dir).replace("/", "%2F")
    return f"postgresql://{user}:{user}-word@{host}/town?application_name=kedja"


def test_database_url_wins_and_django_connects(
    environment: Environment, own_server: Layout
) -> None:
    given = environment.model_copy(
        update={"database_url": Environment(DATABASE_URL=_url(own_server, "dba")).database_url}
    )
    entry = django_databases(given)["default"]
    assert (entry["NAME"], entry["USER"]) == ("town", "dba")
    assert entry["HOST"] == str(own_server.socket_dir)
    assert entry["OPTIONS"]["application_name"] == "kedja"
    assert entry["OPTIONS"]["server_side_binding"] is True
    passwords = local_secrets(layout_of(environment).secrets)
    for _ in range(2):  # a second start finds the roles there
        roles.ensure_external(parameters_of(given, "owner"), passwords)
    for role in ("app", "worker"):
        assert _ask(parameters_of(given, role), "SELECT current_user") == (f"kedja_{role}",)
        roles.require_bound(parameters_of(given, role), variable="x")


def test_a_user_who_may_not_make_roles_is_pointed_to_the_manual(own_server: Layout) -> None:
    owner = urls.from_url(_url(own_server, "plain"), variable="DATABASE_URL")
    with pytest.raises(DatabaseUrlError, match=r"docs/operations\.md"):
        roles.ensure_external(owner, local_secrets(own_server.secrets))


def test_a_web_role_above_row_level_security_is_refused(own_server: Layout) -> None:
    with pytest.raises(DatabaseUrlError, match="row-level security"):
        roles.require_bound(urls.superuser(own_server), variable="KEDJA_APP_DATABASE_URL")


def test_errors_of_statements_do_not_reach_the_servers_log(environment: Environment) -> None:
    server = embedded.server_of(environment)
    with embedded.attach(server) as layout:
        app = urls.embedded(layout, "kedja_app")
        for query in ("SELECT 'planterad-19121212'::uuid", "SELECT planterad"):
            with pytest.raises(psycopg.Error), psycopg.connect(**app) as connection:
                connection.execute(query.encode())
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**app | {"password": "wrong"})
        text = layout.log.read_text()
    assert "password authentication failed" in text, "what an operator needs is still there"
    assert "planterad" not in text


@pytest.mark.parametrize("text", ["postgresql://u:hemligt@h:x/db", "mysql:hemligt", "x=hemligt"])
def test_a_bad_url_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL") as caught:
        urls.from_url(text, variable="DATABASE_URL")
    assert "hemligt" not in str(caught.value)


def test_a_program_without_its_own_url_is_refused() -> None:
    given = Environment(DATABASE_URL="postgresql://o:p@h/db", role="app", app_database_url=None)
    with pytest.raises(DatabaseUrlError, match="KEDJA_APP_DATABASE_URL"):
        parameters_of(given, "app")
