"""The watchdog and its invariant."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from cases import use_cases, watch
from cases.models import Incident, Instance, Message
from cases.watch import Clocked, OpenCase
from tests.cases.conftest import NOW, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_case(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> OpenCase:
    """One open ärende with a live instance, and a beslut that wants a review clock."""
    started = begin(world)
    assert started.arende_id is not None
    case = OpenCase(arende_id=started.arende_id, organisation=world.authority.pk, unit=world.one.pk)
    monkeypatch.setattr(watch, "_open_cases", [lambda _now: [case]])
    monkeypatch.setattr(watch, "_clocks", [])
    return case


def test_a_live_instance_is_enough(open_case: OpenCase) -> None:
    assert open_case
    assert use_cases.watchdog(NOW) == ()


def test_an_abandoned_case_becomes_one_incident_and_mends(open_case: OpenCase) -> None:
    Instance.objects.update(status="completed")
    (found,) = use_cases.watchdog(NOW)
    assert (found.code, found.ref) == ("case_abandoned", str(open_case.arende_id))
    assert use_cases.watchdog(NOW) == (found,)
    incident = Incident.objects.get()
    assert (incident.arende_id, incident.unit_id) == (open_case.arende_id, open_case.unit)
    Instance.objects.update(status="running")
    assert use_cases.watchdog(NOW) == ()
    incident.refresh_from_db()
    assert incident.resolved_at == NOW


@pytest.mark.parametrize("saved_by", ["message", "incident"])
def test_a_message_or_an_incident_is_enough(open_case: OpenCase, saved_by: str) -> None:
    Instance.objects.update(status="completed")
    scope = {
        "arende_id": open_case.arende_id,
        "organisation_id": open_case.organisation,
        "unit_id": open_case.unit,
    }
    if saved_by == "message":
        Message.objects.create(name="svar", sent_at=NOW, sent_by="x", **scope)
    else:
        Incident.objects.create(kind="message", code="x", message="x", opened_at=NOW, **scope)
    assert use_cases.watchdog(NOW) == ()


@pytest.mark.parametrize(
    ("clocks", "code"), [(0, "review_clock_missing"), (1, None), (2, "review_clock_twice")]
)
def test_exactly_one_review_clock(
    open_case: OpenCase, monkeypatch: pytest.MonkeyPatch, clocks: int, code: str | None
) -> None:
    beslut = str(uuid4())
    wanted = Clocked(process_key="prova", business_key=beslut, case=open_case)
    monkeypatch.setattr(watch, "_clocks", [lambda _now: [wanted]])
    first = Instance.objects.get()
    for _ in range(clocks):
        Instance.objects.create(
            bundle_id=first.bundle_id, process_key="prova", business_key=beslut,
            arende_id=first.arende_id, organisation=first.organisation, unit=first.unit,
            state=b"", started_at=NOW,
        )  # fmt: skip
    found = use_cases.watchdog(NOW)
    assert [violation.code for violation in found] == ([code] if code else [])
    assert Incident.objects.count() == len(found)
