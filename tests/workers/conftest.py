"""Fixtures: the queue under test, over PostgreSQL and over RabbitMQ."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import require
from tests.workers import rabbit
from tests.workers.rig import Rig


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[str]:
    """Address of a RabbitMQ of our own; skipped without Debian's server, failed in CI."""
    with rabbit.running(require("rabbitmq")) as url:
        yield url


@pytest.fixture(params=["postgres", "rabbitmq"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """The same tests over both brokers."""
    request.getfixturevalue("transactional_db")
    url = "postgres" if request.param == "postgres" else request.getfixturevalue("rabbitmq")
    made = Rig(url, tmp_path)
    made.purge()
    yield made
    made.purge()


@pytest.fixture
def pg_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Rig:
    """The queue over PostgreSQL alone, for what only it has."""
    request.getfixturevalue("transactional_db")
    return Rig("postgres", tmp_path)


@pytest.fixture
def rabbit_rig(request: pytest.FixtureRequest, rabbitmq: str, tmp_path: Path) -> Iterator[Rig]:
    """The queue over RabbitMQ alone, for what only it has."""
    request.getfixturevalue("transactional_db")
    made = Rig(rabbitmq, tmp_path)
    made.purge()
    yield made
    made.purge()
