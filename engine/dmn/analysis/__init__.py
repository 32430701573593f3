"""What can be found in decision tables before they are used: overlaps, gaps and the rest.

``analyse`` is the way in. Samples are values of variables for which the table really does what a
finding says.
"""

from engine.dmn.analysis.analyse import analyse
from engine.dmn.analysis.findings import CODES, Severity, TableFinding

__all__ = ["CODES", "Severity", "TableFinding", "analyse"]
