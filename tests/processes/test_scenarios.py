"""Every scenario of the edition, walked on the real parts and judged by the real rules."""

from pathlib import Path

import pytest

from tests.processes.runs import FILES, run_of, shared_folder


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_scenario_goes_as_written_and_breaks_no_rule(
    path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = run_of(path, shared_folder(tmp_path_factory.getbasetemp()))
    assert run.failures == []
    assert run.has_run
    assert run.broken == []
