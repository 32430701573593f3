"""A note by telephone is one note: whatever the line does, and however often it is sent."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.errors import IdempotencyConflictError
from config import clock
from config.environment import PROJECT_ROOT
from records.models import JournalEntry
from records.shift import add_note_once
from tests.municipality import actor
from tests.needs import require
from tests.racing import at_once
from tests.records.chain import database_role
from tests.web.browser import LIMIT_MS, browser
from tests.web.reading import value
from tests.web.test_shift import PART

SAID = "Sov gott och åt frukost i köket."
MORE = "Och så hände det här efteråt."


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_two_posts_of_one_word_at_once_are_one_note(edition, case_at):
    case, now = case_at("Task_FoljUppPlan"), clock.now()
    who, key = actor("personal.norr", now), f"skift{uuid4().hex}"

    def posting(text=SAID, word=key):
        answers = {"typ": "handelse_av_betydelse", "text": text}
        return lambda: add_note_once(case, answers, key=word, actor=who, now=now)

    with database_role("app"):
        first, *others = at_once(*[posting()] * 4)
    assert others == [first] * 3
    assert JournalEntry.objects.filter(text=SAID).count() == 1
    with database_role("app"):
        with pytest.raises(IdempotencyConflictError):
            posting(MORE)()
        assert posting(SAID, f"skift{uuid4().hex}")() != first, "the same words, another note"
    assert JournalEntry.objects.filter(text=SAID).count() == 2
    assert not JournalEntry.objects.filter(text=MORE).exists()


@pytest.mark.needs("browser")
@pytest.mark.xdist_group("browser")
def test_a_line_that_comes_back_while_it_is_sent_sends_it_no_second_time(client_of, case_at):
    address = reverse("web:shift_card", args=[case_at("Task_FoljUppPlan")])
    client: Client = client_of("personal.norr")
    card = client.get(address)
    script = (PROJECT_ROOT / "web/static/web/shift.js").read_text()
    held, posts = [], []

    def answer(route):
        asked = route.request
        if asked.url.endswith("/utkast/"):
            return route.fulfill(json={"saved": "nu", "revision": 1})
        if asked.method == "POST":
            posts.append(dict(PART.findall(asked.post_data_buffer.decode())))
            return held.append(route)  # the line is slow
        if asked.url.endswith(".js"):
            body = script if "shift" in asked.url else ""
            return route.fulfill(body=body, content_type="text/javascript")
        return route.fulfill(body=card.content, content_type="text/html; charset=utf-8")

    def said(word):
        return {"saved": "nu", "nyckel": word, "handelsetid": ""}

    with browser(require("browser")) as found:
        page = found.new_page()
        page.set_default_timeout(LIMIT_MS)
        page.route("**/*", answer)
        page.goto("http://skift.test/")
        page.locator("[name=text]").fill(SAID)
        with page.expect_request(lambda asked: asked.method == "POST" and "skriv" in asked.url):
            page.get_by_role("button", name="Spara och signera").click()
        for _time in range(3):
            page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)
        assert len(posts) == 1, "one is on its way already"
        held.pop().fulfill(json=said("skift2"))
        page.get_by_text("Sparad och signerad").wait_for()
        page.locator("[name=text]").fill(MORE)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)
        assert page.locator("[name=text]").input_value() == MORE, "nothing wipes what comes next"
        with page.expect_request(lambda asked: asked.method == "POST" and "skriv" in asked.url):
            page.get_by_role("button", name="Spara och signera").click()
        held.pop().abort()  # and lost: then it is sent again, with the same word
        page.get_by_text("ingen kontakt").wait_for()
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(300)
        held.pop().fulfill(json=said("skift3"))
        page.get_by_text("Sparad och signerad").wait_for()
    assert [one["_nyckel"] for one in posts] == [value(card, "_nyckel"), "skift2", "skift2"]
    assert [one["text"] for one in posts] == [SAID, MORE, MORE]
