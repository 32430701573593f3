"""What the edition of the day says about notices: kinds, and the table ``notistid``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import localdate

from cases import bundles
from cases.errors import ProcessUnavailableError
from engine.bundle import Bundle, NotInBundleError
from engine.notices import Kinds, kinds_in

TABLE: Final = "notistid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Kinds and times.

    Attributes:
        kinds: What people may be told of.
        earliest: The first hour (Stockholm, 0-23) that a digest may be wanted at.
        latest: The last one.
        hour: The hour for whoever has not chosen.
        gather: How long a letter waits for more to tell.
        keep: How long what was sent can be seen.
    """

    kinds: Kinds
    earliest: int
    latest: int
    hour: int
    gather: timedelta
    keep: timedelta

    @property
    def hours(self) -> range:
        """The hours that may be chosen."""
        return range(self.earliest, self.latest + 1)


def terms_at(now: datetime) -> Terms | None:
    """The terms of the edition of the day; None where it has none and nobody is told anything."""
    try:
        return terms_of(bundles.compiled(bundles.newest_hash(localdate(now))))
    except ProcessUnavailableError:
        return None


def terms_of(bundle: Bundle) -> Terms | None:
    """The terms of an edition, or None."""
    kinds = kinds_in(bundle.files)
    try:
        bundle.decision(TABLE)
    except NotInBundleError:
        return None
    return Terms(
        kinds=kinds,
        earliest=_number(bundle, "sammandrag_tidigast"),
        latest=_number(bundle, "sammandrag_senast"),
        hour=_number(bundle, "sammandrag_forval"),
        gather=timedelta(minutes=_number(bundle, "samla_minuter")),
        keep=timedelta(days=_number(bundle, "logg_dagar")),
    )


def _number(bundle: Bundle, what: str) -> int:
    return int(bundle.decision(TABLE).evaluate(TABLE, {"vad": what}).value)
