"""Nothing that is written is lost: a killed browser, a dead server, a log-out, no connection."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cases.models import Task, Utkast
from records.demo_data import municipality
from records.models import Skydd, Uppdrag
from tests.acceptance.programs import Running, _listens, programs
from tests.config.running import wait_for
from tests.municipality import settle_in
from tests.needs import require
from tests.web import browser as chromium
from tests.web.browser import ARGUMENTS, PASSWORD
from tests.web.town import DAYS, astrid, walk_to

pytestmark = [
    pytest.mark.needs("browser"),
    pytest.mark.django_db(databases=["default", "app", "worker"]),
]
TASK = "Planera utredningen"
LIMIT_MS = 60_000  # a server that was killed has to start again


@dataclass
class Office:
    """A web server that may die, browsers that may be killed, one task that two may do."""

    running: Running
    task: Task
    order: Uppdrag
    folder: Path
    driver: object

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.running.port}"

    def log_in(self, page: Page, user: str) -> None:
        page.goto(f"{self.address}/logga-in/")
        page.get_by_label("Användarnamn").fill(user)
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.get_by_label("Lösenord").press("Enter")
        page.wait_for_url(f"{self.address}/")

    def at_the_task(self, browser: Browser, user: str) -> Page:
        return self.at(f"/uppgifter/{self.task.pk}/", browser, user)

    def at(self, path: str, browser: Browser, user: str) -> Page:
        context = browser.new_context(locale="sv-SE")
        context.set_default_timeout(LIMIT_MS)
        page = context.new_page()
        self.log_in(page, user)
        page.goto(f"{self.address}{path}")
        return page

    @contextmanager
    def browser(self, name: str) -> Iterator[tuple[Browser, subprocess.Popen[bytes]]]:
        """A Chromium of its own, whose process can be killed."""
        home = self.folder / name
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={home}"]
        process = subprocess.Popen(
            [require("browser"), *ARGUMENTS, *options, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            said = home / "DevToolsActivePort"
            assert wait_for(lambda: said.exists() and said.read_text().count("\n") > 0, 60)
            port = said.read_text().splitlines()[0]
            yield self.driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}"), process
        finally:
            kill(process)

    def kept(self, user: str) -> str:
        rows = Utkast.objects.filter(user__username=user, task=self.task)
        return str(rows.values_list("answers", flat=True).get()["syfte"])

    def kept_message(self, user: str) -> str:
        rows = Utkast.objects.filter(user__username=user, nyckel=self.order.pk.hex)
        return str(rows.values_list("answers", flat=True).get()["text"])


def kill(process: subprocess.Popen[bytes]) -> None:
    """As kill -9 does: the browser and all its helpers, without a word."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(20)


@pytest.fixture(scope="module")
def office(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    require("browser")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        try:
            settle_in()
            hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
            get_user_model().objects.update(password=hashed)
            arende = walk_to("Task_PlaneraUtredning", astrid())
            task = Task.objects.get(arende_id=arende, status="open")
            other = (
                municipality()
                .person[1]
                .model_copy(update={"ansokan_for_dagar_sedan": DAYS, "skydd": Skydd.INGEN})
            )
            ordered = walk_to("Task_BekraftaUppdrag", other)
            order = Uppdrag.objects.get(arende_id=ordered)
            chromium.collect_static()
            folder = tmp_path_factory.mktemp("kontor")
            with programs(folder, worker=False) as running, sync_playwright() as driver:
                yield Office(running, task, order, folder, driver)
        finally:
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


def said(page: Page, words: str) -> None:
    expect(page.locator("#sparat")).to_contain_text(words, timeout=LIMIT_MS)


def write(page: Page, words: str) -> None:
    """Go on at the end of what is there."""
    page.locator("[name=syfte]").press("Control+End")
    page.locator("[name=syfte]").press_sequentially(words)


def test_text_survives_browser_server_log_out_and_lost_connection(office: Office) -> None:
    with office.browser("dodad") as (first, process):
        page = office.at_the_task(first, "handlaggare")
        page.locator("[name=syfte]").press_sequentially("Ett.")
        said(page, "Sparat ")
        kill(process)
    assert office.kept("handlaggare") == "Ett."
    with office.browser("ny") as (second, _process):
        page = office.at_the_task(second, "handlaggare")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        text = page.locator("[name=syfte]")
        expect(text).to_have_value("Ett.")
        the_server_dies_and_comes_back(office, page)
        she_is_logged_out_and_in_again(office, page)
        the_connection_is_lost_and_found(office, page)
        page.reload()
        expect(text).to_have_value("Ett. Två. Tre. Fyra.")
        assert errors == []


def the_server_dies_and_comes_back(office: Office, page: Page) -> None:
    web = office.running.web
    assert web.process is not None
    os.kill(web.process.pid, signal.SIGKILL)
    web.process.wait(20)
    write(page, " Två.")
    said(page, "Inte sparat – ingen kontakt.")
    web.start()
    assert wait_for(lambda: _listens(office.running.port), 120)
    said(page, "Sparat ")
    assert office.kept("handlaggare") == "Ett. Två."


def she_is_logged_out_and_in_again(office: Office, page: Page) -> None:
    other = page.context.new_page()
    other.goto(f"{office.address}/")
    other.get_by_role("button", name="Logga ut").click()
    write(page, " Tre.")
    said(page, "Inte sparat – du är utloggad.")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Logga in i ett nytt fönster").click()
    again = opened.value
    again.get_by_label("Användarnamn").fill("handlaggare")
    again.get_by_label("Lösenord").fill(PASSWORD)
    again.get_by_label("Lösenord").press("Enter")
    again.wait_for_url("**/uppgifter/**")
    said(page, "Sparat ")
    other.close()
    again.close()
    assert office.kept("handlaggare") == "Ett. Två. Tre."


def the_connection_is_lost_and_found(office: Office, page: Page) -> None:
    page.context.set_offline(True)
    write(page, " Fyra.")
    said(page, "Inte sparat – ingen kontakt.")
    page.get_by_role("button", name="Slutför uppgiften").click()
    expect(page.locator("[name=syfte]")).to_have_value("Ett. Två. Tre. Fyra.")
    said(page, "ingen kontakt")
    page.context.set_offline(False)
    said(page, "Sparat ")
    assert office.kept("handlaggare") == "Ett. Två. Tre. Fyra."


def test_a_message_survives_a_killed_browser_a_log_out_and_a_lost_connection(
    office: Office,
) -> None:
    path, user = f"/uppdrag/{office.order.pk}/", "handlaggare"
    with office.browser("skriver") as (first, process):
        page = office.at(path, first, user)
        page.locator("[name=text]").press_sequentially("Hej.")
        said(page, "Sparat ")
        kill(process)
    assert office.kept_message(user) == "Hej."
    with office.browser("skriver_igen") as (second, _process):
        page = office.at(path, second, user)
        text = page.locator("[name=text]")
        expect(text).to_have_value("Hej.")
        page.context.set_offline(True)
        text.press("Control+End")
        text.press_sequentially(" Kan ni börja?")
        said(page, "Inte sparat – ingen kontakt.")
        page.get_by_role("button", name="Skicka", exact=True).click()
        said(page, "ingen kontakt")
        expect(text).to_have_value("Hej. Kan ni börja?")
        page.context.set_offline(False)
        said(page, "Sparat ")
        assert office.kept_message(user) == "Hej. Kan ni börja?"
        page.context.clear_cookies()
        text.press_sequentially(" Ring.")
        said(page, "Inte sparat – du är utloggad.")
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Logga in i ett nytt fönster").click()
        again = opened.value
        again.get_by_label("Användarnamn").fill(user)
        again.get_by_label("Lösenord").fill(PASSWORD)
        again.get_by_label("Lösenord").press("Enter")
        again.wait_for_url(f"**{path}")
        again.close()
        said(page, "Sparat ")
        assert office.kept_message(user) == "Hej. Kan ni börja? Ring."
        page.get_by_role("button", name="Skicka", exact=True).click()
        expect(page.locator(".messages")).to_contain_text("Hej. Kan ni börja? Ring.")
        expect(page.locator("[name=text]")).to_have_value("")
    assert not Utkast.objects.filter(nyckel=office.order.pk.hex).exists()


def test_the_second_one_of_two_keeps_her_text_and_sees_what_happened(office: Office) -> None:
    with office.browser("tva") as (browser, _process):
        first = office.at_the_task(browser, "handlaggare")
        second = office.at_the_task(browser, "handlaggare2")
        second.locator("[name=syfte]").fill("Det som den andra skrev.")
        said(second, "Sparat ")
        answer(first)
        first.get_by_role("button", name="Slutför uppgiften").click()
        first.wait_for_url("**/arenden/**")
        write(second, " Mer.")
        told = second.locator("#andrat")
        expect(told).to_contain_text("Uppgiften är redan gjord", timeout=LIMIT_MS)
        expect(told).to_contain_text("Handläggare (Hanna Handlén)")
        said(second, "Något har ändrats: läs överst")
        answer(second)
        second.locator("[name=syfte]").fill("Det som den andra skrev. Mer.")
        second.get_by_role("button", name="Slutför uppgiften").click()
        expect(second.locator("[data-copy]")).to_contain_text(
            "Det som den andra skrev. Mer.", timeout=LIMIT_MS
        )
        second.goto(f"{office.address}/utkast/")
        expect(second.get_by_role("link", name=TASK)).to_be_visible()


def answer(page: Page) -> None:
    page.locator("[name=syfte]").fill("Utreda behovet av stöd.")
    page.locator("[name=fragestallningar]").fill("Vilket stöd behövs?")
    page.locator("[name=informerad_datum]").fill("2026-11-20")
    page.locator("[name=tidplan]").fill("Klart inom en månad.")


def test_who_asks_for_english_stays_on_the_page_and_is_told_in_english(office: Office) -> None:
    with office.browser("english") as (browser, _process):
        page = office.at("/starta/aktualisera/", browser, "mottagning")
        page.get_by_role("button", name="In English").click()
        page.wait_for_url("**/starta/aktualisera/")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.locator("#svar textarea").first.press_sequentially("Ett.")
        said(page, "Saved ")
        page.context.set_offline(True)
        page.locator("#svar textarea").first.press_sequentially(" Två.")
        said(page, "Not saved – no connection.")
        page.context.set_offline(False)
        said(page, "Saved ")
        page.get_by_role("button", name="På svenska").click()
        expect(page.locator("html")).to_have_attribute("lang", "sv")
