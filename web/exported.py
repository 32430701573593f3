"""Rows as files for a spreadsheet: CSV that Swedish Excel opens, and XLSX.

A cell that a spreadsheet could take for a formula gets an apostrophe before it.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

from django.http import HttpResponse
from django.utils.http import content_disposition_header

Value = str | int | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text


def as_csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """Answer with a CSV file: UTF-8 with BOM, semicolon between the cells.

    Args:
        name: Of the file, without its end.
        headings: The first row.
        rows: The others.
    """
    text = StringIO()
    text.write(_BOM)
    written = csv.writer(text, delimiter=";", lineterminator="\r\n")
    written.writerow([safe(heading) for heading in headings])
    written.writerows([_text(value) for value in row] for row in rows)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    return _as_file(answer, f"{name}.csv")


def _text(value: Value) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return safe("" if value is None else str(value)) if not isinstance(value, int) else str(value)


def _as_file(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=name)
    )
    answer["Cache-Control"] = "no-store"
    return answer
