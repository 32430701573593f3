"""Which database each program uses, and as which role.

``DATABASE_URL`` wins; without it the embedded server is meant. The web and the
worker have their own roles, so that row-level security binds them.
"""

from typing import Any

from config.environment import DatabaseRole, Environment
from config.errors import DatabaseUrlError
from config.postgres import urls
from config.postgres.layout import layout_of
from config.postgres.secrets import APP, OWNER, WORKER, local_secrets

ROLE_NAMES: dict[DatabaseRole, str] = {"owner": OWNER, "app": APP, "worker": WORKER}


def parameters_of(environment: Environment, role: DatabaseRole) -> urls.Parameters:
    """Return the libpq parameters of one role.

    Raises:
        DatabaseUrlError: A URL is missing or cannot be read.
    """
    if environment.database_url is None:
        return urls.embedded(layout_of(environment), ROLE_NAMES[role])
    if role == "owner":
        return urls.from_url(environment.database_url.get_secret_value(), variable="DATABASE_URL")
    own = environment.app_database_url if role == "app" else environment.worker_database_url
    if own is not None:
        return urls.from_url(
            own.get_secret_value(), variable=f"KEDJA_{role.upper()}_DATABASE_URL"
        )
    return _derived(environment, role)


def _derived(environment: Environment, role: DatabaseRole) -> urls.Parameters:
    """Use the owner's server with our generated password: `kedja up` makes such roles."""
    if environment.role != "owner":
        raise DatabaseUrlError(
            f"KEDJA_{role.upper()}_DATABASE_URL is missing: beside DATABASE_URL the program "
            f"that runs as {ROLE_NAMES[role]} needs its own."
        )
    secrets = local_secrets(layout_of(environment).secrets)
    name = ROLE_NAMES[role]
    owner = parameters_of(environment, "owner")
    return owner | {"user": name, "password": secrets.password(name)}


def django_databases(environment: Environment) -> dict[str, dict[str, Any]]:
    """Return Django's ``DATABASES``: one connection, as the role of this program."""
    return {"default": urls.django_database(parameters_of(environment, environment.role))}
