"""A letter is in the language that its reader has chosen for the pages; the choice is hers."""

from types import SimpleNamespace

import pytest

from cases.context import access_context
from cases.models import Sprakval
from cases.notices.sending import send_due
from cases.notices.spreading import spread
from cases.use_cases.language import choose_language, language_of
from tests.cases.conftest import NOW, database_role
from tests.cases.test_notiser import GATHERED, given_to, post, town, worker

__all__ = ["post", "town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def test_a_letter_is_in_the_language_of_its_reader(town: SimpleNamespace) -> None:
    with database_role("app"):
        choose_language("en", actor=town.bo)
    given_to(town.bo, town)
    given_to(town.anna, town)
    worker(spread, NOW)
    assert worker(send_due, GATHERED) == 2
    said = {
        letter["To"]: (str(letter["Subject"]), text)
        for letter, text in zip(town.post.letters, town.post.texts, strict=True)
    }
    subject, text = said["bo@prov.example"]
    assert subject == "New in Kedja"
    assert "You have one new task in Kedja." in text
    assert "Stop getting such letters, without logging in:" in text
    subject, text = said["anna@prov.example"]
    assert subject == "Nytt i Kedja"
    assert "Du har en ny uppgift i Kedja." in text


def test_nobody_sees_or_changes_what_another_has_chosen(town: SimpleNamespace) -> None:
    with database_role("app"):
        assert language_of(town.bo) == "sv"
        choose_language("en", actor=town.bo)
        choose_language("sv", actor=town.bo)
        choose_language("en", actor=town.bo)
        assert language_of(town.bo) == "en"
        assert language_of(town.anna) == "sv"
        with access_context(town.anna):
            assert not Sprakval.objects.exists()
            assert Sprakval.objects.update(sprak="sv") == 0
    assert [row.sprak for row in Sprakval.objects.all()] == ["en"]
