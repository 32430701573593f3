"""The demo municipality: loads twice without harm, and its cases stand in every step."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count

from cases.models import Incident, Organisation, RoleGrant, Task, Unit
from config.processes import deploy_directory
from config.scenarios import machinery
from records import demo
from records.models import Akt, Arende, JournalEntry, Person

NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.mark.django_db
def test_people_load_twice_into_the_same_rows():
    counts = []
    for _ in range(2):
        found = demo.load_people(NOW)
        counts.append([model.objects.count() for model in (Organisation, Unit, RoleGrant)])
    assert counts[0] == counts[1] == [4, 7, len(found.anvandare)]
    user = get_user_model().objects.get(username="handlaggare")
    assert user.check_password(found.losenord)
    assert found.losenord not in user.password


@pytest.mark.django_db
def test_every_role_of_the_chain_has_a_user():
    demo.load_people(NOW)
    held = set(RoleGrant.objects.values_list("role", flat=True))
    text = (settings.PROCESSES_DIR / "terms" / "roller.toml").read_text(encoding="utf-8")
    named = {line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")}
    assert held == named


@pytest.mark.django_db(transaction=True)
def test_cases_stand_in_every_step():
    deploy_directory(settings.PROCESSES_DIR)
    summary = demo.load(now=NOW, machinery=machinery.Worker())
    wanted = {p.stanna_vid for p in demo.municipality().person if p.stanna_vid}
    open_now = set(Task.objects.filter(status="open").values_list("element", flat=True))
    assert wanted - open_now == set()
    open_incidents = Incident.objects.filter(resolved_at=None)
    assert list(open_incidents.values_list("code", "element", "message")) == []
    assert Arende.objects.filter(status="avslutat").count() == 1
    assert Akt.objects.filter(status="stangd").exclude(gallringsdatum=None).exists()
    assert "stopped" not in summary.note
    twice = Person.objects.values("unit", "personnummer").exclude(personnummer=None)
    assert not twice.annotate(rows=Count("pk")).filter(rows__gt=1).exists()
    assert JournalEntry.objects.filter(registrerad__gt=NOW).count() == 0
    assert summary.note == demo.load(now=NOW, machinery=machinery.Worker()).note.replace(
        "0 new cases", f"{Arende.objects.count()} new cases"
    )
