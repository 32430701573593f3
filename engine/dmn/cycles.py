"""Requirements that go in a circle (DMN 1.5, 6.3.4: a decision must not require itself)."""

from collections.abc import Iterator, Mapping

from engine.dmn.errors import DmnParseError
from engine.dmn.model import Decision, Knowledge, Part


def refuse_cycles(parts: Mapping[str, Part], name: str) -> None:
    """Refuse requirements that go in a circle.

    Without recursion: a chain of requirements may be longer than the stack is deep.

    Args:
        parts: Every part of a model by id.
        name: What to call the model in errors.

    Raises:
        DmnParseError: They do.
    """
    done: set[str] = set()
    for start in parts:
        trail: dict[str, Iterator[str]] = {} if start in done else {start: _required(start, parts)}
        while trail:
            last = next(reversed(trail))
            key = next(trail[last], None)
            if key is None:
                done.add(last)
                del trail[last]
            elif key in trail:
                raise _circle([*trail], key, name)
            elif key not in done:
                trail[key] = _required(key, parts)


def _required(key: str, parts: Mapping[str, Part]) -> Iterator[str]:
    """Yield the decisions of the model that a part requires."""
    part = parts[key]
    if isinstance(part, Decision | Knowledge):
        for imported, required in part.requires:
            if not imported and isinstance(parts[required], Decision):
                yield required


def _circle(trail: list[str], key: str, name: str) -> DmnParseError:
    circle = " -> ".join((*trail[trail.index(key) :], key))
    return DmnParseError(
        f"{name}: requirements go in a circle: {circle}. Remove one of these requirements.",
        code="dmn_cycle",
        decision=key,
    )
