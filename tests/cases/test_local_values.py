"""Local values at deployment, against PostgreSQL (K-14, R-003)."""

from datetime import date

import pytest
from django.conf import settings

from cases import bundles, use_cases
from cases.errors import BundleRefusedError, LocalValueMissingError
from config.processes import read_directory
from tests.cases.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 3)
OWN = "lokal/demo/dmn/gp_frist.dmn"


def files():
    return read_directory(settings.PROCESSES_DIR)


def test_k14_a_process_without_its_local_value_is_left_out_and_the_rest_deployed() -> None:
    stored = use_cases.deploy(files(), now=NOW)
    assert bundles.current_hash("utreda", DAY) == stored
    with pytest.raises(LocalValueMissingError, match=r"genomfora.*gp_frist"):
        bundles.current_hash("genomfora", DAY)
    can_start = dict(bundles.current_editions(DAY))
    assert "utreda" in can_start
    assert "genomfora" not in can_start
    started = {key for places in bundles.started_by(stored).values() for key, _ in places}
    assert "folja_upp_plan" in started
    assert "genomfora" not in started


def test_k14_with_the_municipalitys_value_everything_is_deployed() -> None:
    national = use_cases.deploy(files(), now=NOW)
    stored = use_cases.deploy(files(), now=NOW, municipality="demo")
    assert stored != national
    assert bundles.current_hash("genomfora", DAY) == stored
    assert bundles.compiled(stored).stopped == {}


def test_an_earlier_edition_goes_on_where_the_newer_lacks_a_value() -> None:
    stored = use_cases.deploy(files(), now=NOW, municipality="demo")
    newer = use_cases.deploy(files(), now=NOW)
    assert bundles.current_hash("genomfora", DAY) == stored
    assert bundles.current_hash("utreda", DAY) in {stored, newer}


def test_r003_a_laxer_value_is_not_deployed() -> None:
    own = "lokal/demo/dmn/handlaggningstid.dmn"
    laxer = files()["dmn/handlaggningstid.dmn"].replace(b"P60D", b"P90D")
    with pytest.raises(BundleRefusedError) as refused:
        use_cases.deploy({**files(), own: laxer}, now=NOW, municipality="demo")
    (finding,) = refused.value.reports[0].findings
    assert (finding.code, refused.value.reports[0].path) == ("lokal_laxare", own)
    assert "2026-05-03 where 2026-04-03 is the limit" in finding.message
    stricter = laxer.replace(b"P90D", b"P30D")
    stored = use_cases.deploy({**files(), own: stricter}, now=NOW, municipality="demo")
    table = bundles.compiled(stored).decision("handlaggningstid")
    answer = table.evaluate("handlaggningstid", {"steg": "utreda", "fran": date(2026, 2, 2)})
    assert answer.value == date(2026, 3, 4)
    assert answer.matched[0].rule.startswith("kommun_")


def test_another_municipalitys_mistake_does_not_stop_ours() -> None:
    wrong = {"lokal/annan/dmn/gp_frist.dmn": b"<x/>"}
    use_cases.deploy({**files(), **wrong}, now=NOW, municipality="demo")
