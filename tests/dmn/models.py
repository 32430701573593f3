"""Small models, written short."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = NAMESPACE) -> bytes:
    """Return a file with ``parts``."""
    head = f'<definitions xmlns="{namespace}" id="d" name="modell" namespace="n">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(parts)}</definitions>'.encode()


def text(tag: str, content: str, attributes: str = "") -> str:
    """Return an element with a text."""
    return f"<{tag}{attributes}><text>{escape(content)}</text></{tag}>"


def table(
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, str]],
    rules: Sequence[str],
    *,
    policy: str = "UNIQUE",
    extra: str = "",
    output_extra: str = "",
    decision: str = "dec",
) -> str:
    """Return a decision with a table.

    Args:
        inputs: (expression, typeRef) of each.
        outputs: (name, typeRef) of each.
        rules: Cells between ``|``.
        policy: Hit policy.
        extra: More attributes of the table.
        output_extra: Children of every output (values, default).
        decision: Its id.
    """
    columns = "".join(
        f"<input>{text('inputExpression', expression, _type(kind))}</input>"
        for expression, kind in inputs
    )
    columns += "".join(
        f"<output name={quoteattr(name)}{_type(kind)}>{output_extra}</output>"
        for name, kind in outputs
    )
    for rule in rules:
        cells = [cell.strip() for cell in rule.split("|")]
        tests = "".join(text("inputEntry", cell) for cell in cells[: len(inputs)])
        results = "".join(text("outputEntry", cell) for cell in cells[len(inputs) :])
        columns += f"<rule>{tests}{results}</rule>"
    body = f'<decisionTable hitPolicy="{policy}"{extra}>{columns}</decisionTable>'
    return f'<decision id="{decision}" name="{decision}">{body}</decision>'


def _type(kind: str) -> str:
    return f' typeRef="{kind}"' if kind else ""


def literal(name: str, content: str, *, kind: str = "", needs: Sequence[str] = ()) -> str:
    """Return a decision that is one expression; ``needs``: ids, or ``input:id``, ``bkm:id``."""
    required = ""
    for need in needs:
        tag = {"input": "requiredInput", "bkm": "requiredKnowledge"}.get(
            need.partition(":")[0], "requiredDecision"
        )
        outer = "knowledgeRequirement" if tag == "requiredKnowledge" else "informationRequirement"
        required += f'<{outer}><{tag} href="#{need.rpartition(":")[2]}"/></{outer}>'
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/>{required}'
        f"{text('literalExpression', content)}</decision>"
    )


def input_data(name: str, kind: str = "") -> str:
    """Return input data whose id is its name."""
    return (
        f'<inputData id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/></inputData>'
    )
