"""Which step wrote what a task is given, and when, as the history has it (W9)."""

from types import SimpleNamespace

import pytest

from cases import bundles, queries_origin
from cases.actor import Actor
from cases.context import access_context
from engine.outcome import Origin
from tests.cases.conftest import DAY, NOW, begin, finish, open_task

pytestmark = pytest.mark.django_db


def test_the_last_of_the_steps_that_can_have_written_it_is_told(world: SimpleNamespace) -> None:
    started = begin(world)
    for turn in (1, 2):  # om = true: the process asks for A again
        finish(
            open_task(started.instance_id, "A"), world.anna, {"om": turn == 1}, now=NOW + turn * DAY
        )
    definition = bundles.definition(world.bundle, "prova")
    origins = {"om": Origin((), ("A",)), "annat": Origin((), ("B",)), "borta": Origin(("Finns",))}

    def asked(actor: Actor) -> dict[str, queries_origin.Written]:
        with access_context(world.anna):
            return queries_origin.written_by(
                started.instance_id, definition, origins, actor=actor, now=NOW + 3 * DAY
            )

    found = asked(world.anna)
    assert {name: (one.element.name, one.at) for name, one in found.items()} == {
        "om": ("Gör A", NOW + 2 * DAY)
    }
    assert asked(world.disa) == {}, "a line out of sight is not told"
