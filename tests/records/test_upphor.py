"""A provider's unit ends: no akt without owner; myndigheten's final note needs four eyes (K-3)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.errors import AnswersInvalidError
from records.errors import (
    AktStillOpenError,
    AktWithoutOwnerError,
    ProviderNotGoneError,
    RecordRefusedError,
)
from records.models import (
    Akt,
    AktOverlamning,
    JournalEntry,
    MyndighetsSlutanteckning,
    Upphorande,
    UpphorandeAkt,
)
from tests.records.chain import database_role, place

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def authority():
    return place(
        "myndighet",
        "Myndighet Norr",
        "myndighet",
        "mottagning",
        "handlaggare",
        "arbetsledare",
        "myndighetschef",
    )


@pytest.fixture
def provider():
    roles = ("enhetschef", "utsedd_kontakt", "personal")
    return place("utforare", "Omsorg Norr", "privat", *roles)


@pytest.fixture
def chain(program_chain):
    return program_chain.running()


def note(**changes):
    return {
        "skal": "Utföraren är försatt i konkurs.",
        "avslutsorsak": "behov_upphort",
        "sammanfattning": "Stödet gavs enligt planen.",
        "signera": True,
    } | changes


def ending(chain, *, days=0, **changes):
    form = {
        "enhet": chain.provider.unit.name,
        "datum": chain.now.date() + timedelta(days=days),
        "orsak": "konkurs",
    } | changes
    return chain.call("verksamhet.upphor", by="myndighetschef", form=form)


def owned(chain, row, owner="myndighet", **changes):
    form = {"agare": owner, "atgard": "avsluta"} | changes
    return chain.call("verksamhet.besluta_akt", by="myndighetschef", form=form, rad=row)


def complete(chain, started):
    return chain.call("verksamhet.avsluta", by="myndighetschef", upphorande=started["upphorande"])


def stored(chain, by, form):
    where, actor = chain.actor(by)
    context = CapabilityContext(
        now=chain.now,
        actor=actor,
        bundle=chain.bundle,
        process_key="prov",
        instance_id=uuid4(),
        arende_id=chain.arende,
        organisation=where.unit.organisation_id,
        unit=where.unit.pk,
        secrecy=0,
        element="Task_Prov",
    )
    with database_role("app"), access_context(actor):
        return chain.document(context, form)


def closed_by_authority(chain, *, writer="handlaggare", reviewer="arbetsledare", **changes):
    return chain.call(
        "slutanteckning.myndighet",
        by=reviewer,
        uppdrag=chain.ids["uppdrag"],
        dokument=stored(chain, writer, note(**changes)),
        granskning=stored(chain, reviewer, {"godkand": "ja"}),
    )


def test_r198_a_checklist_line_for_each_akt(chain):
    started = ending(chain)
    row = UpphorandeAkt.objects.get()
    assert started["rader"] == [str(row.pk)]
    assert (str(row.akt_id), row.agare) == (chain.ids["akt"], "")
    assert started["privat"] is True
    again = ending(chain)
    assert (again["upphorande"], again["rader"]) == (started["upphorande"], started["rader"])


def test_r198_it_cannot_be_completed_while_an_akt_has_no_owner(chain):
    started = ending(chain)
    chain.ended()
    chain.closed()
    with pytest.raises(AktWithoutOwnerError):
        complete(chain, started)
    assert Upphorande.objects.get().avslutat is None


def test_r198_it_cannot_be_completed_while_an_akt_is_open(chain):
    started = ending(chain)
    owned(chain, started["rader"][0])
    with pytest.raises(AktStillOpenError):
        complete(chain, started)


def test_r198_the_akt_goes_to_its_new_keeper_when_the_unit_ends(chain):
    started = ending(chain)
    owned(chain, started["rader"][0])
    chain.ended()
    chain.closed()
    complete(chain, started)
    akt = Akt.objects.get()
    assert akt.unit_id == chain.authority.unit.pk
    assert AktOverlamning.objects.get().grund == "upphor"
    with database_role("app"), access_context(chain.provider.users["enhetschef"]):
        assert not Akt.objects.exists()
        assert not JournalEntry.objects.exists()


def test_r198_the_database_itself_refuses_an_ending_without_owners(chain):
    ending(chain)
    with pytest.raises(IntegrityError, match="akt_without_owner"), transaction.atomic():
        Upphorande.objects.update(avslutat=chain.now)


def test_l32_the_day_ivo_was_told_is_kept_once(chain):
    started = ending(chain)
    form = {"ivo_underrattad": chain.now.date()}
    ids = {"upphorande": started["upphorande"]}
    chain.call("verksamhet.ivo", by="myndighetschef", form=form, **ids)
    assert Upphorande.objects.get().ivo_underrattad == chain.now.date()
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Upphorande.objects.update(ivo_underrattad=chain.now.date() - timedelta(days=1))


def test_l32_r198_the_provider_tells_the_authority_that_gave_its_uppdrag(chain):
    form = {"datum": chain.now.date(), "orsak": "konkurs"}
    told = chain.call("verksamhet.anmal", by="enhetschef", form=form)
    assert told["mottagare_enhet"] == str(chain.authority.unit.pk)


def test_k3_the_authority_writes_nothing_while_the_provider_is_there(chain):
    with pytest.raises(ProviderNotGoneError):
        chain.call("slutanteckning.forbered", by="handlaggare", uppdrag=chain.ids["uppdrag"])
    ending(chain, days=10)
    with pytest.raises(ProviderNotGoneError):
        closed_by_authority(chain)
    assert Akt.objects.get().status == "oppen"


def test_k3_the_authority_closes_with_reason_and_four_eyes(chain):
    ending(chain)
    closed_by_authority(chain)
    akt = Akt.objects.get()
    assert (akt.status, akt.slutanteckning.orsak) == ("stangd", "behov_upphort")
    assert akt.slutanteckning.journal.akt_id == akt.pk
    row = MyndighetsSlutanteckning.objects.get()
    writer, reviewer = (chain.authority.users[name] for name in ("handlaggare", "arbetsledare"))
    assert (row.skriven_av_id, row.granskad_av_id) == (writer.user_id, reviewer.user_id)
    assert akt.slutanteckning.signerad_av_id == writer.user_id
    assert akt.gallringsdatum is not None or akt.gallring_utfall == "jurist"


def test_k3_the_same_person_cannot_write_and_review(chain):
    ending(chain)
    with pytest.raises(RecordRefusedError, match="authority_note_four_eyes"):
        closed_by_authority(chain, writer="arbetsledare")
    assert Akt.objects.get().status == "oppen"
    assert not JournalEntry.objects.filter(typ="slutanteckning").exists()


def test_k3_the_gate_accepts_exactly_that(chain):
    """A note signed by somebody of the authority closes nothing without its row of four eyes."""
    ending(chain)
    journal = Akt.objects.get().journal
    with transaction.atomic():
        entry = JournalEntry.objects.create(
            organisation_id=journal.organisation_id,
            unit_id=journal.unit_id,
            journal=journal,
            typ="slutanteckning",
            orsak="behov_upphort",
            text="Text.",
            handelsetid=chain.now,
            registrerad=chain.now,
            forfattare_namn="Handläggaren",
            signerad=chain.now,
            signerad_av_id=chain.authority.users["handlaggare"].user_id,
        )
    statement = (
        "UPDATE records_akt SET status = 'stangd', stangd = now(), slutanteckning_id = %s"
        " WHERE id = %s"
    )
    with (
        pytest.raises(IntegrityError, match="final_note_by_other"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [entry.pk, chain.ids["akt"]])


def test_r198_nothing_new_is_given_to_a_unit_that_ends(chain):
    third = place("utforare", "Omsorg Ny", "privat", "enhetschef", "utsedd_kontakt", "personal")
    ending(chain, enhet=third.unit.name)
    form = {"onskad_utforare": third.unit.name}
    with pytest.raises(AnswersInvalidError, match="onskad_utforare"):
        chain.call(
            "byte.registrera",
            by="handlaggare",
            form=form,
            uppdrag=chain.ids["uppdrag"],
            orsak="annat",
        )
