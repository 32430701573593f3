"""Risk analyses: every part, both scores and why, a plan or a reason, and what stands."""

import tomllib
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cases import capabilities
from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.errors import AnswersInvalidError
from records.errors import AtgardOpenError, RecordNotFoundError, RecordRefusedError, constraint_of
from records.models import (
    Akt,
    Atgard,
    Avvikelse,
    HandelseLank,
    Handlingsplan,
    Risk,
    Riskanalys,
    RiskSkattning,
    UtgavaSedd,
    Verksamhetsdel,
)
from records.queries.risktackning import risk_coverage
from records.risks import AnalysisEstablishedError, RiskNeedsPlanError
from tests.papers.letters import files
from tests.racing import at_once
from tests.records.chain import Chain, database_role, place
from tests.records.test_schema import TABLES

pytestmark = pytest.mark.django_db
PROGRAMS = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
SCORES = {
    "sannolikhet": "stor",
    "konsekvens": "betydande",
    "motivering": "Det har hänt två gånger.",
}
EVENT = {"handelse": "Nyckeln saknas när larmet går.", "krav": ["trygg_och_saker"]}
PLAN = {
    "handlingsplan": "ja",
    "atgarder": [
        {
            "vad": "Byt till digitala lås.",
            "ansvarig": "personal_norr",
            "klar_senast": date(2026, 9, 1),
            "effektmatt": "Inget larm utan åtkomst.",
        }
    ],
}


class Work:
    """A provider's unit that analyses its risks."""

    def __init__(self, chain, monkeypatch):
        real = {"terms/kvalitetskrav.toml", "manifest.toml"}
        kept = {path: data for path, data in files().items() if path in real}
        chain.bundle = type(chain.bundle)({**chain.bundle.files, **kept})
        monkeypatch.setattr("cases.bundles.newest_hash", lambda _day: "prov")
        monkeypatch.setattr("cases.bundles.compiled", lambda _hash: chain.bundle)
        self.chain = chain
        self.roles = chain.provider.users

    def __call__(self, name, form=None, *, by="enhetschef", **inputs):
        chain, actor, unit = self.chain, self.roles[by], self.chain.provider.unit
        context = CapabilityContext(
            now=chain.now,
            actor=actor,
            bundle=chain.bundle,
            process_key="riskanalys",
            instance_id=uuid4(),
            arende_id=None,
            organisation=unit.organisation_id,
            unit=unit.pk,
            secrecy=0,
            element="Task_Prov",
        )
        with database_role(chain.program), access_context(actor):
            if form is not None:
                inputs["dokument"] = chain.document(context, form)
            return capabilities.call(name, context, inputs)

    def begun(self, part="Nycklar", **changes):
        form = {"ny_del": part, "omfattning": "Hösten.", "deltagare": "Enhetschef"} | changes
        return self("riskanalys.inled", form, anledning="annat")["analys"]

    def pointed_out(self, *events):
        rows = [EVENT | event for event in events or ({},)]
        analysis = self.begun()
        found = self("riskanalys.identifiera", {"risker": rows}, analys=analysis)
        return analysis, found["risker"]

    def assessed(self, klass="R3", **changes):
        analysis, (risk, *_) = self.pointed_out()
        self("risk.skatta", SCORES | changes, risk=risk, klass=klass)
        return analysis, risk

    def established(self, analysis):
        form = {"slutsats": "Nycklarna är den största risken."}
        return self("riskanalys.faststall", form, analys=analysis)


@pytest.fixture
def work(chain, monkeypatch):
    return Work(chain, monkeypatch)


@pytest.fixture
def program_work(program_chain, monkeypatch):
    return Work(program_chain, monkeypatch)


def test_r030_every_part_is_green_only_while_its_analysis_is_of_the_period(work):
    actor = work.roles["enhetschef"]
    now = work.chain.now
    (none,) = risk_coverage(actor, now=now)
    assert (none.rod, none.delar) == (True, ()), "a unit that has named no parts is red"
    form = {"nya": [{"namn": "Natt"}, {"namn": "Nycklar"}]}
    assert work("verksamhetsdel.spara", form)["antal_delar"] == 2
    analysis, _ = work.assessed()
    assert work("riskanalys.tackning")["utan_analys"] == 2, "only a fastställd one counts"
    work.established(analysis)
    assert work("riskanalys.tackning")["utan_analys"] == 1
    (unit,) = risk_coverage(actor, now=now)
    assert [(part.namn, part.tackt) for part in unit.delar] == [("Natt", False), ("Nycklar", True)]
    assert unit.rod
    form = {"avslutade": ["Natt"], "avslut_skal": "Sköts av en annan enhet."}
    work("verksamhetsdel.spara", form)
    later = now + timedelta(days=365)
    work.chain.now = later
    (unit,) = risk_coverage(actor, now=later)
    assert [part.tackt for part in unit.delar] == [True], "the last day of the period"
    (unit,) = risk_coverage(actor, now=later + timedelta(days=1))
    assert [part.tackt for part in unit.delar] == [False], "the day after"
    (unit,) = risk_coverage(actor, now=later, since=later.date())
    assert unit.rod


def test_r030_an_ended_part_has_a_reason_and_the_last_one_stays(work):
    with pytest.raises(AnswersInvalidError) as caught:
        work("verksamhetsdel.spara", {})
    assert caught.value.errors["nya"][0] == "part_missing"
    work("verksamhetsdel.spara", {"nya": [{"namn": "Natt"}]})
    with pytest.raises(AnswersInvalidError) as caught:
        work("verksamhetsdel.spara", {"avslutade": ["Natt"], "nya": [{"namn": "Dag"}]})
    assert caught.value.errors["avslut_skal"][0] == "reason_missing"
    part = Verksamhetsdel.objects.get(namn="Natt")
    part.giltig_till = date(2026, 8, 3)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        part.save()
    assert constraint_of(broken.value) == "verksamhetsdel_ended_has_reason"


def test_r030_an_analysis_is_of_one_of_the_units_parts(work):
    with pytest.raises(AnswersInvalidError) as caught:
        work.begun(ny_del="", verksamhetsdel="Påhittad")
    assert caught.value.errors["verksamhetsdel"][0] == "part_missing"
    assert not Riskanalys.objects.exists()


def test_r031_a_risk_says_what_may_happen_and_which_krav_is_then_not_met(work):
    analysis = work.begun()
    for rows, field in (
        ([], "risker"),
        ([EVENT | {"handelse": ""}], "risker.0.handelse"),
        ([EVENT | {"krav": []}], "risker.0.krav"),
        ([EVENT | {"krav": ["påhittat"]}], "risker.0.krav"),
    ):
        with pytest.raises(AnswersInvalidError) as caught:
            work("riskanalys.identifiera", {"risker": rows}, analys=analysis)
        assert field in caught.value.errors
    row = Riskanalys.objects.get(pk=analysis)
    held = {"organisation_id": row.organisation_id, "unit_id": row.unit_id}
    for wrong, rule in (
        ({"handelse": "", "krav": ["trygg_och_saker"]}, "risk_says_what"),
        ({"handelse": "Något.", "krav": []}, "risk_names_krav"),
    ):
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            Risk.objects.create(**held, analys=row, nummer=9, **wrong)
        assert constraint_of(broken.value) == rule


def test_r033_a_risk_is_linked_to_what_it_showed_itself_in(work):
    chain = work.chain
    chain.running()
    akt = Akt.objects.get(arende_id=chain.arende)
    deviation = Avvikelse.objects.create(
        organisation_id=akt.organisation_id,
        unit_id=akt.unit_id,
        nummer="A-2026-4",
        kategori="annat",
        handelse="Ingen kom in.",
        handelse_datum=date(2026, 8, 1),
        konsekvens="liten",
        krav=["trygg_och_saker"],
        rapporterad=chain.now,
    )
    told = ({"visad_i": akt.uppdrag.nummer}, {"visad_i": deviation.nummer}, {})
    _, (first, second, _third) = work.pointed_out(*told)
    found = {(str(one.fran_id), one.till, one.till_id) for one in HandelseLank.objects.all()}
    assert found == {
        (str(first), "arende", akt.arende_id),
        (str(second), "avvikelse", deviation.pk),
    }
    with pytest.raises(AnswersInvalidError) as caught:
        work.pointed_out({"visad_i": "A-2026-5"})
    assert caught.value.errors["risker.0.visad_i"][0] == "case_unknown"
    assert Risk.objects.count() == 3


@pytest.mark.parametrize("field", ["sannolikhet", "konsekvens", "motivering"])
def test_r032_nothing_is_saved_without_both_scores_and_why(work, field):
    _, (risk,) = work.pointed_out()
    with pytest.raises(AnswersInvalidError) as caught:
        work("risk.skatta", SCORES | {field: ""}, risk=risk, klass="R2")
    assert caught.value.errors[field][0] == "assessment_missing"
    work("risk.skatta", SCORES, risk=risk, klass="R2")
    row = RiskSkattning.objects.get()
    row.pk, row.omgang = uuid4(), 2
    setattr(row, field, "")
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        row.save(force_insert=True)
    assert constraint_of(broken.value) == "risk_skattning_has_both_and_why"


def test_r033_a_new_edition_is_told_once(work):
    first = work("utgava.kontrollera")
    edition = tomllib.loads(files()["manifest.toml"].decode())["utgava"]["id"]
    assert (first["andrad"], first["utgava"]) == (True, edition)
    assert [row["enhet"] for row in first["enheter"]] == [str(work.chain.provider.unit.pk)]
    again = work("utgava.kontrollera")
    assert (again["andrad"], again["enheter"]) == (False, [])
    assert UtgavaSedd.objects.count() == 1


def test_r034_without_a_plan_there_is_a_reason_and_the_highest_always_have_one(work):
    _, risk = work.assessed()
    with pytest.raises(AnswersInvalidError) as caught:
        work("risk.planera", {"handlingsplan": "nej"}, risk=risk, krav_handlingsplan="bor")
    assert caught.value.errors["skal"][0] == "reason_missing"
    no = {"handlingsplan": "nej", "skal": "Kostar mer än den hjälper."}
    with pytest.raises(RiskNeedsPlanError):
        work("risk.planera", no, risk=risk, krav_handlingsplan="ska")
    assert not Handlingsplan.objects.exists()
    made = work("risk.planera", PLAN, risk=risk, krav_handlingsplan="ska")
    assert made["upprattad"] is True
    work("atgard.besluta", PLAN, kalla="risk", kalla_id=risk)
    assert Atgard.objects.get().kalla_id == Risk.objects.get(pk=risk).pk
    with pytest.raises(AtgardOpenError):
        work("risk.planera", no, risk=risk, krav_handlingsplan="bor")


def test_r034_r035_what_remains_is_assessed_until_it_is_accepted(work):
    _, risk = work.assessed("R3")
    work("risk.planera", PLAN, risk=risk, krav_handlingsplan="ska")
    remains = SCORES | {"sannolikhet": "liten"}
    assert work("risk.skatta", remains, risk=risk, klass="R2")["forslag"] is False
    no = {"handlingsplan": "nej", "skal": "Mer går inte att göra."}
    assert work("risk.planera", no, risk=risk, krav_handlingsplan="bor")["upprattad"] is False
    row = Risk.objects.get(pk=risk)
    assert (row.stangd_som, row.stangd_skal) == ("accepterad", "Mer går inte att göra.")
    assert list(row.skattningar.order_by("omgang").values_list("klass", flat=True)) == ["R3", "R2"]
    with pytest.raises(RecordRefusedError, match="risk_closed"):
        work("risk.skatta", SCORES, risk=risk, klass="R1")


def test_r035_a_faststalld_analysis_never_changes_and_the_next_is_a_version(work):
    analysis, risk = work.assessed()
    work.established(analysis)
    with pytest.raises(AnalysisEstablishedError):
        work("riskanalys.identifiera", {"risker": [EVENT]}, analys=analysis)
    with pytest.raises(AnalysisEstablishedError):
        work.established(analysis)
    row = Riskanalys.objects.get(pk=analysis)
    for change in ({"omfattning": "Annat."}, {"slutsats": "Annat."}, {"version": 7}):
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            Riskanalys.objects.filter(pk=row.pk).update(**change)
        assert constraint_of(broken.value) == "append_only"
    held = {"organisation_id": row.organisation_id, "unit_id": row.unit_id}
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Risk.objects.create(**held, analys=row, nummer=2, handelse="Sen.", krav=["delaktighet"])
    assert constraint_of(broken.value) == "riskanalys_faststalld"
    for model in (RiskSkattning, Risk):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskSkattning.objects.update(klass="R1")
    form = {"risker": [EVENT | {"tidigare": f"{row.nummer}:1"}]}
    again = work.begun(ny_del="", verksamhetsdel="Nycklar")
    work("riskanalys.identifiera", form, analys=again)
    newer = Risk.objects.get(analys_id=again)
    assert str(newer.tidigare_id) == risk
    assert newer.analys.version == row.version + 1


def test_r035_nothing_is_faststallt_before_each_risk_is_assessed(work):
    analysis, risks = work.pointed_out({}, {"handelse": "Batteriet tar slut."})
    work("risk.skatta", SCORES, risk=risks[0], klass="R3")
    with pytest.raises(RecordRefusedError, match="risk_not_assessed"):
        work.established(analysis)
    with pytest.raises(RecordRefusedError, match="risk_missing"):
        work.established(work.begun("Natt"))
    work("risk.skatta", SCORES, risk=risks[1], klass="R3")
    work.established(analysis)


def test_r036_the_process_is_faststalld_and_runs_in_either_kind():
    rows = tomllib.loads(files()["manifest.toml"].decode())["process"]
    row = next(row for row in rows if row["key"] == "riskanalys")
    assert (row["status"], row["organisation"]) == ("fastställd", "bada")
    assert row["timer_per"] == "enhet"


def test_an_analysis_of_another_unit_is_not_there(work, monkeypatch):
    _, risk = work.assessed()
    other = place("utforare", "Hemtjänst Väst", "egen_regi", "enhetschef", "utsedd_kontakt")
    theirs = Work(Chain(work.chain.authority, other), monkeypatch)
    with pytest.raises(RecordNotFoundError):
        theirs("risk.bevaka", risk=risk)
    assert Risk.objects.get(pk=risk).stangd is None


@PROGRAMS
def test_two_analyses_begun_at_once_are_two_versions(program_work):
    program_work.begun()
    form = {"ny_del": "", "verksamhetsdel": "Nycklar"}
    at_once(*[lambda: program_work.begun(**form)] * 2)
    versions = Riskanalys.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2, 3]


@PROGRAMS
def test_row_level_security_keeps_other_units_out(program_work):
    program_work.assessed()
    other = place("utforare", "Hemtjänst Väst", "egen_regi", "enhetschef").users["enhetschef"]
    tables = [name for name in TABLES if name.startswith(("records_risk", "records_verksamhetsd"))]
    assert len(tables) == 5
    with database_role("app"):
        for actor, seen in ((program_work.roles["enhetschef"], True), (other, False)):
            with access_context(actor):
                assert (Risk.objects.count() > 0) is seen
                assert (Verksamhetsdel.objects.count() > 0) is seen
