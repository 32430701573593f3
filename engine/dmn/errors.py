"""What a DMN model or a decision refuses.

Messages hold identifiers and the model's own text, never a value from a case.
"""


class DmnError(Exception):
    """Base of every error of reading or deciding.

    Args:
        message: What is wrong and how to mend it.
        decision: Id of the decision (or other element) it concerns.
        rules: Numbers of the rules concerned, from 1.
        code: Stable word; each class has its own default.
        line: Line in the file, 0 when unknown.
    """

    code = "dmn_error"

    def __init__(
        self,
        message: str,
        *,
        decision: str = "",
        rules: tuple[int, ...] = (),
        code: str | None = None,
        line: int = 0,
    ) -> None:
        super().__init__(f"{decision}: {message}" if decision else message)
        self.message = message
        self.decision = decision
        self.rules = rules
        self.line = line
        if code is not None:
            self.code = code


class DmnParseError(DmnError):
    """The file is no DMN that can be used here."""

    code = "dmn_parse"


class NoRuleMatchedError(DmnError):
    """A table that must give an answer has no rule for these inputs, and no default."""

    code = "dmn_no_rule"


class SeveralRulesMatchedError(DmnError):
    """A UNIQUE table has several matching rules, or an ANY table several with other outputs."""

    code = "dmn_several_rules"


class DmnInputTypeError(DmnError):
    """An input does not match its type or its allowed values; ``input`` names it."""

    code = "dmn_input_type"

    def __init__(
        self, message: str, *, input_name: str, decision: str = "", rules: tuple[int, ...] = ()
    ) -> None:
        super().__init__(message, decision=decision, rules=rules)
        self.input = input_name


class DmnOutputTypeError(DmnError):
    """A result does not match its type or its allowed values."""

    code = "dmn_output_type"


class DmnEvaluationError(DmnError):
    """An expression of the model could not be evaluated: undefined variable, budget, function."""

    code = "dmn_evaluation"
