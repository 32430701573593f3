"""What FEEL refuses, and where in the text.

A message tells the writer of the expression what to do. It may quote the expression (which is part
of the model) but never a value from a case.
"""


class FeelError(Exception):
    """Base of every error that reading or evaluating an expression can raise.

    Args:
        message: What is wrong and how to mend it.
        position: Offset in characters from the start of the expression's text.
        code: Stable word for clients and logs; each class has its own default.

    Attributes:
        element: Id of the decision whose FEEL it is, once someone knows.
        part: The part of it: ``rule 3, output klass``.
    """

    code = "feel_error"
    element = ""
    part = ""

    def __init__(self, message: str, position: int = 0, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        if code is not None:
            self.code = code

    def place(self, element: str, part: str = "") -> None:
        """Remember where the expression stands, unless that is known already."""
        if not self.element:
            self.element = element
            self.part = part

    def located(self, text: str) -> str:
        """Return the message with line and column in ``text``."""
        before = text[: self.position]
        line = before.count("\n") + 1
        column = self.position - (before.rfind("\n") + 1) + 1
        return f"line {line}, column {column}: {self.message}"


class FeelSyntaxError(FeelError):
    """The text is not FEEL."""

    code = "feel_syntax"


class FeelNameError(FeelError):
    """An undefined variable was read in strict mode; ``name`` is the variable."""

    code = "feel_name"

    def __init__(self, name: str, position: int = 0) -> None:
        super().__init__(f"The variable {name} is not defined.", position)
        self.name = name


class FeelTypeError(FeelError):
    """A value from outside is none of the FEEL types (a binary float, say)."""

    code = "feel_type"


class FeelBudgetError(FeelError):
    """Evaluation took more steps, depth, memory or time than allowed."""

    code = "feel_budget"
