"""The web's address: whether it is free, and whether it answers."""

import http.client
import socket
from dataclasses import dataclass

from config.errors import SetupError


class PortTakenError(SetupError):
    """Something else listens on the port."""

    code = "port_taken"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the web listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """A host to ask from this machine."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  compared

    @property
    def url(self) -> str:
        """What a person opens."""
        return f"http://{self.reachable_host}:{self.port}/"

    def require_free(self) -> None:
        """Refuse a port that is in use, before anything is started.

        Raises:
            PortTakenError: It is.
        """
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise PortTakenError(
                    f"Port {self.port} is taken: choose another with `kedja up --port N`."
                ) from error

    def answers(self) -> bool:
        """Say whether the web answers that it and its database work."""
        connection = http.client.HTTPConnection(self.reachable_host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()
