"""The `kedja` command: exit codes, messages, and that it never shows a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import cli

pytestmark = pytest.mark.xdist_group("cli")  # they share one server
ROOT = Path(__file__).resolve().parents[2]
KEDJA = [sys.executable, "-m", "config.cli"]


def _kedja(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KEDJA, *words],
        cwd=ROOT,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _on(data_dir: Path, **variables: str) -> dict[str, str]:
    return {"KEDJA_DATA_DIR": str(data_dir), "KEDJA_INSTANCE": "c"} | variables


def test_help_lists_the_commands_that_exist() -> None:
    done = _kedja("--help")
    assert done.returncode == 0
    for name in ("up", "deploy", "backup", "restore", "clock", "migrate", "createuser"):
        assert name in done.stdout


@pytest.mark.parametrize("words", [(), ("nosuch",), ("backup",), ("clock", "back", "P1D")])
def test_wrong_usage_ends_with_2_and_no_traceback(words: tuple[str, ...]) -> None:
    done = _kedja(*words)
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_variable_that_cannot_be_used_is_named_without_its_value() -> None:
    done = _kedja("backup", "x", KEDJA_PORT="hemligt")
    assert done.returncode == 2
    assert "port" in done.stderr.lower()
    assert "hemligt" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", sorted(cli.COMMANDS))
def test_every_command_of_the_table_explains_itself(name: str) -> None:
    if not (ROOT / "config" / "commands" / f"{name}.py").exists():
        pytest.skip("not written yet")
    done = _kedja(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"kedja {name}" in done.stdout


def test_a_command_starts_the_database_and_stops_it_again(shared_data_dir: Path) -> None:
    variables = _on(shared_data_dir, KEDJA_VIRTUAL_CLOCK="1")
    assert _kedja("migrate", **variables).returncode == 0
    shown = _kedja("clock", "--json", "show", **variables)
    before = json.loads(shown.stdout)
    assert before["virtual"] is True
    moved = _kedja("clock", "--json", "advance", "P1D", **variables)
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["now"] > before["now"]
    made = _kedja(
        *("createuser", "anna.testsson", "--generate-password", "--token", "--json"), **variables
    )
    assert made.returncode == 0, made.stderr
    assert set(json.loads(made.stdout)) == {"username", "password", "token"}
    nowhere = _kedja(
        *("createuser", "anna.testsson", "--role", "namnd", "--organisation", "X"), **variables
    )
    assert (nowhere.returncode, "No such organisation" in nowhere.stderr) == (1, True)
    assert not (shared_data_dir / "c" / "data" / "postmaster.pid").exists()


def test_the_clock_is_not_moved_back_nor_where_it_is_real(shared_data_dir: Path) -> None:
    variables = _on(shared_data_dir)
    assert _kedja("migrate", **variables).returncode == 0
    real = _kedja("clock", "advance", "P1D", KEDJA_VIRTUAL_CLOCK="0", **variables)
    assert (real.returncode, "Traceback" in real.stderr) == (1, False)
    assert "KEDJA_VIRTUAL_CLOCK=1" in real.stderr
    back = _kedja("clock", "advance", "2001-01-01", KEDJA_VIRTUAL_CLOCK="1", **variables)
    assert back.returncode == 1
    assert "forward" in back.stderr
