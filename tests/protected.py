"""A case in the demo municipality whose person is protected after her address was written."""

from uuid import UUID

from django.db import connection

from config import clock
from tests.municipality import user
from tests.web.town import astrid, walk_to

STREET = "Testgatan 1"


def protected_case(**changes: object) -> UUID:
    """Walk a case to the utredning and protect the person, as ``skydd.andra`` does."""
    arende: UUID = walk_to("Task_PlaneraUtredning", astrid(adress=STREET, **changes))
    protect(arende)
    return arende


def protect(arende: UUID) -> None:
    """Protect the person of an ärende, in the authority's unit and in the provider's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.units', '', true)")  # of who acted before
        cursor.execute(
            "SELECT records_protect(%s, 'sekretessmarkering', 1, %s, %s)",
            [arende, user("handlaggare").pk, clock.now()],
        )
