"""FEEL (DMN 1.5 chapter 10): read once, compiled to closures, evaluated on exact decimals.

``compile_expression`` and ``compile_unary_tests`` are the way in. Nothing here evaluates Python.
"""

from engine.feel.budget import Budget, Note
from engine.feel.errors import (
    FeelBudgetError,
    FeelError,
    FeelNameError,
    FeelSyntaxError,
    FeelTypeError,
)
from engine.feel.expression import (
    Evaluation,
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from engine.feel.functions import (
    NO_FUNCTIONS,
    Builtin,
    Functions,
    NoResultError,
    Signature,
)
from engine.feel.values import DaysTime, Function, Range, Value, YearsMonths
from engine.feel.wide import FineTime, WideDate, WideDateTime

__all__ = [
    "NO_FUNCTIONS",
    "Budget",
    "Builtin",
    "DaysTime",
    "Evaluation",
    "Expression",
    "FeelBudgetError",
    "FeelError",
    "FeelNameError",
    "FeelSyntaxError",
    "FeelTypeError",
    "FineTime",
    "Function",
    "Functions",
    "NoResultError",
    "Note",
    "Range",
    "Signature",
    "UnaryTests",
    "Value",
    "WideDate",
    "WideDateTime",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
]
