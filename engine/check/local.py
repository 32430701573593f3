"""Local tables: in their place, of the right shape, and never laxer than what they lie over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any, Final, NamedTuple

from engine.check.edition import Edition
from engine.check.findings import Findings
from engine.dmn import DecisionModel, DmnError, parse_decisions
from engine.dmn.xml import Element, child, children, read_root, text_of
from engine.feel import FeelError, compile_expression
from engine.local import LAYERS, LocalTable, Parameter, Parameters, local_table, local_tables
from engine.overlay import OverlayError, columns, merged

MAX_SAMPLES: Final = 2_000
"""So many combinations of inputs are compared; the tables of a municipality have tens."""
SOME_MONDAY: Final = date(2026, 2, 2)
_LITERALS: Final = re.compile(r'date\("([^"]*)"\)|"([^"]*)"|(-?\d+(?:\.\d+)?)|\b(true|false)\b')

Value = Any


class _Table(NamedTuple):
    """A table to compare, as read; ``where`` is its file, "" for the national one."""

    where: str
    model: DecisionModel
    element: Element
    holds: Mapping[str, Value]


def check_local(path: str, content: bytes, edition: Edition, findings: Findings) -> None:
    """Check a table below ``lokal/``; what is wrong with it as a table is found elsewhere."""
    local = local_table(edition.inside(path))
    if local is None:
        findings.rule(
            "lokal_plats", "", 0,
            "a local table lies in lokal/<kommun>/dmn/, or there in tjansteomrade/<id>/dmn/ or "
            "avtal/<id>/dmn/",
        )  # fmt: skip
        return
    parameter = None if edition.parameters is None else edition.parameters.get(local.table)
    if parameter is None:
        findings.rule(
            "lokal_okand", local.table, 0,
            f"terms/parametrar.toml does not name {local.table} as a table with local values",
        )  # fmt: skip
        return
    if local.layer not in parameter.lager:
        findings.rule(
            "lokal_lager", local.table, 0,
            f"{local.table} has no values by {local.layer}; terms/parametrar.toml allows "
            f"{', '.join(parameter.lager)}",
        )  # fmt: skip
    try:
        _fits(local, content, parameter, edition, findings)
        _compare(local, content, parameter, edition, findings)
    except OverlayError as error:
        findings.rule(error.code, local.table, 0, error.reason)
    except DmnError:
        return  # told as a fault of the table itself


def lies_over_another(path: str, edition: Edition) -> bool:
    """Tell whether a table's missing rules are those of another layer."""
    local = local_table(edition.inside(path))
    return local is not None and next(_places_below(local, edition), None) is not None


def check_parameters(data: Parameters, edition: Edition, findings: Findings) -> None:
    """Say which processes cannot be deployed where, because a local value is missing (K-14)."""
    for parameter in data.parameter:
        if not parameter.kravs or f"dmn/{parameter.tabell}.dmn" in edition.tables:
            continue
        for municipality in edition.municipalities or ("",):
            own = local_tables(edition.tables, municipality)
            if not any(found.table == parameter.tabell for found in own):
                _missing(parameter, municipality, edition, findings)


def _missing(parameter: Parameter, municipality: str, edition: Edition, findings: Findings) -> None:
    where = f"lokal/{municipality or '<kommun>'}/dmn/{parameter.tabell}.dmn"
    stopped = ", ".join(sorted(edition.asking(parameter.tabell))) or "no process"
    findings.warning(
        "lokal_parameter_saknas", parameter.tabell, 0,
        f"{parameter.namn}: there is no value; write {where}. Without it these processes are not "
        f"deployed: {stopped}",
    )  # fmt: skip


def _fits(
    local: LocalTable, content: bytes, parameter: Parameter, edition: Edition, findings: Findings
) -> None:
    table = _read(local.path, content, {}, edition, local)
    names = () if table is None else columns(table.element)[1]
    missing = [name for name in parameter.resultat if name not in names]
    if missing:
        findings.rule(
            "lokal_resultat", local.table, 0, f"the table has no output {missing[0]}; add it"
        )
    merged([local], {local.path: content}, edition.tables.get(f"dmn/{local.table}.dmn"))


def _compare(
    local: LocalTable, content: bytes, parameter: Parameter, edition: Edition, findings: Findings
) -> None:
    own = _read(local.path, content, _holds(local), edition, local)
    if own is None:
        return
    told: set[str] = set()
    for other in _below(local, edition):
        for sample in _samples((own, other), parameter, edition):
            mine = _answer(own, local.table, sample)
            theirs = _answer(other, local.table, sample)
            for name, text in _laxer(mine, theirs, parameter):
                if f"{other.where} {name}" not in told:
                    told.add(f"{other.where} {name}")
                    _tell(local, other, f"{name} {text}", sample, findings)


def _tell(
    local: LocalTable, other: _Table, text: str, sample: Mapping[str, Value], findings: Findings
) -> None:
    case = ", ".join(f"{name} = {_shown(value)}" for name, value in sample.items())
    findings.rule(
        "lokal_laxare", local.table, 0,
        f"the local value is laxer than {other.where or 'the national one'}: {text} ({case}). "
        "Only stricter values are allowed (R-003)",
    )  # fmt: skip


def _below(local: LocalTable, edition: Edition) -> Iterator[_Table]:
    """The layers that the table may lie over, the national one last."""
    for path in _places_below(local, edition):
        other = local_table(path)
        where, holds = ("", {}) if other is None else (path, _holds(other))
        found = _read(where, edition.tables[path], holds, edition, local)
        if found is not None:
            yield found


def _places_below(local: LocalTable, edition: Edition) -> Iterator[str]:
    for other in local_tables(edition.tables, local.municipality):
        if other.table == local.table and LAYERS.index(other.layer) > LAYERS.index(local.layer):
            yield other.path
    if f"dmn/{local.table}.dmn" in edition.tables:
        yield f"dmn/{local.table}.dmn"


def _holds(local: LocalTable) -> Mapping[str, Value]:
    return {local.layer: local.value} if local.value else {}


def _samples(
    tables: Sequence[_Table], parameter: Parameter, edition: Edition
) -> Iterator[dict[str, Value]]:
    """Values of the inputs that the rules distinguish, with the same day for every anchor."""
    values: dict[str, dict[Value, None]] = {}
    others: dict[str, Value] = {}
    for table in tables:
        for number, expression in enumerate(columns(table.element)[0]):
            if expression.isidentifier():
                found = _distinguished(table.element, number)
                values.setdefault(expression, {None: None}).update(found)
        others |= dict.fromkeys(_names(table.element, edition), SOME_MONDAY)
    fixed = {**dict(parameter.prov), **tables[1].holds, **tables[0].holds}
    chosen = {name: found for name, found in values.items() if name not in fixed}
    for combination in islice(product(*chosen.values()), MAX_SAMPLES):
        yield {**others, **dict(zip(chosen, combination, strict=True)), **fixed}


def _distinguished(table: Element, number: int) -> dict[Value, None]:
    found: dict[Value, None] = {}
    for rule in children(table, "rule"):
        text = text_of(list(children(rule, "inputEntry"))[number])
        for day, word, digits, truth in _LITERALS.findall(text):
            if digits:
                found |= dict.fromkeys(Decimal(digits) + step for step in (-1, 0, 1))
            elif day:
                at = date.fromisoformat(day)
                found |= dict.fromkeys(at + timedelta(days=step) for step in (-1, 0, 1))
            else:
                found[truth == "true" if truth else word] = None
    return found


def _names(table: Element, edition: Edition) -> Iterator[str]:
    """The variables that the results of a table are computed from."""
    inputs = columns(table)[0]
    cells = [text_of(cell) for rule in children(table, "rule") for cell in _outputs(rule)]
    for text in [*inputs, *cells]:
        try:
            yield from compile_expression(text, functions=edition.functions).names if text else ()
        except FeelError:
            continue


def _outputs(rule: Element) -> Iterator[Element]:
    return children(rule, "outputEntry")


def _read(
    where: str, content: bytes, holds: Mapping[str, Value], edition: Edition, local: LocalTable
) -> _Table | None:
    """Return a table as ``local`` is compared with it, None where the file has none."""
    decision = child(read_root(content, where or "The national table"), "decision")
    element = None if decision is None else child(decision, "decisionTable")
    imports = edition.imports(f"{edition.root or ''}{local.path}")
    model = parse_decisions(content, imports=imports, functions=edition.functions)
    return None if element is None else _Table(where, model, element, holds)


def _answer(table: _Table, decision: str, sample: Mapping[str, Value]) -> Mapping[str, Value]:
    """What a table answers by output, nothing where it has no rule or a value is missing."""
    try:
        value = table.model.evaluate(decision, sample).value
    except (DmnError, FeelError):
        return {}
    return value if isinstance(value, dict) else {columns(table.element)[1][0]: value}


def _laxer(
    mine: Mapping[str, Value], theirs: Mapping[str, Value], parameter: Parameter
) -> Iterator[tuple[str, str]]:
    for name, direction in parameter.striktare.items():
        own, other = mine.get(name), theirs.get(name)
        if own is None or other is None or type(own) is not type(other):
            continue
        if own > other if direction == "lagre" else own < other:
            yield name, f"is {_shown(own)} where {_shown(other)} is the limit"


def _shown(value: Value) -> str:
    return "null" if value is None else str(value)
