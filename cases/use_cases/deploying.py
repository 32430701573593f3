"""An edition of ``processes/`` is put into the database, for ever."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from django.db import IntegrityError, transaction

from cases import capabilities
from cases.errors import BundleRefusedError
from cases.models import Bundle as BundleRow
from engine.bundle import Bundle
from engine.check import FileReport, check_files
from engine.local import ROOT
from engine.overlay import effective

Checks = Callable[[Mapping[str, bytes]], Iterable[FileReport]]


def deploy(
    bundle_files: Mapping[str, bytes],
    *,
    now: datetime,
    municipality: str = "",
    checks: Checks = lambda _files: (),
) -> str:
    """Check an edition and store it under the hash of its content.

    Deploying the same content again changes nothing. New instances take the newest fastställd
    edition whose ``valid_from`` has come, so an edition for a coming law is deployed early. A
    process that lacks a local value is left out of it (``bundles.compiled(hash).stopped``); the
    rest is deployed (K-14).

    Args:
        bundle_files: Content by path below ``processes/``.
        now: The moment, aware.
        municipality: Whose tables in ``lokal/`` lie over the national ones.
        checks: What other parts of the product ask of an edition, beside ``engine.check``.

    Returns:
        The hash.

    Raises:
        BundleRefusedError: ``engine.check`` finds an error, or a file is not UTF-8.
        OverlayError: A local table does not fit the national one.
    """
    wanted = {path: bundle_files[path] for path in bundle_files if _counts(path, municipality)}
    bundle = Bundle(files=effective(wanted, municipality))
    if BundleRow.objects.filter(pk=bundle.hash).exists():
        return bundle.hash
    known = frozenset(capabilities.registered())
    refused = _refused(tuple(sorted(wanted.items())), known, checks)
    if refused:
        raise BundleRefusedError(refused)
    edition = bundle.manifest.utgava
    row = BundleRow(
        hash=bundle.hash,
        edition=edition.id,
        valid_from=edition.valid_from,
        deployed_at=now,
        files={path: content.decode("utf-8") for path, content in bundle.files.items()},
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return bundle.hash
    return bundle.hash


@lru_cache(maxsize=2)
def _refused(
    files: tuple[tuple[str, bytes], ...], known: frozenset[str], checks: Checks
) -> tuple[FileReport, ...]:
    """The reports that stop an edition. The same content is judged once in a program's life."""
    wanted = dict(files)
    reports = check_files(wanted, capabilities=known, profile=True)
    return tuple(report for report in (*reports, *checks(wanted)) if not report.ok)


def _counts(path: str, municipality: str) -> bool:
    """Whether a file belongs to what is deployed: other municipalities do not."""
    return not path.startswith(f"{ROOT}/") or path.startswith(f"{ROOT}/{municipality}/")
