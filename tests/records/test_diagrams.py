"""The diagrams ask only for what the capabilities offer, by the right names."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from lxml import etree

from cases.capabilities import registered
from engine.bundle import Bundle
from records import terms

ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
DIAGRAMS = sorted(Path(settings.PROCESSES_DIR, "bpmn").glob("*.bpmn"))
WRITTEN_BY_RECORDS = {
    "uppdrag_mottaget",
    "stod_paborjat",
    "stod_andrat",
    "stod_avslutat",
    "plan_faststalld",
    "ej_delaktig",
    "plan_uppfoljd",
    "slutanteckning",
    "avslutsorsak",
    "handlaggare_kontaktad",
    "forandrat_behov",
    "beslut",
    "ansokan",
    "utredning_inledd",
    "utredning_avslutad",
    "uppdrag_skickat",
    "uppdrag_aterkallat",
    "uppdrag_avslutat",
    "uppdrag_andrat",
    "beslut_uppfoljt",
    "kontakt_utsedd",
    "ny_tid_uppfoljning",
    "arende_avslutat",
    "dodsfall_registrerat",
    "dodsfall_aterfort",
}


def service_tasks():
    for path in DIAGRAMS:
        for definition in etree.parse(str(path)).iter(f"{ZEEBE}taskDefinition"):
            element = definition.getparent().getparent()
            yield path.stem, element.get("id"), definition.get("type"), element


def test_every_capability_of_the_diagrams_exists():
    asked = {(file, kind) for file, _, kind, _ in service_tasks()}
    assert {pair for pair in asked if pair[1] not in registered()} == set()


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_inputs_and_outputs_are_named_as_the_capability_names_them(path):
    wrong = []
    for file, element, kind, node in service_tasks():
        if file != path.stem:
            continue
        offered = registered()[kind]
        given = {item.get("target") for item in node.iter(f"{ZEEBE}input")}
        needed = {key for key, field in offered.input.model_fields.items() if field.is_required()}
        taken = {item.get("source").lstrip("= ") for item in node.iter(f"{ZEEBE}output")}
        taken = {name for name in taken if name.isidentifier()}
        unknown = given - set(offered.input.model_fields)
        unheard = taken - set(offered.output.model_fields)
        if unknown or needed - given or unheard:
            wrong.append((element, kind, unknown, needed - given, unheard))
    assert wrong == []


def test_the_edition_has_every_code_that_records_writes():
    bundle = Bundle.from_directory(settings.PROCESSES_DIR, "demo")
    assert WRITTEN_BY_RECORDS - set(terms.anteckningstyper(bundle)) == set()
    assert len(terms.livsomraden(bundle)) == 11
    assert all(
        reason.min_text >= 20
        for code, reason in terms.avslutsorsaker(bundle).items()
        if code == "annat"
    )


@pytest.mark.django_db
def test_the_migrations_are_those_of_the_models():
    call_command("makemigrations", "records", check=True, dry_run=True, stdout=StringIO())
