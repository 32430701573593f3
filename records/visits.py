"""Count a visit without saying who came (R-226, R-237, R-238)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from cases import bundles
from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import AnswersInvalidError, NotFoundError, NotPermittedError
from engine.bundle import Bundle
from engine.forms import AnswersInvalidError as FormRefusedError
from engine.forms import validate_answers
from records.access import may
from records.answers import Answers, local_date
from records.errors import IndividualDocumentationError, database_rules
from records.exemption import demand
from records.models import AnonymtBesok, InsatsUtanBehov

FORM = "registrera_besok"


def register_visit(
    insats_id: UUID,
    answers: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> UUID:
    """Count visits of one day to an insats where nobody is named.

    Args:
        insats_id: The insats, on the list of one of the actor's units.
        answers: Answers to the form ``registrera_besok``; it has no field for a person.
        actor: Who counts; not kept.
        now: The moment; only its day in Stockholm is kept.
        key: A repetition with the same word counts once.

    Raises:
        NotFoundError: No such insats within sight.
        NotPermittedError: The actor's role may not count here.
        AnswersInvalidError: An unknown field, an identity number in a text, a missing answer.
        IndividualDocumentationError: Nämnd has not exempted this insats (R-222).
    """
    with access_context(actor):
        bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
        insats = insats_within_sight(insats_id, actor, now)
        values = _checked(bundle, answers, now)
        return add_visit(bundle, insats, Answers(values, FORM), day=local_date(now), key=key)


def take_back(visit_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """Take back a count of today that was a slip of the finger; both rows stay.

    Raises:
        NotFoundError: No such count of today, or it is taken back already.
        NotPermittedError: The actor's role may not count here.
    """
    with access_context(actor):
        rows = AnonymtBesok.objects.filter(pk=visit_id, datum=local_date(now), angrar=None)
        found = rows.filter(angrad=None).first()
        if found is None:
            raise NotFoundError("besök", visit_id)
        insats_within_sight(found.insats_id, actor, now)
        with database_rules(visit_id):
            return AnonymtBesok.objects.create(
                organisation_id=found.organisation_id,
                unit_id=found.unit_id,
                insats_id=found.insats_id,
                undantag_id=found.undantag_id,
                antal=-found.antal,
                datum=found.datum,
                kon=found.kon,
                aldersgrupp=found.aldersgrupp,
                problemkategori=found.problemkategori,
                omrade=found.omrade,
                angrar=found,
            ).pk


def add_visit(
    bundle: Bundle, insats: InsatsUtanBehov, answers: Answers, *, day: date, key: str | None = None
) -> UUID:
    """Write one count, held where the insats is held.

    Raises:
        IndividualDocumentationError: Nämnd has not exempted this insats (R-222).
    """
    asked = demand(bundle, insats, day)
    if not asked.anonymous:
        raise IndividualDocumentationError(insats.pk)
    number = uuid4() if key is None else uuid5(NAMESPACE_URL, f"{insats.pk}/{day}/{key}")
    values: dict[str, Any] = {
        "organisation_id": insats.organisation_id,
        "unit_id": insats.unit_id,
        "insats": insats,
        "undantag_id": asked.undantag,
        "antal": answers.number("antal") or 1,
        "datum": day,
        "kon": answers.text("kon"),
        "aldersgrupp": answers.text("aldersgrupp"),
        "problemkategori": answers.text("problemkategori"),
        "omrade": answers.text("omrade"),
        "svarighet": answers.text("svarighet"),
    }
    with database_rules(insats.pk):
        AnonymtBesok.objects.get_or_create(pk=number, defaults=values)
    return number


def insats_within_sight(insats_id: UUID, actor: Actor, now: datetime) -> InsatsUtanBehov:
    """An insats of the actor's units where she may work.

    Raises:
        NotFoundError: No such insats within sight.
        NotPermittedError: The actor's role may not work here.
    """
    found = InsatsUtanBehov.objects.filter(pk=insats_id).first()
    if found is None:
        raise NotFoundError("insats", insats_id)
    if not may(actor, Action.COMPLETE, found.unit_id, 0, now, case=None):
        raise NotPermittedError(Action.COMPLETE.value, insats_id)
    return found


def _checked(bundle: Bundle, answers: Mapping[str, object], now: datetime) -> Mapping[str, Any]:
    try:
        return validate_answers(bundle.form(FORM), answers, now=now).values
    except FormRefusedError as refused:
        raise AnswersInvalidError(FORM, refused.errors) from None
