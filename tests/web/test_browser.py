"""The pages in a real browser: keyboard, no scripts, nothing to complain about."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.management import call_command
from playwright.sync_api import expect

from records.models import Uppdrag
from tests.acceptance.programs import programs
from tests.municipality import settle_in
from tests.needs import require
from tests.open_town import linden
from tests.web import browser as chromium
from tests.web.browser import PASSWORD, Desk
from tests.web.town import astrid, walk_to

# The mark has the database made; the tests themselves look at it through the browser alone.
pytestmark = [
    pytest.mark.needs("browser"),
    pytest.mark.django_db(databases=["default", "app", "worker"]),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def desk(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The real web server on the test database, with one case at a provider."""
    executable = require("browser")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as surroundings:
        # Playwright has an event loop in this thread; the database is used outside of it.
        surroundings.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        try:
            settle_in()
            hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
            get_user_model().objects.update(password=hashed)
            walk_to("Task_FaststallPlan", astrid())
            other = {"personnummer": "189410059803", "fornamn": "Edla", "efternamn": "Almfors"}
            walk_to("Task_PlaneraUtredning", astrid(**other, ansokan_for_dagar_sedan=3))
            linden()
            chromium.collect_static()
            folder = tmp_path_factory.mktemp("web")
            with programs(folder, worker=False) as running, chromium.browser(executable) as found:
                yield Desk(found, f"http://127.0.0.1:{running.port}")
        finally:
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(desk: Desk) -> Iterator[None]:
    """No script error and no violation of the content security policy, whatever is done."""
    desk.complaints.clear()
    yield
    assert desk.complaints == []


# What has the focus is seen to have it (WCAG 2.4.7): an outline of two pixels, or a shadow.
SEEN = """e => { const style = getComputedStyle(e);
  return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
    || style.boxShadow !== "none"; }"""


def tab_to(page, target):
    """Press Tab until the element has the focus, and is seen to have it; returns how many times."""
    for presses in range(1, 120):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            assert target.evaluate(SEEN), "the focus is not seen"
            return presses
    raise AssertionError("the keyboard does not reach it")


def test_a_case_is_opened_and_a_task_completed_by_keyboard_alone(desk):
    with desk.page("mottagning") as page:
        keys = page.keyboard
        keys.press("Tab")
        assert page.locator(":focus").inner_text() == "Hoppa till innehållet"
        tab_to(page, page.get_by_role("link", name="Starta", exact=True))
        keys.press("Enter")
        tab_to(page, page.get_by_role("link", name="Registrera det som kommit in"))
        keys.press("Enter")
        page.wait_for_url("**/starta/aktualisera/")
        tab_to(page, page.get_by_label("Personnummer", exact=False).first)
        keys.type("193501752384")
        tab_to(page, page.get_by_label("Förnamn"))
        keys.type("Ingrid")
        keys.press("Tab")
        keys.type("Björkdal")
        tab_to(page, page.get_by_label("Muntligt"))
        keys.press("Space")
        tab_to(page, page.get_by_label("Vad ansöker personen om"))
        keys.type("Stöd i hemmet.")
        tab_to(page, page.get_by_role("button", name="Registrera"))
        keys.press("Enter")
        page.wait_for_url("**/arenden/*/")
        tab_to(page, page.get_by_role("link", name="Kontrollera ansökan"))
        keys.press("Enter")
        page.wait_for_url("**/uppgifter/*/")
        tab_to(page, page.get_by_label("Ja").first)
        keys.press("Space")
        page.wait_for_timeout(300)
        tab_to(page, page.get_by_role("button", name="Slutför uppgiften"))
        keys.press("Enter")
        page.wait_for_url("**/arenden/*/")
        assert page.get_by_role("status").inner_text() == "”Kontrollera ansökan” är klar."


def test_a_note_of_the_shift_is_written_by_keyboard_alone(desk):
    with desk.page("personal.norr") as page:
        keys = page.keyboard
        tab_to(page, page.get_by_role("link", name="Skiftet", exact=True))
        keys.press("Enter")
        page.wait_for_url("**/skiftet/")
        case = Uppdrag.objects.get(status="accepterat").arende_id
        tab_to(page, page.locator(f"main a[href^='/skiftet/{case}/']").first)
        keys.press("Enter")
        tab_to(page, page.get_by_label("Vad hände?"))
        keys.type("Åt frukost tillsammans.")
        tab_to(page, page.get_by_role("button", name="Spara och signera"))
        keys.press("Enter")
        page.get_by_text("Sparad och signerad").wait_for()


def test_a_message_about_an_uppdrag_is_sent_by_keyboard_alone(desk):
    with desk.page("handlaggare") as page:
        keys = page.keyboard
        tab_to(page, page.get_by_role("link", name="Uppdrag", exact=True))
        keys.press("Enter")
        page.wait_for_url("**/uppdrag/")
        tab_to(page, page.locator("main a[href*='visa=alla']"))
        keys.press("Enter")
        order = Uppdrag.objects.get(status="accepterat").pk
        tab_to(page, page.locator(f"main a[href^='/uppdrag/{order}/']").first)
        keys.press("Enter")
        tab_to(page, page.locator("main textarea[name=text]"))
        keys.type("Kan ni börja på måndag?")
        tab_to(page, page.get_by_role("button", name="Skicka", exact=True))
        keys.press("Enter")
        page.locator(".messages").get_by_text("Kan ni börja på måndag?").wait_for()


def test_the_drawing_marks_the_step(desk):
    with desk.page("handlaggare") as page:
        page.get_by_role("link", name="Planera utredningen").first.click()
        page.locator("[data-bpmn-state=drawn]").wait_for()
        marked = page.locator(".kedja-current")
        assert marked.count() == 1
        assert marked.get_attribute("data-element-id") == "Task_PlaneraUtredning"
        assert marked.is_visible()
        page.get_by_role("button", name="Visa hela kartan").click()
        assert marked.is_visible()


def test_the_focus_goes_to_the_summary_and_from_there_to_the_field(desk):
    with desk.page("handlaggare") as page:
        page.get_by_role("link", name="Planera utredningen").first.click()
        page.get_by_role("button", name="Slutför uppgiften").click()
        summary = page.locator("#felruta")
        summary.wait_for()
        assert summary.evaluate("e => e === document.activeElement")
        assert page.title().startswith("Fel: ")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        focused = page.locator(":focus")
        assert focused.get_attribute("aria-invalid") == "true"
        described = focused.get_attribute("aria-describedby").split()
        assert any(name.endswith("-fel") for name in described)


def test_an_answer_brings_the_fields_that_follow_and_disturbs_nobody(desk):
    with desk.page("kontakt.norr") as page:
        page.get_by_role("link", name="Följ upp planen").first.click()
        no = page.get_by_role("group", name="Deltog handläggaren?").get_by_label("Nej")
        page.route("**/uppgifter/**", lambda route: (page.wait_for_timeout(400), route.continue_()))
        no.check()
        page.keyboard.press("Tab")
        page.keyboard.type("Samtal hemma.")
        page.locator("[name=deltog_handlaggare_orsak]").wait_for()
        assert no.is_checked()
        written = page.locator("[name=delaktighet_satt]")
        assert written.input_value() == "Samtal hemma."
        assert written.evaluate("e => e === document.activeElement")


def test_the_chain_works_without_scripts(desk):
    with desk.page("mottagning", scripts=False) as page:
        page.get_by_role("link", name="Starta", exact=True).click()
        page.get_by_role("link", name="Registrera det som kommit in").click()
        page.get_by_label("Personnummer").first.fill("200105752380")
        page.get_by_label("Förnamn").fill("Lova")
        page.get_by_label("Muntligt").check()
        page.get_by_label("Vad ansöker personen om").fill("Stöd i hemmet.")
        page.get_by_role("button", name="Registrera").click()
        assert page.locator("#felruta a").count() == 1
        assert page.get_by_label("Förnamn").input_value() == "Lova"
        page.get_by_label("Efternamn").fill("Cederlid")
        page.get_by_role("button", name="Registrera").click()
        page.get_by_role("link", name="Kontrollera ansökan").click()
        assert page.locator(".stepslist li[aria-current=step]").count() == 1
        page.get_by_label("Ja").first.check()
        page.get_by_role("button", name="Slutför uppgiften").click()
        assert "är klar" in page.get_by_role("status").inner_text()


def test_a_template_keeps_what_is_written_in_the_note(desk):
    with desk.page("handlaggare") as page:
        page.get_by_role("link", name="Planera utredningen").first.click()
        page.locator(".person").get_by_role("link").click()
        page.get_by_role("link", name="Journal", exact=True).click()
        page.get_by_label("Anteckning", exact=True).fill("Ringde i morse.")
        page.get_by_role("link", name="Kontakt", exact=True).click()
        written = page.get_by_label("Anteckning", exact=True).input_value()
        assert written.startswith("Ringde i morse.\n\nVad togs upp:")
        assert page.locator("#anteckning-typ").input_value() == "kontakt"
        page.get_by_label("Anteckning", exact=True).fill("")
        page.get_by_role("link", name="Delaktighet", exact=True).click()
        page.wait_for_url("**?ny=delaktighet*")


def test_r238_a_visit_is_three_taps_on_a_telephone(desk):
    with desk.page("oppen.personal", width=390) as page:
        page.get_by_role("link", name="Räkna").click()
        page.get_by_role("link", name="Träffpunkt Linden").click()
        page.get_by_text("Kvinna", exact=True).click()
        page.get_by_role("button", name="65–79").click()
        assert page.get_by_role("status").inner_text() == "Räknat: Kvinna, 65–79."
        buttons = page.locator("button.tap, label.tap")
        sizes = [found.bounding_box() for found in buttons.all()]
        assert all(size["width"] >= 60 and size["height"] >= 60 for size in sizes)


def test_w5_a_note_by_telephone_survives_a_lost_connection_and_is_written_once(desk):
    said = "Åt god frukost och ville gå ut."
    with desk.page("personal.norr", width=390) as page:
        page.goto("/skiftet/")
        page.get_by_role("link", name="Skriv om").first.click()
        status = page.locator("#sant")
        page.get_by_label("Vad hände?").fill("Åt god")
        expect(status).to_contain_text("Utkast sparat")
        page.context.set_offline(True)
        page.get_by_label("Vad hände?").fill(said)
        page.get_by_role("button", name="Spara och signera").click()
        expect(status).to_contain_text("ingen kontakt")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        lost = []

        def lose(route):
            lost.append(route.fetch().status)  # the server has it, the telephone does not know
            route.abort()

        page.route("**/skriv/", lose, times=1)
        page.context.set_offline(False)
        expect(status).to_contain_text("ingen kontakt")
        page.wait_for_timeout(300)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(status).to_contain_text("Sparad och signerad")
        assert lost == [200]
        expect(page.get_by_label("Vad hände?")).to_have_value("")
        page.get_by_role("button", name="Spara och signera").click()
        expect(page.get_by_text("Skriv anteckningen.")).to_be_visible()
        assert page.get_by_label("Vad hände?").evaluate("e => e === document.activeElement")
        page.get_by_role("link", name="Hela journalen").click()
        assert page.get_by_text(said).count() == 1
    assert all("Failed to load resource" in said for said in desk.complaints)
    desk.complaints.clear()
