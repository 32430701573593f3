"""The smallest mail server that a test can talk SMTP with: it keeps what it is given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """What the server was given, and how it behaves.

    Attributes:
        letters: What was taken, in order.
        answers: Address to the answer to RCPT TO; others are taken.
        data_answer: The answer after the letter itself.
        silent_at: ``greeting`` or ``data``: there it says nothing more, until ``go_on``.
        reached: Set when it has fallen silent.
        hang_up: Close the connection instead of answering after the letter.
        at_most: Letters in one conversation: 421 to the next one, and it is over.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 taken"
    silent_at: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    hang_up: bool = False
    at_most: int = 1000
    port: int = 0

    @property
    def texts(self) -> list[str]:
        return [str(letter.get_content()) for letter in self.letters]

    def fall_silent(self, where: str) -> None:
        if self.silent_at == where:
            self.reached.set()
            self.go_on.wait(30)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):
                _converse(self, box)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Conversation) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.go_on.set()
            server.shutdown()


def _converse(line: socketserver.StreamRequestHandler, box: Mailbox) -> None:
    def say(text: str) -> None:
        line.wfile.write(f"{text}\r\n".encode())

    box.fall_silent("greeting")
    say("220 prov")
    taken = 0
    while command := line.rfile.readline().decode().strip():
        word, _space, rest = command.partition(" ")
        match word.upper():
            case "MAIL" if taken == box.at_most:
                say("421 4.7.0 too many letters")
                return
            case "RCPT":
                say(box.answers.get(rest.partition("<")[2].partition(">")[0], "250 yes"))
            case "DATA":
                say("354 go on")
                _take(line, box)
                if box.hang_up:
                    return
                taken += 1
                say(box.data_answer)
            case "QUIT":
                say("221 bye")
                return
            case _:
                say("250 yes")


def _take(line: socketserver.StreamRequestHandler, box: Mailbox) -> None:
    read = []
    while (row := line.rfile.readline()) not in (b".\r\n", b""):
        read.append(row.removeprefix(b".") if row.startswith(b"..") else row)
    if box.data_answer.startswith("2"):
        made = message_from_bytes(b"".join(read), policy=policy.default)
        assert isinstance(made, EmailMessage)
        box.letters.append(made)
    box.fall_silent("data")
