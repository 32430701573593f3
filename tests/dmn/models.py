"""Small models, written short."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = NAMESPACE, space: str = "n") -> bytes:
    """Return a file with ``parts``; ``space`` is the model's own namespace."""
    head = f'<definitions xmlns="{namespace}" id="d" name="modell" namespace="{space}">'
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


def imports(name: str, space: str) -> str:
    """Return an import."""
    return f'<import name="{name}" namespace="{space}" importType="{NAMESPACE}"/>'


def _href(target: str) -> str:
    return f"href={quoteattr(target if '#' in target else f'#{target}')}"


def service(
    name: str, outputs: Sequence[str], *, decisions: Sequence[str] = (), inputs: Sequence[str] = ()
) -> str:
    """Return a decision service whose parts are ids, or ``namespace#id``."""
    parts = [("outputDecision", one) for one in outputs]
    parts += [("inputDecision", one) for one in decisions]
    parts += [("inputData", one) for one in inputs]
    body = "".join(f"<{tag} {_href(target)}/>" for tag, target in parts)
    return f'<decisionService id="{name}" name="{name}">{body}</decisionService>'


def literal(name: str, content: str, *, kind: str = "", needs: Sequence[str] = ()) -> str:
    """Return a decision that is one expression.

    ``needs``: ids of decisions, ``input:id`` or ``bkm:id``; an id may be ``namespace#id``.
    """
    required = ""
    for need in needs:
        tag = {"input": "requiredInput", "bkm": "requiredKnowledge"}.get(
            need.partition(":")[0], "requiredDecision"
        )
        outer = "knowledgeRequirement" if tag == "requiredKnowledge" else "informationRequirement"
        required += f"<{outer}><{tag} {_href(need.rpartition(':')[2])}/></{outer}>"
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/>{required}'
        f"{text('literalExpression', content)}</decision>"
    )


def input_data(name: str, kind: str = "") -> str:
    """Return input data whose id is its name."""
    return (
        f'<inputData id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/></inputData>'
    )


def item(
    name: str,
    kind: str = "",
    *,
    many: bool = False,
    allowed: str = "",
    constraint: str = "",
    parts: Mapping[str, str] | None = None,
) -> str:
    """Return an item definition; ``parts`` are the types of its components by name."""
    collection = ' isCollection="true"' if many else ""
    body = f"<typeRef>{kind}</typeRef>" if kind else ""
    body += text("allowedValues", allowed) if allowed else ""
    body += text("typeConstraint", constraint) if constraint else ""
    for part, part_kind in (parts or {}).items():
        body += f'<itemComponent name="{part}"><typeRef>{part_kind}</typeRef></itemComponent>'
    return f'<itemDefinition name="{name}"{collection}>{body}</itemDefinition>'


def knowledge(
    name: str, body: str, parameters: Sequence[tuple[str, str]], *, kind: str = ""
) -> str:
    """Return a knowledge model; ``parameters`` are (name, typeRef), ``kind`` is the variable's."""
    formal = "".join(
        f'<formalParameter name="{parameter}"{_type(one)}/>' for parameter, one in parameters
    )
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"{_type(kind)}/>'
        f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic></businessKnowledgeModel>"
    )


def context(*entries: tuple[str, str]) -> str:
    """Return a boxed context of (name, boxed expression); one without a name is its result."""
    body = "".join(
        "<contextEntry>"
        + (f'<variable name="{name}"/>' if name else "")
        + f"{expression}</contextEntry>"
        for name, expression in entries
    )
    return f"<context>{body}</context>"


def function(body: str, *parameters: tuple[str, str]) -> str:
    """Return a boxed function definition; ``parameters`` are (name, typeRef)."""
    formal = "".join(f'<formalParameter name="{name}"{_type(kind)}/>' for name, kind in parameters)
    return f"<functionDefinition>{formal}{body}</functionDefinition>"


def invocation(callee: str, **bindings: str) -> str:
    """Return a boxed invocation; the bindings are boxed expressions."""
    bound = "".join(
        f'<binding><parameter name="{name}"/>{expression}</binding>'
        for name, expression in bindings.items()
    )
    return f"<invocation>{text('literalExpression', callee)}{bound}</invocation>"
