"""Expressions that the types and constants of a model show to be mistaken, whatever the input.

DMN makes most of them null, where a reader of the file sees a date or an entry.
"""

from collections.abc import Iterator, Mapping

from engine.dmn.analysis.columns import reference
from engine.dmn.analysis.constants import fold, walk
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.names import Written
from engine.dmn.model import Knowledge
from engine.feel.printer import print_tree
from engine.feel.syntax import Call, Literal, Name, Negate, Node, Path
from engine.feel.types import ContextType, Type

_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration", "number"})
"""Functions that make a value of constants; null if those are none of its kind."""


def mistakes(
    written: Written, owner: str, called: Mapping[str, Knowledge]
) -> Iterator[TableFinding]:
    """Yield what is wrong with an expression.

    Args:
        written: The expression.
        owner: Id of the decision or knowledge model it belongs to.
        called: Knowledge models by the names that the expression calls them by.
    """
    for node in walk(written.tree):
        for code, message in _wrong(node, written, called):
            rules = (written.rule,) if written.rule else ()
            where = f"rule {written.rule}: " if written.rule else ""
            yield TableFinding(
                code=code, severity="error", decision=owner, rules=rules, line=written.line,
                message=f"{where}{message}",
            )  # fmt: skip


def _wrong(
    node: Node, written: Written, called: Mapping[str, Knowledge]
) -> Iterator[tuple[str, str]]:
    if isinstance(node, Path):
        name = _missing_entry(reference(node), written)
        if name:
            where = print_tree(node.source)
            message = f"the type of {where} has no entry {name}: mend the name, or declare it"
            yield "dmn_unknown_entry", message
    if isinstance(node, Call) and isinstance(node.callee, Name):
        name = node.callee.name
        if name in called and name in written.names and not _fit(node, called[name]):
            wanted = ", ".join(parameter for parameter, _ in called[name].parameters)
            message = f"{name} is called with other arguments than it has: give it ({wanted})"
            yield "dmn_wrong_arguments", message
        elif name in _CONSTRUCTORS and _constant(node) and fold(node) is None:
            message = f"{print_tree(node)} is always null: mend what stands between the brackets"
            yield "dmn_always_null", message


def _missing_entry(path: tuple[str, ...], written: Written) -> str:
    """Return the last name of ``path`` if the type of what is before it has no such entry."""
    if not path or path[0] not in written.names:
        return ""
    kind = written.types.get(path[0])
    for name in path[1:-1]:
        entries = _entries(kind)
        kind = None if entries is None else entries.get(name)
    entries = _entries(kind)
    return path[-1] if entries is not None and path[-1] not in entries else ""


def _entries(kind: Type | None) -> Mapping[str, Type] | None:
    """Return the entries of a context, or of each context in a list; None for other types."""
    if kind is None:
        return None
    plain = (kind.plain.item_type or kind.plain).plain
    return plain.entries if isinstance(plain, ContextType) else None


def _fit(node: Call, called: Knowledge) -> bool:
    """Tell whether a call gives each parameter its argument."""
    names = {name for name, _ in called.parameters}
    if node.named:
        return {name for name, _ in node.named} == names
    return len(node.args) == len(called.parameters)


def _constant(node: Call) -> bool:
    """Tell whether every argument is written out, and none is null."""
    args = [*node.args, *(value for _, value in node.named)]
    parts = [one.operand if isinstance(one, Negate) else one for one in args]
    return bool(parts) and all(isinstance(one, Literal) and one.value is not None for one in parts)
