"""A real browser before the real web server, and what it is asked about a page."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.environment import PROJECT_ROOT

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
]
LIMIT_MS = 20_000
PASSWORD = "kedja-demo"

# Text whose colour stands out less than 4.5:1 (3:1 when large) from what is behind it.
CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = (c) => { const f = c.slice(0, 3).map((v) => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const behind = (e) => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
    if (!text || e.closest("svg, script, .hidden, .skip") || !e.checkVisibility()) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const a = light(parse(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${text.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""

# Things to press that are smaller than 24 px (WCAG 2.2, 2.5.8); links inside text are exempt.
SMALL = """() => [...document.querySelectorAll("button, select, input:not([type=hidden]), summary")]
  .filter((e) => e.checkVisibility() && !e.closest(".hidden") && !e.classList.contains("hidden"))
  .filter((e) => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24; })
  .map((e) => e.outerHTML.slice(0, 80))"""


# What stands right under a table or a list: it is read as a part of it.
TOUCHING = """() => [...document.querySelectorAll("main table, main .scroll")]
  .map((e) => [e, e.nextElementSibling])
  .filter(([e, next]) => next && e.checkVisibility() && next.checkVisibility()
    && !next.closest(".hidden") && next.getBoundingClientRect().height > 1
    && next.getBoundingClientRect().top < e.getBoundingClientRect().bottom + 8)
  .map(([, next]) => `touches the table above it: ${next.outerHTML.slice(0, 60)}`)"""


@dataclass
class Desk:
    """Where a person sits: a browser, the server's address, what went wrong in the pages."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    seats: dict[str, Page] = field(default_factory=dict)

    @contextmanager
    def open(self, *, width: int = 1280, scripts: bool = True) -> Iterator[Page]:
        """A page of nobody."""
        context = self._context(width, scripts=scripts)
        try:
            yield self._page(context)
        finally:
            context.close()

    @contextmanager
    def seat(self, user: str, session: str) -> Iterator[Page]:
        """The page of somebody with a session; it stays for who comes next.

        A page of its own costs more than all that is asked of it: a process, and axe read anew.
        """
        page = self.seats.pop(user, None) or self._seat(session)
        try:
            yield page
        except BaseException:
            page.context.close()
            raise
        page.unroute_all()
        self.seats[user] = page

    def _seat(self, session: str) -> Page:
        context = self._context(1280)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.address}])
        return self._page(context)

    def _context(self, width: int, *, scripts: bool = True) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            locale="sv-SE",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(LIMIT_MS)
        return context

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        self._listen(page)
        return page

    @contextmanager
    def page(self, user: str, *, width: int = 1280, scripts: bool = True) -> Iterator[Page]:
        """A page of a logged-in user."""
        with self.open(width=width, scripts=scripts) as page:
            self._log_in(page, user)
            yield page

    def _listen(self, page: Page) -> None:
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, kind: str, text: str) -> None:
        # A refused form is a page with the status 422: the browser notes that as an error.
        if kind in ("error", "warning") and "status of 422" not in text:
            self.complaints.append(text)

    def _log_in(self, page: Page, user: str) -> None:
        page.goto("/logga-in/")
        page.get_by_label("Användarnamn").fill(user)
        page.get_by_label("Lösenord").fill(PASSWORD)
        page.get_by_label("Lösenord").press("Enter")
        page.wait_for_url("**/")


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """One Chromium for a module of tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


def collect_static() -> None:
    """Put the static files where the web server serves them from, once for all workers of a run.

    A second time they would be written anew under the server of another worker's browser.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    said = PROJECT_ROOT / "build" / "collected"
    said.parent.mkdir(exist_ok=True)
    with said.open("a+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        if stream.read() != run:
            _collect_static()
            stream.seek(0)
            stream.truncate()
            stream.write(run)


def _collect_static() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"],
        cwd=PROJECT_ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
