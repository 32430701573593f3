"""DMN 1.2 to 1.5: decision requirement graphs, decision tables and boxed expressions.

``parse_decisions`` is the way in; ``DecisionModel.evaluate`` decides and tells which rules matched.
"""

from engine.dmn.decide import DecisionModel
from engine.dmn.errors import (
    DmnError,
    DmnInputTypeError,
    DmnParseError,
    NoRuleMatchedError,
    SeveralRulesMatchedError,
)
from engine.dmn.library import Library
from engine.dmn.model import Decision, DecisionResult, RuleMatch
from engine.dmn.reader import parse_decisions

__all__ = [
    "Decision",
    "DecisionModel",
    "DecisionResult",
    "DmnError",
    "DmnInputTypeError",
    "DmnParseError",
    "Library",
    "NoRuleMatchedError",
    "RuleMatch",
    "SeveralRulesMatchedError",
    "parse_decisions",
]
