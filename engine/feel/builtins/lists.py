"""Functions on lists."""

from decimal import ROUND_DOWN, Decimal
from functools import cmp_to_key

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.comparing import equal
from engine.feel.decimals import whole
from engine.feel.functions import NoResultError
from engine.feel.values import Function, Value

TABLE = Table()
_DEPTH_LIMIT = 100


def _new_list(run: Run, items: list[Value]) -> list[Value]:
    run.hold(items)
    return items


def _same(run: Run, left: Value, right: Value) -> bool:
    return equal(left, right, run) is True


@TABLE.add("list contains", "list: list, element: any")
def _list_contains(run: Run, items: list[Value], element: Value) -> bool:
    run.tick(len(items))
    return any(_same(run, item, element) for item in items)


@TABLE.add("count", "list: list")
def _count(_: Run, items: list[Value]) -> Decimal:
    return Decimal(len(items))


@TABLE.add("all", "list: list", "list...: any")
def _all(run: Run, items: list[Value]) -> bool | None:
    run.tick(len(items))
    if False in [item for item in items if isinstance(item, bool)]:
        return False
    return True if all(item is True for item in items) else None


@TABLE.add("any", "list: list", "list...: any")
def _any(run: Run, items: list[Value]) -> bool | None:
    run.tick(len(items))
    if True in [item for item in items if isinstance(item, bool)]:
        return True
    return False if all(item is False for item in items) else None


@TABLE.add("sublist", "list: list, start position: number, length?: number")
def _sublist(
    run: Run, items: list[Value], start: Decimal, length: Decimal | None = None
) -> list[Value]:
    begin = _index(items, start)
    count = len(items) - begin if length is None else whole(length)
    if count is None or count < 0 or begin + count > len(items):
        raise NoResultError("the length is out of range")
    return _new_list(run, items[begin : begin + count])


def _index(items: list[Value], position: Decimal) -> int:
    """Return the Python index of a FEEL position (1 is first, -1 is last).

    Raises:
        NoResultError: There is no such position.
    """
    number = whole(position)
    if not number or abs(number) > len(items):
        raise NoResultError("there is no such position")
    return number - 1 if number > 0 else len(items) + number


@TABLE.add("append", "list: list|null, items...: any")
def _append(run: Run, items: list[Value] | None, added: list[Value]) -> list[Value]:
    return _new_list(run, [*([None] if items is None else items), *added])


@TABLE.add("concatenate", "lists...: any")
def _concatenate(run: Run, lists: list[Value]) -> list[Value]:
    result: list[Value] = []
    for part in lists:
        if part is None:
            raise NoResultError("one list is null")
        run.grow(len(part) if isinstance(part, list) else 1)
        result += part if isinstance(part, list) else [part]
    return result


@TABLE.add("insert before", "list: list, position: number, newItem: any")
def _insert_before(run: Run, items: list[Value], position: Decimal, new_item: Value) -> list[Value]:
    index = _index(items, position)
    return _new_list(run, [*items[:index], new_item, *items[index:]])


@TABLE.add("remove", "list: list, position: number")
def _remove(run: Run, items: list[Value], position: Decimal) -> list[Value]:
    index = _index(items, position)
    return _new_list(run, [*items[:index], *items[index + 1 :]])


@TABLE.add(
    "list replace",
    "list: list, position: number, newItem: any",
    "list: list, match: function, newItem: any",
)
def _list_replace(run: Run, items: list[Value], which: Value, new_item: Value) -> list[Value]:
    if isinstance(which, Decimal):
        index = _index(items, which.to_integral_value(ROUND_DOWN))
        return _new_list(run, [*items[:index], new_item, *items[index + 1 :]])
    if which.arity != 2:
        raise NoResultError("the function does not take two arguments")
    result: list[Value] = []
    for item in items:
        chosen = which.call(run, [item, new_item], {})
        if not isinstance(chosen, bool):
            raise NoResultError("the function does not give true or false")
        result.append(new_item if chosen else item)
    return _new_list(run, result)


@TABLE.add("reverse", "list: list")
def _reverse(run: Run, items: list[Value]) -> list[Value]:
    return _new_list(run, items[::-1])


@TABLE.add("index of", "list: list, match: any")
def _index_of(run: Run, items: list[Value], match: Value) -> list[Value]:
    run.tick(len(items))
    found = [number for number, item in enumerate(items, 1) if _same(run, item, match)]
    return _new_list(run, [Decimal(number) for number in found])


@TABLE.add("union", "lists...: any")
def _union(run: Run, lists: list[Value]) -> list[Value]:
    return _distinct_values(run, _concatenate(run, lists))


@TABLE.add("distinct values", "list: list")
def _distinct_values(run: Run, items: list[Value]) -> list[Value]:
    result: list[Value] = []
    for item in items:
        run.tick(1 + len(result))
        if not any(_same(run, item, kept) for kept in result):
            result.append(item)
    return _new_list(run, result)


@TABLE.add("flatten", "list: list")
def _flatten(run: Run, items: list[Value]) -> list[Value]:
    result: list[Value] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            run.grow(1)
            if isinstance(item, list):
                stack.append(iter(item))
                break
            result.append(item)
        else:
            stack.pop()
        if len(stack) > _DEPTH_LIMIT:
            raise NoResultError("the list is nested too deep")
    return result


@TABLE.add("sort", "list: list, precedes: function", "list: list")
def _sort(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value]:
    if precedes is None or precedes.arity != 2:
        raise NoResultError("a function of two arguments that orders is missing")

    def precedes_it(left: Value, right: Value) -> bool:
        first = precedes.call(run, [left, right], {})
        if not isinstance(first, bool):
            raise NoResultError("the function that orders does not give true or false")
        return first

    def before(left: Value, right: Value) -> int:
        return -1 if precedes_it(left, right) else int(precedes_it(right, left))

    return _new_list(run, sorted(items, key=cmp_to_key(before)))
