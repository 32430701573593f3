"""The Swedish calendar, against holidays computed here by hand (lag 1989:253, lag 1930:173 2 §)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from engine import runtime
from engine.bundle import Bundle
from engine.calendar import PATH, Calendar, feel_functions
from engine.check import check_files
from engine.definition import load_definition
from engine.dmn import parse_decisions
from engine.errors import DefinitionError
from engine.feel import FeelSyntaxError, compile_expression
from engine.forms import AnswersInvalidError, parse_form, validate_answers
from engine.manifest import DataFileError, parse_toml
from tests.engine import draw

PROCESSES: Path = settings.PROCESSES_DIR
CONTENT = (PROCESSES / PATH).read_bytes()
CALENDAR = parse_toml(Calendar, PATH, CONTENT)
FUNCTIONS = feel_functions(CALENDAR)
DAY = timedelta(days=1)
NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def easter(year: int) -> date:
    """Meeus/Jones/Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def first_weekday(weekday: int, start: date) -> date:
    return start + (weekday - start.weekday()) % 7 * DAY


def public_holidays(year: int) -> set[date]:
    sunday = easter(year)
    fixed = {date(year, *day) for day in ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26))}
    moving = {sunday + days * DAY for days in (-2, 0, 1, 39, 49)}
    midsummer = first_weekday(5, date(year, 6, 20))
    all_saints = first_weekday(5, date(year, 10, 31))
    return fixed | moving | {midsummer, all_saints}


def eves(year: int) -> set[date]:
    return {first_weekday(5, date(year, 6, 20)) - DAY, date(year, 12, 24), date(year, 12, 31)}


def free(day: date) -> bool:
    return day.weekday() >= 5 or day in public_holidays(day.year) | eves(day.year)


def feel(text: str, **variables: object) -> object:
    return compile_expression(text, functions=FUNCTIONS).evaluate(variables, now=NOW)


@pytest.mark.parametrize("year", range(2024, 2033))
def test_every_day_is_what_the_two_acts_say(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working_day(day) is not free(day), day
        assert (CALENDAR.last_day(day) == day) is not free(day), day
        day += DAY


@given(days)
def test_the_last_day_is_the_first_day_that_is_not_free(day: date) -> None:
    moved = CALENDAR.last_day(day)
    assert moved >= day
    assert not free(moved)
    assert all(free(day + number * DAY) for number in range((moved - day).days))


@given(days, st.integers(1, 60))
def test_working_days_are_counted_one_by_one(day: date, count: int) -> None:
    reached = CALENDAR.working_days_after(day, count)
    assert CALENDAR.working_days_between(day, reached) == count
    assert not free(reached)
    passed = (day + number * DAY for number in range(1, (reached - day).days + 1))
    assert sum(not free(each) for each in passed) == count


@given(days, days)
def test_counting_backwards_is_the_same_with_a_minus(first: date, last: date) -> None:
    counted = CALENDAR.working_days_between(first, last)
    assert counted == -CALENDAR.working_days_between(last, first)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-04-24", "2026-04-24"),  # Friday
        ("2026-04-25", "2026-04-27"),  # Saturday
        ("2026-04-30", "2026-04-30"),  # valborgsmässoafton is an ordinary day
        ("2026-05-01", "2026-05-04"),  # första maj, a Friday
        ("2026-05-14", "2026-05-15"),  # Kristi himmelsfärdsdag; the day between is ordinary
        ("2026-06-05", "2026-06-05"),
        ("2026-06-06", "2026-06-08"),  # nationaldagen, a Saturday
        ("2026-06-19", "2026-06-22"),  # midsommarafton
        ("2026-12-24", "2026-12-28"),  # julafton, juldagen, annandag jul (Sat), Sunday
        ("2026-12-31", "2027-01-04"),  # nyårsafton, nyårsdagen, Saturday, Sunday
        ("2026-04-02", "2026-04-02"),  # skärtorsdag
        ("2026-04-03", "2026-04-07"),  # långfredag to annandag påsk
    ],
)
def test_k12_the_last_day_moves_past_holidays_and_eves(day: str, moved: str) -> None:
    assert feel(f'sista_dag(date("{day}"))') == date.fromisoformat(moved)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ar_arbetsdag(date("2026-05-15"))', True),  # klämdag
        ('ar_arbetsdag(date("2026-06-19"))', False),
        ('ar_arbetsdag(datum: date("2026-04-30"))', True),
        ('arbetsdagar_efter(date("2026-04-30"), 1)', date(2026, 5, 4)),
        ('arbetsdagar_efter(date("2026-05-13"), 1)', date(2026, 5, 15)),
        ('arbetsdagar_efter(date("2026-12-23"), 1)', date(2026, 12, 28)),
        ('arbetsdagar_efter(datum: date("2026-05-01"), antal: 0)', date(2026, 5, 4)),
        ('arbetsdagar_efter(date("2026-05-04"), 0)', date(2026, 5, 4)),
        ('arbetsdagar_efter(date("2026-05-04"), -1)', date(2026, 4, 30)),
        ('arbetsdagar_mellan(date("2026-04-30"), date("2026-05-04"))', Decimal(1)),
        ('arbetsdagar_mellan(date("2026-05-04"), date("2026-04-30"))', Decimal(-1)),
        ("ar_arbetsdag(null)", None),
        ('arbetsdagar_efter(date("2026-05-04"), 1.5)', None),
        ('arbetsdagar_efter(date("2026-05-04"), 1e30)', None),
        ('arbetsdagar_mellan(date("1960-01-01"), date("2060-01-01"))', None),
        ('sista_dag(date("1800-01-01"))', None),
        ('sista_dag(date("2100-12-31"))', None),
        ('sista_dag(date("9999-12-31"))', None),
    ],
)
def test_feel_calls_the_calendar(text: str, expected: object) -> None:
    assert feel(text) == expected


def test_a_moment_is_its_day_in_stockholm() -> None:
    late = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)  # 00:30 on Monday in Stockholm
    assert feel("sista_dag(dag)", dag=late) == date(2026, 5, 4)
    assert feel('sista_dag(date and time("2026-05-03T23:59:00"))') == date(2026, 5, 4)


def test_a_variable_may_be_called_as_a_function_is() -> None:
    assert feel("sista_dag(sista_dag) = sista_dag", sista_dag=date(2026, 5, 4)) is True
    assert feel("sista_dag") is None


def test_the_calendar_is_no_part_of_the_language() -> None:
    with pytest.raises(FeelSyntaxError, match="no function sista_dag"):
        compile_expression("sista_dag(today())")
    assert feel_functions(None) == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("veckodag = 7", 'veckodag = 7\ndatum = "12-24"'), "either veckodag or datum"),
        (("veckodag = 7\n", ""), "either veckodag or datum"),
        (('datum = "12-24"', 'datum = "12-24"\nmellan = ["01-01", "02-01"]'), "belongs to"),
        (("veckodag = 7", "veckodag = 8"), "less than or equal to 7"),
        (('datum = "12-24"', 'datum = "24/12"'), "match pattern"),
        (('land = "SE"', 'land = "NO"'), "SE"),
        (("veckodag = 7", "veckodag = 7\nhelg = true"), "Extra inputs"),
        (('id = "sondag"', 'id = "lordag"'), "same id"),
    ],
)
def test_a_calendar_that_is_wrong_is_refused(change: tuple[str, str], reason: str) -> None:
    wrong = CONTENT.decode().replace(*change, 1).encode()
    with pytest.raises(DataFileError, match=reason):
        parse_toml(Calendar, PATH, wrong)
    files = {PATH: wrong, "lagrum.toml": (PROCESSES / "lagrum.toml").read_bytes()}
    found = {report.path: report for report in check_files(files, profile=True)}
    assert [finding.code for finding in found[PATH].findings] == ["data_file_invalid"]


def test_an_unknown_citation_of_the_calendar_is_found() -> None:
    wrong = CONTENT.replace(b"lag1930_173.2", b"lag1930_173.99")
    files = {PATH: wrong, "lagrum.toml": (PROCESSES / "lagrum.toml").read_bytes()}
    found = {report.path: report for report in check_files(files, profile=True)}
    assert {finding.code for finding in found[PATH].findings} == {"unknown_citation"}


TABLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="frist" name="Frist"><variable id="v" name="frist"/>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i"><inputExpression id="ie"><text>ar_arbetsdag(dag)</text></inputExpression>
      </input>
      <output id="o" name="sista_dag" typeRef="date"/>
      <rule id="r1"><inputEntry id="a1"><text>true</text></inputEntry>
        <outputEntry id="b1"><text>dag</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="a2"><text>false</text></inputEntry>
        <outputEntry id="b2"><text>sista_dag(dag)</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""
FORM = """{"id": "f", "type": "default", "properties": {"regler": [
  {"villkor": "=ar_arbetsdag(dag)", "falt": "dag", "meddelande": "Välj en arbetsdag."}]},
  "components": [{"type": "datetime", "key": "dag", "label": "Dag",
                  "properties": {"senast": "=arbetsdagar_efter(today(), 2)"}}]}""".encode()


def test_a_table_calls_the_calendar() -> None:
    model = parse_decisions(TABLE, functions=FUNCTIONS)
    decided = model.evaluate("frist", {"dag": date(2026, 12, 31)}, now=NOW)
    assert decided.value == date(2027, 1, 4)
    assert decided.matched[0].inputs == {"ar_arbetsdag(dag)": False}


def test_a_form_calls_the_calendar() -> None:
    form = parse_form(FORM, FUNCTIONS)
    assert validate_answers(form, {"dag": "2026-05-05"}, now=NOW).values["dag"] == date(2026, 5, 5)
    with pytest.raises(AnswersInvalidError) as refused:
        validate_answers(form, {"dag": "2026-05-02"}, now=NOW)
    assert refused.value.errors["dag"][1] == "Välj en arbetsdag."
    with pytest.raises(AnswersInvalidError):
        validate_answers(form, {"dag": "2026-05-06"}, now=NOW)


@pytest.mark.parametrize("with_calendar", [True, False])
def test_a_bundle_lends_its_calendar_to_tables_and_forms(*, with_calendar: bool) -> None:
    files = {"dmn/frist.dmn": TABLE, "forms/f.form": FORM}
    if with_calendar:
        files |= {PATH: CONTENT, "lagrum.toml": (PROCESSES / "lagrum.toml").read_bytes()}
    reports = check_files(files, profile=True)
    assert all(report.ok for report in reports) is with_calendar
    bundle = Bundle(files)
    assert bool(bundle.functions) is with_calendar
    if with_calendar:
        decided = bundle.decision("frist").evaluate("frist", {"dag": date(2026, 5, 1)}, now=NOW)
        assert decided.value == date(2026, 5, 4)
        assert bundle.form("f").rules


DIAGRAM = draw.document(
    draw.process(
        "p",
        draw.start(),
        draw.script("raknat", "=arbetsdagar_efter(inkom, 1)", "nasta"),
        draw.xor("val", default="f_nej"),
        draw.user(
            "u",
            ins=[("frist", "=sista_dag(inkom)")],
            inside=draw.multi("=[1]", condition="=ar_arbetsdag(inkom)"),
            zeebe="<zeebe:taskSchedule dueDate='=arbetsdagar_efter(inkom, 2)'/>",
        ),
        draw.catch("vanta", draw.timer("=sista_dag(inkom)", "timeDate")),
        draw.end(),
        draw.end("e2"),
        draw.seq("s", "raknat", "val"),
        draw.flow("val", "u", "=ar_arbetsdag(nasta)"),
        draw.flow("val", "e2", key="f_nej"),
        draw.seq("u", "vanta", "e"),
    )
)


def test_a_diagram_calls_the_calendar() -> None:
    definition = load_definition("p", bpmn={"p.bpmn": DIAGRAM}, dmn={}, functions=FUNCTIONS)
    variables = {"inkom": date(2026, 5, 1)}
    begun = runtime.start(definition, variables, now=NOW, seed=UUID(int=1))
    (task,) = begun.tasks
    assert task.due == datetime(2026, 5, 5, 21, 59, 59, tzinfo=UTC)
    done = runtime.complete_task(definition, begun.state, task.id, {}, now=NOW)
    (waiting,) = done.timers
    assert waiting.due == datetime(2026, 5, 3, 22, 0, tzinfo=UTC)


def test_a_diagram_without_a_calendar_is_refused_by_name() -> None:
    with pytest.raises(DefinitionError, match="no function"):
        load_definition("p", bpmn={"p.bpmn": DIAGRAM}, dmn={})
    (report,) = check_files({"bpmn/p.bpmn": DIAGRAM}, profile=False)
    assert "feel_unknown_function" in {finding.code for finding in report.findings}


def test_a_checked_diagram_knows_the_calendar_of_its_edition() -> None:
    files = {"processes/bpmn/p.bpmn": DIAGRAM, f"processes/{PATH}": CONTENT}
    reports = {report.path: report for report in check_files(files)}
    codes = {finding.code for finding in reports["processes/bpmn/p.bpmn"].findings}
    assert "feel_unknown_function" not in codes
