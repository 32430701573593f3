"""Deviations, complaints and measures: numbers, stages, effect, links, and the neutral note."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from cases.errors import AnswersInvalidError
from cases.form_sources import FormPlace, registered
from engine.bundle import Bundle, read_files
from records.errors import (
    AtgardClosedError,
    AtgardOpenError,
    RecordNotFoundError,
    StageMissingError,
)
from records.models import (
    Arende,
    Atgard,
    AtgardEffekt,
    Avvikelse,
    AvvikelseTrend,
    HandelseLank,
    JournalEntry,
    Klagomal,
    KvalitetsSteg,
)
from tests.racing import at_once
from tests.records.chain import T0, Chain, place

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
DAY = T0.date()
STEPS = {"gjort": "ej_tillampligt", "skal": "Allt står i rapporten."}
MEASURE = {
    "vad": "Inför listor i telefonen.",
    "ansvarig": "personal_norr",
    "klar_senast": DAY + timedelta(days=10),
    "effektmatt": "Inga uteblivna besök på en månad.",
}


@pytest.fixture
def authority():
    return place("myndighet", "Myndighet Söder", "myndighet", "mottagning", "handlaggare")


@pytest.fixture
def provider():
    return place("utforare", "Hemtjänst Norr", "egen_regi", "enhetschef", "personal")


@pytest.fixture
def chain(authority, provider):
    return quality(authority, provider, program="app")


def quality(authority, provider, **program):
    """A chain whose edition also has the krav and the citations that a deviation points at."""
    made = Chain(authority, provider, **program)
    files = read_files(Path(settings.PROCESSES_DIR), "demo")
    more = {path: files[path] for path in ("terms/kvalitetskrav.toml", "lagrum.toml")}
    made.bundle = Bundle({**made.bundle.files, **more})
    return made


def reported(chain, *, by="personal", inputs=None, **changes):
    form = {
        "handelse": "Kvällsbesöket blev inte av.",
        "kategori": "uteblivet",
        "konsekvens": "liten",
        "krav": ["insatsen_ges"],
        "handelse_datum": DAY,
        "omrade": "socialtjanst",
    } | changes
    return chain.call("avvikelse.rapportera", by=by, form=form, **(inputs or {}))


def complained(chain, *, by="personal", **changes):
    form = {
        "text": "Maten var kall.",
        "typ": "klagomal",
        "kanal": "telefon",
        "kategori": "uteblivet",
        "anonym": "nej",
        "kontakt": "Ring efter klockan 17.",
        "inkom_datum": DAY,
    } | changes
    return chain.call("klagomal.registrera", by=by, form=form)


def stages(chain, kalla, ref, *steps):
    for step in steps:
        form = STEPS | {"orsak": "", "forebyggande": ""}
        chain.call(f"kvalitet.{step}", by="enhetschef", form=form, kalla=kalla, kalla_id=str(ref))


def decided(chain, kalla, ref, *rows, **form):
    form = {"atgarder": list(rows)} | form
    given = {"kalla": kalla, "kalla_id": str(ref)}
    return chain.call("atgard.besluta", by="enhetschef", form=form, **given)


def done(chain, atgard, **changes):
    form = {"utfall": "genomford", "utford_datum": DAY, "utforande": "Gjort."} | changes
    return chain.call("atgard.utford", by="personal", form=form, atgard=str(atgard))


def effect(chain, atgard, chosen, **changes):
    form = {"effekt": chosen, "resultat": "Mätt."} | changes
    return chain.call("atgard.effekt", by="enhetschef", form=form, atgard=str(atgard))


def test_r012_a_deviation_points_at_a_krav_also_in_the_database(chain, provider):
    with pytest.raises(AnswersInvalidError):
        reported(chain, krav=[])
    with pytest.raises(AnswersInvalidError):
        reported(chain, krav=["påhittat"])
    assert reported(chain, krav=["sosfs2011_9"])["nummer"] == "A-2026-1"
    unit = {"unit": provider.unit, "organisation": provider.unit.organisation}
    with pytest.raises(IntegrityError, match="avvikelse_names_krav"), transaction.atomic():
        Avvikelse.objects.create(
            **unit,
            nummer="A-2026-9",
            kategori="annat",
            handelse="x",
            handelse_datum=DAY,
            konsekvens="liten",
            rapporterad=T0,
        )


def test_numbers_run_without_gaps_in_each_organisation_and_year(chain):
    assert [reported(chain)["nummer"] for _ in range(2)] == ["A-2026-1", "A-2026-2"]
    with pytest.raises(AnswersInvalidError):
        reported(chain, arendenummer="finns inte")
    assert reported(chain)["nummer"] == "A-2026-3"
    assert reported(chain, by="handlaggare")["nummer"] == "A-2026-1"
    assert complained(chain)["nummer"] == "K-2026-1"
    chain.later(days=365)
    assert reported(chain)["nummer"] == "A-2027-1"


def test_two_who_report_at_once_get_a_number_each(authority, provider):
    chains = [quality(authority, provider) for _ in range(2)]

    def report(chain):
        with transaction.atomic():
            return reported(chain)["nummer"]

    found = at_once(*(lambda chain=chain: report(chain) for chain in chains))
    assert sorted(found) == ["A-2026-1", "A-2026-2"]


def test_a_unit_takes_no_number_of_another_organisation(chain, provider, authority):
    asked = [authority.unit.organisation_id, "A", 2026]
    with connections["app"].cursor() as cursor, transaction.atomic(using="app"):
        cursor.execute("SELECT set_config('kedja.units', %s, true)", [str(provider.unit.pk)])
        with pytest.raises(IntegrityError, match="not_permitted"):
            cursor.execute("SELECT records_next_number(%s, %s, %s)", asked)


def test_k12_the_table_suggests_and_a_person_decides(chain):
    ref = str(reported(chain)["avvikelse"])
    given = {"avvikelse": ref, "klass": "niva_1", "antal": 3, "dagar": 90}
    chain.call("avvikelse.foresla", by="system:utforare", **given)
    with pytest.raises(AnswersInvalidError):
        chain.call(
            "avvikelse.klassa", by="enhetschef", avvikelse=ref, form={"klass": "missforhallande"}
        )
    with pytest.raises(IntegrityError, match="avvikelse_class_by_person"), transaction.atomic():
        Avvikelse.objects.filter(pk=ref).update(klass="niva_1")
    form = {"klass": "missforhallande", "skal": "Det har hänt förut."}
    chain.call("avvikelse.klassa", by="enhetschef", avvikelse=ref, form=form)
    row = Avvikelse.objects.get(pk=ref)
    assert (row.foreslagen_klass, row.klass) == ("niva_1", "missforhallande")
    assert row.klassad_av_id is not None
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Avvikelse.objects.filter(pk=ref).update(klass="niva_2")


def test_r050_nothing_is_closed_before_its_five_stages(chain):
    ref = str(reported(chain)["avvikelse"])
    stages(chain, "avvikelse", ref, "utred", "analysera")
    with pytest.raises(StageMissingError):
        chain.call("avvikelse.stang", by="enhetschef", avvikelse=ref)
    with pytest.raises(AnswersInvalidError):
        decided(chain, "avvikelse", ref)
    measure = decided(chain, "avvikelse", ref, MEASURE)["atgarder"][0]
    stages(chain, "avvikelse", ref, "folj_upp")
    with pytest.raises(AtgardOpenError):
        chain.call("avvikelse.stang", by="enhetschef", avvikelse=ref)
    done(chain, measure)
    effect(chain, measure, "uppnadd")
    closed = chain.call("avvikelse.stang", by="enhetschef", avvikelse=ref)
    assert closed["atgard_kod"] == "atgardat"
    assert KvalitetsSteg.objects.filter(kalla_id=ref).count() == 5
    with pytest.raises(IntegrityError, match="stage_missing"), transaction.atomic():
        Avvikelse.objects.filter(pk=reported(chain)["avvikelse"]).update(stangd=T0)


def test_r050_a_stage_that_is_left_out_has_its_reason(chain):
    ref = str(reported(chain)["avvikelse"])
    form = {"gjort": "ej_tillampligt"}
    with pytest.raises(AnswersInvalidError):
        chain.call("kvalitet.utred", by="enhetschef", form=form, kalla="avvikelse", kalla_id=ref)
    stages(chain, "avvikelse", ref, "utred", "analysera")
    decided(chain, "avvikelse", ref, ej_tillampligt_skal="Åtgärdat på plats.")
    closed = chain.call("avvikelse.stang", by="enhetschef", avvikelse=ref)
    assert closed["atgard_kod"] == "utan_atgard"
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        KvalitetsSteg.objects.filter(kalla_id=ref).update(skal="annat")


def test_r051_an_analysis_has_a_cause_and_what_prevents_it(chain, provider):
    ref = str(reported(chain)["avvikelse"])
    given = {"kalla": "avvikelse", "kalla_id": ref}
    for form in ({"orsak": "Listan saknades."}, {"forebyggande": "Listan i telefonen."}):
        with pytest.raises(AnswersInvalidError):
            chain.call("kvalitet.analysera", by="enhetschef", form={"gjort": "ja"} | form, **given)
    unit = {"unit": provider.unit, "organisation": provider.unit.organisation}
    rule = "analysis_has_cause_and_prevention"
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        KvalitetsSteg.objects.create(
            **unit, **given, steg="analysera", gjort=True, orsak="x", registrerad=T0
        )


def test_what_is_handed_over_is_closed_with_that_reason(chain):
    ref = str(reported(chain, omrade="personuppgifter")["avvikelse"])
    given = {"avvikelse": ref, "klass": "personuppgiftsincident", "antal": 3, "dagar": 90}
    chain.call("avvikelse.foresla", by="system:utforare", **given)
    form = {"klass": "personuppgiftsincident"}
    chain.call("avvikelse.klassa", by="enhetschef", avvikelse=ref, form=form)
    chain.call("avvikelse.lamna_over", by="system:utforare", avvikelse=ref)
    row = Avvikelse.objects.get(pk=ref)
    assert row.stangd_som == "overlamnad_personuppgiftsincident"
    left = KvalitetsSteg.objects.filter(kalla_id=ref, gjort=False)
    assert left.count() == 4
    assert all("personuppgiftsincident" in step.skal for step in left)


def test_r033_many_of_a_kind_are_told_once(chain):
    def told():
        ref = str(reported(chain, kategori="fall")["avvikelse"])
        given = {"avvikelse": ref, "klass": "niva_1", "antal": 2, "dagar": 30}
        return chain.call("avvikelse.foresla", by="personal", **given)["trend"]

    found = []
    for _ in range(4):
        found.append(told())
        chain.later(days=1)
    assert [trend is not None for trend in found] == [False, True, False, True]
    chain.later(days=29)
    assert told() is None  # the earlier ones are counted, or older than the window
    assert AvvikelseTrend.objects.count() == 2


def test_r063_a_measure_is_followed_up_until_its_effect_is_enough(chain):
    ref = str(reported(chain)["avvikelse"])
    measure = decided(chain, "avvikelse", ref, MEASURE)["atgarder"][0]
    with pytest.raises(AtgardClosedError):
        effect(chain, measure, "uppnadd")
    done(chain, measure)
    with pytest.raises(AnswersInvalidError):
        effect(chain, measure, "inte_uppnadd")
    again = effect(chain, measure, "inte_uppnadd", klar_senast=DAY + timedelta(days=20))
    assert again["effekt"] == "inte_uppnadd"
    known = chain.call("atgard.hamta", by="personal", atgard=str(measure))
    assert (known["klar_senast"], int(known["omgang"])) == (DAY + timedelta(days=20), 2)
    done(chain, measure)
    with pytest.raises(AnswersInvalidError):
        effect(chain, measure, "avslutad_anda")
    ended = effect(chain, measure, "avslutad_anda", skal="Enheten läggs ned.")
    assert ended["effekt"] == "avslutad_anda"
    with pytest.raises(AtgardClosedError):
        done(chain, measure)
    assert list(AtgardEffekt.objects.order_by("omgang").values_list("uppnadd", "avslutad")) == [
        (False, False),
        (False, True),
    ]


def test_a_measure_that_is_not_done_is_ended_with_its_reason(chain):
    ref = str(reported(chain)["avvikelse"])
    measure = decided(chain, "avvikelse", ref, MEASURE)["atgarder"][0]
    with pytest.raises(AnswersInvalidError):
        done(chain, measure, utfall="ej_genomford")
    done(chain, measure, utfall="ej_genomford", skal="Behövs inte längre.")
    row = Atgard.objects.get(pk=measure)
    assert (row.status, row.utford_datum) == ("avslutad_anda", None)


@pytest.mark.parametrize(
    "change", [{"ansvarig": "handlaggare_söder"}, {"klar_senast": None}, {"effektmatt": ""}]
)
def test_a_measure_has_somebody_here_a_day_and_a_way_to_see_its_effect(chain, change):
    ref = str(reported(chain)["avvikelse"])
    with pytest.raises(AnswersInvalidError):
        decided(chain, "avvikelse", ref, MEASURE | change)
    assert Atgard.objects.count() == 0


def test_what_was_decided_about_a_measure_never_changes(chain):
    ref = str(reported(chain)["avvikelse"])
    measure = decided(chain, "avvikelse", ref, MEASURE)["atgarder"][0]
    rows = Atgard.objects.filter(pk=measure)
    for change in ({"vad": "annat"}, {"effektmatt": "annat"}, {"kalla": "risk"}):
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            rows.update(**change)
    done(chain, measure)
    with pytest.raises(IntegrityError, match="effekt_missing"), transaction.atomic():
        rows.update(status="uppnadd")


def test_r140_an_anonymous_complaint_holds_no_contact_and_gets_no_answer(chain):
    with pytest.raises(AnswersInvalidError):
        complained(chain, kontakt="")
    ref = str(complained(chain, anonym="ja")["klagomal"])
    assert Klagomal.objects.get(pk=ref).kontakt == ""
    rule = "klagomal_anonymous_has_no_contact"
    for change in ({"kontakt": "070"}, {"svarad_datum": DAY}):
        row = Klagomal(**_columns(ref) | change)
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            row.save(force_insert=True)


def _columns(ref):
    found = Klagomal.objects.filter(pk=ref).values().get()
    return found | {"id": uuid4(), "nummer": "K-2026-99"}


def test_r140_a_complaint_is_acknowledged_put_right_answered_and_closed(chain):
    ref = str(complained(chain)["klagomal"])
    chain.call("klagomal.bekrafta", by="enhetschef", form={"bekraftad_datum": DAY}, klagomal=ref)
    with pytest.raises(AnswersInvalidError):
        chain.call("klagomal.bedom", by="enhetschef", form={"vag": "direkt"}, klagomal=ref)
    form = {"vag": "direkt", "atgard": "Maten värms på plats."}
    chain.call("klagomal.bedom", by="enhetschef", form=form, klagomal=ref)
    chain.call("klagomal.svara", by="enhetschef", form={"svar": "Vi värmer."}, klagomal=ref)
    closed = chain.call("klagomal.stang", by="enhetschef", klagomal=ref)
    assert closed["atgard_kod"] == "atgardat"
    row = Klagomal.objects.get(pk=ref)
    assert (row.bekraftad_datum, row.svarad_datum) == (DAY, DAY)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Klagomal.objects.filter(pk=ref).update(text="annat")


def test_r140_a_complaint_that_goes_elsewhere_leaves_its_stages_out_and_praise_has_none(chain):
    ref = str(complained(chain)["klagomal"])
    chain.call("klagomal.bedom", by="enhetschef", form={"vag": "avvikelse"}, klagomal=ref)
    assert chain.call("klagomal.stang", by="enhetschef", klagomal=ref)["steg"] == 5
    named = {"kalla": "klagomal", "kalla_id": ref}
    deviation = reported(chain, inputs=named)["avvikelse"]
    assert HandelseLank.objects.filter(fran_id=ref, till_id=str(deviation)).count() == 1
    praise = str(complained(chain, typ="berom")["klagomal"])
    chain.call("klagomal.bedom", by="enhetschef", form={"vag": "direkt"}, klagomal=praise)
    chain.call("klagomal.stang", by="enhetschef", klagomal=praise)


def test_r140_k3_the_journal_gets_number_and_kind_once_and_nothing_else(chain):
    chain.opened()
    ids = {"nummer": "K-2026-1", "slag": "klagomal"}
    first = chain.call("handelse.notera", by="system:myndighet", **ids)
    assert chain.call("handelse.notera", by="system:myndighet", **ids)["ny"] is False
    chain.call("handelse.notera", by="system:myndighet", atgard="atgardat", **ids)
    texts = list(
        JournalEntry.objects.filter(typ="kvalitetshandelse")
        .order_by("registrerad", "text")
        .values_list("text", flat=True)
    )
    assert first["ny"] is True
    assert len(texts) == 2
    assert all("K-2026-1" in text and "kall" not in text for text in texts)


def test_r140_the_number_of_another_units_case_is_refused(chain):
    chain.opened()
    case, chain.arende = chain.arende, None
    number = Arende.objects.get(pk=case).nummer
    with pytest.raises(AnswersInvalidError):
        reported(chain, arendenummer=number)
    assert reported(chain, by="handlaggare", arendenummer=number)["arende"] == str(case)


def test_another_organisation_neither_sees_nor_closes(chain, authority):
    ref = str(reported(chain)["avvikelse"])
    with pytest.raises(RecordNotFoundError):
        chain.call("avvikelse.stang", by="handlaggare", avvikelse=ref)
    with connections["app"].cursor() as cursor, transaction.atomic(using="app"):
        cursor.execute("SELECT set_config('kedja.units', %s, true)", [str(authority.unit.pk)])
        cursor.execute("SELECT set_config('kedja.secrecy', '3', true)")
        cursor.execute("SELECT count(*) FROM records_avvikelse")
        assert cursor.fetchone() == (0,)


def test_k3_what_goes_on_about_the_case_is_shown_at_closing_and_stops_nothing(chain, authority):
    chain.opened()
    case, chain.arende = chain.arende, None
    number = Arende.objects.get(pk=case).nummer
    deviation = reported(chain, by="handlaggare", arendenummer=number)
    about = {"arendenummer": number, "typ": "berom"}
    complaint = str(complained(chain, by="handlaggare", **about)["klagomal"])
    reported(chain, by="handlaggare")
    named = {"kalla": "avvikelse", "kalla_id": str(deviation["avvikelse"])}
    chain.call("lex_sarah.rapportera", by="system:myndighet", **named)
    chain.arende = case
    asked = FormPlace(
        now=chain.now,
        bundle=chain.bundle,
        organisation=authority.unit.organisation_id,
        unit=authority.unit.pk,
        secrecy=0,
        arende_id=case,
    )
    going_on = chain.call("avslut.vantande", by="system:myndighet")["vantande"]
    assert going_on == ["avvikelse", "klagomal", "lex_sarah"]
    shown = [row["label"] for row in registered()["oppna_handelser"](asked)]
    year = T0.year
    assert shown == [
        f"Avvikelse A-{year}-1",
        f"Klagomål och synpunkter K-{year}-1",
        f"Lex Sarah LS-{year}-1",
    ]
    assert chain.call("avslut.vantande", by="system:utforare")["vantande"] == []
    chain.arende = None
    form = {"vag": "direkt"}
    chain.call("klagomal.bedom", by="handlaggare", form=form, klagomal=complaint)
    chain.call("klagomal.stang", by="handlaggare", klagomal=complaint)
    chain.arende = case
    left = chain.call("avslut.vantande", by="system:myndighet")["vantande"]
    assert left == ["avvikelse", "lex_sarah"]
    assert registered()["oppna_handelser"](replace(asked, arende_id=None)) == []
