"""Forms: read form-js files, check answers on the server, give back typed values."""

from engine.forms.errors import (
    AnswersInvalidError,
    FormError,
    ReasonNeededError,
    ValueRefusedError,
)
from engine.forms.identity import holds_identity_number
from engine.forms.model import REASONS, Field, Form, FormRule, Limits, Option
from engine.forms.parse import parse_form
from engine.forms.personal_number import PersonalNumber, parse_personal_number
from engine.forms.schema import answers_schema
from engine.forms.scope import default_answers, options_of
from engine.forms.validate import (
    AnswerWarning,
    ValidatedAnswers,
    typed_answers,
    validate_answers,
)

__all__ = [
    "REASONS",
    "AnswerWarning",
    "AnswersInvalidError",
    "Field",
    "Form",
    "FormError",
    "FormRule",
    "Limits",
    "Option",
    "PersonalNumber",
    "ReasonNeededError",
    "ValidatedAnswers",
    "ValueRefusedError",
    "answers_schema",
    "default_answers",
    "holds_identity_number",
    "options_of",
    "parse_form",
    "parse_personal_number",
    "typed_answers",
    "validate_answers",
]
