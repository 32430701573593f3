"""A scenario walked by people at browsers: each has her own, and nothing but the pages is used.

The doing goes through what a person can see and press. What the steps expect is read from the
database as its owner.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, Locator, Page, expect

from config.scenarios.people import actor_named
from engine.scenarios import Scenario, Step, resolve
from tests.acceptance.http_api import Api
from tests.acceptance.http_walk import HttpWalk
from tests.web.browser import PASSWORD

LIMIT_MS = 20_000
DONE = "är klar"
OPEN_ALL = "document.querySelectorAll('main details').forEach(e => { e.open = true })"


class PagesWalk(HttpWalk):
    """A walk whose actors sit at browsers; time and the worker are as over HTTP.

    Attributes:
        pages: User name to the one page that she has open.
        seen: User name to the addresses of the ärenden that she has been at.
    """

    def __init__(self, scenario: Scenario, browser: Browser, address: str, api: Api) -> None:
        super().__init__(scenario, api)
        self.browser = browser
        self.address = address
        self.pages: dict[str, Page] = {}

    def page_of(self, user: str) -> Page:
        """The page of somebody, logged in at the first use."""
        if user not in self.pages:
            context = self.browser.new_context(locale="sv-SE", base_url=self.address)
            context.set_default_timeout(LIMIT_MS)
            page = context.new_page()
            page.goto("/logga-in/")
            page.get_by_label("Användarnamn").fill(user)
            page.get_by_label("Lösenord").fill(PASSWORD)
            page.get_by_label("Lösenord").press("Enter")
            page.wait_for_url("**/")
            self.pages[user] = page
        return self.pages[user]

    def _start(self, step: Step) -> str:
        actor = actor_named(step.actor or "", unit=None, now=self.now)
        answers = resolve(step.answers, self.saved)
        page = self.page_of(actor.username)
        if step.case is None:
            page.get_by_role("link", name="Starta", exact=True).click()
            page.locator(f"a[href='/starta/{step.start}/']").click()
        else:
            page.goto(f"/arenden/{self.arende}/")
            page.evaluate(OPEN_ALL)
            page.locator(f"a[href='/arenden/{self.arende}/starta/{step.start}/']").first.click()
        fill(page, answers)
        send(page, "Registrera")
        page.wait_for_url("**/arenden/*/")
        self.arende = UUID(page.url.rstrip("/").rpartition("/")[2])
        self._save(step, answers, arende=self.arende)
        return actor.username

    def _complete(self, step: Step) -> str:
        task, actor = self._task(step, step.complete or "")
        answers = resolve(step.answers, self.saved)
        page = self.page_of(actor.username)
        page.goto("/")
        page.locator(f"a[href^='/uppgifter/{task.id}/']").first.click()
        fill(page, answers)
        send(page, "Slutför uppgiften")
        expect(page.get_by_role("status").filter(has_text=DONE)).to_be_visible()
        self._save(step, answers, arende=self.arende, task=task.id)
        return actor.username


def fill(page: Page, answers: Mapping[str, Any]) -> None:
    """Answer a form by its fields' names, in the order of the answers."""
    page.locator("#svar").wait_for()
    page.evaluate(OPEN_ALL)
    _fill(page, "", answers)


def _fill(page: Page, prefix: str, answers: Mapping[str, Any]) -> None:
    for key, value in answers.items():
        _answer(page, f"{prefix}{key}", value)


def _answer(page: Page, path: str, value: Any) -> None:
    if isinstance(value, Mapping):
        _fill(page, f"{path}.", value)
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            _one_of_several(page, path, number, entry)
    else:
        _put(page.locator(f"[name='{path}']"), value)


def _one_of_several(page: Page, path: str, number: int, entry: Any) -> None:
    """A row of its own, or one of the boxes."""
    if not isinstance(entry, Mapping):
        page.locator(f"[name='{path}'][value='{entry}']").check()
        return
    row = page.locator(f"fieldset[data-w='{path}.{number}']")
    if row.count() == 0:
        page.locator(f"button[name=_lagg_till][value='{path}']").click()
        row.wait_for()
        page.evaluate(OPEN_ALL)
    _fill(page, f"{path}.{number}.", entry)


def _put(field: Locator, value: Any) -> None:
    """Write, choose or tick; a field that follows from an answer is waited for."""
    field.first.wait_for(state="attached")
    kind = field.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if kind == "radio":
        field.and_(field.page.locator(f"[value='{value}']")).check()
    elif kind == "checkbox":
        field.set_checked(bool(value))
    elif kind == "select":
        field.select_option(str(value))
    else:
        field.fill(value.isoformat() if isinstance(value, date) else str(value))


def send(page: Page, button: str) -> None:
    """Press the button of the form; what is refused is an error of the walk."""
    page.get_by_role("button", name=button, exact=True).last.click()
    page.wait_for_load_state()
    refused = page.locator("#felruta")
    assert refused.count() == 0, refused.inner_text()
