"""Rows as files for a spreadsheet: CSV that Swedish Excel opens, and XLSX.

A cell that a spreadsheet could take for a formula gets an apostrophe before it.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

Value = str | int | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAKEN_FOR = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
_WIDTH = 22  # of a column, in characters


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


def as_xlsx(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, now: datetime
) -> HttpResponse:
    """Answer with a workbook of one sheet, its first row standing still.

    Args:
        name: Of the file, without its end.
        headings: The first row.
        rows: The others.
        now: When it is made, aware; the workbook says so.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(file, dict.fromkeys(_TAKEN_FOR, False))
    book.set_properties({"created": now.replace(tzinfo=None)})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, safe(value or ""))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(headings) - 1), _WIDTH)
    book.close()
    return _as_file(HttpResponse(file.getvalue(), content_type=_XLSX), f"{name}.xlsx")


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
