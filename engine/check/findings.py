"""What a check finds, and the list it is collected in."""

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: which element, on which line, what, and how to mend it.

    ``element`` is an id in the file ("" for the file as a whole), ``line`` counts from 1 (0 when
    unknown).
    """

    code: str
    severity: Severity
    element: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """The findings of one file; ``ok`` is False when one of them is an error."""

    path: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the file may be deployed."""
        return all(finding.severity != "error" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report as ``kedja check --json`` prints it."""
        return {
            "path": self.path,
            "ok": self.ok,
            "findings": [
                {
                    "code": finding.code,
                    "severity": finding.severity,
                    "element": finding.element,
                    "line": finding.line,
                    "message": finding.message,
                }
                for finding in self.findings
            ],
        }


MAX_FINDINGS = 200
"""More findings than this in one file help nobody; the rest are counted, not listed."""


@dataclass(slots=True)
class Findings:
    """Collects the findings of one file.

    ``house`` tells whether the house rules bind the file; where they do not, they warn.
    ``by_dialect`` lets a diagram bind itself by saying that it is written for Camunda 8.
    """

    house: bool = False
    by_dialect: bool = False
    found: list[Finding] = field(default_factory=list)
    dropped: int = 0

    def error(self, code: str, element: str, line: int, message: str) -> None:
        """Something the engine cannot or must not run."""
        self._add(code, "error", element, line, message)

    def warning(self, code: str, element: str, line: int, message: str) -> None:
        """Something that a person should look at."""
        self._add(code, "warning", element, line, message)

    def rule(self, code: str, element: str, line: int, message: str) -> None:
        """A house rule is broken: an error where the rules bind the file, else a warning."""
        self._add(code, "error" if self.house else "warning", element, line, message)

    def report(self, path: str) -> FileReport:
        """The findings in the order of the file."""
        ordered = sorted(self.found, key=lambda f: (f.line, f.element, f.code, f.message))
        if self.dropped:
            ordered.append(
                Finding(
                    code="too_many_findings",
                    severity="error",
                    element="",
                    line=0,
                    message=f"{self.dropped} more findings are not shown; mend these first",
                )
            )
        return FileReport(path, tuple(dict.fromkeys(ordered)))

    def _add(self, code: str, severity: Severity, element: str, line: int, message: str) -> None:
        if len(self.found) >= MAX_FINDINGS:
            self.dropped += 1
            return
        self.found.append(
            Finding(
                code=code,
                severity=severity,
                element=printable(element),
                line=line,
                message=printable(message),
            )
        )


def printable(text: str) -> str:
    """Return ``text`` with control and direction characters written out (``u202e``)."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)[:500]
