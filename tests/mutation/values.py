"""Alterations of what is written: a condition inverted, a boundary or a deadline moved."""

from collections.abc import Iterator

from tests.mutation.literals import moved
from tests.mutation.sites import (
    B,
    Element,
    Site,
    Z,
    altered,
    by_id,
    line_of,
    parse,
    process_of,
    tag,
)

_LONGER = ' + duration("P1D")'


def invert_condition(path: str, content: bytes) -> Iterator[Site]:
    """Negate the condition of a sequence flow."""
    for condition in parse(content).iter(f"{B}conditionExpression"):
        flow = condition.getparent()
        assert flow is not None
        name, old = str(flow.get("id")), (condition.text or "").strip()
        new = f"=not({old.removeprefix('=')})"
        yield Site(
            kind="invert_condition",
            file=path,
            place=name,
            what=f"{old} became {new}",
            line=line_of(condition),
            marks=((f"{process_of(flow)} {flow.get('sourceRef')}",),),
            alter=altered(content, lambda root, name=name, new=new: _condition(root, name, new)),
        )


def move_boundary(path: str, content: bytes) -> Iterator[Site]:
    """Move a number or day in what a row, or a column, of a table asks for."""
    for number, text in _texts(content, "inputEntry", "inputValues"):
        for by in (1, -1):
            yield from _cells("move_boundary", path, content, number, text, by)


def change_deadline(path: str, content: bytes) -> Iterator[Site]:
    """Give another number of days: in the answer of a table, or in a timer or due date."""
    if path.endswith(".dmn"):
        for number, text in _texts(content, "outputEntry", "defaultOutputEntry"):
            yield from _cells("change_deadline", path, content, number, text, 1)
    else:
        yield from _schedules(path, content)
        yield from _times(path, content)


def _condition(root: Element, flow: str, text: str) -> None:
    found = by_id(root, flow).find(f"{B}conditionExpression")
    assert found is not None
    found.text = text


def _texts(content: bytes, *around: str) -> Iterator[tuple[int, Element]]:
    """The texts of cells of some kinds, with their number in the order of the file."""
    for number, one in enumerate(parse(content).iter("{*}text")):
        parent = one.getparent()
        if parent is not None and tag(parent) in around and (one.text or "").strip():
            yield number, one


def _cells(
    kind: str, path: str, content: bytes, number: int, text: Element, by: int
) -> Iterator[Site]:
    table, row, cell = _where(text)
    marks = ((f"dmn {table}:{row}",), (f"dmn {table}",)) if row else ((f"dmn {table}",),)
    for place, (old, new, whole) in enumerate(moved(str(text.text), by), start=1):
        yield Site(
            kind=kind,
            file=path,
            place=f"{cell}#{place}{by:+d}",
            what=f"{old} became {new} in {str(text.text).strip()}",
            line=line_of(text),
            marks=marks,
            alter=altered(content, lambda root, whole=whole: _write(root, number, whole)),
        )


def _where(text: Element) -> tuple[str, int, str]:
    """The decision, the number of the row (0: of none) and the id of the cell."""
    cell = text.getparent()
    assert cell is not None
    decision = next(one for one in text.iterancestors("{*}decision"))
    rules = list(text.iterancestors("{*}rule"))
    row = 0
    if rules:
        row = 1 + len(list(rules[0].itersiblings("{*}rule", preceding=True)))
    return str(decision.get("id")), row, str(cell.get("id") or f"{tag(cell)} of row {row}")


def _write(root: Element, number: int, text: str) -> None:
    found = list(root.iter("{*}text"))[number]
    found.text = text


def _schedules(path: str, content: bytes) -> Iterator[Site]:
    for schedule in parse(content).iter(f"{Z}taskSchedule"):
        task = next(schedule.iterancestors(f"{B}userTask"))
        name = str(task.get("id"))
        for field in sorted({"dueDate", "followUpDate"} & set(schedule.attrib)):
            old = str(schedule.get(field))
            if not old.startswith("="):
                continue
            new = f"=({old[1:]}){_LONGER}"
            yield Site(
                kind="change_deadline",
                file=path,
                place=f"{name}.{field}",
                what=f"{old} became {new}",
                line=line_of(schedule),
                marks=((f"{process_of(task)} {name}",),),
                alter=altered(
                    content,
                    lambda root, name=name, field=field, new=new: _schedule(root, name, field, new),
                ),
            )


def _schedule(root: Element, task: str, field: str, text: str) -> None:
    next(by_id(root, task).iter(f"{Z}taskSchedule")).set(field, text)


def _times(path: str, content: bytes) -> Iterator[Site]:
    for time in parse(content).iter(f"{B}timeDate", f"{B}timeDuration", f"{B}timeCycle"):
        definition = time.getparent()
        assert definition is not None
        event = definition.getparent()
        assert event is not None
        name, process = str(event.get("id")), process_of(event)
        held = event.get("attachedToRef")
        around = (f"{process} {held}",) if held else (f"process {process}",)
        for place, (what, new) in enumerate(_later((time.text or "").strip(), tag(time)), start=1):
            yield Site(
                kind="change_deadline",
                file=path,
                place=f"{name}#{place}",
                what=what,
                line=line_of(time),
                marks=((f"{process} {name}",), around),
                alter=altered(content, lambda root, name=name, new=new: _time(root, name, new)),
            )


def _later(text: str, kind: str) -> Iterator[tuple[str, str]]:
    """What a timer's text becomes a day (or one unit of its duration) later."""
    if text.startswith("=") and kind != "timeCycle":
        new = f"=({text[1:]}){_LONGER}"
        yield f"{text} became {new}", new
        return
    for old, changed, whole in moved(text, 1):
        if not old.isdecimal():  # the hours and minutes of a day
            yield f"{old} became {changed} in {text}", whole


def _time(root: Element, event: str, text: str) -> None:
    found = next(by_id(root, event).iter(f"{B}timeDate", f"{B}timeDuration", f"{B}timeCycle"))
    found.text = text
