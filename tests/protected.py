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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, 'sekretessmarkering', 1, %s, %s)",
            [arende, user("handlaggare").pk, clock.now()],
        )
    return arende
