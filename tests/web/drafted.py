"""A draft that waits, for the tests that look at every page."""

from cases import use_cases
from cases.models import Task, Utkast
from config import clock
from tests.municipality import actor


def a_draft(who: str = "handlaggare") -> str:
    """The id of what somebody has written on a task and not sent."""
    now = clock.now()
    author = actor(who, now)
    rows = Task.objects.filter(status="open", unit_id__in=author.units, secrecy=0)
    task = rows.exclude(form_id="").order_by("created_at").first()
    assert task is not None
    known = Utkast.objects.filter(user_id=author.user_id, task=task).first()
    if known is not None:
        return str(known.pk)
    written = use_cases.Draft(answers={"syfte": "Det som är skrivet."}, revision=0, read_at=now)
    return str(use_cases.save_draft(task.pk, written, actor=author, now=now).id)
