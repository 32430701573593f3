"""Who is responsible for what (R-200 to R-215): each duty is a task of the role that has it."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine.bundle import Bundle, read_files
from engine.definition import ElementInfo
from engine.manifest import DataFileError, Instruction, parse_toml
from records.routines import readings
from tests.processes.town import FOLDER, edition

SYSTEM_ROLES = ("systemadministrator", "systemforvaltare")

ROUTES = {
    "R-200": [
        ("besluta", "Task_FattaBeslutNamnd", "namnd"),
        ("undantagsbeslut", "Task_NamndBeslutar", "namnd"),
    ],
    "R-202": [("rapportera_granskning", "Task_TaDelAvGranskning", "namnd")],
    "R-204": [
        ("besluta", "Task_FattaBeslut", "handlaggare"),
        ("invanta_verkstallighet", "Task_AnmalVerkstallt", "handlaggare"),
    ],
    "R-205a": [("genomfor_uppfoljning_beslut", "Task_FoljUppBeslut", "handlaggare")],
    "R-205b": [("invanta_verkstallighet", "Task_AngeSkalEjVerkstallt", "handlaggare")],
    "R-205c": [("genomfor_uppfoljning_beslut", "Task_FoljUppBeslut", "handlaggare")],
    "R-206": [("genomfor_uppfoljning_beslut", "Task_FoljUppBeslut", "handlaggare")],
    "R-209a": [("genomfora", "Task_BekraftaUppdrag", "enhetschef")],
    "R-209b": [("planera_genomforande", "Task_FaststallPlan", "enhetschef")],
    "R-209c": [("eskalering", "Task_SattNyttDatum", "enhetschef")],
    "R-211a": [("avsluta", "Task_BekraftaAvslut", "enhetschef")],
    "R-211b": [("genomfora", "Task_BekraftaUppdrag", "enhetschef")],
    "R-214a": [("planera_genomforande", "Task_PlaneraMedDenEnskilde", "utsedd_kontakt")],
    "R-214b": [("genomfor_uppfoljning", "Task_FoljUppPlan", "utsedd_kontakt")],
    "R-214c": [("ta_emot_behov_utforare", "Task_KvitteraBehov", "utsedd_kontakt")],
}
"""The requirement, and where it is done by whom."""


def task(process: str, element: str) -> ElementInfo:
    return edition().definition(process).elements[element]


def routed(krav: str) -> None:
    for process, element, role in ROUTES[krav]:
        found = task(process, element)
        assert found.kind == "userTask", (process, element)
        assert found.role == role, (process, element)
        entry = edition().manifest.entry(process)
        kinds = {"bada", edition().roles.get(role).organisation}
        assert entry is None or entry.organisation in kinds, "no lane of the other organisation"


def fields(form: str) -> dict[str, bool]:
    """Key of a field to whether it must be answered."""
    return {found.key: found.limits.required for found in edition().form(form).walk()}


def all_tasks() -> Iterator[tuple[str, ElementInfo]]:
    for key in edition().processes:
        for element in edition().definition(key).elements.values():
            if element.kind == "userTask":
                yield key, element


def test_r200_the_namnd_decides_and_answers_for_what_is_decided() -> None:
    routed("R-200")
    assert edition().manifest.entry("besluta").organisation == "myndighet"


def test_r202_the_namnd_is_told_that_it_is_documented_and_followed_up() -> None:
    routed("R-202")


def test_r203_system_roles_have_no_part_in_any_case() -> None:
    for role in SYSTEM_ROLES:
        assert edition().roles.get(role) is not None
        assert role not in {element.role for _key, element in all_tasks()}
        assert role not in {entry.owner for entry in edition().manifest.process}
        for action in ("lasa", "lasa_innehall", "slutfora", "starta", "nodoppna", "utse"):
            assert _access(role, action) is False, (role, action)
    assert _access("handlaggare", "lasa") is True, "the question is well put"


def _access(role: str, action: str) -> object:
    inputs = {
        "role": role,
        "samma_enhet": True,
        "tilldelad": False,
        "secrecy": Decimal(0),
        "utsedd": False,
        "handling": action,
        "arende": True,
    }
    return edition().decision("atkomst").evaluate("atkomst", inputs).value


def test_r204_the_myndighet_decides_and_follows_the_execution() -> None:
    routed("R-204")


def test_r205a_r205c_r206_the_myndighet_asks_for_participation_quality_and_need() -> None:
    for krav in ("R-205a", "R-205c", "R-206"):
        routed(krav)
    assert task("genomfor_uppfoljning_beslut", "Task_FoljUppBeslut").form == "folj_upp_beslut"
    asked = fields("folj_upp_beslut")
    assert {"delaktighet_satt", "kvalitet", "motsvarar_behov"} <= asked.keys()
    assert asked["kvalitet"]
    assert asked["motsvarar_behov"]


def test_r205b_what_is_granted_is_given_or_the_reason_is_written() -> None:
    routed("R-205b")


@pytest.mark.parametrize("krav", ["R-209a", "R-209b", "R-209c"])
def test_r209a_r209b_r209c_the_head_leads_process_documentation_and_review(krav: str) -> None:
    routed(krav)


def test_r211a_r211b_the_head_accepts_so_that_akt_and_journal_are_there() -> None:
    """The akt and its journal are made in the step that the head's answer leads to (K-8)."""
    routed("R-211a")
    routed("R-211b")
    elements = edition().definition("genomfora").elements.values()
    assert "uppdrag.acceptera" in {element.capability for element in elements}


def test_r213a_r213b_r213c_staff_reads_documents_and_tells_the_contact() -> None:
    """Personal may read the akt's content and write in its journal, any day, without a task."""
    assert _access("personal", "lasa_innehall") is True
    assert edition().manifest.entry("journalanteckning_utforare").owner == "personal"
    told = edition().definition("journalanteckning_utforare").elements["Task_InformeraKontakt"]
    assert told.capability == "paminnelse.skicka"


@pytest.mark.parametrize("krav", ["R-214a", "R-214b", "R-214c"])
def test_r214a_r214b_r214c_the_contact_plans_reviews_and_coordinates(krav: str) -> None:
    routed(krav)


def test_r214d_the_contact_turns_to_the_handlaggare_when_the_need_has_changed() -> None:
    entry = edition().manifest.entry("anmal_behov_utforare")
    assert entry.organisation == "utforare"
    sent = edition().definition("anmal_behov_utforare").messages
    assert "behov.forandrat" in sent
    received = edition().definition("ta_emot_behov_myndighet")
    assert task("ta_emot_behov_myndighet", "Task_KvitteraBehov").role == "handlaggare"
    assert {begin.message for begin in received.starts} == {"behov.forandrat"}


def test_r215_the_inspection_gets_what_it_asks_for_while_it_may() -> None:
    """IVO sees support given, plans and goals, and notes: the akt is held back for it (L-22)."""
    assert task("spara_gallring", "Task_LamnaTillIvo").role == "enhetschef"
    years = edition().decision("ivo_atkomst").evaluate("ivo_atkomst", {"driftsform": "privat"})
    assert years.value == Decimal(2)
    printed = set(edition().files)
    assert {"papers/genomforandeplan.toml", "papers/journalutdrag.toml"} <= printed


def test_r004_the_same_processes_for_both_kinds_of_provider() -> None:
    """No diagram asks how a provider is run; only tables do, about retention and reports."""
    for key in edition().processes:
        entry = edition().manifest.entry(key)
        assert entry is None or entry.organisation in ("myndighet", "utforare", "bada")
    started = [entry.key for entry in edition().manifest.process if entry.runs_in("utforare")]
    assert {"genomfora", "planera_genomforande", "folja_upp_plan", "avsluta"} <= set(started)
    for key in ("genomfora", "planera_genomforande", "folja_upp_plan"):
        assert b"driftsform" not in edition().files[f"bpmn/{key}.bpmn"]


def test_r005_without_the_guideline_the_law_is_the_same() -> None:
    """A nämnd outside the guideline deploys without the municipality's values (``kommun`` empty).

    What needs one is then left out; every national table is byte for byte the same.
    """
    law = Bundle(files=read_files(FOLDER, ""))
    local = Bundle(files=read_files(FOLDER, "demo"))
    assert "planera_genomforande" in law.stopped
    assert "planera_genomforande" not in local.stopped
    assert "dmn/gp_frist.dmn" not in law.files
    for table in ("overklagandetid", "forhandsbedomning_frist", "ej_verkstallt", "law_version"):
        path = f"dmn/{table}.dmn"
        assert law.files[path] == local.files[path]
        assert law.decision(table) is not None


def test_r015_r016_an_instruction_says_what_how_and_who_and_has_a_version() -> None:
    roles = frozenset(role.id for role in edition().roles.roll)
    found = readings(edition(), roles)
    named = {one.subject.removeprefix("instruktion/") for one in found}
    wanted = {element.properties["instruktion"] for _key, element in all_tasks()}
    assert wanted <= named
    instructions = [one for one in found if one.kind == "instruktion"]
    for one in instructions:
        assert [heading for heading, _text in one.parts] == ["Vad", "Hur", "Vem"]
        assert all(text.strip() for _heading, text in one.parts), one.subject
    assert len({one.version for one in instructions}) > len(instructions) * 0.9
    for missing in ("vad", "hur", "vem"):
        rest = [f'{key} = "x"' for key in ("vad", "hur", "vem") if key != missing]
        with pytest.raises(DataFileError, match=missing):
            parse_toml(Instruction, "instructions/x.toml", "\n".join(rest).encode())
