"""Change of provider: copies only on a consent, whole akter in egen regi, nobody left without."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from cases.context import access_context
from records.errors import ProviderMissingError, RecordNotFoundError, RecordRefusedError
from records.models import (
    Akt,
    AktKopia,
    AktOverlamning,
    Byte,
    Dokument,
    Invandning,
    Journal,
    JournalEntry,
    Papper,
    Rattelse,
    Samtycke,
    SamtyckeAterkallelse,
    SamtyckeDel,
    Uppdrag,
    Utlamnande,
)
from tests.records.chain import Chain, database_role, place
from tests.records.conftest import with_papers
from tests.records.secrecy import asked, consent, prepared, reviewed, withdrawal
from tests.records.test_deaths import together

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def new_provider(driftsform, name="Utförare Ny"):
    return place("utforare", name, driftsform, "enhetschef", "utsedd_kontakt", "personal")


@pytest.fixture
def change(program_chain, monkeypatch):
    """A running uppdrag, and a registered change to another provider: ``change(driftsform)``."""

    def made(driftsform="privat", *, accept=True, **consent):
        chain = with_papers(program_chain, monkeypatch)
        chain.running().planned().established()
        place_ = new_provider(driftsform)
        other = Chain(chain.authority, place_, program="app")
        other.bundle, other.arende, other.ids = chain.bundle, chain.arende, dict(chain.ids)
        form = {"onskad_utforare": place_.unit.name, "underrattad_datum": chain.now.date()}
        row = chain.call(
            "byte.registrera",
            by="handlaggare",
            form=form,
            uppdrag=chain.ids["uppdrag"],
            orsak="den_enskilde_onskar",
        )
        chain.ids["byte"] = row["byte"]
        if consent:
            answered(chain, **consent)
        other.now = chain.later(days=7).now
        if accept:
            ordered(other, chain.ids["uppdrag"]).sent().accepted()
        return chain, other

    return made


def ordered(chain, before, **changes):
    form = {
        "mottagare_enhet": chain.provider.unit.name,
        "livsomraden_med": ["personlig_vard", "trygghet"],
    } | changes
    result = chain.call(
        "uppdrag.skapa",
        by="handlaggare",
        form=form,
        beslut=chain.ids["beslut"],
        foregaende_uppdrag=before,
    )
    chain.ids["uppdrag"] = result["uppdrag"]
    return chain


def answered(chain, **changes):
    form = {
        "svar": "ja",
        "uppgifter": ["genomforandeplan", "journal"],
        "galler_till": chain.now.date() + timedelta(days=90),
        "form": "muntligt",
        "lamnat_av": "den_enskilde",
    } | changes
    return chain.call("byte.samtycke", by="handlaggare", form=form, byte=chain.ids["byte"])


def tried(chain):
    return chain.call("byte.prova", by="handlaggare", byte=chain.ids["byte"])


def done(chain, overlamning="kopior"):
    return chain.call(
        "byte.genomfor", by="handlaggare", byte=chain.ids["byte"], overlamning=overlamning
    )


def handed(chain, other, *parts):
    return chain.call(
        "kopior.lamna",
        by="enhetschef",
        form={"delar": list(parts or ("genomforandeplan", "journalutdrag"))},
        akt=chain.ids["akt"],
        till_enhet=str(other.provider.unit.pk),
    )


def withdraw(chain):
    consent = Samtycke.objects.get()
    with database_role("app"), access_context(chain.authority.users["handlaggare"]):
        SamtyckeAterkallelse.objects.create(
            organisation_id=consent.organisation_id,
            unit_id=consent.unit_id,
            secrecy=consent.secrecy,
            samtycke=consent,
            datum=chain.now.date(),
            lamnad_av="den_enskilde",
            registrerad=chain.now,
        )


def test_r184_r189_chosen_parts_become_copies_marked_kopia(change):
    chain, other = change(svar="ja")
    assert handed(chain, other, "genomforandeplan")["antal_kopior"] == 1
    copy = AktKopia.objects.get()
    assert (copy.kopia, copy.papper, copy.unit_id) == (
        True,
        "genomforandeplan",
        other.provider.unit.pk,
    )
    assert bytes(copy.innehall).startswith(b"%PDF")
    sent = Utlamnande.objects.get()
    assert (sent.status, sent.grund, sent.kopia) == ("skickad", "samtycke", True)
    assert sent.unit_id == chain.provider.unit.pk


def test_r184_nothing_is_chosen_by_itself(change):
    chain, other = change(svar="ja")
    row = chain.call(
        "kopior.lamna",
        by="enhetschef",
        form={"delar": []},
        akt=chain.ids["akt"],
        till_enhet=str(other.provider.unit.pk),
    )
    assert row["antal_kopior"] == 0
    assert not AktKopia.objects.exists()


def test_r185_without_consent_there_are_no_copies(change):
    chain, other = change(svar="nej")
    assert tried(chain)["samtycke_galler"] is False
    assert handed(chain, other)["antal_kopior"] == 0
    assert not AktKopia.objects.exists()
    assert not Utlamnande.objects.exists()


def test_r185_a_withdrawn_consent_gives_no_copies(change):
    chain, other = change(svar="ja")
    assert tried(chain)["samtycke_galler"] is True
    withdraw(chain)
    assert tried(chain)["samtycke_galler"] is False
    assert handed(chain, other)["antal_kopior"] == 0
    assert not AktKopia.objects.exists()


def test_r185_only_what_the_consent_covers_is_copied(change):
    chain, other = change(svar="delvis", uppgifter=["journal"])
    assert handed(chain, other)["antal_kopior"] == 1
    assert AktKopia.objects.get().papper == "journalutdrag"


def test_r185_a_consent_for_another_provider_gives_no_copies(change):
    chain, _ = change(svar="ja")
    third = new_provider("privat", "Utförare Tredje")
    elsewhere = Chain(chain.authority, third, program="app")
    assert handed(chain, elsewhere)["antal_kopior"] == 0


@pytest.mark.parametrize("turn", range(3))
def test_r185_withdrawal_against_sending_at_the_same_time(change, turn):
    """Copies and a withdrawal: what came first decides, and never half a set beside a stop."""
    chain, other = change(svar="ja")
    ended = together(lambda: handed(chain, other), lambda: withdraw(chain))
    assert not [one for one in ended if isinstance(one, Exception)]
    copies = AktKopia.objects.count()
    assert ended[0]["antal_kopior"] == copies
    assert Utlamnande.objects.filter(status="skickad").count() == copies
    assert not Utlamnande.objects.filter(status="vantar").exists()


def test_r185_the_database_refuses_a_copy_without_a_sent_disclosure(change):
    chain, other = change(svar="ja")
    handed(chain, other, "genomforandeplan")
    row = AktKopia.objects.get()
    row.pk, row.utlamnande_id = uuid4(), row.kalla_akt_id
    with pytest.raises(IntegrityError, match="disclosure_not_sent"), transaction.atomic():
        row.save(force_insert=True)


def test_r186_the_original_stays_with_the_old_provider(change):
    chain, other = change(svar="ja")
    handed(chain, other)
    chain.ended(avslutsorsak="behov_upphort")
    chain.closed()
    akt = Akt.objects.get(pk=chain.ids["akt"])
    assert (akt.unit_id, akt.status) == (chain.provider.unit.pk, "stangd")
    with database_role("app"), access_context(other.provider.users["enhetschef"]):
        assert not Akt.objects.filter(pk=akt.pk).exists()
        assert AktKopia.objects.count() == 2


def test_r190_copies_are_acknowledged_and_destroyed_once(change):
    chain, other = change(svar="ja")
    handed(chain, other)
    source = chain.ids["akt"]
    assert other.call("kopior.kvittera", by="enhetschef", form={}, kalla_akt=source)
    assert not Utlamnande.objects.filter(kvitterad=None).exists()
    gone = other.call(
        "kopior.forstor", by="enhetschef", form={"skal": "Inaktuella."}, kalla_akt=source
    )
    assert gone["antal_kopior"] == 2
    assert {(bytes(row.innehall), row.forstord_skal) for row in AktKopia.objects.all()} == {
        (b"", "Inaktuella.")
    }
    again = other.call("kopior.forstor", by="enhetschef", form={"skal": "x"}, kalla_akt=source)
    assert again["antal_kopior"] == 0


def test_r190_the_bytes_of_a_copy_go_only_with_a_reason(change):
    chain, other = change(svar="ja")
    handed(chain, other, "genomforandeplan")
    for change_ in (
        "UPDATE records_aktkopia SET innehall = ''",
        "UPDATE records_aktkopia SET titel = 'annat'",
        "UPDATE records_aktkopia SET kopia = false",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change_)


def test_r187_within_egen_regi_the_whole_akt_goes_over_and_the_old_unit_sees_it_no_more(change):
    chain, other = change("egen_regi")
    done(chain, "hela_akten")
    with pytest.raises(RecordRefusedError, match="akt_not_closed"):
        moved(chain, other)
    chain.ended()
    chain.closed()
    before = JournalEntry.objects.filter(journal__akt_id=chain.ids["akt"]).count()
    moved(chain, other)
    akt = Akt.objects.get(pk=chain.ids["akt"])
    assert akt.unit_id == other.provider.unit.pk
    assert akt.person.unit_id == other.provider.unit.pk
    with database_role("app"), access_context(chain.provider.users["enhetschef"]):
        for model in (Akt, Journal, JournalEntry, Dokument, Papper, AktOverlamning):
            assert not model.objects.exists(), model
        assert not Uppdrag.objects.exists()
    with database_role("app"), access_context(other.provider.users["enhetschef"]):
        notes = JournalEntry.objects.filter(journal__akt_id=akt.pk)
        assert notes.count() == before + 1  # and that it went over
        assert Uppdrag.objects.filter(pk=akt.uppdrag_id).exists()
    assert not AktKopia.objects.exists()


BESIDE = (
    Samtycke, SamtyckeDel, SamtyckeAterkallelse, Utlamnande, Invandning, Rattelse,
)  # fmt: skip


def told_and_objected(chain):
    """The provider's own consent, a withdrawn part, a disclosure, an objection, a correction."""
    prepared(chain)
    chain.call("samtycke.spara", by="enhetschef", form=consent(chain.now.date()))
    request = chain.call("journal.anteckna_egen", by="enhetschef", form=asked(), typ="kontakt")
    note = request["anteckning"]
    begaran = str(JournalEntry.objects.get(pk=note).dokument_id)
    review = {"begaran": begaran, "sekretessgrund": "osl.26.1"}
    chain.call("utlamnande.prova", by="enhetschef", form=reviewed(), **review)
    chain.call("samtycke.aterkalla", by="enhetschef", form=withdrawal(chain, "1.2"))
    objection = {"anteckning": str(note), "text": "Jag ringde aldrig."}
    chain.call("invandning.spara", by="enhetschef", form=objection)
    form = {"rattas": "nej", "skal": "Samtalet finns i loggen.", "fel_lydelse": "Ringde."}
    chain.call("rattelse.spara", by="enhetschef", form=form, anteckning=str(note))


def test_r187_what_the_unit_holds_beside_the_akt_goes_along(change):
    chain, other = change("egen_regi")
    told_and_objected(chain)
    words = {model: set(model.objects.values_list("pk", flat=True)) for model in BESIDE}
    assert all(words.values())
    done(chain, "hela_akten")
    chain.ended()
    chain.closed()
    moved(chain, other)
    with database_role("app"), access_context(chain.provider.users["enhetschef"]):
        for model in BESIDE:
            assert not model.objects.exists(), model
    with database_role("app"), access_context(other.provider.users["enhetschef"]):
        for model in BESIDE:
            assert set(model.objects.values_list("pk", flat=True)) == words[model], model
        assert Samtycke.objects.get().person.unit_id == other.provider.unit.pk
        note = JournalEntry.objects.get(typ="akt_overlamnad")
        assert "samtycken 1, utlämnanden 1, invändningar 1, prövade rättelser 1" in note.text
        assert AktOverlamning.objects.count() == 1


def test_r154_the_new_keeper_can_withdraw_what_the_old_one_was_told(change):
    chain, other = change("egen_regi")
    told_and_objected(chain)
    done(chain, "hela_akten")
    chain.ended()
    chain.closed()
    moved(chain, other)
    prepared(other)
    result = other.call("samtycke.aterkalla", by="enhetschef", form=withdrawal(other, "1.1"))
    assert result["stoppade"] == 1
    assert Utlamnande.objects.get().status == "stoppad"


def test_r187_no_program_moves_a_consent_by_itself(change):
    chain, other = change("egen_regi")
    told_and_objected(chain)
    for model in BESIDE:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(unit=other.provider.unit)


def test_r187_r188_an_akt_never_goes_over_whole_without_a_change_that_says_so(change):
    chain, other = change("privat", svar="ja")
    done(chain, "kopior")
    chain.ended()
    chain.closed()
    with pytest.raises(RecordRefusedError, match="akt_may_not_move"):
        moved(chain, other)
    assert Akt.objects.get(pk=chain.ids["akt"]).unit_id == chain.provider.unit.pk


def moved(chain, other):
    return chain.call(
        "akt.lamna_over",
        by="enhetschef",
        akt=chain.ids["akt"],
        till_enhet=str(other.provider.unit.pk),
    )


def test_r184_nobody_is_left_without_a_provider(change):
    chain, _ = change(accept=False)
    assert tried(chain)["lage"] == "saknas"
    with pytest.raises(ProviderMissingError):
        done(chain)
    assert Byte.objects.get().status == "pagar"


def test_r184_every_insats_needs_its_new_provider(change):
    chain, other = change(accept=False)
    only = {"insatser": ["trygghetslarm"], "livsomraden_med": ["trygghet"]}
    ordered(other, chain.ids["uppdrag"], **only).sent().accepted()
    assert tried(chain)["lage"] == "saknas"
    with pytest.raises(ProviderMissingError):
        done(chain)


def test_k3_a_change_closes_the_akt_and_not_the_decision(change):
    chain, other = change(svar="nej")
    row = done(chain, "inga")
    assert len(row["delbeslut"]) == 2
    chain.ended()
    chain.closed()
    ended = chain.call("uppdrag.avsluta", by="system:myndighet", uppdrag=chain.ids["uppdrag"])
    assert ended["alla_avslutade"] is False
    after = chain.call("avslut.foljd", by="system:myndighet", uppdrag=chain.ids["uppdrag"])
    assert after["andra_uppdrag"] is True
    assert other.ids["akt"] != chain.ids["akt"]


def test_a_second_change_of_the_same_uppdrag_waits_for_the_first(change):
    chain, other = change(accept=False)
    again = {
        "by": "handlaggare",
        "form": {"onskad_utforare": other.provider.unit.name},
        "uppdrag": chain.ids["uppdrag"],
        "orsak": "annat",
    }
    with pytest.raises(RecordRefusedError, match="byte_one_at_a_time"):
        chain.call("byte.registrera", **again)
    chain.call("byte.avbryt", by="handlaggare", byte=chain.ids["byte"])
    assert chain.call("byte.registrera", **again)["byte"]


def test_a_provider_reads_nothing_of_the_change(change):
    chain, _ = change(svar="ja")
    with database_role("app"), access_context(chain.provider.users["enhetschef"]):
        assert not Byte.objects.exists()
        assert not Samtycke.objects.exists()
        assert not SamtyckeDel.objects.exists()
    with pytest.raises(RecordNotFoundError):
        chain.call("byte.prova", by="enhetschef", byte=chain.ids["byte"])
