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
VARIABLES: dict[DatabaseRole, str] = {
    "owner": "DATABASE_URL",
    "app": "KEDJA_APP_DATABASE_URL",
    "worker": "KEDJA_WORKER_DATABASE_URL",
}


def parameters_of(environment: Environment, role: DatabaseRole) -> urls.Parameters:
    """Return the libpq parameters of one role.

    Raises:
        DatabaseUrlError: A URL is missing or cannot be read.
    """
    if role == "owner":
        if environment.database_url is None:
            return urls.embedded(layout_of(environment), OWNER)
        return urls.from_url(environment.database_url.get_secret_value(), variable="DATABASE_URL")
    own = environment.app_database_url if role == "app" else environment.worker_database_url
    if own is not None:
        return urls.from_url(own.get_secret_value(), variable=VARIABLES[role])
    if environment.database_url is None:
        return urls.embedded(layout_of(environment), ROLE_NAMES[role])
    return _derived(environment, role)


def _derived(environment: Environment, role: DatabaseRole) -> urls.Parameters:
    """Use the owner's server with our generated password: `kedja up` makes such roles."""
    if environment.role != "owner":
        raise DatabaseUrlError(
            f"{VARIABLES[role]} is missing: beside DATABASE_URL the program that runs as "
            f"{ROLE_NAMES[role]} needs its own."
        )
    password = local_secrets(layout_of(environment).secrets).password(ROLE_NAMES[role])
    return parameters_of(environment, "owner") | {"user": ROLE_NAMES[role], "password": password}


def django_databases(environment: Environment) -> dict[str, dict[str, Any]]:
    """Return Django's ``DATABASES``: one connection, as the role of this program."""
    return {"default": urls.django_database(parameters_of(environment, environment.role))}
