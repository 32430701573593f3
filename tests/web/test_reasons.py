"""Bör in the browser's plain HTML form: shown, asked for, accepted with a reason, told (K-1)."""

import json
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from config import clock
from engine.forms import parse_form
from engine.manifest import Citations
from records.models import Dokument
from tests.web.reading import field, filled, read, summary, task_links, text
from web.widgets import build_widgets

REASON = "Den enskilde ligger på sjukhus."


@pytest.fixture
def planning(client_of, case_at):
    """The task Planera utredning, as (client, address, ärende)."""
    case = case_at("Task_PlaneraUtredning")
    client = client_of("handlaggare")
    address = task_links(client.get(reverse("web:case", args=[case])))["Planera utredningen"]
    return client, address, case


def sent(client, address, **changes):
    page = client.get(address)
    return {
        **filled(page),
        "syfte": "Utreda behovet.",
        "informerad_datum": localdate(clock.now()).isoformat(),
        "fragestallningar": "Vilket stöd behövs?",
        **changes,
    }


def words(page, path):
    (found,) = read(page).xpath(f"//p[@id='f-{path}-hjalp']/span[contains(@class, 'duty')]")
    return found.text


def test_r002_ska_and_bor_are_said_at_the_field_with_their_norm_level(planning):
    client, address, _case = planning
    page = client.get(address)
    assert words(page, "syfte").startswith("Ska enligt ")
    assert words(page, "tidplan") == "Bör enligt riktlinje."
    assert "(bör fyllas i)" in text(page)
    assert field(page, "tidplan").get("aria-required") is None
    assert field(page, "syfte").get("aria-required") == "true"
    assert "f-tidplan-hjalp" in field(page, "tidplan").get("aria-describedby")
    assert not read(page).xpath("//input[starts-with(@name, '_skal.')]")


def test_k1_an_unfilled_bor_is_a_warning_that_asks_for_a_reason(planning):
    client, address, _case = planning
    page = client.post(address, sent(client, address))
    assert page.status_code == 422
    assert summary(page).keys() == {"f-tidplan-skal"}
    assert "Ange skäl" in read(page).xpath("string(//div[@id='felruta']/h2)")
    assert read(page).xpath("//input[@id='f-tidplan-skal'][@name='_skal.tidplan']")
    assert field(page, "tidplan").get("aria-invalid") is None
    assert read(page).xpath("//div[contains(@class, 'warned')]//p[@id='f-tidplan-fel']")


def test_k1_the_reason_lets_it_through_and_stands_in_the_history(planning):
    client, address, case = planning
    done = client.post(address, sent(client, address, **{"_skal.tidplan": REASON}))
    assert done.status_code == 302
    stored = Dokument.objects.get(arende_id=case, form_id="planera_utredning")
    assert stored.answers["_skal"] == {"tidplan": REASON}
    lines = read(client.get(reverse("web:case_history", args=[case]))).xpath(
        "//ol[@class='timeline']/li"
    )
    told = [line.text_content() for line in lines if REASON in line.text_content()]
    assert len(told) == 1
    assert "Planera utredningen: utfört" in told[0]
    assert "Tidplan" in told[0]


def test_a_reason_stays_when_something_else_is_wrong(planning):
    client, address, _case = planning
    page = client.post(address, sent(client, address, syfte="", **{"_skal.tidplan": REASON}))
    assert summary(page).keys() == {"f-syfte"}
    assert read(page).xpath("//input[@id='f-tidplan-skal']")[0].get("value") == REASON
    assert "behöver rättas" in read(page).xpath("string(//div[@id='felruta']/h2)")


def test_a_filled_bor_needs_no_reason(planning):
    client, address, case = planning
    assert client.post(address, sent(client, address, tidplan="Klart i maj.")).status_code == 302
    assert "_skal" not in Dokument.objects.get(form_id="planera_utredning").answers
    assert "Bör frångått" not in text(client.get(reverse("web:case_history", args=[case])))


NOW = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
CITATIONS = Citations.model_validate(
    {"lagrum": [{"id": "a.1", "text": "1 § a", "norm": "ALLMANT_RAD", "status": "U"}]}
)


@pytest.mark.parametrize(
    ("properties", "duty", "unverified"),
    [
        ({"modalitet": "ska", "norm": "LOKAL_RUTIN"}, "Ska enligt lokal rutin.", False),
        ({"modalitet": "bor", "norm": "LAG"}, "Bör enligt lag.", False),
        ({"lagrum": "a.1"}, "Ska enligt allmänt råd.", True),
        ({"status": "U"}, "Ska fyllas i.", True),
        ({}, "Ska fyllas i.", False),
    ],
)
def test_k1_modality_and_norm_level_are_told_apart(properties, duty, unverified):
    fields = [
        {"type": "textfield", "key": key, "label": key, "properties": properties,
         "validate": {"required": True}}
        for key in ("forst", "sedan")
    ]  # fmt: skip
    form = parse_form(json.dumps({"id": "f", "type": "default", "components": fields}).encode())
    for widget in build_widgets(form, {}, citations=CITATIONS, now=NOW):
        assert (widget.duty, widget.unverified) == (duty, unverified)
