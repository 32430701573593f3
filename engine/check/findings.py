"""What a check finds, and the list it is collected in."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal

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


MAX_PER_CODE: Final = 50
"""More findings than this of one kind in one file help nobody; the rest are counted."""


@dataclass(slots=True)
class Findings:
    """Collects the findings of one file.

    ``house`` tells whether the house rules bind the file; where they do not, they warn.
    ``by_dialect`` lets a diagram bind itself by saying that it is written for Camunda 8.
    """

    house: bool = False
    by_dialect: bool = False
    found: dict[Finding, None] = field(default_factory=dict)
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)

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
        more = [
            Finding(
                code=code,
                severity=severity,
                element="",
                line=0,
                message=f"{count - MAX_PER_CODE} more of this kind are not shown",
            )
            for (code, severity), count in self.counts.items()
            if count > MAX_PER_CODE
        ]
        ordered = sorted(self.found, key=lambda f: (f.line, f.element, f.code, f.message))
        return FileReport(path, (*ordered, *more))

    def _add(self, code: str, severity: Severity, element: str, line: int, message: str) -> None:
        finding = Finding(
            code=code,
            severity=severity,
            element=printable(element),
            line=line,
            message=printable(message),
        )
        if finding in self.found:
            return
        self.counts[code, severity] += 1
        if self.counts[code, severity] <= MAX_PER_CODE:
            self.found[finding] = None


def printable(text: str) -> str:
    """Return ``text`` with control and direction characters written out (``u202e``)."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)[:500]
