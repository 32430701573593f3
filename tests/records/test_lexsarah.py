"""Lex Sarah: reported once, judged by a person, investigated by another; IVO never waits."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from cases.actor import actor_for
from cases.errors import AnswersInvalidError
from cases.models import RoleGrant
from records.errors import (
    LexSarahFeedbackMissingError,
    LexSarahIvoMissingError,
    LexSarahNotIndependentError,
    LexSarahOpenError,
    RecordNotFoundError,
    RecordRefusedError,
)
from records.models import (
    Avvikelse,
    HandelseLank,
    LexSarah,
    LexSarahBedomning,
    LexSarahNamnd,
)
from tests.racing import at_once
from tests.records.chain import T0, Chain, place
from tests.signing import sign

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
DAY = T0.date()
INVESTIGATION = {
    "handelse": "Larmet besvarades inte.",
    "upptackt": "Nattpersonalen berättade.",
    "konsekvens_enskild": "Låg på golvet i sex timmar.",
    "orsaker": "Ingen kontroll av batteriet.",
    "omedelbara_atgarder": "Larmet byttes.",
    "upprepningsrisk": "medel",
    "tidigare_liknande": "Nej.",
}
RECEIPT = {"datum": DAY, "satt": "e_tjanst", "kvittens": "IVO-1", "utredning_bifogad": "nej"}


def whole_organisation(where, role, name):
    """Somebody whose role holds in the organisation, in none of its units."""
    user = get_user_model().objects.create_user(name)
    organisation = where.unit.organisation
    day = T0.date() - timedelta(days=365)
    RoleGrant.objects.create(user=user, role=role, organisation=organisation, valid_from=day)
    sign(user, organisation)
    where.users[role] = actor_for(user, T0)


@pytest.fixture
def authority():
    return place("myndighet", "Myndighet Norr", "myndighet", "handlaggare", "registrator")


@pytest.fixture
def provider():
    made = place("utforare", "Omsorg Norr", "privat", "enhetschef", "personal", "kvalitetsansvarig")
    whole_organisation(made, "lex_sarah_utredare", "utredare")
    return made


@pytest.fixture
def chain(authority, provider):
    return Chain(authority, provider, program="app")


def reported(chain, *, by="personal", **changes):
    form = {
        "slag": "missforhallande",
        "handelse": "Larmet besvarades inte.",
        "handelse_datum": DAY,
        "konsekvens": "allvarlig",
        "konsekvens_enskild": "Låg på golvet i sex timmar.",
        "lag": "sol",
    } | changes
    return chain.call("lex_sarah.rapportera", by=by, form=form)["lex_sarah"]


def judged(chain, ref, outcome="allvarligt"):
    form = {"utfall": outcome, "skal": "Utebliven hjälp med risk för liv."}
    return chain.call("lex_sarah.bedom", by="kvalitetsansvarig", form=form, lex_sarah=ref)


def investigated(chain, ref, *, by="lex_sarah_utredare", **changes):
    return chain.call("lex_sarah.utred", by=by, form=INVESTIGATION | changes, lex_sarah=ref)


def notified(chain, ref, slag="anmalan", **changes):
    form = RECEIPT | changes
    return chain.call("lex_sarah.ivo", by="kvalitetsansvarig", form=form, lex_sarah=ref, slag=slag)


def told(chain, ref, *receivers, **form):
    for receiver in receivers or ("rapportor", "enskild", "personal"):
        chain.call(
            "lex_sarah.besked",
            by="kvalitetsansvarig",
            form=form or {"lamnat": "ja", "datum": DAY},
            lex_sarah=ref,
            mottagare=receiver,
        )


def closed(chain, ref):
    return chain.call("lex_sarah.avsluta", by="kvalitetsansvarig", lex_sarah=ref)


def deviation(provider):
    return Avvikelse.objects.create(
        organisation=provider.unit.organisation,
        unit=provider.unit,
        nummer="A-2026-1",
        kategori="insats",
        handelse="Larmet besvarades inte.",
        handelse_datum=DAY,
        konsekvens="allvarlig",
        krav=["krav"],
        rapporterad=T0,
    )


def suspected(chain, source):
    ref = {"kalla": "avvikelse", "kalla_id": str(source.pk)}
    return chain.call("lex_sarah.rapportera", by="system:utforare", **ref)


def test_l24_the_same_event_is_reported_once(chain, provider):
    source = deviation(provider)
    first, second = suspected(chain, source), suspected(chain, source)
    assert (first["ny"], second["ny"]) == (True, False)
    assert first["lex_sarah"] == second["lex_sarah"]
    assert HandelseLank.objects.get().till == "lex_sarah"


def test_l24_who_reports_the_same_event_again_finds_the_report(chain):
    ref = reported(chain)
    assert reported(chain, by="enhetschef", samma_som=LexSarah.objects.get().nummer) == ref
    assert LexSarah.objects.count() == 1


def test_l24_two_suspicions_at_once_are_one_report(chain, provider):
    source = deviation(provider)
    outcome = at_once(*(lambda: suspected(chain, source) for _ in range(2)))
    assert sorted(found["ny"] for found in outcome) == [False, True]
    assert LexSarah.objects.count() == 1


def test_l24_what_is_not_the_units_own_is_not_reported(chain, authority):
    with pytest.raises(RecordNotFoundError):
        suspected(chain, deviation(authority))


def test_l24_what_it_meant_for_the_person_is_always_told(chain):
    with pytest.raises(AnswersInvalidError):
        reported(chain, konsekvens_enskild="")
    with pytest.raises(AnswersInvalidError):
        investigated(chain, reported(chain), konsekvens_enskild="")


def test_l24_a_private_provider_informs_namnden_with_number_and_kind_only(chain, authority):
    form = {"slag": "missforhallande", "handelse": "x", "konsekvens_enskild": "y"}
    found = chain.call("lex_sarah.rapportera", by="personal", form=form)
    assert found["privat"] is True
    assert found["namnd_enhet"] == str(authority.unit.pk)
    chain.call(
        "lex_sarah.namnd_mottagen",
        by="system:myndighet",
        lex_sarah=found["lex_sarah"],
        nummer=found["nummer"],
        slag="rapport",
        fran_enhet=str(chain.provider.unit.pk),
    )
    row = LexSarahNamnd.objects.get()
    receipt = {"diarienummer": "26-1", "namnden_informerad": True}
    done = {"by": "registrator", "form": receipt, "namnd_rad": str(row.pk)}
    chain.call("lex_sarah.namnd_kvittera", **done)
    with pytest.raises(RecordNotFoundError):
        chain.call("lex_sarah.namnd_kvittera", **done)


def test_l24_who_reported_or_works_in_the_unit_does_not_investigate(chain):
    ref = reported(chain, by="personal")
    for by in ("personal", "enhetschef"):
        with pytest.raises(LexSarahNotIndependentError):
            investigated(chain, ref, by=by)
    own = reported(chain, by="lex_sarah_utredare")
    with pytest.raises(LexSarahNotIndependentError):
        investigated(chain, own)
    assert investigated(chain, ref)["utredd_datum"] == DAY


def test_l24_ivo_does_not_wait_and_gets_the_investigation_later(chain):
    ref = reported(chain)
    assert judged(chain, ref)["ivo_steg"] == "anmalan"
    with pytest.raises(AnswersInvalidError):
        notified(chain, ref, utredning_bifogad="ja")
    notified(chain, ref)
    investigated(chain, ref)
    assert judged(chain, ref)["ivo_steg"] == "komplettering"
    notified(chain, ref, "komplettering")
    assert judged(chain, ref)["ivo_steg"] == "ingen"


def test_k12_ivo_is_not_told_of_what_nobody_found_serious(chain):
    ref = reported(chain)
    judged(chain, ref, "missforhallande")
    with pytest.raises(RecordRefusedError):
        notified(chain, ref)


def test_l24_nothing_is_closed_before_all_of_it_is_done(chain):
    ref = reported(chain)
    with pytest.raises(LexSarahOpenError):
        closed(chain, ref)
    judged(chain, ref)
    with pytest.raises(LexSarahOpenError):
        closed(chain, ref)
    investigated(chain, ref)
    with pytest.raises(LexSarahIvoMissingError):
        closed(chain, ref)
    notified(chain, ref, utredning_bifogad="ja")
    told(chain, ref, "rapportor", "personal")
    with pytest.raises(LexSarahFeedbackMissingError):
        closed(chain, ref)
    with pytest.raises(AnswersInvalidError):
        told(chain, ref, "enskild", lamnat="nej", skal="")
    told(chain, ref, "enskild", lamnat="nej", skal="Ingen enskild är känd.")
    closed(chain, ref)
    assert LexSarah.objects.get().stangd_som == "allvarligt"


def test_k12_what_is_no_missforhallande_is_closed_with_feedback(chain):
    ref = reported(chain)
    judged(chain, ref, "inte_missforhallande")
    told(chain, ref)
    closed(chain, ref)


def test_l24_what_was_decided_stands(chain):
    ref = reported(chain)
    judged(chain, ref)
    with pytest.raises(IntegrityError), transaction.atomic():
        LexSarahBedomning.objects.update(utfall="missforhallande")
    with pytest.raises(IntegrityError), transaction.atomic():
        LexSarah.objects.update(handelse="Inget hände.")
    with pytest.raises(IntegrityError), transaction.atomic():
        LexSarah.objects.all().delete()
