"""Functions over lists of numbers (and, for min and max, of anything with an order)."""

from collections import Counter
from decimal import Decimal

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.comparing import order
from engine.feel.decimals import CONTEXT
from engine.feel.functions import NoResultError
from engine.feel.operators import apply
from engine.feel.values import DaysTime, Value, YearsMonths

TABLE = Table()


def _numbers(run: Run, items: list[Value]) -> list[Decimal]:
    run.tick(len(items))
    if not all(type(item) is Decimal for item in items):
        raise NoResultError("an item is no number")
    return items


def _extreme(run: Run, items: list[Value], wanted: int) -> Value:
    if not items:
        return None
    run.tick(len(items))
    best = items[0]
    for item in items:
        found = order(item, best)
        if found is None:
            raise NoResultError("the items cannot be compared")
        if found == wanted:
            best = item
    return best


@TABLE.add("min", "list: list", "list...: any")
def _min(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, -1)


@TABLE.add("max", "list: list", "list...: any")
def _max(run: Run, items: list[Value]) -> Value:
    return _extreme(run, items, 1)


@TABLE.add("sum", "list: list", "list...: any")
def total(run: Run, items: list[Value]) -> Value:
    """Return the sum of numbers, or of durations of one kind; null for an empty list."""
    if not items:
        return None
    run.tick(len(items))
    result = items[0]
    if not isinstance(result, Decimal | YearsMonths | DaysTime):
        raise NoResultError("an item is no number")
    for item in items[1:]:
        if type(item) is not type(result):
            raise NoResultError("the items are of different types")
        result = apply("+", result, item)
    return result


@TABLE.add("mean", "list: list", "list...: any")
def _mean(run: Run, items: list[Value]) -> Value:
    return apply("/", total(run, items), Decimal(len(items))) if items else None


@TABLE.add("product", "list: list", "list...: any")
def _product(run: Run, items: list[Value]) -> Value:
    if not items:
        return None
    result = Decimal(1)
    for number in _numbers(run, items):
        result = CONTEXT.multiply(result, number)
    return result


@TABLE.add("median", "list: list", "list...: any")
def _median(run: Run, items: list[Value]) -> Value:
    numbers = sorted(_numbers(run, items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@TABLE.add("stddev", "list: list", "list...: any")
def _stddev(run: Run, items: list[Value]) -> Value:
    numbers = _numbers(run, items)
    if len(numbers) < 2:
        raise NoResultError("two numbers are needed")
    mean = CONTEXT.divide(total(run, numbers), Decimal(len(numbers)))
    squares = Decimal(0)
    for number in numbers:
        distance = CONTEXT.subtract(number, mean)
        squares = CONTEXT.add(squares, CONTEXT.multiply(distance, distance))
    return CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1)))


@TABLE.add("mode", "list: list", "list...: any")
def _mode(run: Run, items: list[Value]) -> list[Value]:
    counts = Counter(_numbers(run, items))
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)
