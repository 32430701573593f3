"""A letter that comes back later marks its address; what anybody else sends marks nothing."""

import io
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from cases.models import Epostadress, Utskick
from cases.notices.bounces import LONGEST, Bounce, Noted, note_address, note_report, read_report
from cases.notices.digests import plan_digests
from cases.notices.sending import send_due
from cases.notices.spreading import spread
from cases.queries_notices import bad_addresses
from config import clock
from config.commands import notices
from config.errors import SetupError
from tests.cases.conftest import DAY, NOW, database_role, person
from tests.cases.test_notiser import GATHERED, given_to, post, town, worker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
__all__ = ["post", "town"]
BO = "bo@prov.example"
LATER = GATHERED + DAY


def report(
    letter: object,
    to: str = BO,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    returned: str = "message/rfc822",
) -> bytes:
    """A report as Postfix writes it."""
    return f"""From: MAILER-DAEMON@post.example (Mail Delivery System)
To: kedja@kommun.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
    boundary="4T6k.1699999999/post.example"

This is a MIME-encapsulated message.

--4T6k.1699999999/post.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4T6k.1699999999/post.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; post.example
X-Postfix-Queue-ID: 4T6k
Arrival-Date: Tue, 18 Aug 2026 09:05:00 +0200 (CEST)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--4T6k.1699999999/post.example
Content-Description: Undelivered Message
Content-Type: {returned}

Message-ID: <{letter}@kedja.example>
Subject: Nytt i Kedja
To: {to}

Du har en ny uppgift i Kedja.

--4T6k.1699999999/post.example--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def sent(town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A letter to Bo that the mail server has taken."""
    given_to(town.bo, town)
    worker(spread, NOW)
    assert worker(send_due, GATHERED) == 1
    town.letter = Utskick.objects.get(user_id=town.bo.user_id)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return town


def note(content: bytes) -> Noted:
    found = read_report(content)
    if found is None:
        return Noted.NOTHING
    with database_role("worker"):
        return note_report(found, LATER)


def address(who: Any) -> Epostadress:
    return Epostadress.objects.get(user_id=who.user_id)


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_letter_that_comes_back_marks_its_address(sent: SimpleNamespace, returned: str) -> None:
    mail_id = sent.post.letters[0]["Message-ID"].strip("<>").partition("@")[0]
    assert UUID(mail_id) == sent.letter.pk, "the report knows the letter by its own id"
    content = report(mail_id, "BO@Prov.example", returned=returned)
    assert note(content) is Noted.ADDRESS
    row = address(sent.bo)
    assert (row.tillstand, row.kod, row.sedan) == ("dalig", "5.1.1", LATER)
    sent.letter.refresh_from_db()
    assert (sent.letter.tillstand, sent.letter.kod) == ("fel", "5.1.1")
    assert address(sent.anna).tillstand == "god"
    manager = person("forvaltare", "systemforvaltare", sent.one)
    assert [one.address for one in bad_addresses(manager, NOW)] == [BO]
    assert note(content) is Noted.NOTHING, "a second one changes nothing"
    given_to(sent.bo, sent)
    worker(spread, LATER)
    assert worker(send_due, LATER + DAY) == 0, "nothing more goes there"


def test_a_refusal_of_the_letter_leaves_the_address_and_the_digest_tells(
    sent: SimpleNamespace,
) -> None:
    assert note(report(sent.letter.pk, status="5.7.1")) is Noted.LETTER
    assert address(sent.bo).tillstand == "god"
    Epostadress.objects.exclude(user_id=sent.bo.user_id).delete()
    plan_digests(LATER)
    worker(send_due, LATER)
    assert "kan ha försvunnit" in sent.post.texts[-1]


def test_an_address_that_was_confirmed_since_is_not_marked(sent: SimpleNamespace) -> None:
    Epostadress.objects.filter(user_id=sent.bo.user_id).update(sedan=LATER)
    assert note(report(sent.letter.pk)) is Noted.LETTER
    assert address(sent.bo).tillstand == "god"
    Epostadress.objects.filter(user_id=sent.bo.user_id).update(adress="ny@prov.example", sedan=NOW)
    Utskick.objects.update(tillstand="sant")
    assert note(report(sent.letter.pk)) is Noted.NOTHING
    assert address(sent.bo).tillstand == "god"


def test_a_letter_that_asks_for_confirmation_marks_the_new_address(sent: SimpleNamespace) -> None:
    letter = Utskick.objects.create(
        user_id=sent.bo.user_id, slag="bekrafta", tillstand="sant", nasta=NOW, skapad=NOW
    )
    mine = Epostadress.objects.filter(user_id=sent.bo.user_id)
    mine.update(ny_adress="fel@prov.example", ny_ord=uuid4(), ny_sand=NOW)
    assert note(report(letter.pk, "fel@prov.example")) is Noted.ADDRESS
    row = address(sent.bo)
    assert (row.tillstand, row.ny_ord, row.kod) == ("god", None, "5.1.1")


def nested(depth: int) -> bytes:
    text = b""
    for number in range(depth):
        text += b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
    return text


@pytest.mark.parametrize(
    "what",
    [
        "unknown letter",
        "unknown address",
        "another's address",
        "delayed",
        "temporary",
        "relayed",
        "no letter",
        "a reply",
        "empty",
        "zeros",
        "nested",
        "huge",
        "no status",
        "bad status",
        "bad encoding",
        "many",
    ],
)
def test_what_is_no_report_of_ours_changes_nothing(sent: SimpleNamespace, what: str) -> None:
    mine = sent.letter.pk
    good = report(mine)
    content = {
        "unknown letter": report(uuid4()),
        "unknown address": report(mine, "stranger@prov.example"),
        "another's address": report(mine, "anna@prov.example"),
        "delayed": report(mine, action="delayed"),
        "temporary": report(mine, status="4.2.2"),
        "relayed": report(mine, action="relayed"),
        "no letter": good.replace(b"Message-ID", b"X-ID"),
        "a reply": good.replace(b"multipart/report", b"multipart/mixed"),
        "empty": b"",
        "zeros": b"\x00" * 5000,
        "nested": nested(4000),
        "huge": b"X: y\r\n" * (LONGEST // 2) + good,
        "no status": good.replace(b"message/delivery-status", b"text/plain"),
        "bad status": report(mine, status="5.1.1; DROP TABLE"),
        "bad encoding": good.replace(b"charset=us-ascii", b"charset=x-none").replace(
            b"message/delivery-status", b"message/delivery-status; charset=x\r\n \xff\xfe"
        )[:700],
        "many": report(mine, "x@prov.example").replace(
            b"Final-Recipient", b"Action: failed\r\n\r\nFinal-Recipient: rfc822; y@z\r\n" * 999
        ),
    }[what]
    before = list(Epostadress.objects.order_by("pk").values())
    assert note(content) is Noted.NOTHING
    assert list(Epostadress.objects.order_by("pk").values()) == before
    sent.letter.refresh_from_db()
    assert sent.letter.tillstand == "sant"


def test_only_so_much_is_read_and_what_matters_stands_first(sent: SimpleNamespace) -> None:
    content = report(sent.letter.pk) + b"x" * (20 * LONGEST)
    found = read_report(content)
    assert found is not None
    assert found.bounces[0] == Bounce(BO, "5.1.1")


def run(*words: str) -> int:
    parser = ArgumentParser()
    notices.add_arguments(parser)
    return notices.run(parser.parse_args(words))


def test_the_command_reads_a_file_standard_input_or_an_address(
    sent: SimpleNamespace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run("--json", "bounced", _file(tmp_path, b"hej")) == 0
    assert json.loads(capsys.readouterr().out) == {"noted": "nothing"}
    given = SimpleNamespace(buffer=io.BytesIO(report(sent.letter.pk) + b" " * (3 * LONGEST)))
    monkeypatch.setattr(sys, "stdin", given)
    assert run("bounced") == 0
    assert "the address is marked" in capsys.readouterr().out
    assert given.buffer.read() == b"", "read to its end: the mail server waits for that"
    assert run("bounced", "ANNA@prov.example") == 0
    assert address(sent.anna).tillstand == "dalig"
    for wrong in ("nobody@prov.example", str(tmp_path / "none.eml")):
        with pytest.raises(SetupError):
            run("bounced", wrong)
    assert note_address("anna@prov.example", LATER) == 0, "it was marked before"
    assert User.objects.filter(pk=sent.anna.user_id).exists()


def _file(folder: Path, content: bytes) -> str:
    path = folder / "report.eml"
    path.write_bytes(content)
    return str(path)
