"""axe-core, asked about the page as it stands."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# What axe prints of a violation: the rule and where.
RUN = """async (rules) => {
  const only = rules ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ["violations"], ...only});
  const where = (n) => `${n.target} ${n.any.map((a) => a.message)[0] || ""}`;
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map(where).join(" | ")}`);
}"""


@cache
def _source() -> str:
    assert SOURCE.exists(), "axe-core is not there: python -m config.frontend build"
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, *rules: str) -> list[Any]:
    """What axe finds, by all its rules or by some; it comes in past the CSP."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(f"() => {{ {_source()} }}")
    return list(page.evaluate(RUN, list(rules) or None))
