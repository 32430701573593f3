"""What a step of a scenario expects is looked at, and what says nothing is refused."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from config.scenarios.expectations import failures
from config.scenarios.seen import Seen
from engine.scenarios import Expect


@pytest.mark.parametrize("name", ["events", "opened", "gone", "thrown", "facts", "due"])
def test_an_empty_list_that_would_expect_nothing_is_refused(name: str) -> None:
    empty = {} if name in {"facts", "due"} else []
    with pytest.raises(ValidationError, match=f"{name}: an empty list expects nothing"):
        Expect.model_validate({name: empty})


def test_what_is_compared_whole_may_be_empty() -> None:
    expect = Expect.model_validate({"open": [], "notices": [], "running": []})
    assert failures(expect, Seen(), Seen(), None) == []


@pytest.mark.django_db
def test_facts_that_belong_to_no_case_are_looked_at() -> None:
    expect = Expect.model_validate({"facts": {"Forum.antal": 1}})
    assert failures(expect, Seen(), Seen(), None) == ["Forum.antal is 0, expected 1"]


@pytest.mark.django_db
def test_a_fact_of_no_case_is_not_read_as_a_cases() -> None:
    expect = Expect.model_validate({"facts": {"Forum.antal": 0}})
    assert failures(expect, Seen(), Seen(), uuid4()) == ["Forum does not belong to an ärende"]
