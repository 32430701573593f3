"""Where letters go: one address in the environment, as Django's settings for e-mail."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from config.environment import Environment
from config.errors import SetupError

TIMEOUT_S = 10
PORTS = {"smtp": 25, "smtps": 465}
FORMS = "smtp://user:password@host:587?tls=1, smtps://…, file:///folder or console:"


class MailUrlError(SetupError):
    """``KEDJA_EMAIL_URL`` cannot be read."""

    code = "mail_url"


def mail_settings(environment: Environment) -> dict[str, Any]:
    """Return Django's ``EMAIL_…`` settings; none where no letters are sent.

    Raises:
        MailUrlError: The variable has a form that is not known.
    """
    if environment.email_url is None:
        return {}
    given = urlsplit(environment.email_url.get_secret_value())
    backend = "django.core.mail.backends."
    common: dict[str, Any] = {"EMAIL_TIMEOUT": TIMEOUT_S}
    if given.scheme == "console":
        return common | {"EMAIL_BACKEND": f"{backend}console.EmailBackend"}
    if given.scheme == "file" and given.path:
        folder = str(Path(given.path))
        return (
            common
            | {"EMAIL_BACKEND": f"{backend}filebased.EmailBackend"}
            | {"EMAIL_FILE_PATH": folder}
        )
    if given.scheme not in PORTS or not given.hostname:
        raise MailUrlError(f"KEDJA_EMAIL_URL cannot be read. Write {FORMS}.")
    return common | {
        "EMAIL_BACKEND": f"{backend}smtp.EmailBackend",
        "EMAIL_HOST": given.hostname,
        "EMAIL_PORT": given.port or PORTS[given.scheme],
        "EMAIL_HOST_USER": unquote(given.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(given.password or ""),
        "EMAIL_USE_SSL": given.scheme == "smtps",
        "EMAIL_USE_TLS": parse_qs(given.query).get("tls") == ["1"],
    }


def public_url(environment: Environment) -> str:
    """Return what links in letters begin with, without a slash at the end."""
    if environment.public_url:
        return environment.public_url.rstrip("/")
    return f"http://{environment.host}:{environment.port}"
