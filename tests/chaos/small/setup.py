"""Makes a chaos database ready: migrations, tables to count in, edition, unit and user."""

import sys
from datetime import UTC, date, datetime

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from cases import use_cases  # noqa: E402
from cases.models import Organisation, RoleGrant, Unit  # noqa: E402
from tests.chaos.small import capabilities, edition  # noqa: E402
from tests.signing import sign  # noqa: E402


def main() -> None:
    """Run as the owner of the database."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(capabilities.TABLES)
    use_cases.deploy(edition.files(), now=datetime.now(UTC))
    organisation = Organisation.objects.create(name="Kaos kommun", kind="myndighet")
    unit = Unit.objects.create(organisation=organisation, name="Enhet 1")
    user = get_user_model().objects.create_user("kaos")
    RoleGrant.objects.create(
        user=user,
        role=edition.ROLE,
        organisation=organisation,
        unit=unit,
        valid_from=date(2020, 1, 1),
    )
    sign(user, organisation)
    sys.stdout.write("ready\n")


if __name__ == "__main__":
    main()
