"""Consent, its withdrawal and disclosure: what is kept, what is refused, what is stopped."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from cases.errors import AnswersInvalidError
from records.consent import active_consent, consent_ref
from records.disclosure import waiting
from records.errors import ConsentMissingError, DisclosureStoppedError
from records.models import (
    JournalEntry,
    Samtycke,
    SamtyckeDel,
    Utlamnande,
)
from tests.records.secrecy import CARE, asked, consent, prepared, reviewed, withdrawal

pytestmark = pytest.mark.django_db

SENT = {"satt": "digitalt"}


@pytest.fixture
def chain(chain):
    return prepared(chain).opened()


def given(chain, **changes):
    form = consent(chain.now.date(), **changes)
    return chain.call("samtycke.spara", by="handlaggare", form=form)


def opened(chain, **changes):
    request = chain.call("journal.anteckna_egen", by="handlaggare", form=asked(), typ="kontakt")
    begaran = JournalEntry.objects.get(pk=request["anteckning"]).dokument_id
    return chain.call(
        "utlamnande.prova",
        by="handlaggare",
        form=reviewed(**changes),
        begaran=str(begaran),
        sekretessgrund="osl.26.1",
    )


def sent(chain, disclosure):
    return chain.call(
        "utlamnande.skicka", by="handlaggare", form=SENT, utlamnande=disclosure["utlamnande"]
    )


def problems(call, *args, **kwargs):
    with pytest.raises(AnswersInvalidError) as refused:
        call(*args, **kwargs)
    return {field: code for field, (code, _) in refused.value.errors.items()}


def test_r150_r151_r156_r157_r158_r159_a_consent_is_kept_part_by_part(chain):
    given(chain)
    row = Samtycke.objects.get()
    parts = list(row.delar.order_by("nummer"))
    assert (row.form, row.lamnat_av, row.galler_till) == (
        "muntligt",
        "den_enskilde",
        chain.now.date() + timedelta(days=90),
    )
    assert [part.mottagare_typ for part in parts] == ["vardgivare", "narstaende", "sakkunnig"]
    assert all(part.syfte and part.uppgifter for part in parts)
    note = JournalEntry.objects.get(typ="samtycke_lamnat")
    assert CARE in note.text
    assert str(row.galler_till) in note.text


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"galler_till": None}, "galler_till", "consent_without_end"),
        ({"galler_till": 0}, "galler_till", "consent_without_end"),
        ({"delar": []}, "delar", "consent_without_recipient"),
        ({"formaga_bedomd": ""}, "formaga_bedomd", "capacity_missing"),
        ({"form": ""}, "form", "consent_form_missing"),
        ({"lamnat_av": "stallforetradare"}, "behorighet", "authority_missing"),
    ],
)
def test_r153_what_is_not_limited_or_specified_is_refused(chain, changes, field, code):
    if changes.get("galler_till") == 0:
        changes = {"galler_till": chain.now.date()}
    assert problems(given, chain, **changes) == {field: code}
    assert not Samtycke.objects.exists()


@pytest.mark.parametrize("key", ["mottagare", "syfte", "uppgifter", "mottagare_typ"])
def test_r152_each_part_says_to_whom_why_and_what(chain, key):
    part = consent(chain.now.date())["delar"][0] | {key: [] if key == "uppgifter" else ""}
    assert list(problems(given, chain, delar=[part])) == [f"delar.0.{key}"]


def test_l35_monitoring_needs_those_who_live_there(chain):
    part = consent(chain.now.date())["delar"][0] | {"uppgifter": ["tillsynsteknik"]}
    none = {"delar": [part]}
    assert problems(given, chain, **none) == {"sammanboende": "cohabitants_unknown"}
    missing = none | {"sammanboende": "ja", "narstaende": []}
    assert problems(given, chain, **missing) == {"narstaende": "cohabitant_consent_missing"}
    refused = missing | {"narstaende": [{"namn": "Ture Testberg", "samtycker": "nej"}]}
    assert problems(given, chain, **refused) == {"narstaende": "cohabitant_consent_missing"}
    given(chain, **none, sammanboende="nej")
    agreed = [{"namn": "Ture Testberg", "samtycker": "ja"}]
    given(chain, **none, sammanboende="ja", narstaende=agreed)


def test_r152_a_consent_covers_recipient_purpose_category_and_day(chain):
    given(chain)
    day = chain.now.date()
    asked_for = {"recipient": CARE.upper(), "purpose": "planera stödet", "category": "halsa"}

    def covers(on=day, **changes):
        return active_consent(chain.arende, on=on, **(asked_for | changes)) is not None

    assert covers()
    assert covers(on=day + timedelta(days=90))
    assert not covers(on=day + timedelta(days=91))
    assert not covers(on=day - timedelta(days=1))
    assert not covers(recipient="Någon annan")
    assert not covers(purpose="något annat")
    assert not covers(category="ekonomi")


def test_r154_r155_a_part_is_withdrawn_by_itself_and_noted(chain):
    given(chain)
    chain.call("samtycke.aterkalla", by="mottagning", form=withdrawal(chain, "1.2"))
    first, second, _ = SamtyckeDel.objects.order_by("nummer")
    held = {"arende_id": chain.arende, "on": chain.now.date()}
    for part, covered in ((first, True), (second, False)):
        found = active_consent(
            held["arende_id"],
            recipient=part.mottagare,
            purpose=part.syfte,
            category=part.uppgifter[0],
            on=held["on"],
        )
        assert (found == part) is covered
    note = JournalEntry.objects.get(typ="samtycke_aterkallat")
    assert "gäller inte längre" in note.text
    again = withdrawal(chain, "1.2")
    assert problems(chain.call, "samtycke.aterkalla", by="handlaggare", form=again) == {
        "samtycke": "consent_withdrawn"
    }


def test_r154_withdrawing_stops_what_waits_and_nothing_else(chain):
    given(chain)
    first, other = opened(chain), opened(chain)
    by_law = opened(chain, grund="lagrum", lagrum_grund="osl.10.24", samtycke_del=None)
    sent(chain, other)
    result = chain.call("samtycke.aterkalla", by="handlaggare", form=withdrawal(chain, "1"))
    assert result["stoppade"] == 1
    states = {str(row.pk): row.status for row in Utlamnande.objects.all()}
    assert states == {
        first["utlamnande"]: "stoppad",
        other["utlamnande"]: "skickad",
        by_law["utlamnande"]: "vantar",
    }
    assert [str(row.pk) for row in waiting(chain.arende)] == [by_law["utlamnande"]]
    with pytest.raises(DisclosureStoppedError):
        sent(chain, first)


def test_r159_a_renewal_ends_the_old_consent_and_what_waits_on_it(chain):
    old = given(chain)
    disclosure = opened(chain)
    chain.later(minutes=1)
    form = consent(chain.now.date())
    chain.call("samtycke.spara", by="handlaggare", form=form, ersatter=old["samtycke"])
    row = Utlamnande.objects.get(pk=disclosure["utlamnande"])
    assert (row.status, row.stoppad_orsak) == ("stoppad", "samtycke_ersatt")
    with pytest.raises(AnswersInvalidError):
        opened(chain)
    opened(chain, samtycke_del="2.1")


def test_r152_nothing_is_sent_after_the_last_day(chain):
    given(chain)
    disclosure = opened(chain)
    chain.later(days=91)
    with pytest.raises(ConsentMissingError):
        sent(chain, disclosure)
    state = chain.call(
        "utlamnande.kontrollera", by="handlaggare", utlamnande=disclosure["utlamnande"]
    )
    assert state["lage"] == "stoppad"


def test_k9_r161_a_disclosure_has_a_ground_and_reasons(chain):
    given(chain)
    for changes, field, code in (
        ({"grund": ""}, "grund", "ground_missing"),
        ({"grund": "lagrum", "samtycke_del": None}, "lagrum_grund", "ground_missing"),
        ({"skal": ""}, "skal", "reason_missing"),
        ({"samtycke_del": "1.2"}, "samtycke_del", "consent_missing"),
        ({"samtycke_del": "1"}, "samtycke_del", "consent_missing"),
        ({"uppgifter": ["ekonomi"]}, "uppgifter", "consent_missing"),
    ):
        assert problems(opened, chain, **changes).get(field) == code
    refused = opened(chain, utfall="nekas", grund=None, samtycke_del=None)
    row = Utlamnande.objects.get(pk=refused["utlamnande"])
    assert (row.status, row.sekretessgrund) == ("nekad", "osl.26.1")
    with pytest.raises(DisclosureStoppedError):
        sent(chain, refused)


def test_r161_the_database_sends_nothing_unreviewed_and_forgets_nothing(chain):
    given(chain)
    row = Utlamnande.objects.get(pk=opened(chain)["utlamnande"])
    copy = Utlamnande.objects.get(pk=row.pk)
    copy.pk, copy.status, copy.skickad = UUID(int=1), "skickad", chain.now
    copy._state.adding = True
    for broken in (
        lambda: copy.save(force_insert=True),
        lambda: Utlamnande.objects.filter(pk=row.pk).update(mottagare="Någon annan"),
        lambda: Utlamnande.objects.filter(pk=row.pk).update(kvitterad=chain.now),
        lambda: Utlamnande.objects.filter(pk=row.pk).delete(),
        lambda: Samtycke.objects.update(galler_till=chain.now.date() + timedelta(days=900)),
        lambda: SamtyckeDel.objects.update(mottagare="Någon annan"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()

    assert Utlamnande.objects.get(pk=row.pk).mottagare == CARE


def test_a_receipt_is_kept_once_and_only_for_what_was_sent(chain):
    given(chain)
    disclosure = opened(chain)
    with pytest.raises(DisclosureStoppedError):
        chain.call("utlamnande.kvittera", by="handlaggare", utlamnande=disclosure["utlamnande"])
    sent(chain, disclosure)
    sent(chain.later(days=1), disclosure)
    first = chain.call("utlamnande.kvittera", by="handlaggare", utlamnande=disclosure["utlamnande"])
    chain.later(days=1)
    again = chain.call("utlamnande.kvittera", by="handlaggare", utlamnande=disclosure["utlamnande"])
    assert first == again
    assert Utlamnande.objects.get().skickad < Utlamnande.objects.get().kvitterad


def test_a_consent_is_named_by_number():
    assert (consent_ref(2), consent_ref(2, 1)) == ("2", "2.1")


@pytest.mark.parametrize(
    ("driftsform", "lag", "grund"),
    [
        ("myndighet", "SoL", "osl.26.1"),
        ("egen_regi", "LSS", "osl.26.1"),
        ("privat", "SoL", "sol2025.17.11"),
        ("privat", "LSS", "lss.29"),
    ],
)
def test_r160_the_secrecy_follows_who_holds_it(chain, driftsform, lag, grund):
    found = chain.bundle.decision("sekretessgrund").evaluate(
        "sekretessgrund", {"driftsform": driftsform, "lag": lag}
    )
    assert found.value == grund


def test_r160_each_side_knows_its_own(chain):
    assert chain.call("sekretess.underlag", by="handlaggare") == {
        "driftsform": "myndighet",
        "lag": "SoL",
    }
    chain.investigated().decided().ordered().sent().accepted()
    assert chain.call("sekretess.underlag", by="personal") == {
        "driftsform": "egen_regi",
        "lag": "SoL",
    }
