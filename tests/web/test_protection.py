"""A protected person's case in the pages: closed, and opened in an emergency."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Task, Vikariat
from config import clock
from records.models import Nodoppning
from tests.municipality import user
from tests.protected import STREET, protected_case
from tests.web.reading import read, text
from tests.web.town import astrid, walk_to

REASON = "Larm i natt, ingen utsedd svarar."


@pytest.fixture
def closed(edition):
    return protected_case()


def test_l34_the_closed_page_opens_the_case_for_a_while(client_of, closed):
    client, page = client_of("handlaggare"), reverse("web:case", args=[closed])
    answer = client.get(page)
    assert answer.status_code == 403
    assert "Ekholt" not in answer.content.decode()
    action = read(answer).xpath("//form[contains(@action, 'nodoppna')]/@action")[0]
    opened = client.post(action, {"skal": REASON}, follow=True)
    assert "Ärendet är öppet för läsning i" in text(opened)
    assert "Astrid Ekholt" in text(opened)
    assert STREET not in opened.content.decode()
    assert Nodoppning.objects.get().skal == REASON
    assert client_of("handlaggare2").get(page).status_code == 403


def test_l34_without_a_reason_the_page_says_what_to_write(client_of, closed):
    client, page = client_of("handlaggare"), reverse("web:open_case", args=[closed])
    refused = client.post(page, {"skal": "kort"})
    assert refused.status_code == 422
    assert "minst tio tecken" in text(refused)
    assert read(refused).xpath("//textarea[@id='skal']/@aria-invalid") == ["true"]
    assert read(refused).xpath("//textarea[@id='skal']")[0].text.strip() == "kort"
    assert client.get(page).status_code == 405
    assert not Nodoppning.objects.exists()


def test_l34_another_unit_opens_nothing(client_of, closed):
    answer = client_of("enhetschef.norr").post(
        reverse("web:open_case", args=[closed]), {"skal": REASON}
    )
    assert answer.status_code in (403, 404)
    assert not Nodoppning.objects.exists()


def test_p2_a_substitutes_task_is_nobodys_when_the_person_becomes_protected(edition):
    """Not the substitute's, and not the colleague's to get back when the days are over."""
    arende = walk_to("Task_PlaneraUtredning", astrid())
    task = Task.objects.get(arende_id=arende, status="open")
    day, colleague, substitute = localdate(), user("handlaggare"), user("handlaggare2")
    row = Vikariat.objects.create(
        organisation_id=task.organisation_id,
        unit_id=task.unit_id,
        person=colleague,
        vikarie=substitute,
        from_day=day,
        to_day=day,
        reason="ledighet",
        appointed_at=clock.now(),
        appointed_by=colleague,
    )
    Task.objects.filter(pk=task.pk).update(claimed_by=substitute, vikariat=row)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, 'sekretessmarkering', 1, %s, %s)",
            [arende, user("arbetsledare").pk, clock.now()],
        )
    task.refresh_from_db()
    assert (task.claimed_by_id, task.vikariat_id) == (None, None)
