"""The stored answers of a form, read with types; what is missing is said at the field."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.capabilities import CapabilityContext
from cases.errors import AnswersInvalidError
from engine.variables import unpack
from records.errors import RecordNotFoundError
from records.models import Dokument

STOCKHOLM = ZoneInfo("Europe/Stockholm")
READABLE_YEARS = range(1850, 2201)
"""PostgreSQL keeps years that Python cannot read back, and what is written is never taken away."""
YES = frozenset({"ja", "yes", "true"})


def local_date(moment: datetime) -> date:
    """The day in Stockholm."""
    return moment.astimezone(STOCKHOLM).date()


class Answers:
    """Typed reading of one form's values. Problems are collected; ``check`` raises them at once."""

    def __init__(self, values: Mapping[str, Any], form_id: str = "", prefix: str = "") -> None:
        self.values = values
        self.form_id = form_id
        self.prefix = prefix
        self.problems: dict[str, tuple[str, str]] = {}

    def text(self, field: str) -> str:
        """The text of a field; empty where it is missing."""
        value = self.values.get(field)
        return "" if value is None else str(value).strip()

    def needed(self, field: str, code: str, message: str) -> str:
        """The text of a field that must not be empty."""
        found = self.text(field)
        if not found:
            self.refuse(field, code, message)
        return found

    def yes(self, field: str) -> bool:
        """A checkbox, or a radio with ``ja``."""
        value = self.values.get(field)
        return value if isinstance(value, bool) else str(value).lower() in YES

    def number(self, field: str) -> int | None:
        """A whole number, also when it is the value of a select."""
        value = self.values.get(field)
        if value is None or value == "":
            return None
        try:
            return int(Decimal(str(value)))
        except ArithmeticError:
            self.refuse(field, "not_a_number", "Ange ett heltal.")
            return None

    def day(self, field: str) -> date | None:
        """A date; a date and time counts as its day in Stockholm."""
        value = self.values.get(field)
        if isinstance(value, datetime):
            return local_date(value) if value.tzinfo else value.date()
        if isinstance(value, date):
            return value
        return self._parsed(field, value)

    def moment(self, field: str, default: datetime) -> datetime:
        """A point in time; a date alone means noon that day, no earlier than it is known."""
        value = self.values.get(field)
        if isinstance(value, datetime):
            if value.year not in READABLE_YEARS:
                self.refuse(field, "year_out_of_range", "Skriv året med fyra siffror, 1850–2200.")
                return default
            return value if value.tzinfo else value.replace(tzinfo=STOCKHOLM)
        day = self.day(field)
        if day is None or day == local_date(default):
            return default
        return datetime.combine(day, time(12), tzinfo=STOCKHOLM)

    def codes(self, field: str) -> tuple[str, ...]:
        """The values of a checklist or tag list; a single value counts as one."""
        value = self.values.get(field)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return tuple(str(part) for part in value)

    def rows(self, field: str, *, flat: str | None = None) -> tuple["Answers", ...]:
        """The rows of a dynamic list.

        Args:
            field: Key of the list.
            flat: Where the form has no list: a key that, when present, makes the form one row.
        """
        value = self.values.get(field)
        if isinstance(value, list):
            return tuple(
                Answers(row, self.form_id, f"{self.prefix}{field}.{number}.")
                for number, row in enumerate(value)
                if isinstance(row, Mapping)
            )
        if flat is not None and self.text(flat):
            return (self,)
        return ()

    def refuse(self, field: str, code: str, message: str) -> None:
        """Note a problem at a field."""
        self.problems.setdefault(f"{self.prefix}{field}", (code, message))

    def check(self, parts: Iterable["Answers"] = ()) -> None:
        """Raise every problem noted here and in ``parts``.

        Raises:
            AnswersInvalidError: At least one problem was noted.
        """
        found = dict(self.problems)
        for part in parts:
            found.update(part.problems)
        if found:
            raise AnswersInvalidError(self.form_id, found)

    def _parsed(self, field: str, value: object) -> date | None:
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(str(value)[:10])
        except ValueError:
            self.refuse(field, "not_a_date", "Ange datum som ÅÅÅÅ-MM-DD.")
            return None


def case_of(context: CapabilityContext) -> UUID:
    """Id of the ärende that the running instance belongs to.

    Raises:
        RecordNotFoundError: The process has no ärende.
    """
    if context.arende_id is None:
        raise RecordNotFoundError("Ärende för process", context.process_key)
    return context.arende_id


NO_ANSWERS: Mapping[str, Any] = {}


def document(context: CapabilityContext, dokument: str | None) -> tuple[Dokument | None, Answers]:
    """The stored answers of a document that belongs to this holder and this ärende.

    Args:
        context: The running action.
        dokument: Id, or None where the step has no form.

    Raises:
        RecordNotFoundError: No such document here; a diagram cannot reach another holder's.
    """
    if not dokument:
        return None, Answers(NO_ANSWERS)
    found = Dokument.objects.filter(
        pk=dokument, organisation_id=context.organisation, arende_id=case_of(context)
    ).first()
    if found is None:
        raise RecordNotFoundError("Dokument", dokument)
    return found, Answers(unpack(found.answers), found.form_id)


def needed_document(context: CapabilityContext, dokument: str) -> tuple[Dokument, Answers]:
    """As ``document``, for a step that cannot do without.

    Raises:
        RecordNotFoundError: No such document here.
    """
    found, answers = document(context, dokument)
    if found is None:
        raise RecordNotFoundError("Dokument", dokument)
    return found, answers
