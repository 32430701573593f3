"""What walks through the doors stand on: a municipality with log-ins, and a clock that obeys."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection

from tests.municipality import settle_in
from tests.web.browser import PASSWORD


@pytest.fixture
def clock_in_the_past(transactional_db: None) -> Iterator[None]:
    """The product's clock only goes forward; a scenario keeps the dates of domain.md."""
    name = "kedja_clock_ahead_check"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE kedja_clock DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kedja_clock")
        cursor.execute(
            f"ALTER TABLE kedja_clock ADD CONSTRAINT {name} CHECK (ahead >= interval '0')"
        )


@pytest.fixture
def municipality(transactional_db: None) -> None:
    """Edition and people, with passwords that the real web server can check."""
    settle_in()
    hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
    get_user_model().objects.update(password=hashed)
