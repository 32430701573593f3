"""Requirements that go in a circle (DMN 1.5, 6.3.4: a decision must not require itself)."""

from collections.abc import Mapping

from engine.dmn.errors import DmnParseError
from engine.dmn.model import Decision, Knowledge, Part

_DEPTH_LIMIT = 200


def refuse_cycles(parts: Mapping[str, Part], name: str) -> None:
    """Refuse requirements that go in a circle.

    Args:
        parts: Every part of a model by id.
        name: What to call the model in errors.

    Raises:
        DmnParseError: They do, or they are too deep.
    """
    done: set[str] = set()

    def visit(key: str, trail: tuple[str, ...]) -> None:
        if key in trail:
            circle = " -> ".join((*trail[trail.index(key) :], key))
            raise DmnParseError(
                f"{name}: requirements go in a circle: {circle}.", code="dmn_cycle", decision=key
            )
        part = parts[key]
        if key in done or not isinstance(part, Decision | Knowledge):
            return
        if len(trail) > _DEPTH_LIMIT:
            raise DmnParseError(f"{name}: requirements are too deep.", code="dmn_too_deep")
        for imported, required in part.requires:
            if not imported and isinstance(parts[required], Decision):
                visit(required, (*trail, key))
        done.add(key)

    for key in parts:
        visit(key, ())
