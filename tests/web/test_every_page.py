"""Every page in every state: axe, names, contrast in light and dark, no sideways scrolling.

The list of pages is read off ``web/urls.py`` (``tests/web/places.py``); the states are below.
``make shots`` runs this file with ``KEDJA_SHOTS`` set, and photographs what is looked at.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils.timezone import localdate
from playwright.sync_api import Page

from cases.context import access_context
from cases.models import Epostadress, Incident, Task
from cases.notices.links import DIGEST, STOP, stop_word
from cases.queries import inbox
from cases.use_cases import Draft, Substitution, appoint_substitute
from cases.use_cases.sleeping import put_to_sleep
from config import clock
from records.meddelanden import send_message
from records.message_drafts import save_message_draft
from records.models import Akt, Arende, Avvikelse, Kalla, Risk, Uppdrag
from records.queries.order import order
from tests import quality_town
from tests.acceptance.programs import KEY, programs
from tests.municipality import actor, settle_in, user
from tests.needs import require
from tests.open_town import linden
from tests.protected import protected_case
from tests.web import axe
from tests.web import browser as chromium
from tests.web.browser import CONTRAST, SMALL, TOUCHING, Desk
from tests.web.drafted import a_draft
from tests.web.english import untranslated
from tests.web.places import PATTERNS, USERS, Place, places, session_of
from tests.web.test_lexsarah import report
from tests.web.town import astrid, walk_to

pytestmark = [
    pytest.mark.needs("browser"),
    pytest.mark.django_db(databases=["default", "app", "worker"]),
    pytest.mark.xdist_group("every_page"),
]
SHOTS = os.environ.get("KEDJA_SHOTS", "")
LONG = "Wilhelmina-Charlotta Konstantinopolitanskasamverkansgruppen"
UNBROKEN = "Donaudampfschiffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture(scope="module")
def desk(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The real web server on a town with something of everything."""
    executable = require("browser")
    with (
        django_db_blocker.unblock(),
        override_settings(SECRET_KEY=KEY),
        pytest.MonkeyPatch.context() as surroundings,
    ):
        surroundings.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        try:
            settle_in()
            _town()
            for name in {*USERS, *(who for who, *_rest in STATES.values() if who)}:
                session_of(name)
            chromium.collect_static()
            folder = tmp_path_factory.mktemp("web")
            with programs(folder, worker=False) as running, chromium.browser(executable) as found:
                desk = Desk(found, f"http://127.0.0.1:{running.port}")
                warm(desk)
                yield desk
        finally:
            session_of.cache_clear()
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


def warm(desk: Desk) -> None:
    """Have the server read the edition before a page is waited for: that is once, and slow."""
    connection = HTTPConnection(desk.address.removeprefix("http://"), timeout=180)  # s
    connection.request("GET", "/arenden/", headers={"Cookie": f"sessionid={session_of(USERS[0])}"})
    assert connection.getresponse().status == 200
    connection.close()


def _town() -> None:
    walk_to("Task_FaststallPlan", astrid())
    long = {"fornamn": LONG, "efternamn": UNBROKEN, "ansokan_for_dagar_sedan": 70}
    long["framstallning"] = f"{UNBROKEN} " * 40
    walk_to("Task_PlaneraUtredning", astrid(personnummer="189410059803", **long))
    talk()
    one_declined()
    protected_case(personnummer="193501752384", ansokan_for_dagar_sedan=50)
    linden()
    quality_town.everything()
    quality_town.not_begun(_case("astrid")["arende_id"])
    quality_town.first_read(days=130)
    hangs_together()
    report()
    a_draft()
    _at_work()
    bad_address()
    unit = user("systemforvaltare").grants.first()
    Incident.objects.create(
        organisation_id=unit.organisation_id,
        kind="job",
        code="capability_failed",
        element="Task_SkrivBeslut",
        message=f"Försök igen. {UNBROKEN}",
        opened_at=clock.now(),
    )


def hangs_together() -> None:
    """A deviation and a risk that wait for somebody, about an ärende that their unit has."""
    case = Arende.objects.get(pk=_case("astrid")["arende_id"])
    late = Avvikelse.objects.get(nummer="A-2026-901")
    quality_town.link(late, Kalla.AVVIKELSE, case, Kalla.ARENDE)
    tasks = (("Utred händelsen", "enhetschef"), (f"Besluta {UNBROKEN}", "verksamhetsansvarig"))
    quality_town.waits(late, "utreda_avvikelse", *tasks)
    risk = Risk.objects.order_by("nummer").first()
    assert risk is not None
    quality_town.link(risk, Kalla.RISK, case, Kalla.ARENDE)
    quality_town.waits(risk, "hantera_risk", *tasks)


def talk() -> None:
    """Both sides of the uppdrag write, long words too."""
    uppdrag = Uppdrag.objects.get()
    for name, said in (
        ("handlaggare", f"{UNBROKEN} " * 20),
        ("enhetschef.norr", "Ja.\nEller nej."),
    ):
        who = actor(name, clock.now())
        send_message(uppdrag.pk, said, key=name, actor=who, now=clock.now())
    # Read beforehand: who reads first writes it down, and a test's own reading would hold the row.
    for name in ("handlaggare", "enhetschef.norr"):
        order(actor(name, clock.now()), uppdrag.pk, now=clock.now())


def one_declined() -> None:
    """A second uppdrag to the same unit, declined in long words; and a message half written."""
    uppdrag = Uppdrag.objects.get()
    written = Draft(answers={"text": UNBROKEN}, revision=0, read_at=clock.now())
    who = actor("enhetschef.norr", clock.now())
    save_message_draft(uppdrag.pk, written, actor=who, now=clock.now())
    parts = [*uppdrag.insatser.all(), *uppdrag.mal.all()]
    uppdrag.pk, uppdrag.nummer, uppdrag.delad_med = uuid4(), f"{uppdrag.nummer}9", None
    uppdrag.status, uppdrag.skickad = "utkast", None
    uppdrag.save(force_insert=True)
    for part in parts:
        part.pk, part.uppdrag_id, part.delad_med = uuid4(), uppdrag.pk, None
        part.save(force_insert=True)
    uppdrag.status, uppdrag.skickad = "skickat", clock.now()
    uppdrag.save()
    uppdrag.status, uppdrag.avbojandeskal = "avbojt", UNBROKEN
    uppdrag.besvarad, uppdrag.besvarad_av_id = clock.now(), who.user_id
    uppdrag.save()


def order_page() -> str:
    return f"/uppdrag/{Uppdrag.objects.get(status='accepterat').pk}/"


def _at_work() -> None:
    """Somebody has a task, and somebody stands in for a colleague."""
    Task.objects.filter(status="open", element="Task_FaststallPlan").update(
        claimed_by=user("kontakt.norr")
    )
    _asleep()
    day = localdate(clock.now())
    people = {"person": user("handlaggare").pk, "substitute": user("handlaggare2").pk}
    appoint_substitute(
        Substitution(**people, first=day, last=day, reason="ledighet"),
        actor=actor("arbetsledare", clock.now()),
        now=clock.now(),
    )


def _asleep() -> None:
    """Somebody has put a task aside, in long words."""
    who, now = actor("enhetschef.norr", clock.now()), clock.now()
    with access_context(who):
        task = inbox(who, now=now).exclude(due__lt=now + timedelta(days=2)).first()
    assert task is not None
    tomorrow = localdate(now) + timedelta(days=1)
    put_to_sleep(task.pk, until=tomorrow, reason=f"Väntar: {UNBROKEN}", actor=who, now=now)


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(desk: Desk) -> Iterator[None]:
    desk.complaints.clear()
    yield
    assert desk.complaints == []


@contextmanager
def seat(desk: Desk, who: str) -> Iterator[Page]:
    """A page of somebody who is logged in already; of nobody when ``who`` is empty."""
    with desk.seat(who, session_of(who) if who else "") as page:
        yield page


def look(page: Page, label: str) -> list[str]:
    """What is wrong with the page as it stands, in light and dark, at three widths."""
    page.evaluate("document.querySelectorAll('main details').forEach(e => { e.open = true })")
    if page.locator("[data-bpmn-url]").count():
        page.locator("[data-bpmn-state=drawn]").first.wait_for()
    wrong = list(axe.violations(page)) + page.evaluate(SMALL)
    if page.get_by_role("heading", level=1).count() != 1:
        wrong.append("not one h1")
    wrong += page.evaluate(CONTRAST) + page.evaluate(TOUCHING)
    photograph(page, label, 1280)
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark {what}" for what in page.evaluate(CONTRAST)]
    photograph(page, f"{label}-dark", 1280)
    page.emulate_media(color_scheme="light")
    for width in (640, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if chromium.overflow(page) > 0:
            wrong.append(f"scrolls sideways at {width} px")
        if width == 390:
            photograph(page, label, width)
    page.set_viewport_size({"width": 1280, "height": 900})
    return [f"{label}: {what}" for what in wrong]


def photograph(page: Page, label: str, width: int) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{label}-{width}.png", full_page=True, timeout=120_000)


@pytest.mark.parametrize("name", PATTERNS)
def test_every_page_is_readable_and_usable(desk, name):
    wrong = []
    for place in [Place("login", "", "/logga-in/")] if name == "login" else places(name):
        with seat(desk, place.user) as page:
            answer = page.goto(place.address)
            assert answer.status == 200
            assert page.url == desk.address + place.address
            wrong += look(page, place.label)
        wrong += untranslated(place)
    assert wrong == []


def task_of(who: str, element: str) -> str:
    return f"/uppgifter/{Task.objects.get(element=element, status='open', **_case(who)).pk}/"


def _case(name: str) -> dict[str, object]:
    numbers = {"astrid": "194003652387", "long": "189410059803", "protected": "193501752384"}
    return {"arende_id": Arende.objects.get(person__personnummer=numbers[name]).pk}


def case_of(name: str) -> str:
    return f"/arenden/{_case(name)['arende_id']}/"


def bad_address() -> None:
    """A letter to a colleague came back for good."""
    Epostadress.objects.create(
        user=user("handlaggare2"),
        adress=f"{'mycket' * 8}@{'langt' * 9}.example",
        tillstand="dalig",
        kod="550",
        sedan=clock.now(),
    )


def refused_address(page: Page) -> None:
    page.get_by_label("Din e-postadress i arbetet").fill("anna@prov.example")
    page.get_by_role("button", name="Sänd ett brev dit").click()
    page.locator("#felruta").wait_for()


def press(name: str) -> Callable[[Page], None]:
    """Press what is refused, and wait for the page that says why."""

    def refused(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()
        page.locator("#felruta").wait_for()

    return refused


def shift_card() -> str:
    akt = Akt.objects.filter(status="oppen", unit__name="Hemtjänst Norr").first()
    assert akt is not None
    return f"/skiftet/{akt.arende_id}/"


def unwritten(page: Page) -> None:
    """A note without a text: the script says so at the field."""
    page.get_by_role("button", name="Spara och signera").click()
    page.locator("#anteckning-text-fel").get_by_text("Skriv anteckningen.").wait_for()


def nothing(page: Page) -> None:
    """The address alone brings the state about."""


def refused_login(page: Page) -> None:
    page.get_by_label("Användarnamn").fill("ingen")
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_label("Lösenord").press("Enter")
    page.locator(".errors").wait_for()


def old_form(page: Page) -> None:
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.evaluate("document.querySelector('main form, header form').submit()")
    page.get_by_role("heading", name="Sidan har legat öppen för länge").wait_for()


def failed(page: Page) -> None:
    page.route("**/felet/", lambda route: route.fulfill(body=render_to_string("500.html")))
    page.goto("/felet/")


def busy(page: Page) -> None:
    """Somebody was in the way of a form that is kept as a draft."""
    shown = render_to_string("503.html", {"sent": True, "draft": "/uppgifter/"})
    page.route("**/upptaget/", lambda route: route.fulfill(body=shown))
    page.goto("/upptaget/")


def rows(page: Page) -> None:
    """The address brings rows about, not the page that says that there are none."""
    page.locator("main table tbody tr").first.wait_for()


def missing_months(page: Page) -> None:
    page.locator("section[aria-labelledby=saknas] tbody tr").first.wait_for()


def open_menu(page: Page) -> None:
    for summary in page.locator("header summary").all():
        summary.click()


STATES: Mapping[str, tuple[str, Callable[[], str], Callable[[Page], None]]] = {
    "inbox-empty": ("registrator", lambda: "/", nothing),
    "inbox-no-match": ("handlaggare", lambda: "/?visa=mina", nothing),
    "inbox-menu": ("systemforvaltare", lambda: "/", open_menu),
    "cases-empty": ("handlaggare", lambda: "/arenden/?status=closed", nothing),
    "incidents-empty": ("myndighetschef", lambda: "/stopp/", nothing),
    "overview-list-empty": ("enhetschef.norr", lambda: "/oversikt/uppdrag-loper-ut/", nothing),
    "overview-map": (
        "enhetschef.norr",
        lambda: "/oversikt/process/planera_genomforande/",
        nothing,
    ),
    "task-error": (
        "handlaggare",
        lambda: task_of("long", "Task_PlaneraUtredning"),
        press("Slutför uppgiften"),
    ),
    "task-long": ("handlaggare", lambda: task_of("long", "Task_PlaneraUtredning"), nothing),
    "task-protected": (
        "handlaggare",
        lambda: task_of("protected", "Task_PlaneraUtredning"),
        nothing,
    ),
    "case-long": ("handlaggare", lambda: case_of("long"), nothing),
    "move-chosen": (
        "enhetschef.norr",
        lambda: f"/flytta/?hos={user('kontakt.norr').pk}",
        nothing,
    ),
    "substitutes-listed": ("arbetsledare", lambda: "/vikarier/", nothing),
    "case-protected": ("handlaggare", lambda: case_of("protected"), nothing),
    "case-closed": ("handlaggare.fn", lambda: case_of("astrid"), nothing),
    "orders-all": ("handlaggare", lambda: "/uppdrag/?visa=alla", nothing),
    "orders-delay-only": ("ansvarig.ekviken", lambda: "/uppdrag/?visa=alla", nothing),
    "orders-declined": ("enhetschef.norr", lambda: "/uppdrag/?visa=slut", nothing),
    "order-kept": ("enhetschef.norr", order_page, nothing),
    "order-error": ("handlaggare", order_page, press("Skicka")),
    "start-error": ("mottagning", lambda: "/starta/aktualisera/", press("Registrera")),
    "inbox-bad-address": ("handlaggare2", lambda: "/", nothing),
    "notices-error": ("handlaggare", lambda: "/notiser/", refused_address),
    "notices-bad-address": ("handlaggare2", lambda: "/notiser/", nothing),
    "letters-stopped": ("", lambda: f"{STOP}{stop_word(UUID(int=0), DIGEST)}/", nothing),
    "accessibility-stranger": ("", lambda: "/tillganglighet/", nothing),
    "deviations-empty": (
        "enhetschef.norr",
        lambda: "/kvalitet/avvikelser/?visa=stangda",
        nothing,
    ),
    "risks-empty": ("enhetschef.bjorken", lambda: "/kvalitet/risker/", nothing),
    "controls-empty": ("enhetschef.bjorken", lambda: "/kvalitet/egenkontroll/", nothing),
    "log-checks-empty": ("enhetschef.bjorken", lambda: "/loggkontroll/", nothing),
    "not-carried-out-empty": (
        "handlaggare.fn",
        lambda: "/kvalitet/ej-verkstallda/",
        nothing,
    ),
    "shift-empty": ("enhetschef.bjorken", lambda: "/skiftet/", nothing),
    "shift-told": ("personal.norr", lambda: "/skiftet/?visa=allt", nothing),
    "shift-report-empty": (
        "personal.norr",
        lambda: "/skiftet/rapport/?fran=2020-01-01T07:00&till=2020-01-01T14:00",
        nothing,
    ),
    "shift-card-error": ("personal.norr", shift_card, unwritten),
    "login-error": ("", lambda: "/logga-in/", refused_login),
    "login-expired": ("", lambda: "/arenden/", nothing),
    "not-found": ("handlaggare", lambda: "/finns-inte/", nothing),
    "not-found-stranger": ("", lambda: "/finns-inte/", nothing),
    "old-form": ("handlaggare", lambda: "/rutiner/", old_form),
    "server-error": ("", lambda: "/logga-in/", failed),
    "busy": ("", lambda: "/logga-in/", busy),
    "not-carried-out-rows": (
        "myndighetschef",
        lambda: "/kvalitet/ej-verkstallda/?visa=loper",
        rows,
    ),
    "log-checks-missing": ("kvalitet.ekviken", lambda: "/loggkontroll/", missing_months),
    "overview-late": ("enhetschef.norr", lambda: "/oversikt/oppna-uppgifter/", rows),
    "inbox-asleep": ("enhetschef.norr", lambda: "/?visa=bevakas", rows),
    "inbox-everybody": ("enhetschef.norr", lambda: "/?visa=alla", rows),
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_readable_and_usable(desk, state):
    who, address, bring_about = STATES[state]
    with seat(desk, who) as page:
        page.goto(address())
        bring_about(page)
        page.wait_for_load_state()
        assert not who or "/logga-in/" not in page.url
        assert look(page, state) == []
    # A refusal is a page with its own status: the browser notes that as an error.
    desk.complaints[:] = [said for said in desk.complaints if "status of 40" not in said]


def arrived(page: Page, address: str) -> int:
    """Bytes over the wire to show an address to a browser with nothing kept."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    session.detach()
    print(f"{address}: {sum(sizes):,.0f} bytes in {len(sizes)} answers")
    return int(sum(sizes))


def test_a_page_is_light_and_asks_no_other_host(desk):
    """The first page <= 150 kB, a page with a diagram <= 500 kB, and nothing from elsewhere."""
    limits = {"/": 150_000, case_of("astrid"): 500_000, "/logga-in/": 150_000}
    limits[task_of("long", "Task_PlaneraUtredning")] = 500_000
    for address, limit in limits.items():
        with seat(desk, "" if "logga" in address else "handlaggare") as page:
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            assert 1_000 < arrived(page, address) <= limit, address
            assert [url for url in asked if not url.startswith((desk.address, "data:"))] == []
