"""The calendar and the words of letters: what goes out, octet by octet (issue 6)."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest

from cases.notices.calendar import Due, calendar
from cases.notices.letters import Amount, Links, digest, news
from cases.notices.links import read_stop_word, stop_word
from config.environment import Environment
from config.mail import MailUrlError, PublicUrlError, mail_settings, public_url
from engine.manifest import DataFileError
from engine.notices import PATH, Way, kinds_in
from tests.processes.town import edition

SINCE = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
LINKS = Links(start="https://k.example/", settings="https://k.example/notiser/")


def unfolded(text: bytes) -> list[str]:
    return text.replace(b"\r\n ", b"").decode().split("\r\n")


def test_an_event_is_folded_escaped_and_all_day() -> None:
    long = "Följ upp, planera; skriv \\ " + "åäö" * 40 + "\nSUMMARY:mer"
    text = calendar([Due(uid="a@kedja", title=long, day=date(2026, 12, 31), since=SINCE)])
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(len(line) for line in text.split(b"\r\n")) == 75
    [line.decode() for line in text.split(b"\r\n")]  # no character is broken in two
    lines = unfolded(text)
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20261024T223000Z" in lines
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    assert summary == "SUMMARY:Följ upp\\, planera\\; skriv \\\\ " + "åäö" * 40 + " SUMMARY:mer"
    assert [line for line in lines if line.startswith(("BEGIN", "VERSION", "PRODID"))] == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kedja//Att gora//SV", "BEGIN:VEVENT",
    ]  # fmt: skip
    assert calendar([]).count(b"VEVENT") == 0


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Amount(tasks=3, late=1), "Du har 3 nya uppgifter i Kedja, en är försenad."),
        (Amount(tasks=1), "Du har en ny uppgift i Kedja."),
        (Amount(tasks=100, late=2), "Du har minst 100 nya uppgifter i Kedja, 2 är försenade."),
        (Amount(reminders=1), "Du har en ny påminnelse i Kedja."),
        (Amount(reminders=2), "Du har 2 nya påminnelser i Kedja."),
    ],
)
def test_a_letter_says_how_much(amount: Amount, said: str) -> None:
    assert news(amount, "Uppgift till dig", LINKS).startswith(f"{said}\n\n")
    assert not Amount()


def test_the_letter_of_the_day_says_how_much() -> None:
    text = digest(Amount(tasks=12, late=1, today=2, reminders=1), LINKS)
    assert text.startswith(
        "Du har 12 uppgifter i Kedja, en är försenad, 2 ska vara klara i dag.\n"
        "Du har en påminnelse att läsa.\n"
    )


def test_a_word_ends_letters_of_its_own_kind_alone() -> None:
    row = uuid4()
    word = stop_word(row, "uppgift_mig")
    assert read_stop_word(unquote(word)) == (row, "uppgift_mig")
    assert read_stop_word(word.replace("mig", "grupp")) is None
    assert read_stop_word("") is None


def test_the_kinds_are_data() -> None:
    kinds = kinds_in(edition().files)
    by_id = {kind.id: kind for kind in kinds.notis}
    steps = {step for kind in kinds.notis for step in kind.steg}
    drawn = b"".join(edition().files[f"bpmn/{name}.bpmn"] for name in edition().processes)
    assert [step for step in steps if f'userTask id="{step}"'.encode() not in drawn] == []
    assert all(kind.text and kind.namn for kind in kinds.notis)
    # What escalates, and what the law asks for, may be silent in e-mail only.
    assert {kind.id for kind in kinds.notis if kind.kan_tystas} == {"fore_dagen"}
    assert Way.SILENT not in by_id["eskalering"].ways
    ladder = {
        "T-30": "fore_dagen",
        "T0": "eskalering",
        "T14": "eskalering",
        "EjUtredd": "eskalering",
    }
    for niva, kind in ladder.items():
        found = kinds.of_reminder("uppfoljning_plan", niva)
        assert found is not None
        assert found.id == kind
    assert kinds.of_reminder("nodoppning", "") == by_id["skydd"]
    assert kinds.of_task("Task_BekraftaUppdrag", whose="grupp") == by_id["nytt_uppdrag"]
    assert kinds.of_task("Task_X", whose="mig") == by_id["uppgift_mig"]
    assert kinds.of_task("Task_X", whose="vikarie") == by_id["uppgift_vikarie"]
    hidden = b'[[notis]]\nid = "a"\nnamn = "A"\ntext = "A"\ngaller = "uppgift"\n'
    with pytest.raises(DataFileError, match="never hidden"):
        kinds_in({PATH: hidden + b'forval = "kedja"\nkan_tystas = true\n'})


def test_where_letters_go_is_one_variable() -> None:
    def sends(url: str) -> dict[str, Any]:
        return mail_settings(Environment(email_url=url, public_url="https://k.example"))

    assert mail_settings(Environment(email_url=None)) == {}
    found = sends("smtp://a%40b:p%2Fw@post.example:587?tls=1")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("post.example", 587)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("a@b", "p/w")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)
    assert sends("smtps://post.example")["EMAIL_USE_SSL"] is True
    assert sends("smtps://a:p@post.example?tls=1")["EMAIL_USE_TLS"] is False, "one of the two"
    assert sends("smtp://post.example")["EMAIL_USE_TLS"] is False, "a relay without a log-in"
    assert mail_settings(Environment(email_url="file:///tmp/x"))["EMAIL_FILE_PATH"] == "/tmp/x"  # noqa: S108
    assert "console" in mail_settings(Environment(email_url="console:"))["EMAIL_BACKEND"]
    with pytest.raises(MailUrlError) as refused:
        mail_settings(Environment(email_url="ftp://secret@x"))
    assert "secret" not in str(refused.value)
    assert public_url(Environment(public_url="https://k.example/")) == "https://k.example"


@pytest.mark.parametrize(
    "end", ["", "?tls=true", "?tls=", "?tls", "?TLS=1", "?tls=0", "?tls=1&tls=0", "?starttls=1"]
)
def test_a_password_is_never_sent_in_clear(end: str) -> None:
    given = Environment(email_url=f"smtp://a:hemligt@post.example{end}", public_url="https://k.ex")
    with pytest.raises(MailUrlError) as refused:
        mail_settings(given)
    assert "hemligt" not in str(refused.value)


def test_letters_that_leave_the_machine_need_an_address_for_their_links() -> None:
    with pytest.raises(PublicUrlError, match="Set KEDJA_PUBLIC_URL"):
        mail_settings(Environment(email_url="smtps://post.example", public_url=""))
