"""Where letters go: one address in the environment, as Django's settings for e-mail."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from config.environment import Environment
from config.errors import SetupError

TIMEOUT_S = 10
PORTS = {"smtp": 25, "smtps": 465}
FORMS = "smtp://user:password@host:587?tls=1, smtps://…, file:///folder or console:"


class MailUrlError(SetupError):
    """``KEDJA_EMAIL_URL`` cannot be read."""

    code = "mail_url"


class PublicUrlError(SetupError):
    """Letters are to go out, and ``KEDJA_PUBLIC_URL`` is not set."""

    code = "public_url_missing"


def mail_settings(environment: Environment) -> dict[str, Any]:
    """Return Django's ``EMAIL_…`` settings; none where no letters are sent.

    Raises:
        MailUrlError: The variable has a form that is not known, or a password without TLS.
        PublicUrlError: Letters leave the machine, and nobody has said where their links lead.
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
    return common | _smtp(given, has_public_url=bool(environment.public_url))


def _smtp(given: SplitResult, *, has_public_url: bool) -> dict[str, Any]:
    """What goes over the net: no password in clear, no links that lead to the reader's own host."""
    starttls = parse_qs(given.query, keep_blank_values=True)
    if given.scheme not in PORTS or not given.hostname or starttls not in ({}, {"tls": ["1"]}):
        raise MailUrlError(f"KEDJA_EMAIL_URL cannot be read. Write {FORMS}.")
    is_safe = given.scheme == "smtps" or bool(starttls)
    if (given.username or given.password) and not is_safe:
        raise MailUrlError(
            "KEDJA_EMAIL_URL would send its password in clear. Add ?tls=1, or write smtps://."
        )
    if not has_public_url:
        raise PublicUrlError(
            "Letters are on (KEDJA_EMAIL_URL), but not where their links lead."
            " Set KEDJA_PUBLIC_URL to the address that people open, such as https://kedja.example."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": given.hostname,
        "EMAIL_PORT": given.port or PORTS[given.scheme],
        "EMAIL_HOST_USER": unquote(given.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(given.password or ""),
        "EMAIL_USE_SSL": given.scheme == "smtps",
        "EMAIL_USE_TLS": given.scheme == "smtp" and is_safe,
    }


def public_url(environment: Environment) -> str:
    """Return what links in letters begin with, without a slash at the end."""
    if environment.public_url:
        return environment.public_url.rstrip("/")
    return f"http://{environment.host}:{environment.port}"
