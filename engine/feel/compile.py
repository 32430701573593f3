"""The dispatch table: which function compiles which node."""

from collections.abc import Collection, Mapping

from engine.feel import compile_calls, compile_compare, compile_forms, compile_operators
from engine.feel.builtins import BUILTINS
from engine.feel.compiler import Compiler, Handler
from engine.feel.functions import Builtin
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Compare,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Interval,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Path,
    Quantified,
)
from engine.feel.types import Type

_HANDLERS: dict[type[Node], Handler] = {
    Literal: compile_forms.literal,
    Name: compile_forms.name,
    Path: compile_forms.path,
    Filter: compile_forms.filtered,
    If: compile_forms.choice,
    For: compile_forms.for_loop,
    Quantified: compile_forms.quantified,
    ListOf: compile_forms.list_of,
    ContextOf: compile_forms.context_of,
    FunctionOf: compile_calls.function_of,
    Call: compile_calls.call,
    Arithmetic: compile_operators.arithmetic,
    Negate: compile_operators.negation,
    Logic: compile_operators.logic,
    Compare: compile_compare.comparison,
    Comparison: compile_compare.comparison_range,
    Between: compile_compare.between,
    In: compile_compare.membership,
    InstanceOf: compile_operators.instance_of,
    Interval: compile_compare.interval,
}


def compiler(
    declared: Collection[str], types: Mapping[str, Type], functions: Mapping[str, Builtin]
) -> Compiler:
    """Return a compiler that knows ``declared`` names, ``types`` and more ``functions``."""
    return Compiler(_HANDLERS, declared, types, BUILTINS, functions)
