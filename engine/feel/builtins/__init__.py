"""The built-in functions of DMN 1.5 (10.3.4)."""

from engine.feel.builtins import contexts, conversion, lists, numeric, ranges, statistics, strings
from engine.feel.builtins import temporal as dates
from engine.feel.builtins.registry import merged
from engine.feel.functions import Builtin

BUILTINS: dict[str, Builtin] = merged(
    contexts.TABLE,
    conversion.TABLE,
    dates.TABLE,
    lists.TABLE,
    numeric.TABLE,
    ranges.TABLE,
    statistics.TABLE,
    strings.TABLE,
)
"""Every built-in by the name it is called with."""

FUNCTIONS: frozenset[str] = frozenset(BUILTINS)
"""The names alone, for those who check a model."""
