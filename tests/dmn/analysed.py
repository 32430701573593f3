"""Running what the analysis claims: a sample must show what its finding says."""

from collections.abc import Sequence

import pytest

from engine.dmn import NoRuleMatchedError, SeveralRulesMatchedError, parse_decisions
from engine.dmn.analysis import TableFinding
from tests.dmn.models import definitions, table, text


def small(
    inputs: Sequence[str],
    rules: Sequence[str],
    *,
    policy: str = "UNIQUE",
    output: str = "number",
    output_values: str = "",
    default: str = "",
) -> str:
    """Return a table; ``inputs``: ``expression : type : allowed values``."""
    columns = [tuple(part.strip() for part in [*one.split(" :"), "", ""][:3]) for one in inputs]
    extra = text("outputValues", output_values) if output_values else ""
    extra += text("defaultOutputEntry", default) if default else ""
    written = table(
        [(expression, kind) for expression, kind, _ in columns],
        [("svar", output)],
        rules,
        policy=policy,
        output_extra=extra,
    )
    for _, _, allowed in columns:
        more = text("inputValues", allowed).replace("<inputValues>", "<inputValues >")
        written = written.replace(
            "</inputExpression></input>",
            f"</inputExpression>{more if allowed else ''}</input >",
            1,
        )
    return written


def show(written: str, finding: TableFinding) -> None:
    """Make the decision with the sample of ``finding`` and see what it says."""
    model = parse_decisions(definitions(written))
    if finding.code in {"dmn_overlap", "dmn_any_differs"} and finding.rules:
        assert finding.sample is not None
        with pytest.raises(SeveralRulesMatchedError) as caught:
            model.evaluate("dec", finding.sample)
        assert set(finding.rules) <= set(caught.value.rules)
    elif finding.code == "dmn_gap" and finding.sample is not None:
        with pytest.raises(NoRuleMatchedError):
            model.evaluate("dec", finding.sample)
    elif finding.code == "dmn_rule_hidden" and finding.sample is not None:
        (used,) = model.evaluate("dec", finding.sample).matched
        assert used.number not in finding.rules
        assert finding.rules[0] in all_matching(written, finding.sample)


def all_matching(written: str, sample: object) -> set[int]:
    """Return the numbers of all rules that match."""
    start = written.index('hitPolicy="') + len('hitPolicy="')
    end = written.index('"', start)
    listing = written[:start] + "RULE ORDER" + written[end:]
    result = parse_decisions(definitions(listing)).evaluate("dec", sample)  # type: ignore[arg-type]
    return {match.number for match in result.matched}
