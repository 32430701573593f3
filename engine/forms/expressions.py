"""FEEL in a form file: compiled when the form is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from engine.feel import Expression, FeelError, Functions, compile_expression
from engine.forms.errors import FormError

_ALWAYS_FEEL: Final = frozenset({"conditional.hide", "villkor", "valuesExpression"})


@dataclass(frozen=True, slots=True)
class Expressions:
    """Compiles the expressions of one form.

    Args:
        functions: What they may call beside FEEL's own functions, by name.
    """

    functions: Functions = field(default_factory=dict)

    def compile(self, text: Any, where: str, name: str) -> Expression:
        """Return ``text`` compiled: FEEL after ``=``, else the text itself, as in the diagrams.

        Raises:
            FormError: No text, not FEEL, or a literal where only FEEL makes sense.
        """
        if not isinstance(text, str):
            raise FormError(where, f"{name} must be text; FEEL begins with =")
        if not text.lstrip().startswith("="):
            if name in _ALWAYS_FEEL:
                raise FormError(where, f"{name} must be FEEL: write = before the expression")
            text = "=" + json.dumps(text, ensure_ascii=False)
        try:
            return compile_expression(text.lstrip()[1:], functions=self.functions)
        except FeelError as error:
            raise FormError(where, f"{name} is not FEEL: {error.message}") from error

    def optional(self, text: Any, where: str, name: str) -> Expression | None:
        """Return ``text`` compiled, None where there is none."""
        return None if text is None or text == "" else self.compile(text, where, name)

    def limit(self, value: Any, where: str, name: str) -> Expression | None:
        """Return a limit compiled: a number is itself."""
        if isinstance(value, bool):
            raise FormError(where, f"{name} must be a number or FEEL beginning with =")
        if isinstance(value, int | Decimal):
            value = f"={value}"
        return self.optional(value, where, name)

    def default(
        self, component: Mapping[str, Any], properties: Mapping[str, Any], where: str
    ) -> Expression | None:
        """Return what the field holds at first: ``forval``, else form-js's own value."""
        if "forval" in properties:
            return self.optional(properties["forval"], where, "properties.forval")
        value = component.get("defaultValue")
        if value is None or value == "":
            return None
        written = json.dumps(value, ensure_ascii=False, default=str)
        return self.compile(f"={written}", where, "defaultValue")
