"""Bounds of work, told by the machine's own pace and not by a clock."""

import time
from collections.abc import Callable

import pytest

TURNS = 2_000_000
SECONDS_OF_THE_TURNS = 0.022


def _turns() -> float:
    """CPU seconds of a loop of two million turns: the measure of the machine as it is now."""
    began = time.thread_time()
    for _ in range(TURNS):
        pass
    return time.thread_time() - began


def assert_within(seconds: float, call: Callable[[], object]) -> None:
    """Assert that ``call`` takes at most ``seconds`` of a machine where a turn takes 11 ns.

    A ratio of two times of one run, and the best of three: a machine that is
    slow, or busy with something else, decides nothing.
    """
    shares = []
    for _ in range(3):
        unit = _turns()
        began = time.thread_time()
        call()
        taken = time.thread_time() - began
        shares.append(taken / max(unit, _turns()) * SECONDS_OF_THE_TURNS)
        if shares[-1] < seconds:
            return
    pytest.fail(f"{min(shares):.2f} s where {seconds} s are allowed")
