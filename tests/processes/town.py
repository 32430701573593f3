"""A whole municipality in memory: every process of the edition, run by the engine.

Messages, timers and the clock are real; only the capabilities are doubles that return plausible
ids. What cases and records do to the same diagrams is tested by theirs.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from engine import runtime
from engine.bundle import Bundle
from engine.errors import BpmnError
from engine.forms import validate_answers
from engine.outcome import OpenTask, Outcome, PendingJob, ThrownMessage, TimerDue

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FOLDER: Path = settings.PROCESSES_DIR

WALKED = {
    *("aktualisera", "utreda", "besluta", "utforma_uppdrag", "genomfora"),
    *("folja_upp_plan", "folja_upp_beslut", "bevaka_verkstallighet", "beslut_upphor"),
    *("andra_uppdrag", "avsluta_uppdrag", "avsluta", "avsluta_arende"),
    *("anmal_behov_myndighet", "ta_emot_behov_myndighet"),
    *("anmal_behov_utforare", "ta_emot_behov_utforare"),
    *("registrera_dodsfall", "meddela_dodsfall"),
    "individuell_plan_lss",
}
"""The processes that a town runs. The others are walked on real capabilities, by scenarios."""
OPERATION = {"avvikelse.foreslas"}
"""Messages out of the ärende, to the operation's own processes: a town has one ärende only."""


@cache
def edition() -> Bundle:
    """The edition in the repository, read once."""
    return Bundle.from_directory(FOLDER, "demo")


class RefusedError(Exception):
    """A capability said no (the action is thrown away)."""


@dataclass(eq=False)
class Instance:
    """A running or finished instance."""

    key: str
    organisation: str
    outcome: Outcome
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """A reminder that was sent."""

    typ: str
    niva: str
    to: str
    on: date


class Town:
    """Instances, messages and a clock that only moves when told."""

    def __init__(self, today: date) -> None:
        self.now = at(today)
        self.instances: list[Instance] = []
        self.documents: dict[str, Mapping[str, Any]] = {}
        self.thrown: list[str] = []
        self.undelivered: list[ThrownMessage] = []
        self.notices: list[Notice] = []
        self.facts: dict[str, Any] = {"ej_aktuell": 0, "namnd": []}
        self.akter: dict[str, dict[str, Any]] = {}
        self.parts: dict[str, list[str]] = {}
        self.granted: list[tuple[str, str]] = []
        self.calls: list[str] = []
        self._ids = itertools.count(1)

    # what a person does ---------------------------------------------------------------

    def start(self, key: str, answers: Mapping[str, Any], *, arende: str = "arende-1") -> Instance:
        """Start a process by hand on its start form."""
        definition = edition().definition(key)
        begin = next(found for found in definition.starts if found.kind == "none")
        values = self._answers(str(begin.form), answers)
        document = self._store(values)
        entry = edition().manifest.entry(key)
        assert entry is not None
        variables = {
            **self._reserved(entry.organisation, arende),
            f"{begin.element}_dokument": document,
        }
        return self._started(
            key, entry.organisation, variables, begin.element, values if begin.mapped else None
        )

    def complete(self, element: str, answers: Mapping[str, Any]) -> None:
        """Complete the one open task of this element."""
        instance, task = self.task(element)
        values = self._answers(str(task.form), answers)
        outcome = runtime.complete_task(
            edition().definition(instance.key),
            instance.outcome.state,
            task.id,
            values,
            now=self.now,
            document=self._store(values),
            perform=self._perform,
        )
        self._keep(instance, outcome)

    def send(self, name: str, key: str, payload: Mapping[str, Any] | None = None) -> None:
        """Put in a message from outside."""
        message = ThrownMessage(
            id=f"m{next(self._ids)}", element="", message=name, key=key, payload=payload or {}
        )
        self._deliver(message, "myndighet")
        self._retry()

    def advance(self, to: date) -> None:
        """Move the clock, firing each timer when it is due."""
        self.jump(to, fire_late=False)

    def jump(self, to: date, *, fire_late: bool = True) -> None:
        """Move the clock; ``fire_late``: nothing ran meanwhile, the timers fire at the end."""
        end = at(to)
        if fire_late:
            self.now = end
        while (found := self._next_timer(end)) is not None:
            instance, timer = found
            self.now = max(self.now, timer.due)
            definition = edition().definition(instance.key)
            state = instance.outcome.state
            outcome = runtime.fire_timer(
                definition, state, timer.ref, now=self.now, perform=self._perform
            )
            self._keep(instance, outcome)
        self.now = end

    # what one sees --------------------------------------------------------------------

    @property
    def open(self) -> list[str]:
        """Elements of the open tasks, sorted."""
        return sorted(task.element for live in self.instances for task in live.outcome.tasks)

    @property
    def running(self) -> list[str]:
        """Keys of the running instances, sorted."""
        return sorted(live.key for live in self.instances if not live.outcome.completed)

    def task(self, element: str) -> tuple[Instance, OpenTask]:
        """The one open task of an element."""
        found = [
            (live, task)
            for live in self.instances
            for task in live.outcome.tasks
            if task.element == element
        ]
        assert len(found) == 1, f"{element}: {len(found)} open; open are {self.open}"
        return found[0]

    def due(self, element: str) -> date | None:
        """The Stockholm day an open task is due."""
        due = self.task(element)[1].due
        return None if due is None else due.astimezone(STOCKHOLM).date()

    # the machinery --------------------------------------------------------------------

    def _next_timer(self, end: datetime) -> tuple[Instance, TimerDue] | None:
        found = [
            (timer.due, number, live, timer)
            for number, live in enumerate(self.instances)
            for timer in live.outcome.timers
            if timer.due <= end
        ]
        if not found:
            return None
        _, _, live, timer = min(found, key=lambda entry: entry[:2])
        return live, timer

    def _reserved(self, organisation: str, arende: str) -> dict[str, Any]:
        return {
            "arende": arende,
            "organisation": organisation,
            "enhet": f"enhet-{organisation}",
            "instans": f"instans-{next(self._ids)}",
        }

    def _started(
        self,
        key: str,
        organisation: str,
        variables: dict[str, Any],
        element: str,
        payload: Mapping[str, Any] | None,
    ) -> Instance:
        assert key in WALKED, f"{key}: name it in WALKED, and write doubles for its capabilities"
        outcome = runtime.start(
            edition().definition(key),
            variables,
            now=self.now,
            seed=UUID(int=next(self._ids)),
            start_event=element,
            payload=payload,
            perform=self._perform,
        )
        instance = Instance(key, organisation, outcome)
        self.instances.append(instance)
        self._route(instance, outcome)
        return instance

    def _keep(self, instance: Instance, outcome: Outcome) -> None:
        instance.outcome = outcome
        self._route(instance, outcome)

    def _route(self, instance: Instance, outcome: Outcome) -> None:
        for message in outcome.thrown:
            self.thrown.append(message.message)
            assert message.key, f"{message.element} throws {message.message} without key"
            if not self._deliver(message, instance.organisation):
                self.undelivered.append(message)
        self._retry()

    def _retry(self) -> None:
        """A message that came early reaches whoever waits for it now."""
        waiting, self.undelivered = self.undelivered, []
        for message in waiting:
            if not self._catch(message):
                self.undelivered.append(message)

    def _deliver(self, message: ThrownMessage, organisation: str) -> bool:
        if message.message in OPERATION:
            return True
        caught = self._catch(message)
        started = False
        for key in edition().processes:
            for begin in edition().definition(key).starts:
                if begin.kind == "message" and begin.message == message.message:
                    self._start_by(key, begin.element, message, organisation)
                    started = True
        rule = edition().messages.get(message.message)
        optional = rule is not None and rule.receivers != "one"
        return caught or started or optional

    def _start_by(self, key: str, element: str, message: ThrownMessage, organisation: str) -> None:
        entry = edition().manifest.entry(key)
        assert entry is not None
        if entry.organisation != organisation:
            assert message.payload.get("mottagare_organisation"), (message.message, key)
            assert message.payload.get("mottagare_enhet"), (message.message, key)
        variables = self._reserved(entry.organisation, "arende-1")
        self._started(key, entry.organisation, variables, element, message.payload)

    def _catch(self, message: ThrownMessage) -> bool:
        caught = False
        for live in tuple(self.instances):
            for waiting in live.outcome.subscriptions:
                if (waiting.message, waiting.key) == (message.message, message.key):
                    outcome = runtime.correlate_message(
                        edition().definition(live.key),
                        live.outcome.state,
                        waiting.ref,
                        message.payload,
                        now=self.now,
                        perform=self._perform,
                    )
                    self._keep(live, outcome)
                    caught = True
                    break
        return caught

    def _answers(self, form: str, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        found = validate_answers(edition().form(form), answers, now=self.now, context=CHOICES)
        return found.values

    def _store(self, values: Mapping[str, Any]) -> str:
        name = f"dokument-{next(self._ids)}"
        self.documents[name] = values
        return name

    def _perform(self, job: PendingJob) -> Mapping[str, Any] | None:
        self.calls.append(job.type)
        try:
            answer = DOUBLES[job.type]
        except KeyError:
            raise BpmnError(f"no double for {job.type}") from None
        return answer(self, job.inputs)

    def _doc(self, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.documents[inputs["dokument"]]

    def new_id(self, kind: str) -> str:
        """A fresh id."""
        return f"{kind}-{next(self._ids)}"

    @property
    def current_parts(self) -> list[str]:
        """Granted parts of the last decision."""
        return next((parts for parts in reversed(self.parts.values()) if parts), [])

    @property
    def today(self) -> date:
        """The Stockholm day."""
        return self.now.astimezone(STOCKHOLM).date()


def at(day: date) -> datetime:
    """Nine in the morning in Stockholm."""
    return datetime.combine(day, time(9), STOCKHOLM)


def _choices(*values: object) -> list[dict[str, Any]]:
    return [{"value": value, "label": str(value)} for value in values]


CHOICES: Mapping[str, Any] = {
    "utforare_att_valja": _choices("Hemtjänst Norr"),
    "kollegor": _choices("kim", "alex"),
    "kollegor_med_roll": [
        {"value": name, "label": name, "roller": ["utsedd_kontakt"]} for name in ("kim", "alex")
    ],
    "uppdragets_mal": _choices(1),
    "planens_mal": _choices(1),
}


# doubles of the capabilities ----------------------------------------------------------


def _ends(row: Mapping[str, Any]) -> date | None:
    found: date | None = row.get("giltig_till")
    return found


def _decide(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    document = town._doc(inputs)
    granted = [row for row in document["delbeslut"] if row["utfall"] in {"bifall", "delvis"}]
    parts = [
        {"delbeslut": town.new_id("del"), "insats": row["insats"], "giltig_till": _ends(row)}
        for row in granted
    ]
    beslut = town.new_id("beslut")
    town.parts[beslut] = [part["delbeslut"] for part in parts]
    town.granted += [(beslut, part["delbeslut"]) for part in parts]
    return {
        "beslut": beslut,
        "gynnande": parts,
        "gar_emot": len(granted) < len(document["delbeslut"]),
        "fornyar": bool(inputs["ersatter_beslut"] and town.akter),
        "annat_beslut": False,
        "beslut_utfall": "bifall" if granted else "avslag",
        "antal_bifall": Decimal(len(granted)),
        "beslutsdatum": document["beslutsdatum"],
        "giltig_till": _ends(granted[-1]) if granted else None,
        "lagrum": document["delbeslut"][0]["lagrum"],
        "law_version": "SoL 2025:400",
    }


def _accept(town: Town, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    akt = town.new_id("akt")
    town.akter[akt] = {"anteckning": False, "stangd": False}
    return {"akt": akt, "journal": town.new_id("journal"), "mottaget_datum": town.today}


def _executed(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    day = town._doc(inputs)["verkstalld_datum"]
    town.akter[inputs["akt"]]["verkstalld"] = day
    return {
        "verkstalld_datum": day,
        "paborjad_datum": day,
        "delbeslut": town.current_parts,
        "aterstar": [],
    }


def _established(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    day = town._doc(inputs)["faststalld_datum"]
    town.akter[inputs["akt"]]["faststalld"] = day
    return {"plan": "plan-1", "plan_version": Decimal(1), "faststalld_datum": day}


def _followed_up(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    document = town._doc(inputs)
    day = document["uppfoljningsdatum"]
    town.akter[inputs["akt"]]["uppfoljd"] = day
    return {
        "uppfoljning": town.new_id("uppfoljning"),
        "uppfoljd_datum": day,
        "forandrat_behov": document["forandrat_behov"] == "ja",
        "plan_version": Decimal(2),
    }


def _anchor(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    akt = town.akter[inputs["akt"]]
    return {
        "verkstalld_datum": akt.get("verkstalld"),
        "plan_faststalld_datum": akt.get("faststalld"),
        "senaste_uppfoljning_datum": akt.get("uppfoljd"),
        "plan": "plan-1",
    }


def _final_note(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.akter[inputs["akt"]]["anteckning"] = True
    return {
        "slutanteckning": town.new_id("anteckning"),
        "avslutsdatum": town.today,
        "avslutsorsak": "x",
    }


def _close_akt(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    if not town.akter[inputs["akt"]]["anteckning"]:
        raise RefusedError("final_note_missing")
    town.akter[inputs["akt"]]["stangd"] = True
    return {
        "akt": inputs["akt"],
        "stangd_datum": town.today,
        "gallringsdatum": None,
        "gallring_utfall": "jurist",
    }


def _close_case(town: Town, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    if not all(akt["stangd"] for akt in town.akter.values()):
        raise RefusedError("final_note_missing")
    town.facts["arende_avslutat"] = town.today
    return {"arende_avslutat": town.today}


def _remind(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.notices.append(Notice(inputs["typ"], inputs["niva"], inputs["mottagare_roll"], town.today))
    return {"skickad": True}


def _not_current(town: Town, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.facts["ej_aktuell"] += 1
    return {"ej_aktuell_datum": town.today}


def _list(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.facts["namnd"].append((inputs["typ"], town.today))
    return {"listad": True}


def _deceased(town: Town, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    new = not town.facts.get("avliden", False)
    town.facts["avliden"] = True
    return {"avliden": new, "arenden": ["arende-1"]}


def _not_deceased(town: Town, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.facts["avliden"] = False
    return {"avliden": False, "arenden": ["arende-1"]}


def _need(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    other = "myndighet" if inputs["riktning"] == "till_handlaggare" else "utforare"
    return {
        "behov": town.new_id("behov"),
        "uppdrag": town.facts["uppdrag"],
        "akt": next(iter(town.akter), None),
        "mottagare_organisation": other,
        "mottagare_enhet": f"enhet-{other}",
    }


def _write_uppdrag(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.facts |= {"uppdrag": town.new_id("uppdrag"), "beslut": inputs["beslut"]}
    return {
        "uppdrag": town.facts["uppdrag"],
        "mottagare_organisation": "utforare",
        "mottagare_enhet": "enhet-utforare",
        "aterstar": [],
    }


def _change_uppdrag(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.facts["beslut"] = inputs["beslut"]
    return {
        "uppdrag": town.facts["uppdrag"],
        "akt": next(iter(town.akter)),
        "mottagare_organisation": "utforare",
        "mottagare_enhet": "enhet-utforare",
        "andrad_datum": town.today,
    }


def _send_uppdrag(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uppdrag": inputs["uppdrag"],
        "mottagare_organisation": "utforare",
        "mottagare_enhet": "enhet-utforare",
        "skickat_datum": town.today,
        "tjansteomrade": "hemtjanst",
        "skydd": "ingen",
        "muntligt": None,
    }


def _open_uppdrag(town: Town) -> list[str]:
    open_akter = [akt for akt in town.akter.values() if not akt["stangd"]]
    return [town.facts["uppdrag"]] if open_akter else []


def _end_decision(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    parts = town.parts.pop(inputs["beslut"], [])
    ended = _open_uppdrag(town)
    return {
        "delbeslut": parts,
        "avslutas": ended,
        "hela_beslutet": True,
        "inget_stod": not ended,
    }


def _part_day(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"datum": inputs.get("datum") or town.today}


def _part_executed(town: Town, inputs: Mapping[str, Any]) -> dict[str, Any]:
    town.facts.setdefault("verkstallda", []).append(inputs["delbeslut"])
    return _part_day(town, inputs)


def _what_follows(town: Town, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"beslut": town.facts["beslut"], "andra_uppdrag": False}


DOUBLES: Mapping[str, Any] = {
    "lss_plan.lag": lambda _town, _: {"lag": "SoL"},
    "lss_plan.spara": lambda town, _: {"individuell_plan": town.new_id("plan"), "galler": True},
    "aktualisering.underlag": lambda _town, _: {
        "alder": Decimal(86),
        "tidigare_arenden": Decimal(0),
        "pagaende_utredning": False,
    },
    "aktualisering.besluta": lambda town, _: {"inledningsbeslut_datum": town.today},
    "utredning.avbryt": lambda town, _: {"avslutad_datum": town.today},
    "utredning.inled": lambda town, _: {
        "utredning": town.new_id("utredning"),
        "inledd_datum": town.today,
    },
    "livsomraden.spara": lambda _town, _: {"antal_aktuella": Decimal(2), "antal_behov": Decimal(2)},
    "mal.spara": lambda _town, _: {"antal_mal": Decimal(2)},
    "utredning.avsluta": lambda town, _: {"avslutad_datum": town.today},
    "beslut.spara": _decide,
    "beslut.delge": lambda town, inputs: {"delgiven_datum": town._doc(inputs)["datum_delgiven"]},
    "beslut.folj_upp": lambda town, inputs: {
        "uppfoljning": town.new_id("uppfoljning"),
        "uppfoljd_datum": town._doc(inputs)["uppfoljningsdatum"],
        "utfall": town._doc(inputs)["utfall"],
    },
    "beslut.stod": lambda town, _: {
        "pagaende": _open_uppdrag(town),
        "obesvarade": [],
        "annat_beslut": False,
    },
    "beslut.upphor": _end_decision,
    "delbeslut.verkstall": _part_executed,
    "delbeslut.upphor": _part_day,
    "delbeslut.aterupptas": _part_day,
    "delbeslut.avbryt": _part_day,
    "delbeslut.lage": lambda _town, _: {"verkstalld_datum": None},
    "ej_verkstallt.anmal": lambda town, _: {"datum": town.today},
    "ej_verkstallt.registrera": lambda town, _: {"datum": town.today},
    "papper.skapa": lambda town, _: {"papper": town.new_id("papper"), "sha256": "0"},
    "avslut.foljd": _what_follows,
    "avslut.oppna_uppdrag": lambda town, _: {"oppna_uppdrag": _open_uppdrag(town)},
    "avslut.vantande": lambda _town, _: {"vantande": []},
    "insatser.fortsatt": lambda town, _: {
        "delbeslut": town.current_parts,
        "fortsatt_datum": town.today,
        "aterstar": [],
    },
    "uppdrag.berorda": lambda town, _: {"berorda_uppdrag": _open_uppdrag(town)},
    "uppdrag.kvar": lambda _town, _: {"aterstar": []},
    "uppdrag.skapa": _write_uppdrag,
    "uppdrag.skicka": _send_uppdrag,
    "uppdrag.aterkalla": lambda _town, inputs: {"uppdrag": inputs["uppdrag"]},
    "uppdrag.andra": _change_uppdrag,
    "uppdrag.acceptera": _accept,
    "uppdrag.avboj": lambda _town, inputs: {"uppdrag": inputs["uppdrag"]},
    "uppdrag.avsluta": lambda _town, inputs: {"uppdrag": inputs["uppdrag"], "alla_avslutade": True},
    "kontakt.utse": lambda town, inputs: {"utsedd_kontakt": town._doc(inputs)["utsedd_kontakt"]},
    "verkstallighet.registrera": _executed,
    "plan.skapa": lambda _town, _: {"plan": "plan-1", "plan_version": Decimal(1), "utkast": "u"},
    "plan.faststall": _established,
    "plan.folj_upp": _followed_up,
    "uppfoljning.ankare": _anchor,
    "uppfoljning.nytt_datum": lambda town, inputs: {"nytt_datum": town._doc(inputs)["nytt_datum"]},
    "uppfoljning.markera_ej_aktuell": _not_current,
    "namnd.lista": _list,
    "paminnelse.skicka": _remind,
    "journal.slutanteckning": _final_note,
    "akt.stang": _close_akt,
    "arende.avsluta": _close_case,
    "behov.notera": _need,
    "behov.kvittera": lambda town, _: {"kvitterad_datum": town.today},
    "person.avliden": _deceased,
    "person.avliden_aterfor": _not_deceased,
}
