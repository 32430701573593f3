"""What is wrong with a form file, or with the answers to a form."""

from collections.abc import Mapping
from typing import ClassVar


class FormError(ValueError):
    """A form file cannot be used; ``field`` says where ("" for the file itself)."""

    code: ClassVar[str] = "form_invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


class AnswersInvalidError(ValueError):
    """Answers do not fit their form.

    Args:
        errors: Field path (``mal.0.text``) to (stable code, Swedish message for the person). The
            messages never repeat what the person wrote.
    """

    code: ClassVar[str] = "answers_invalid"

    def __init__(self, errors: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(f"{len(errors)} fields need attention: {', '.join(sorted(errors))}")
        self.errors = dict(errors)


class ReasonNeededError(AnswersInvalidError):
    """The answers can be accepted as they are, once each broken *bör* has a reason (K-1)."""

    code: ClassVar[str] = "reason_needed"


class ValueRefusedError(ValueError):
    """One value does not fit its field: a stable code and what to tell the person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
