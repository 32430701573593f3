"""Editions are checked and stored for ever."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cases import bundles, errors, use_cases
from cases.models import Bundle
from engine.bundle import Bundle as EngineBundle
from tests.cases import edition
from tests.cases.conftest import NOW

pytestmark = pytest.mark.django_db

SMALL = ("manifest.toml", "terms/roller.toml", "dmn/atkomst.dmn")


def small() -> dict[str, bytes]:
    """An edition without diagrams, which the checks let through."""
    files = {path: edition.files()[path] for path in SMALL}
    manifest = files["manifest.toml"].decode()
    files["manifest.toml"] = manifest.split("[[process]]")[0].encode()
    return files


def test_stored_once_under_its_content(world: SimpleNamespace) -> None:
    first = use_cases.deploy(small(), now=NOW)
    assert use_cases.deploy(dict(reversed(small().items())), now=NOW) == first
    row = Bundle.objects.get(pk=first)
    assert (row.edition, row.valid_from, row.deployed_at) == ("prov", date(2025, 1, 1), NOW)
    assert Bundle.objects.exclude(pk=world.bundle).count() == 1
    stored = {path: text.encode() for path, text in row.files.items()}
    assert EngineBundle(files=stored).hash == first


def test_a_bundle_with_errors_is_refused_with_its_findings(world: SimpleNamespace) -> None:
    files = small() | {"bpmn/trasig.bpmn": b"<not-bpmn/>"}
    with pytest.raises(errors.BundleRefusedError) as refused:
        use_cases.deploy(files, now=NOW)
    assert [report.path for report in refused.value.reports] == ["bpmn/trasig.bpmn"]
    assert Bundle.objects.count() == 1
    assert world.bundle


def test_an_unknown_capability_is_refused(world: SimpleNamespace) -> None:
    files = edition.files()
    files["bpmn/prova.bpmn"] = files["bpmn/prova.bpmn"].replace(b"prov.notera", b"finns.inte")
    with pytest.raises(errors.BundleRefusedError) as refused:
        use_cases.deploy(files, now=NOW)
    codes = {
        finding.code
        for report in refused.value.reports
        for finding in report.findings
        if report.path == "bpmn/prova.bpmn"
    }
    assert "unknown_capability" in codes, codes
    assert world.bundle


@pytest.mark.parametrize(
    "statement", ["UPDATE cases_bundle SET edition = 'x'", "DELETE FROM cases_bundle"]
)
def test_a_stored_bundle_never_changes(world: SimpleNamespace, statement: str) -> None:
    assert world.bundle
    with (
        pytest.raises(DatabaseError, match="append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_compiled_once(world: SimpleNamespace) -> None:
    assert bundles.compiled(world.bundle) is bundles.compiled(world.bundle)
    assert bundles.definition(world.bundle, "prova") is bundles.definition(world.bundle, "prova")
