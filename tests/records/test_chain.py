"""From ansökan to uppdrag: what each requirement of the chain asks of the record."""

import pytest

from cases.errors import AnswersInvalidError
from records.errors import (
    LivsomradenIncompleteError,
    NotWithinDelegationError,
    PersonDeceasedError,
    UppdragStateError,
)
from records.models import (
    Akt,
    Arende,
    Beslut,
    BeslutUppfoljning,
    Dodsfall,
    Dokument,
    Journal,
    JournalEntry,
    Kvittens,
    LivsomradeBedomning,
    MalResultat,
    Person,
    Uppdrag,
    UppdragInsats,
    UppdragMal,
    Uppfoljning,
    Utredning,
)
from tests.records.chain import AREAS, areas, decision, goals

pytestmark = pytest.mark.django_db


def field_codes(error):
    return {path: code for path, (code, _) in error.value.errors.items()}


def test_r080_every_step_of_the_chain_is_in_the_record_in_order(chain):
    chain.running().planned().established()
    chain.later(days=30).followed_up()
    facts = [fact.name for fact in chain.facts]
    steps = [
        "arende.oppnat",
        "utredning.inledd",
        "utredning.avslutad",
        "beslut",
        "uppdrag.skickat",
        "uppdrag.mottaget",
        "verkstallighet",
        "plan.faststalld",
        "plan.uppfoljd",
    ]
    assert [name for name in facts if name in steps] == steps


def test_r082_coded_needs_travel_without_retyping(chain):
    chain.opened().investigated().decided().ordered()
    copied = UppdragMal.objects.order_by("nummer").values_list(
        "livsomrade", "behov", "mal", "insats", "bedomd"
    )
    assert list(copied) == [
        (
            "personlig_vard",
            "Behöver stöd att tvätta sig",
            "Tvättar sig med stöd varje dag",
            "hemtjanst_omvardnad",
            3,
        ),
        ("trygghet", "Är rädd om natten", "Känner sig trygg", "trygghetslarm", 2),
    ]


def test_r083_an_insats_without_need_and_goal_cannot_be_ordered(chain):
    chain.opened().investigated().decided()
    with pytest.raises(AnswersInvalidError) as error:
        chain.ordered(livsomraden_med=["personlig_vard"])
    assert field_codes(error) == {"livsomraden_med": "uppdrag_without_need_or_goal"}
    assert not Uppdrag.objects.exists()


def test_r083_the_uppdrag_says_which_support_was_granted(chain):
    chain.opened().investigated().decided(omfattning="5 tim/vecka").ordered()
    parts = UppdragInsats.objects.order_by("insats").values_list("insats", "omfattning", "lagrum")
    assert list(parts) == [
        ("hemtjanst_omvardnad", "5 tim/vecka", "sol2025.11.1"),
        ("trygghetslarm", "5 tim/vecka", "sol2025.11.1"),
    ]


def test_r083_only_what_was_granted_can_be_ordered(chain):
    chain.opened().investigated().decided()
    with pytest.raises(AnswersInvalidError) as error:
        chain.ordered(insatser=["matdistribution"])
    assert field_codes(error)["insatser"] == "not_granted"


def test_r084_who_took_part_in_a_follow_up_and_why_not(chain):
    chain.running().planned().established()
    with pytest.raises(AnswersInvalidError) as error:
        chain.followed_up(deltog_enskild="nej")
    assert field_codes(error) == {"deltog_enskild_orsak": "participation_reason_missing"}
    chain.followed_up(deltog_enskild="nej", deltog_enskild_orsak="Var på sjukhus.")
    stored = Uppfoljning.objects.get().deltagande
    assert stored["enskild"] == {"deltog": False, "orsak": "Var på sjukhus."}
    assert stored["utforare"]["deltog"] is True
    assert stored["handlaggare"]["deltog"] is False


def test_r086_the_person_can_be_followed_from_ansokan_to_result(chain):
    chain.running().planned().established()
    chain.later(days=30).followed_up()
    result = MalResultat.objects.get(mal__nummer=1)
    source = result.mal.uppdragsmal
    assert (source.bedomd, source.avsett, result.bedomd_nu) == (3, 2, 2)
    assert result.uppfoljning.akt.arende_id == chain.arende
    for model in (Dokument, Journal, Utredning, Beslut, Uppdrag, Akt):
        assert set(model.objects.values_list("arende_id", flat=True)) == {chain.arende}


def test_r087_a_decision_outside_the_delegation_is_refused(chain):
    chain.opened().investigated()
    with pytest.raises(NotWithinDelegationError):
        chain.decided(insats="sarskilt_boende")
    assert not Beslut.objects.exists()
    result = chain.call(
        "beslut.spara", by="myndighetschef", form=decision(insats="sarskilt_boende")
    )
    assert result["beslut_utfall"] == "bifall"
    assert Beslut.objects.get().beslutsfattare_roll == "myndighetschef"


def test_r087_a_decision_keeps_its_law_version(chain):
    chain.opened().investigated().decided()
    assert Beslut.objects.get().law_version == "SoL 2025:400"


def test_r088_every_livsomrade_must_be_marked(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    form = areas()
    form["livsomraden"] = form["livsomraden"][:10]
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("livsomraden.spara", by="handlaggare", form=form)
    assert field_codes(error) == {"livsomraden": "livsomraden_incomplete"}
    with pytest.raises(LivsomradenIncompleteError):
        chain.call("utredning.avsluta", by="handlaggare")


def test_r088_ej_utrett_needs_a_reason(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("livsomraden.spara", by="handlaggare", form=areas(hemliv="ej_utrett"))
    assert list(field_codes(error).values()) == ["livsomraden_incomplete"]


def test_r088_flat_keys_of_a_form_count_as_rows(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    flat = {f"{code}_status": "ej_aktuellt" for code in AREAS}
    flat |= {"trygghet_status": "aktuellt", "trygghet_bedomd": "2", "trygghet_behov": True}
    result = chain.call("livsomraden.spara", by="handlaggare", form=flat)
    assert (result["antal_aktuella"], result["antal_behov"]) == (1, 1)
    assert LivsomradeBedomning.objects.get(livsomrade="trygghet").bedomd == 2


def test_r088_a_goal_outside_the_current_areas_is_refused(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    chain.call("livsomraden.spara", by="handlaggare", form=areas(trygghet="ej_aktuellt"))
    with pytest.raises(AnswersInvalidError) as error:
        chain.call("mal.spara", by="handlaggare", form=goals())
    assert field_codes(error) == {"mal.1.livsomrade": "goal_area_not_current"}


def test_r090_the_journal_is_created_with_the_acceptance(chain):
    chain.opened().investigated().decided().ordered().sent()
    assert not Journal.objects.filter(kind="verkstallighet").exists()
    chain.accepted()
    journal = Journal.objects.get(kind="verkstallighet")
    assert str(journal.akt_id) == chain.ids["akt"]
    assert journal.oppnad == Uppdrag.objects.get().besvarad
    assert journal.anteckningar.get().typ == "uppdrag_mottaget"


def test_k8_a_declined_uppdrag_leaves_no_akt_and_ends_access(chain):
    chain.opened().investigated().decided().ordered().sent()
    with pytest.raises(AnswersInvalidError):
        chain.call("uppdrag.avboj", by="enhetschef", form={}, uppdrag=chain.ids["uppdrag"])
    form = {"avbojandeskal": "Ingen personal."}
    chain.call("uppdrag.avboj", by="enhetschef", form=form, uppdrag=chain.ids["uppdrag"])
    uppdrag = Uppdrag.objects.get()
    assert (uppdrag.status, uppdrag.delad_med_id) == ("avbojt", None)
    assert set(UppdragMal.objects.values_list("delad_med", flat=True)) == {None}
    assert not Akt.objects.exists()
    assert Person.objects.count() == 1


def test_k8_an_uppdrag_is_accepted_once(chain):
    chain.running()
    with pytest.raises(UppdragStateError):
        chain.accepted()
    assert Akt.objects.count() == 1


def test_k2_nothing_is_sent_about_a_deceased_person(chain):
    chain.opened().investigated().decided().ordered()
    chain.call("person.avliden", by="handlaggare", datum=chain.now.date(), kalla="folkbokforing")
    with pytest.raises(PersonDeceasedError):
        chain.sent()
    assert Uppdrag.objects.get().status == "aterkallat"


def test_k2_every_arende_of_the_person_hears_of_the_death_once(chain):
    """Else the second ärende keeps its tasks of contact, and can never begin to end."""

    def told():
        return chain.call("person.avliden", by="handlaggare", datum=chain.now.date())["avliden"]

    chain.opened()
    assert (told(), told()) == (True, False)
    chain.opened()
    assert (told(), told()) == (True, False)
    assert (Person.objects.count(), Dodsfall.objects.count()) == (1, 1)


def test_k7_the_provider_holds_its_own_copy_of_the_person(chain):
    chain.running()
    own, copy = Person.objects.order_by("skapad")
    assert (own.personnummer, own.namn) == (copy.personnummer, copy.namn)
    assert own.unit_id == chain.authority.unit.pk
    assert copy.unit_id == chain.provider.unit.pk


def test_p1_address_of_a_protected_person_never_travels(chain):
    chain.opened(skydd="sekretessmarkering").investigated().decided().ordered()
    assert Uppdrag.objects.get().person_kopia["adress"] == ""
    assert Uppdrag.objects.get().secrecy == 1


def test_r096_handlaggare_and_provider_follow_up_each_for_themselves(chain):
    chain.running().planned().established()
    chain.later(days=30).followed_up()
    form = {
        "uppfoljningsdatum": chain.now.date(),
        "deltog_enskild": "ja",
        "deltog_utforare": "ja",
        "insatser_givna": "ja",
        "motsvarar_behov": "ja",
        "utfall": "oforandrat",
    }
    result = chain.call("beslut.folj_upp", by="handlaggare", form=form, beslut=chain.ids["beslut"])
    assert result["utfall"] == "oforandrat"
    assert BeslutUppfoljning.objects.count() == Uppfoljning.objects.count() == 1
    assert BeslutUppfoljning.objects.get().unit_id != Uppfoljning.objects.get().unit_id


@pytest.mark.parametrize(
    ("direction", "sender", "receiver", "kind"),
    [
        ("till_handlaggare", "utsedd_kontakt", "handlaggare", "myndighet"),
        ("till_utforare", "handlaggare", "enhetschef", "verkstallighet"),
    ],
)
def test_r097_changed_need_is_told_and_receipted(chain, direction, sender, receiver, kind):
    chain.running()
    inputs = {"akt": chain.ids["akt"]} if direction == "till_handlaggare" else {}
    form = {"beskrivning": "Har fallit.", "datum": chain.now.date()}
    told = chain.call("behov.notera", by=sender, form=form, riktning=direction, **inputs)
    assert Kvittens.objects.get().kvitterad is None
    assert told["uppdrag"] == chain.ids["uppdrag"]
    assert UUID_OF[receiver](chain) == told["mottagare_enhet"]
    chain.later(hours=3).call("behov.kvittera", by=receiver, behov=told["behov"])
    assert Kvittens.objects.get().kvitterad == chain.now
    chain.later(days=1).call("behov.kvittera", by=receiver, behov=told["behov"])
    assert Kvittens.objects.get().kvitterad < chain.now
    received = JournalEntry.objects.filter(journal__kind=kind, typ="forandrat_behov")
    assert received.filter(text__startswith="Förändrat behov mottaget").count() == 1


UUID_OF = {
    "handlaggare": lambda chain: str(chain.authority.unit.pk),
    "enhetschef": lambda chain: str(chain.provider.unit.pk),
}


def test_r141_contact_with_the_handlaggare_stands_in_the_journal(chain):
    chain.running()
    form = {"beskrivning": "Har fallit."}
    chain.call(
        "behov.notera",
        by="utsedd_kontakt",
        form=form,
        riktning="till_handlaggare",
        akt=chain.ids["akt"],
    )
    note = JournalEntry.objects.get(typ="handlaggare_kontaktad")
    assert "Har fallit." in note.text
    assert note.journal.kind == "verkstallighet"


def test_a_changed_decision_changes_the_uppdrag_and_the_akt_goes_on(chain):
    chain.running()
    first = chain.ids["beslut"]
    chain.later(days=100)
    form = decision(lagrum="sol2025.11.1")
    new = chain.call("beslut.spara", by="handlaggare", form=form, ersatter_beslut=first)
    result = chain.call(
        "uppdrag.andra",
        by="handlaggare",
        form={"livsomraden_med": ["trygghet"], "insatser": ["trygghetslarm"]},
        beslut=new["beslut"],
        ersatter_beslut=first,
    )
    assert (result["uppdrag"], result["akt"]) == (chain.ids["uppdrag"], chain.ids["akt"])
    newest = UppdragMal.objects.filter(version=2)
    assert list(newest.values_list("livsomrade", "delad_med")) == [
        ("trygghet", chain.provider.unit.pk)
    ]
    assert UppdragMal.objects.filter(version=1).count() == 2
    chain.planned(
        mal=[{"uppdragsmal": "1", "mal": "Trygg"}],
        aktiviteter=[{"mal": 1, "vad": "a", "hur": "b", "nar": "c", "vem": "d"}],
    )


def test_the_case_number_runs_within_the_year(chain):
    chain.opened()
    assert Arende.objects.get().nummer.startswith("2026-")


def test_a_wrong_personnummer_is_refused_without_repeating_it(chain):
    with pytest.raises(AnswersInvalidError) as error:
        chain.opened(personnummer="194003652388")
    assert field_codes(error) == {"personnummer": "personnummer_invalid"}
    assert "194003652388" not in f"{error.value} {error.value.errors}"


def test_no_number_needs_a_reason(chain):
    with pytest.raises(AnswersInvalidError) as error:
        chain.opened(personnummer=None)
    assert field_codes(error) == {"utan_id_skal": "utan_id_skal_missing"}
    chain.opened(personnummer=None, utan_id_skal="Nyligen inflyttad.")
    assert str(Person.objects.get()) == "personnummer saknas"
