"""A reminder leaves the list when what it asks for is provably done, and only then (issue 6)."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from cases.models import Bundle as Stored
from cases.models import Instance, Task
from engine.bundle import Bundle, read_files
from engine.notices import PATH, STEP, kinds_in
from records import queries
from records.models import Notis
from records.notes import read_notice
from records.notices import described, unread
from records.queries.reminders import earlier_notices
from tests.records.chain import STOCKHOLM, bundle

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
INFORMATION = {"risk_akut", "obehorig_lasning", "avvikelse_fran_plan"}
"""Sent by diagrams, and no work that gets done: they stay until somebody puts them away."""


@cache
def whole():
    return Bundle(read_files(Path(django_settings.PROCESSES_DIR), "demo"))


def with_terms(chain):
    terms = {path: whole().files[path] for path in (PATH, "terms/roller.toml")}
    chain.bundle = Bundle({**bundle().files, **terms})
    return chain


def remind(chain, typ, role="enhetschef", side="utforare", **more):
    more = {"akt": chain.ids.get("akt"), "niva": "T0"} | more
    more["forfallen_datum"] = more.get("forfallen_datum", chain.now.date())
    given_ = {key: value for key, value in more.items() if value is not None}
    before = set(Notis.objects.values_list("pk", flat=True))
    chain.call("paminnelse.skicka", by=f"system:{side}", typ=typ, mottagare_roll=role, **given_)
    return Notis.objects.exclude(pk__in=before).first()


def open_of(actor, now):
    """Ids on Min dag; those of a letter and the whole of both lists agree."""
    shown = {row.pk for row in queries.notices(actor, now=now)}
    assert {one.id for one in unread(actor, now)} == shown
    earlier = {row.pk for row in earlier_notices(actor, now=now)[0]}
    everything = {row.pk for row in queries.notices(actor, now=now, unread=False)}
    assert shown | earlier == everything
    assert not shown & earlier
    assert set(described(everything)) == shown, "letters are of what is open"
    return shown


@pytest.mark.parametrize(
    ("typ", "word", "ends"),
    [
        ("gp_frist", "plan", lambda chain: chain.planned().established()),
        ("forandrat_behov", "uppfoljning", lambda chain: chain.followed_up()),
        ("slutanteckning", "akt", lambda chain: chain.later(hours=1).closed()),
    ],
)
def test_it_ends_with_the_record_that_it_asked_for(program_chain, typ, word, ends):
    chain = with_terms(program_chain).running()
    if word != "plan":
        chain.planned().established()
    if word == "akt":
        chain.ended()
    chief = chain.actor("enhetschef")[1]
    row = remind(chain, typ)
    other = remind(chain, "risk_akut", handelse=str(uuid4()), akt=None)
    assert open_of(chief, chain.now) == {row.pk, other.pk}
    ends(chain.later(hours=1))
    assert open_of(chief, chain.now) == {other.pk}
    row.refresh_from_db()
    assert (row.klar_genom, row.klar, row.last) == (word, chain.now, None)
    assert earlier_notices(chief, now=chain.now)[0] == [row]


def test_it_ends_with_the_answer_of_the_other_side(program_chain):
    chain = with_terms(program_chain).opened().investigated().decided().ordered().sent()
    asked = {"uppdrag": chain.ids["uppdrag"], "side": "myndighet", "akt": None}
    ours = remind(chain, "bekraftelse_uppdrag", "handlaggare", **asked)
    theirs = remind(chain, "bekraftelse_uppdrag", **asked)
    worker, chief = chain.actor("handlaggare")[1], chain.actor("enhetschef")[1]
    assert open_of(worker, chain.now) == {ours.pk}
    assert open_of(chief, chain.now) == {theirs.pk}
    chain.later(days=1).accepted()
    assert open_of(worker, chain.now) == open_of(chief, chain.now) == set()
    assert set(Notis.objects.values_list("klar_genom", "klar")) == {("uppdrag", chain.now)}


def test_one_that_has_ended_is_sent_anew_and_never_twice_before(program_chain):
    chain = with_terms(program_chain).running()
    first = remind(chain, "gp_frist")
    assert remind(chain, "gp_frist") is None, "exactly once (K-2)"
    chain.planned().established()
    again = remind(chain.later(hours=1), "gp_frist", forfallen_datum=first.forfallen_datum)
    assert again != first
    assert open_of(chain.actor("enhetschef")[1], chain.now) == {again.pk}


def test_an_ending_is_written_once_and_never_taken_back(program_chain):
    chain = with_terms(program_chain).running()
    row = remind(chain, "gp_frist")
    chain.planned().established()
    for change in ({"klar": None}, {"klar_genom": "akt"}, {"upphor_med": []}, {"instans": None}):
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            Notis.objects.filter(pk=row.pk).update(**change)
    read_notice(row.pk, actor=chain.actor("enhetschef")[1], now=chain.now)
    row.refresh_from_db()
    assert row.last == chain.now, "it may still be put away"


# -- tasks and processes ------------------------------------------------------------------------
DAYS = (date(2026, 8, 10), date(2026, 8, 17))
ELEMENTS = ("Task_A", "Task_B", "Task_C")
WORDS = (
    (),
    ("process",),
    (f"{STEP}Task_A",),
    (f"{STEP}Task_A", f"{STEP}Task_B", "process"),
)
dues = st.sampled_from((*DAYS, None))
moves = st.lists(
    st.one_of(
        st.tuples(st.just("remind"), st.sampled_from(WORDS), dues),
        st.tuples(st.just("begin"), st.sampled_from(ELEMENTS), dues),
        st.tuples(st.just("close"), st.integers(0, 9), st.sampled_from(("completed", "cancelled"))),
        st.tuples(st.just("away"), st.integers(0, 9), st.none()),
        st.tuples(st.just("end"), st.sampled_from(("completed", "cancelled")), st.none()),
    ),
    max_size=14,
)


class Course:
    """A process that sends reminders while its tasks come and go."""

    def __init__(self, chain):
        self.chain, self.now = chain, chain.now
        where, self.actor = chain.actor("enhetschef")
        self.place = {
            "organisation_id": where.unit.organisation_id,
            "unit_id": where.unit.pk,
            "secrecy": 0,
        }
        self.instance, self.other = self._instance(), self._instance()
        self.tasks, self.rows = [], []

    def _instance(self):
        stored, _made = Stored.objects.get_or_create(
            hash="p" * 64,
            defaults={
                "edition": "prov",
                "valid_from": DAYS[0],
                "deployed_at": self.now,
                "files": {},
            },
        )
        return Instance.objects.create(
            **self.place, bundle=stored, process_key="prov", state=b"", started_at=self.now
        )

    def move(self, what, one, two):
        self.now += timedelta(minutes=1)
        getattr(self, f"_{what}")(one, two)

    def _remind(self, words, due):
        row = Notis.objects.create(
            **self.place,
            arende_id=self.chain.arende,
            handelse_id=uuid4(),
            typ="prov",
            roll="enhetschef",
            forfallen_datum=due,
            skapad=self.now,
            instans=self.instance.pk,
            upphor_med=list(words),
        )
        self.rows.append(row.pk)

    def _begin(self, element, due):
        noon = due and datetime.combine(due, time(23, 30), STOCKHOLM)
        for instance in (self.instance, self.other):
            task = Task.objects.create(
                **self.place,
                instance=instance,
                process_key="prov",
                element=element,
                name=element,
                due=noon,
                created_at=self.now,
            )
        self.tasks.append(task.pk)
        mine = Task.objects.filter(instance=self.instance).latest("created_at", "pk")
        self.tasks[-1] = mine.pk

    def _close(self, number, status):
        if self.tasks:
            rows = Task.objects.filter(pk=self.tasks[number % len(self.tasks)], status="open")
            rows.update(status=status, completed_at=self.now)

    def _away(self, number, _none):
        if self.rows:
            read_notice(self.rows[number % len(self.rows)], actor=self.actor, now=self.now)

    def _end(self, status, _none):
        self.instance.refresh_from_db()
        if self.instance.status == "running":
            Instance.objects.filter(pk=self.instance.pk).update(status=status, ended_at=self.now)


def _is_of(row, task):
    return f"{STEP}{task.element}" in row.upphor_med


def _day(task):
    return task.due and task.due.astimezone(STOCKHOLM).date()


def check(course):
    shown = open_of(course.actor, course.now)
    tasks = list(Task.objects.filter(instance=course.instance))
    for row in Notis.objects.filter(pk__in=course.rows):
        assert bool(row.klar_genom) == (row.klar is not None)
        assert row.klar is None or row.skapad <= row.klar
        assert (row.pk in shown) == (row.klar is None and row.last is None)
        by_steps(row, [task for task in tasks if _is_of(row, task)])
        if not row.upphor_med:
            assert row.klar is None, "nothing proves it"
    assert not Notis.objects.exclude(pk__in=course.rows).filter(klar__isnull=False).exists()


def by_steps(row, mine):
    """The steps that it is about, as they stand, against what the row says."""
    day = row.forfallen_datum
    waits = [
        task
        for task in mine
        if task.status == "open" and day and (task.due is None or _day(task) <= day)
    ]
    closed = [
        task
        for task in mine
        if task.status != "open" and _day(task) == day and task.completed_at >= row.skapad
    ]
    if row.klar_genom.startswith("process"):
        return
    if row.klar is not None:
        assert row.klar in {task.completed_at for task in closed}, "a step of its own, that day's"
    if closed and not waits and day:
        assert row.klar is not None, "done means gone"
    if not closed:
        assert row.klar is None, "what is not done is told"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves)
def test_whatever_comes_and_goes_it_is_hidden_only_when_it_is_done(chain, course):
    with transaction.atomic():
        if chain.arende is None:
            chain.opened()
        played = Course(chain)
        for move in course:
            played.move(*move)
            check(played)
        transaction.set_rollback(True)
    chain.arende, chain.ids = None, {}


def test_a_process_that_ends_ends_what_it_sent_and_nothing_else(chain):
    played = Course(chain.opened())
    played.move("remind", ("process",), DAYS[0])
    played.move("remind", (f"{STEP}Task_A",), DAYS[0])
    Instance.objects.filter(pk=played.other.pk).update(status="completed", ended_at=played.now)
    assert open_of(played.actor, played.now) == set(played.rows)
    played.move("end", "completed", None)
    assert open_of(played.actor, played.now) == {played.rows[1]}
    check(played)


def test_earlier_reminders_are_read_page_by_page_with_one_query(chain):
    played = Course(chain.opened())
    for _number in range(7):
        played.move("remind", ("process",), DAYS[0])
    played.move("end", "cancelled", None)
    found, after = [], None
    for _page in range(4):
        with CaptureQueriesContext(connection) as asked:
            rows, after = earlier_notices(played.actor, now=played.now, after=after, limit=2)
        assert len([one for one in asked if "records_notis" in one["sql"]]) == 1
        found += [row.pk for row in rows]
    assert found == played.rows[::-1]
    assert after is None


# -- the edition --------------------------------------------------------------------------------
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
TEXT = re.compile(r'="(\w+)"')


def drawn():
    """User tasks that have a last day, and the types of reminders that diagrams send."""
    tasks, sent = set(), set()
    for path, content in whole().files.items():
        for node in etree.fromstring(content).iter() if path.startswith("bpmn/") else ():
            if node.tag == f"{BPMN}userTask" and node.find(f".//{ZEEBE}taskSchedule") is not None:
                tasks.add(node.get("id"))
            kind = node.find(f".//{ZEEBE}taskDefinition")
            reminds = kind is not None and kind.get("type") == "paminnelse.skicka"
            wanted = {"klocka"} if node.tag == f"{BPMN}callActivity" else set()
            wanted |= {"typ"} if reminds and node.tag == f"{BPMN}serviceTask" else set()
            for given_ in node.iter(f"{ZEEBE}input") if wanted else ():
                found = TEXT.fullmatch(given_.get("source"))
                sent |= {found[1]} if found and given_.get("target") in wanted else set()
    return tasks, sent


def test_what_ends_each_reminder_is_data_of_the_edition():
    kinds = kinds_in(whole().files)
    tasks, sent = drawn()
    rules = re.findall(r"<rule .*?<text>(.*?)</text>", ladder(), re.DOTALL)
    clocks = {rule.strip('"') for rule in rules}
    assert len(clocks) > 20
    steps = {step for one in kinds.upphor for step in one.steg}
    assert steps - tasks == set(), "a step is a task with a last day in a diagram"
    unsaid = {typ for typ in sent | clocks if not kinds.ends_with(typ)}
    assert unsaid == INFORMATION, "each type is said to end, or to be information"
    named = {typ for one in kinds.upphor for typ in one.typer}
    assert named - sent - clocks == set(), "and none is said that is never sent"
    assert kinds.ends_with("nodoppning") == kinds.ends_with("meddelande") == ()


def ladder():
    return whole().files["dmn/eskalering.dmn"].decode()
