"""A thousand steps in every test run; ``make lockstep`` takes ten thousand."""

import pytest

from tests.lockstep.__main__ import hunt, hunt_beside_stock, run
from tests.lockstep.mutations import MUTATIONS
from tests.lockstep.rows import ROWS
from tests.lockstep.stock import walk_beside_stock


def test_a_thousand_steps_without_a_difference() -> None:
    total = run(steps=1_000, seed=40_000, seconds=240)
    assert [(fault.seed, fault.fault) for fault in total.faults] == []
    assert total.steps >= 1_000
    assert ROWS - total.rows.keys() == set()
    assert total.largest < 8_000


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_each_fault_put_in_on_purpose_is_found(name: str) -> None:
    found, diagrams = hunt(MUTATIONS[name], seed=1, seconds=60)
    assert found is not None, f"not found in {diagrams} diagrams"


def test_stock_spiffworkflow_with_the_join_fix_goes_the_same_way() -> None:
    total = run(steps=300, seed=1, seconds=120, one=walk_beside_stock)
    assert [(fault.seed, fault.fault) for fault in total.faults] == []
    assert total.steps >= 300


def test_without_the_join_fix_stock_spiffworkflow_goes_astray() -> None:
    found, diagrams = hunt_beside_stock(seed=1, seconds=60)
    assert found is not None, f"not found in {diagrams} diagrams"
