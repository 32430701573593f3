"""Codes as people say them: the edition's own lists and forms hold the words."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from engine.bundle import Bundle
from records.errors import ConfigurationMissingError
from records.terms import terms

DAY = "j F Y"


@dataclass(frozen=True, slots=True)
class Words:
    """Swedish words of one edition. A code that nothing explains is shown as it is."""

    bundle: Bundle

    def insats(self, code: str) -> str:
        """Name of an insats."""
        return self._term("insatser", "insats", code)

    def livsomrade(self, code: str) -> str:
        """Name of a livsområde."""
        return self._term("livsomraden", "livsomrade", code)

    def avslutsorsak(self, code: str) -> str:
        """Name of a reason for ending."""
        return self._term("avslutsorsaker", "avslutsorsak", code)

    def anteckningstyp(self, code: str) -> str:
        """Name of a kind of journal note."""
        return self._term("anteckningstyper", "anteckningstyp", code)

    def flyttorsak(self, code: str) -> str:
        """Name of a reason for moving a task."""
        return self._term("flyttorsaker", "flyttorsak", code)

    def lagrum(self, code: str) -> str:
        """Text of a citation."""
        found = self.bundle.lagrum.get(code)
        return code if found is None else found.text

    def option(self, form: str, key: str, code: str) -> str:
        """The label of a choice in a form of the edition."""
        if f"forms/{form}.form" not in self.bundle.files:
            return code
        fields = [found for found in self.bundle.form(form).walk() if found.key == key]
        labels = {option.value: option.label for found in fields for option in found.options}
        return labels.get(code, code)

    def field(self, form: str, path: str) -> str:
        """The label of a field by its path in a form; a row is told by its number from 1."""
        if f"forms/{form}.form" not in self.bundle.files:
            return path
        *above, key = path.split(".")
        labels = {found.key: found.label for found in self.bundle.form(form).walk() if found.key}
        rows = [labels.get(part, part) if not part.isdigit() else int(part) + 1 for part in above]
        return " ".join(str(part) for part in (*rows, labels.get(key) or key))

    def _term(self, name: str, table: str, code: str) -> str:
        try:
            found = terms(self.bundle, name, table).get(code)
        except ConfigurationMissingError:
            return code
        return code if found is None else found.namn


def day(value: date | datetime | None) -> str:
    """A day in words, such as ``3 augusti 2026``; empty for None."""
    if value is None:
        return ""
    return date_format(localtime(value) if isinstance(value, datetime) else value, DAY)


def period(begin: date | None, end: date | None) -> str:
    """A period in words; open ends are said."""
    if begin is None and end is None:
        return ""
    if begin is None:
        return gettext("till %(day)s") % {"day": day(end)}
    if end is None:
        return gettext("från %(day)s, tills vidare") % {"day": day(begin)}
    return f"{day(begin)} – {day(end)}"


def yes_no(value: bool) -> str:  # noqa: FBT001
    """Ja or Nej."""
    return gettext("Ja") if value else gettext("Nej")
