"""Decisions in parts: who may decide, what is kept, what is not carried out, who is told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from cases.errors import AnswersInvalidError
from records.errors import NotWithinDelegationError, PersonNeededError
from records.models import (
    Beslut,
    Delbeslut,
    DelbeslutHandelse,
    JournalEntry,
    Kvartalsrapport,
    KvartalsrapportRad,
    KvartalsrapportUtskick,
    Overklagande,
    OverklagandeSteg,
)
from records.queries.kvartalsrapport import statistics
from tests.records.chain import decision

pytestmark = pytest.mark.django_db
QUARTER = {"ar": 2026, "kvartal": 4, "fran": date(2026, 10, 1), "till": date(2026, 12, 31)}
REPORTED = """
SELECT d.insats, count(*) FROM records_delbeslut d JOIN records_beslut b ON b.id = d.beslut_id
 WHERE d.utfall IN ('bifall', 'delvis')
   AND NOT EXISTS (SELECT 1 FROM records_delbesluthandelse u
     WHERE u.delbeslut_id = d.id AND u.slag = 'upphort' AND u.datum <= %(till)s)
   AND coalesce((SELECT max(a.datum) FROM records_delbesluthandelse a
     WHERE a.delbeslut_id = d.id AND a.slag = 'avbrott' AND a.datum <= %(till)s),
     b.beslutsdatum) + interval '3 months' <= %(till)s
   AND NOT EXISTS (SELECT 1 FROM records_delbesluthandelse v
     WHERE v.delbeslut_id = d.id AND v.slag = 'verkstallt' AND v.datum <= %(till)s
       AND v.datum >= coalesce((SELECT max(a.datum) FROM records_delbesluthandelse a
         WHERE a.delbeslut_id = d.id AND a.slag = 'avbrott' AND a.datum <= %(till)s),
         b.beslutsdatum))
 GROUP BY d.insats ORDER BY d.insats
"""


def compiled(chain, minsta_antal=1):
    """The fourth quarter's report, made by the clock and outside every ärende."""
    own, chain.arende = chain.arende, None
    try:
        inputs = {**QUARTER, "minsta_antal": minsta_antal}
        return chain.call("kvartalsrapport.sammanstall", by="system:myndighet", **inputs)
    finally:
        chain.arende = own


def parts():
    return {part.insats: part for part in Delbeslut.objects.all()}


def happened(chain, what, insats, day):
    chain.call(f"delbeslut.{what}", by="handlaggare", delbeslut=str(parts()[insats].pk), datum=day)


def refused(statement, *values):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_r087_hours_decide_who_may_decide(chain):
    chain.opened().investigated()
    with pytest.raises(NotWithinDelegationError):
        chain.decided(timmar_manad=Decimal("120.5"))
    chain.decided(timmar_manad=Decimal(120))
    assert {part.timmar_manad for part in Delbeslut.objects.all()} == {Decimal("120.0")}


@pytest.mark.parametrize("insats", ["hemtjanst_omvardnad", "personlig_assistans"])
def test_r087_hours_that_are_not_said_are_not_few(chain, insats):
    chain.opened().investigated()
    for outcome in ("bifall", "delvis"):
        with pytest.raises(NotWithinDelegationError, match="timmar i månaden"):
            chain.decided(insats=insats, utfall=outcome, timmar_manad=None)
    assert not Beslut.objects.exists()


def test_r087_what_is_not_granted_has_no_hours_to_say(chain):
    chain.opened().investigated().decided(utfall="avslag", timmar_manad=None)
    assert Beslut.objects.get().utfall == "avslag"


def test_l09_l10_the_decision_says_who_took_part_and_what_decided(chain):
    chain.opened().investigated()
    form = {
        **decision(omstandigheter="Klarar inte trappan."),
        "foredragande": "Hanna Handlén",
        "deltagare": [{"namn": "Agda Arbell, arbetsledare"}],
        "skiljaktig_mening": "Agda Arbell: avslag.",
    }
    chain.call("beslut.spara", by="handlaggare", form=form)
    beslut = Beslut.objects.get()
    assert (beslut.deltagare, beslut.skiljaktig_mening) == (
        ["Agda Arbell, arbetsledare"],
        "Agda Arbell: avslag.",
    )
    assert beslut.beslutsfattare_id == chain.actor("handlaggare")[1].user_id
    assert {part.omstandigheter for part in Delbeslut.objects.all()} == {"Klarar inte trappan."}


def test_l18_an_urgent_decision_needs_its_reason(chain):
    chain.opened().investigated().decided()
    refused(
        "INSERT INTO records_beslut SELECT (json_populate_record(b, "
        "json_build_object('id', gen_random_uuid(), 'slag', 'ordforande'))).*"
        " FROM records_beslut b"
    )


def test_l11_a_refusal_is_told_with_an_appeal_instruction(chain):
    chain.opened().investigated().decided(utfall="avslag")
    told = {"datum_delgiven": chain.now.date(), "satt": "brev"}
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("beslut.delge", by="handlaggare", form=told, beslut=chain.ids["beslut"])
    assert error.value.errors["overklagandehanvisning"][0] == "appeal_instruction_missing"
    told["overklagandehanvisning"] = True
    chain.call("beslut.delge", by="handlaggare", form=told, beslut=chain.ids["beslut"])
    assert Beslut.objects.get().overklagandehanvisning == "lamnad"


def test_an_old_decision_keeps_its_lagrum_for_ever(chain):
    """Acceptance 18: nothing rewrites the law that a decision was made under."""
    chain.opened().investigated()
    old = {**decision(lagrum="sol2001.4.1"), "beslutsdatum": date(2025, 6, 20)}
    first = chain.call("beslut.spara", by="handlaggare", form=old)
    chain.decided()
    assert [row.law_version for row in Beslut.objects.order_by("beslutsdatum")] == [
        "SoL 2001:453",
        "SoL 2025:400",
    ]
    assert set(Delbeslut.objects.filter(beslut=first["beslut"]).values_list("lagrum")) == {
        ("sol2001.4.1",)
    }
    refused("UPDATE records_delbeslut SET lagrum = 'sol2025.11.1'")
    refused("UPDATE records_beslut SET law_version = 'SoL 2025:400'")


def test_l25_a_declined_offer_is_journalled_and_still_reported(chain):
    chain.opened().investigated().decided()
    part = parts()["trygghetslarm"]
    offers = [
        {"datum": date(2026, 10, 1), "vad": "Larm", "svar": "nej"},
        {"datum": date(2026, 10, 2), "vad": "Larm igen", "svar": "ja"},
    ]
    chain.call(
        "ej_verkstallt.registrera",
        by="handlaggare",
        form={"skal": "Väntar på besked.", "erbjudanden": offers},
        delbeslut=str(part.pk),
        rapportdag=date(2026, 11, 3),
    )
    assert JournalEntry.objects.filter(typ="erbjuden_avbojd").count() == 1
    assert DelbeslutHandelse.objects.get().avbojda == 1
    compiled(chain)
    row = KvartalsrapportRad.objects.get(insats="trygghetslarm")
    assert (row.skal, row.avbojda, row.verkstalld_datum) == ("Väntar på besked.", 1, None)


def test_l25_l28_the_report_is_what_the_tables_say(chain):
    """The report's content against a count of its own, written in SQL."""
    chain.opened().investigated()
    for _ in range(3):
        chain.decided()
    late, early, ended, interrupted, *_ = Delbeslut.objects.order_by("beslut", "nummer")
    call = chain.call
    call("delbeslut.verkstall", by="handlaggare", delbeslut=str(early.pk), datum=date(2026, 9, 1))
    call("delbeslut.verkstall", by="handlaggare", delbeslut=str(late.pk), datum=date(2026, 11, 9))
    call("delbeslut.upphor", by="handlaggare", delbeslut=str(ended.pk), datum=date(2026, 10, 9))
    for what, day in (("verkstall", date(2026, 8, 10)), ("avbryt", date(2026, 9, 30))):
        call(f"delbeslut.{what}", by="handlaggare", delbeslut=str(interrupted.pk), datum=day)
    found = compiled(chain)
    with connection.cursor() as cursor:
        cursor.execute(REPORTED, {"till": QUARTER["till"]})
        counted = cursor.fetchall()
    rows = KvartalsrapportRad.objects.filter(verkstalld_datum=None)
    assert sorted(rows.values_list("delbeslut__insats").distinct()) == [
        (insats,) for insats, _ in counted
    ]
    assert found["antal_ej_verkstallda"] == sum(number for _, number in counted) == 3
    assert KvartalsrapportRad.objects.get(delbeslut=interrupted).avbrott_datum == date(2026, 9, 30)
    assert (
        KvartalsrapportRad.objects.get(delbeslut=late).verkstalld_datum,
        found["antal_verkstallda"],
    ) == (date(2026, 11, 9), 1)


def test_l26_what_was_carried_out_late_is_told_with_its_day(chain):
    chain.opened().investigated().decided()
    happened(chain, "verkstall", "trygghetslarm", date(2026, 12, 1))
    chain.call(
        "ej_verkstallt.anmal",
        by="handlaggare",
        form={"anmald_datum": date(2026, 12, 2)},
        delbeslut=str(parts()["trygghetslarm"].pk),
    )
    assert DelbeslutHandelse.objects.filter(slag="anmalt_verkstallt").get().datum == date(
        2026, 12, 2
    )
    compiled(chain)
    assert KvartalsrapportRad.objects.get(insats="trygghetslarm").verkstalld_datum == date(
        2026, 12, 1
    )


def test_l27_small_numbers_are_not_shown(chain):
    chain.opened().investigated().decided()
    compiled(chain, minsta_antal=2)
    report = Kvartalsrapport.objects.get()
    assert {(row.antal, row.dagar) for row in statistics(chain.bundle, report)} == {(None, None)}
    columns = {field.name for field in KvartalsrapportRad._meta.get_fields()}
    assert not columns & {"person", "arende", "personnummer", "namn"}


def test_k12_a_person_sends_with_a_receipt(chain):
    chain.opened().investigated().decided()
    report = compiled(chain)["rapport"]
    own, chain.arende = chain.arende, None
    send = {"rapport": report, "mottagare": "ivo"}
    with pytest.raises(AnswersInvalidError):
        chain.call("kvartalsrapport.skicka", by="myndighetschef", form={}, **send)
    form = {"kvittens": "IVO 1", "skickad_datum": date(2027, 1, 4)}
    with pytest.raises(PersonNeededError):
        chain.call("kvartalsrapport.skicka", by="system:myndighet", form=form, **send)
    chain.call("kvartalsrapport.skicka", by="myndighetschef", form=form, **send)
    chain.arende = own
    assert KvartalsrapportUtskick.objects.get().kvittens == "IVO 1"
    refused("UPDATE records_kvartalsrapportutskick SET kvittens = ''")


def test_a_second_run_finds_the_first_report(chain):
    chain.opened().investigated().decided()
    first = compiled(chain)
    chain.decided()
    assert compiled(chain) == first
    assert KvartalsrapportRad.objects.count() == 2


def test_k12_an_appeal_is_kept_with_what_was_proposed_and_decided(chain):
    chain.opened().investigated().decided(utfall="avslag")
    day = chain.now.date()
    form = {"beslutsdatum": day, "inkom_datum": day + timedelta(days=30), "fick_del": "okand"}
    found = chain.call("overklagande.registrera", by="handlaggare", form=form)
    assert (found["fick_del_datum"], found["hanvisning_felaktig"]) == (None, False)
    step = {"overklagande": found["overklagande"], "steg": "avvisning", "utfall": "avvisat"}
    with pytest.raises(AnswersInvalidError):
        chain.call("overklagande.steg", by="handlaggare", form={}, **step)
    with pytest.raises(PersonNeededError):
        chain.call("overklagande.steg", by="system:myndighet", form={"skal": "Sent."}, **step)
    chain.call(
        "overklagande.steg", by="handlaggare", form={"skal": "Sent."}, forslag="utred", **step
    )
    row = OverklagandeSteg.objects.get()
    assert (row.forslag, row.utfall, row.skal) == ("utred", "avvisat", "Sent.")
    refused("UPDATE records_overklagandesteg SET utfall = 'i_tid'")
    refused("DELETE FROM records_overklagande")
    assert Overklagande.objects.get().law_version == "SoL 2025:400"


def test_l13_no_instruction_is_a_faulty_one(chain):
    chain.opened().investigated().decided(utfall="avslag")
    Beslut.objects.update(delgiven_datum=chain.now.date(), delgivningssatt="brev")
    form = {
        "beslutsdatum": chain.now.date(),
        "inkom_datum": chain.now.date(),
        "fick_del": "registrerad",
    }
    found = chain.call("overklagande.registrera", by="handlaggare", form=form)
    assert found["hanvisning_felaktig"] is True
    assert found["fick_del_datum"] == chain.now.date()


def test_k2_a_part_ends_holds_again_and_ends_on_one_day(chain):
    chain.opened().investigated().decided()
    for what in ("upphor", "upphor", "aterupptas", "upphor"):
        chain.later(minutes=1)
        happened(chain, what, "trygghetslarm", date(2026, 10, 1))
    rows = DelbeslutHandelse.objects.order_by("registrerad").values_list("slag", flat=True)
    assert list(rows) == ["upphort", "aterupptaget", "upphort"]
    compiled(chain)
    assert KvartalsrapportRad.objects.filter(insats="trygghetslarm").count() == 0
