"""Which edition of the processes applies, compiled once per process of the operating system."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from cases.errors import LocalValueMissingError, ProcessUnavailableError
from cases.models import Bundle as BundleRow
from engine import bundle as engine_bundle
from engine.definition import Definition

IN_FORCE = "fastställd"
_known: ContextVar[dict[date, list[str]] | None] = ContextVar("kedja_editions", default=None)


@lru_cache(maxsize=16)
def compiled(bundle_hash: str) -> engine_bundle.Bundle:
    """Return the compiled bundle; parsed at the first use, as the content never changes."""
    files = BundleRow.objects.values_list("files", flat=True).get(pk=bundle_hash)
    return engine_bundle.Bundle(files={path: text.encode("utf-8") for path, text in files.items()})


def definition(bundle_hash: str, process_key: str) -> Definition:
    """Return one compiled process of a stored bundle."""
    return compiled(bundle_hash).definition(process_key)


@lru_cache(maxsize=512)
def edition(bundle_hash: str) -> str:
    """Return the id of the edition that a bundle is."""
    return str(BundleRow.objects.values_list("edition", flat=True).get(pk=bundle_hash))


@lru_cache(maxsize=512)
def names_from_outside(bundle_hash: str, form_id: str) -> frozenset[str]:
    """Return the names in the form's expressions that are no fields of its own."""
    form = compiled(bundle_hash).form(form_id)
    own = {found.key for found in form.walk()}
    expressions = [rule.condition for rule in form.rules]
    for found in form.walk():
        limits = (found.limits.lowest, found.limits.highest)
        wanted = (found.hide, found.default, found.options_from, *limits)
        expressions += [expression for expression in wanted if expression is not None]
    return frozenset(name for expression in expressions for name in expression.names) - own


def current_hash(process_key: str, day: date) -> str:
    """Return the hash of the bundle that a new instance takes.

    The newest edition in force on ``day`` (Stockholm) that has the process as fastställd, and
    every local value that it needs.

    Raises:
        LocalValueMissingError: The only editions that have it lack a local value (K-14).
        ProcessUnavailableError: There is none.
    """
    missing: tuple[str, ...] = ()
    for bundle_hash in _in_force(day):
        bundle = compiled(bundle_hash)
        entry = bundle.manifest.entry(process_key)
        if entry is None or entry.status != IN_FORCE:
            continue
        if process_key not in bundle.stopped:
            return bundle_hash
        missing = missing or bundle.stopped[process_key]
    if missing:
        raise LocalValueMissingError(process_key, missing)
    raise ProcessUnavailableError(process_key)


def newest_hash(day: date) -> str:
    """Return the hash of the newest edition in force on ``day``.

    Raises:
        ProcessUnavailableError: Nothing is deployed.
    """
    found = _in_force(day)
    if not found:
        raise ProcessUnavailableError("*")
    return found[0]


def started_by(bundle_hash: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return message name to (process key, start event) of the processes that begin by it."""
    return compiled(bundle_hash).started_by


def current_editions(day: date) -> list[tuple[str, str]]:
    """Return (process key, bundle hash) of every process that can start on ``day``."""
    chosen: dict[str, str] = {}
    for bundle_hash in _in_force(day):
        bundle = compiled(bundle_hash)
        for entry in bundle.manifest.process:
            if entry.status == IN_FORCE and entry.key not in bundle.stopped:
                chosen.setdefault(entry.key, bundle_hash)
    return sorted(chosen.items())


@contextmanager
def asked_once() -> Iterator[None]:
    """Ask once which editions are in force on a day, for as long as one request is answered.

    A page asks seven times. What is deployed meanwhile applies from the next request on.
    """
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def _in_force(day: date) -> list[str]:
    known = _known.get()
    if known is None:
        return _stored(day)
    if day not in known:
        known[day] = _stored(day)
    return known[day]


def _stored(day: date) -> list[str]:
    rows = BundleRow.objects.filter(valid_from__lte=day).order_by("-valid_from", "-deployed_at")
    return list(rows.values_list("hash", flat=True))
