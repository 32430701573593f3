"""What ``for``, ``some`` and ``every`` go through."""

from collections.abc import Iterable
from decimal import Decimal

from engine.feel.budget import Run
from engine.feel.decimals import whole
from engine.feel.temporal.calendar import days_from
from engine.feel.values import Range, Value
from engine.feel.wide import DAYS


def domain_items(domain: Value, end: tuple[Value] | None, run: Run) -> Iterable[Value] | None:
    """Return the items of a domain, None when there is nothing to go through.

    Args:
        domain: A list, a range, or the first of ``first..last``.
        end: The last of ``first..last``, as a tuple of one; None when it is no such pair.
        run: The evaluation, to be charged.
    """
    if end is not None:
        return _steps(domain, end[0])
    if isinstance(domain, list):
        run.tick()
        return domain
    if isinstance(domain, Range) and not domain.operator:
        return _range_steps(domain)
    return None if domain is None or isinstance(domain, Range) else [domain]


def _steps(first: Value, last: Value) -> Iterable[Value] | None:
    if type(first) is Decimal and type(last) is Decimal:
        start, stop = whole(first), whole(last)
        if start is None or stop is None:
            return None
        step = 1 if start <= stop else -1
        return (Decimal(number) for number in range(start, stop + step, step))
    if type(first) in DAYS and type(last) in DAYS:
        return days_from(first, last)
    return None


def _range_steps(domain: Range) -> Iterable[Value] | None:
    low, high = domain.low, domain.high
    steps = _steps(low, high)
    if steps is None or low > high:
        return None
    return (
        item
        for item in steps
        if (domain.low_closed or item != low) and (domain.high_closed or item != high)
    )
