"""The real chain over HTTP: application, missed review, closure, with nine months in between."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from config.environment import PROJECT_ROOT
from engine.bundle import Bundle
from tests.chaos.chain.http_web import HttpWeb
from tests.chaos.course import Answers, Course, Phase, Web
from tests.chaos.world import World
from tests.processes import answers

WEBS = 2
PERSONS = ("194003652387", "195005672380", "194809762398", "194207802390", "193510802394")
OFFICER, CHIEF, CONTACT = "handlaggare", "enhetschef.norr", "kontakt.norr"
REVIEW = "Task_FoljUppPlan"
DECISION = "Task_FoljUppBeslut"
NEW_DATE = "Task_SattNyttDatum"


def _begin(number: int, day: date) -> Answers:
    return answers.ansokan(day) | {"personnummer": PERSONS[number % len(PERSONS)]}


def _chosen_contact(_day: date) -> Answers:
    return {"utsedd_kontakt": CONTACT, "typ": "fast_omsorgskontakt", "onskemal": "Inga."}


def _later(day: date) -> Answers:
    return {"atgard": "nytt_datum", "nytt_datum": day, "skal": "Kontakten är sjukskriven."}


def _delayed(day: date) -> Answers:
    return {
        "underrattad_datum": day,
        "skal": "Uppföljningen har dröjt.",
        "nytt_datum": day + timedelta(days=14),
    }


def _closing(day: date) -> Answers:
    return {"avslutsorsak": "behov_upphort", "avslutsdatum": day, "kalla": "handlaggare"}


def _reviewed(day: date) -> Answers:
    """A review after a period without notes in the journal: it asks for what they would say."""
    return answers.uppfoljning(day) | {
        "formaga_text": "Klarar det mesta inne, behöver stöd vid dusch.",
        "formaga_livsomrade": "personlig_vard",
        "omgivning_text": "Bor på markplan utan trösklar.",
        "omgivning_livsomrade": "personlig_vard",
        "omgivningsfaktor": "underlattar",
        "mal_utan_anteckning_skal": "Anteckningarna rör vardagen i stort.",
    }


def _always(found: dict[str, Any]) -> Any:
    return lambda _day: found


def _planned(day: date) -> Answers:
    return answers.PLANERA_UTREDNING | {"informerad_datum": day}


STEPS = {
    "Task_KontrolleraAnsokan": ("mottagning", _always({"komplett": "ja"})),
    "Task_BeslutaInledaUtredning": (
        OFFICER,
        lambda day: {"inledning": "inleda", "beslutsdatum": day},
    ),
    "Task_PlaneraUtredning": (OFFICER, _planned),
    "Task_KartlaggLivsomraden": (OFFICER, _always(answers.kartlaggning())),
    "Task_SattMal": (OFFICER, _always(answers.MAL)),
    "Task_BedomOchForesla": (OFFICER, _always(answers.FORSLAG)),
    "Task_FattaBeslut": (OFFICER, answers.beslut),
    "Task_UnderrattaOmBeslut": (OFFICER, answers.delgivet),
    "Task_UtformaUppdrag": (OFFICER, answers.uppdrag),
    "Task_BekraftaUppdrag": (
        CHIEF,
        lambda day: {"kan_verkstallas": "ja", "start_datum": day},
    ),
    "Task_UtseKontakt": (CHIEF, _chosen_contact),
    "Task_RegistreraVerkstallighet": (CONTACT, lambda day: {"verkstalld_datum": day}),
    "Task_PlaneraMedDenEnskilde": (CONTACT, _always(answers.plan())),
    "Task_FaststallPlan": (CHIEF, lambda day: {"godkand": "ja", "faststalld_datum": day}),
    NEW_DATE: (CHIEF, _later),
    "Task_UnderrattaForsening": (OFFICER, _delayed),
    "Task_ProvaForslag": (
        CHIEF,
        _always({"avvikelse_val": "nej", "nej_skal": "Uppföljningen är bokad, den dröjde."}),
    ),
    REVIEW: (CONTACT, _reviewed),
    DECISION: (OFFICER, lambda day: answers.beslutsuppfoljning(day, "avsluta")),
    "Task_BekraftaAvslut": (CHIEF, _closing),
    "Task_AvslutaAktiviteter": (
        CONTACT,
        _always({"aktiviteter_avslutade": True, "personal_informerad": True}),
    ),
    "Task_SkrivSlutanteckning": (CONTACT, answers.slutanteckning),
    "Task_AvslutaArende": (
        OFFICER,
        _always({"val": "avsluta", "avslutsorsak": "behov_upphort"}),
    ),
    "Task_KontrolleraAkten": (CHIEF, _always({"komplett": True})),
    "Task_TaEmotAkten": (OFFICER, _always({"kvittens": "PA 1"})),
}

PHASES = (
    Phase(hold=frozenset({REVIEW, DECISION}), goal=frozenset({REVIEW, DECISION})),
    # The review is missed by three months: every level of the ladder comes by itself.
    Phase(
        advance="P9M",
        hold=frozenset({DECISION}),
        once=frozenset({REVIEW}),
        goal=frozenset({REVIEW, DECISION}),
    ),
    Phase(hold=frozenset({REVIEW})),
    # Whatever nobody waited for expires; nothing may wake up again.
    Phase(advance="P1Y"),
)


def _webs(world: World, printed: str) -> Iterable[Web]:
    tokens: dict[str, str] = json.loads(printed.splitlines()[-1])
    return [HttpWeb(world, number, tokens) for number in range(WEBS)]


def _for_one() -> tuple[str, ...]:
    messages = Bundle.from_directory(PROJECT_ROOT / "processes").messages.root.items()
    return tuple(name for name, rule in messages if rule.receivers == "one")


CHAIN = Course(
    name="chain",
    settings="config.settings",
    setup="tests.chaos.chain.setup",
    process="aktualisera",
    starter="mottagning",
    begin=_begin,
    steps=STEPS,
    phases=PHASES,
    webs=_webs,
    must_arrive=_for_one(),
    records=(
        "select 'dokument', form_id from records_dokument where arende_id = %s",
        (
            "select 'anteckning', e.typ from records_journalentry e"
            " join records_journal j on j.id = e.journal_id where j.arende_id = %s"
        ),
        "select 'notis', typ, niva, roll from records_notis where arende_id = %s",
        "select 'uppdrag', status from records_uppdrag where arende_id = %s",
        "select 'akt', status from records_akt where arende_id = %s",
        "select 'nämnd', typ from records_namndlistning where arende_id = %s",
        "select 'arende', status from records_arende where id = %s",
    ),
)
