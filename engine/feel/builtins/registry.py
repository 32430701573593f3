"""Tables of built-ins: one per module, filled by a decorator."""

from collections.abc import Callable
from typing import TypeVar

from engine.feel.functions import Builtin, Signature
from engine.feel.values import Value

_Body = TypeVar("_Body", bound=Callable[..., Value])


class Table(dict[str, Builtin]):
    """Built-ins by name."""

    def add(self, name: str, *signatures: str) -> Callable[[_Body], _Body]:
        """Enter the decorated function as ``name`` with ``signatures`` (see ``Signature.read``)."""

        def enter(body: _Body) -> _Body:
            self[name] = Builtin(name, [Signature.read(text) for text in signatures], body)
            return body

        return enter


def merged(*tables: Table) -> dict[str, Builtin]:
    """Return all tables as one."""
    return {name: builtin for table in tables for name, builtin in table.items()}
