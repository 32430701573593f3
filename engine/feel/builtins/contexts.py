"""Functions on contexts."""

from engine.feel.budget import Run
from engine.feel.builtins.registry import Table
from engine.feel.functions import NoResultError
from engine.feel.values import Value

TABLE = Table()


@TABLE.add("get value", "m: context, key: string", "m: context, key: list")
def _get_value(_: Run, context: dict[str, Value], key: Value) -> Value:
    keys = key if isinstance(key, list) else [key]
    found: Value = context
    for name in keys:
        if not isinstance(name, str) or not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found if keys else None


@TABLE.add("get entries", "m: context")
def _get_entries(run: Run, context: dict[str, Value]) -> list[Value]:
    entries = [{"key": key, "value": value} for key, value in context.items()]
    run.hold(entries)
    return entries


@TABLE.add("context", "entries: list")
def _context(run: Run, entries: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    run.grow(len(entries))
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            raise NoResultError("an entry has no key or no value")
        key = entry["key"]
        if not isinstance(key, str) or key in result:
            raise NoResultError("a key is no text or stands twice")
        result[key] = entry["value"]
    run.hold(result)
    return result


@TABLE.add(
    "context put",
    "context: context, key: string, value: any",
    "context: context, keys: list, value: any",
)
def _context_put(run: Run, context: dict[str, Value], key: Value, value: Value) -> Value:
    keys = key if isinstance(key, list) else [key]
    if not keys or not all(isinstance(name, str) for name in keys):
        raise NoResultError("a key is no text")
    return _put(run, context, keys, value)


def _put(run: Run, context: Value, keys: list[str], value: Value) -> dict[str, Value]:
    if not isinstance(context, dict):
        raise NoResultError("there is no context to put the value in")
    inner = value if len(keys) == 1 else _put(run, context.get(keys[0]), keys[1:], value)
    result = {**context, keys[0]: inner}
    run.hold(result)
    return result


@TABLE.add("context merge", "contexts: list")
def _context_merge(run: Run, contexts: list[Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise NoResultError("an item is no context")
        run.grow(len(context))
        result |= context
    run.hold(result)
    return result
