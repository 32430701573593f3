"""What is written on a card is hers: its time, her other telephone's text, and every key of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from cases.models import Utkast
from config.environment import PROJECT_ROOT
from records.models import JournalEntry
from tests.needs import require
from tests.web.browser import LIMIT_MS, browser
from tests.web.reading import value
from tests.web.test_shift import JSON, PART, at, write

pytestmark = [pytest.mark.needs("browser"), pytest.mark.xdist_group("browser")]
SITE = "http://skift.test"
SAID = "Sov gott."
HIDDEN = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange")); }"""
KEEPS = """() => { const whole = window.fetch; window.kept = [];
  window.fetch = (to, sent) => { window.kept.push(Boolean(sent.keepalive));
    return whole(to, sent); }; }"""


@contextmanager
def here() -> Iterator[None]:
    """Outside the browser's event loop: Django keeps a database connection for each loop."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


@dataclass
class Line:
    """The line between a browser and the real views; ``lose``: so many answers are lost."""

    client: Client
    posts: list[str] = field(default_factory=list)
    lose: int = 0

    def carry(self, route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix(SITE)
        if "/static/" in path:
            found = PROJECT_ROOT / "web" / path.lstrip("/").partition("?")[0]
            body = found.read_text() if path.endswith("shift.js") else ""
            kind = "text/javascript" if path.endswith(".js") else "text/css"
            return route.fulfill(body=body, content_type=kind)
        with here():
            answer = self.answer(path, asked)
        if asked.method == "POST" and self.lose:
            self.lose -= 1
            return route.abort()
        kind = answer.headers["Content-Type"]
        return route.fulfill(status=answer.status_code, body=answer.content, content_type=kind)

    def answer(self, path: str, asked: Request) -> HttpResponse:
        headers = {"Accept": asked.headers.get("accept", "")}
        if asked.method == "GET":
            return self.client.get(path, headers=headers)
        self.posts.append(path)
        sent, kind = asked.post_data_buffer, asked.headers["content-type"]
        return self.client.post(path, sent, content_type=kind, headers=headers)


@dataclass
class Staff:
    """One of the care staff with her telephones, and the card of a person."""

    line: Line
    found: Browser
    case: object

    def device(self) -> BrowserContext:
        context = self.found.new_context()
        context.set_default_timeout(LIMIT_MS)
        context.route("**/*", self.line.carry)
        return context

    def card(self, *, clock: bool = False) -> Page:
        page = self.device().new_page()
        if clock:
            page.clock.install()
        page.goto(SITE + at("shift_card", self.case))
        return page

    def keeps(self, **written: str) -> dict[str, str]:
        """She begins anew, with one draft and no more."""
        with here():
            Utkast.objects.all().delete()
            sent = write(self.line.client, self.case, text=SAID, **written)
            kept = self.line.client.post(at("shift_draft", self.case), sent)
            assert kept.status_code == 200
        return sent

    def drafts(self) -> list[str]:
        with here():
            rows = Utkast.objects.filter(user__username="personal.norr").order_by("saved_at")
            return [row.answers["text"] for row in rows]

    def words(self) -> list[str]:
        with here():
            return list(Utkast.objects.values_list("nyckel", flat=True))

    def notes(self, said: str) -> list[str]:
        """When it happened, of each note that says so."""
        with here():
            rows = JournalEntry.objects.filter(journal__akt__arende_id=self.case, text=said)
            return [f"{row.handelsetid.astimezone():%Y-%m-%dT%H:%M}" for row in rows]


@pytest.fixture
def staff(client_of, case_at):
    line, case = Line(client_of("personal.norr")), case_at("Task_FoljUppPlan")
    with browser(require("browser")) as found:
        yield Staff(line, found, case)


def sign(page: Page) -> None:
    page.get_by_role("button", name="Spara och signera").click()


def said(page: Page, words: str) -> None:
    expect(page.locator("#sant")).to_contain_text(words, timeout=LIMIT_MS)


def test_the_time_of_a_note_is_what_she_chose_else_when_she_pressed_the_button(staff):
    a_time_that_nobody_chose_is_when_the_button_is_pressed(staff)
    a_time_she_chose_is_signed_as_it_stands(staff)


def a_time_that_nobody_chose_is_when_the_button_is_pressed(staff):
    page = staff.card(clock=True)
    stood = page.locator("[name=handelsetid]").input_value()
    page.locator("[name=text]").fill(SAID)
    page.clock.fast_forward("00:07:00")
    with page.expect_request(lambda asked: asked.url.endswith("/skriv/")) as sent:
        sign(page)
    posted = dict(PART.findall(sent.value.post_data_buffer.decode()))["handelsetid"]
    passed = datetime.fromisoformat(posted) - datetime.fromisoformat(stood)
    assert passed == timedelta(minutes=7)
    page.close()


def a_time_she_chose_is_signed_as_it_stands(staff):
    chosen = "2026-01-02T08:00"
    staff.keeps(handelsetid=chosen)
    page = staff.card(clock=True)
    when = page.locator("[name=handelsetid]")
    assert when.input_value() == chosen
    page.clock.fast_forward("02:05:00")
    sign(page)
    said(page, "Sparad och signerad")
    assert staff.notes(SAID) == [chosen]
    page.locator("[name=text]").fill("Åt frukost.")
    stood = when.input_value()
    when.fill(chosen)
    when.fill(stood)  # the very minute that the server filled in, but hers now
    page.clock.fast_forward("00:05:00")
    sign(page)
    said(page, "Sparad och signerad")
    assert staff.notes("Åt frukost.") == [stood]


def test_what_is_written_on_two_telephones_is_told_and_never_lost(staff):
    what_another_has_kept_is_not_written_over_unasked(staff)
    her_own_text_whose_answer_was_lost_is_gone_on_from(staff)
    a_note_goes_and_what_another_telephone_kept_is_kept(staff)
    what_is_written_on_after_it_was_sent_elsewhere_is_another_note(staff)
    a_note_with_a_word_that_is_used_is_told_and_can_be_sent(staff)


def what_another_has_kept_is_not_written_over_unasked(staff):
    staff.keeps()
    computer, phone = staff.card(), staff.card()
    phone.locator("[name=text]").fill("Från telefonen.")
    said(phone, "Utkast sparat")
    computer.locator("[name=text]").fill("Från datorn.")
    said(computer, "i ett annat fönster")
    assert staff.drafts() == ["Från telefonen."]
    computer.locator("[name=text]").press_sequentially(" Och mer.")
    computer.wait_for_timeout(2500)
    assert staff.drafts() == ["Från telefonen."], "until she has chosen"
    phone.locator("[name=text]").fill("Mer från telefonen.")
    with phone.expect_response("**/utkast/"):
        pass
    choose = computer.get_by_role("button", name="Spara det som står här i stället")
    with computer.expect_response("**/utkast/"):
        choose.click()
    said(computer, "i ett annat fönster")
    assert staff.drafts() == ["Mer från telefonen."], "of that she had not been told"
    choose.click()
    said(computer, "Utkast sparat")
    assert staff.drafts() == ["Från datorn. Och mer."]


def her_own_text_whose_answer_was_lost_is_gone_on_from(staff):
    staff.keeps()
    page = staff.card()
    staff.line.lose = 1
    page.locator("[name=text]").fill("Ett.\nTvå.")
    said(page, "ingen kontakt")
    page.locator("[name=text]").fill("Ett.\nTvå.\nTre.")
    said(page, "Utkast sparat")
    assert staff.drafts() == ["Ett.\r\nTvå.\r\nTre."]


def a_note_goes_and_what_another_telephone_kept_is_kept(staff):
    sent = staff.keeps()
    computer, phone = staff.card(), staff.card()
    phone.locator("[name=text]").fill("Från telefonen.")
    said(phone, "Utkast sparat")
    sign(computer)
    said(computer, "Sparad och signerad")
    assert staff.drafts() == ["Från telefonen."]
    assert staff.words() != [sent["_nyckel"]], "and can be sent"


def what_is_written_on_after_it_was_sent_elsewhere_is_another_note(staff):
    sent = staff.keeps()
    computer, phone = staff.card(), staff.card()
    sign(computer)
    said(computer, "Sparad och signerad")
    phone.locator("[name=text]").fill("Mer från telefonen.")
    with phone.expect_response(lambda answer: answer.url.endswith("/utkast/") and answer.ok):
        said(phone, "redan sparad, med en annan text")
    said(phone, "redan sparad, med en annan text")
    assert staff.drafts() == ["Mer från telefonen."]
    assert staff.words() != [sent["_nyckel"]]
    phone.reload()
    assert phone.locator("[name=text]").input_value() == "Mer från telefonen."
    sign(phone)
    said(phone, "Sparad och signerad")
    assert len(staff.notes("Mer från telefonen.")) == 1
    assert staff.drafts() == []


def a_note_with_a_word_that_is_used_is_told_and_can_be_sent(staff):
    staff.keeps()
    computer, phone = staff.card(), staff.card()
    sign(computer)
    said(computer, "Sparad och signerad")
    phone.locator("[name=text]").fill("Genast.")
    sign(phone)
    said(phone, "redan sparad, med en annan text")
    assert staff.notes("Genast.") == []
    sign(phone)
    said(phone, "Sparad och signerad")
    assert len(staff.notes("Genast.")) == 1
    assert staff.drafts() == []


def test_a_draft_under_a_word_that_is_used_is_gone_on_with_under_another(client_of, case_at):
    """Kept in the same moment as the note was sent: it lies there under the word."""
    case, client = case_at("Task_FoljUppPlan"), client_of("personal.norr")
    sent = write(client, case, text=SAID)
    assert client.post(at("shift_draft", case), {**sent, "text": "Mer."}).status_code == 200
    row = Utkast.objects.get()
    assert client.post(at("shift_note", case), {**sent, "_utkast": 1}).status_code == 302
    assert not Utkast.objects.exists()
    row._state.adding = True
    row.save(force_insert=True)
    late = client.post(at("shift_draft", case), {**sent, "text": "Mer och mer."})
    assert (late.status_code, late.json()["code"]) == (409, "sent")
    assert Utkast.objects.get().nyckel == late.json()["nyckel"]
    again = write(client, case)
    assert (again["text"].strip(), again["_nyckel"]) == ("Mer.", late.json()["nyckel"])
    refused = client.post(at("shift_note", case), {**sent, "text": "Mer."})
    assert refused.status_code == 409
    assert value(refused, "_nyckel") not in (sent["_nyckel"], ""), "and without the script"
    assert client.post(at("shift_note", case), again, headers=JSON).status_code == 200
    assert not Utkast.objects.exists()


def test_every_key_is_kept_without_a_pause_and_as_the_telephone_is_put_away(staff):
    what_is_written_without_a_pause_is_kept(staff)
    what_is_written_is_kept_when_the_telephone_is_put_away(staff)


def what_is_written_without_a_pause_is_kept(staff):
    page = staff.card()
    page.locator("[name=text]").press_sequentially("Hon sov gott nu.", delay=500)
    kept = [path for path in staff.line.posts if path.endswith("/utkast/")]
    assert 1 <= len(kept) <= 3, "in eight seconds: every five, and not at every key"
    page.close()


def what_is_written_is_kept_when_the_telephone_is_put_away(staff):
    staff.keeps()
    page = staff.card()
    page.evaluate(KEEPS)
    page.locator("[name=text]").fill("Hann inte mer")
    page.evaluate(HIDDEN)
    said(page, "Utkast sparat")
    assert page.evaluate("window.kept") == [True], "a browser sends it for a page that is gone"
    assert staff.drafts() == ["Hann inte mer"]
