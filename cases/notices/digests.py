"""The letter of the day: one per day and person, at the hour that she has chosen."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils.timezone import localdate, localtime

from cases.models import Epostadress, Notisinstallning, Utskick
from cases.notices.links import DIGEST
from cases.notices.terms import terms_at

BATCH = 200
_WAITING = Utskick.State.WAITING


def plan_digests(now: datetime) -> int:
    """Put a letter of the day for everybody whose hour has come; return how many.

    What it says is counted when it is sent. A second run finds them: one per day and person, which
    the database sees to. Those of earlier days that were never sent are dropped, as today's says
    the same and more. Hours are Stockholm's; after the last one that may be chosen there is none
    until tomorrow, and whoever chose a later one has that.
    """
    today = localdate(now)
    Utskick.objects.filter(slag=DIGEST, dag__lt=today, tillstand=_WAITING).update(
        tillstand=Utskick.State.NOTHING, klar=now
    )
    terms = terms_at(now)
    if terms is None or not settings.KEDJA_MAIL or localtime(now).hour > terms.latest:
        return 0
    own = Notisinstallning.objects.filter(user_id=OuterRef("pk"))
    again = Utskick.objects.filter(user_id=OuterRef("pk"), tas_upp=True)
    rows = (
        get_user_model()
        .objects.filter(
            Exists(
                Epostadress.objects.filter(user_id=OuterRef("pk"), tillstand=Epostadress.State.GOOD)
            ),
            ~Exists(Utskick.objects.filter(user_id=OuterRef("pk"), dag=today)),
            is_active=True,
        )
        .annotate(
            hour=Least(Coalesce(Subquery(own.values("timme")), terms.hour), terms.latest),
            wanted=Coalesce(Subquery(own.values("sammandrag")), True),  # noqa: FBT003 - SQL
        )
        .filter(Q(wanted=True) | Exists(again), hour__lte=localtime(now).hour)
        .order_by(F("pk"))
    )
    letters = [
        Utskick(user_id=user, slag=DIGEST, dag=today, nasta=now, skapad=now)
        for user in rows.values_list("pk", flat=True)[:BATCH]
    ]
    return len(Utskick.objects.bulk_create(letters, ignore_conflicts=True))
