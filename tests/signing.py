"""People in tests have signed their sekretessförbindelse, unless the test is about that (R-162)."""

from datetime import UTC, date, datetime

from django.contrib.auth.models import AbstractBaseUser

from cases.models import Organisation, Sekretessforbindelse

EMPLOYED = date(2020, 1, 1)


def sign(user: AbstractBaseUser, organisation: Organisation) -> None:
    """Sign towards an organisation, on paper; a second time changes nothing."""
    Sekretessforbindelse.objects.get_or_create(
        user_id=user.pk,
        organisation=organisation,
        defaults={
            "kind": Sekretessforbindelse.Kind.PAPER,
            "signed_on": EMPLOYED,
            "recorded_at": datetime(2020, 1, 1, 12, tzinfo=UTC),
        },
    )
