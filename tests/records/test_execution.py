"""What has begun to close at the provider is not asked to close again (K-3)."""

import pytest

from cases.models import Instance, Message
from engine.bundle import Bundle
from records.errors import RecordNotFoundError
from records.execution import being_ended
from tests.processes.town import edition
from tests.records.conftest import with_papers
from tests.records.test_egenkontroll import _stored

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def chain(program_chain, monkeypatch):
    return with_papers(program_chain, monkeypatch).running().planned().established()


def closing(chain, bundle: Bundle) -> Instance:
    """The provider has begun: ``avsluta`` goes on for the uppdrag."""
    return Instance.objects.create(
        bundle=_stored(bundle),
        process_key="avsluta",
        business_key=chain.ids["uppdrag"],
        arende_id=chain.arende,
        organisation=chain.provider.unit.organisation,
        unit=chain.provider.unit,
        state=b"",
        started_at=chain.now,
        secrecy=chain.secrecy,
    )


def ended(chain):
    return chain.call(
        "beslut.upphor", by="handlaggare", beslut=chain.ids["beslut"], orsak="beslut_upphort"
    )


def test_what_is_being_carried_out_is_asked_to_end(chain):
    assert being_ended(chain.arende) == frozenset()
    assert ended(chain)["avslutas"] == [chain.ids["uppdrag"]]


def test_what_is_being_closed_is_not_asked_again(chain):
    closing(chain, edition())
    assert being_ended(chain.arende) == {chain.ids["uppdrag"]}
    assert ended(chain)["avslutas"] == []
    affected = {"beslut": chain.ids["beslut"], "ersatter_beslut": chain.ids["beslut"]}
    assert chain.call("uppdrag.berorda", by="handlaggare", **affected)["berorda_uppdrag"] == []


def test_a_request_under_way_counts(chain):
    Message.objects.create(
        name="uppdrag.avslutas",
        key=chain.ids["uppdrag"],
        arende_id=chain.arende,
        organisation=chain.authority.unit.organisation,
        unit=chain.authority.unit,
        sent_at=chain.now,
        sent_by="handlaggare",
    )
    assert being_ended(chain.arende) == {chain.ids["uppdrag"]}


def test_another_provider_cannot_be_asked_for_what_is_being_closed(chain):
    closing(chain, edition())
    form = {"val": "ickeval", "underrattad_datum": chain.now.date()}
    with pytest.raises(RecordNotFoundError):
        chain.call(
            "byte.registrera",
            by="handlaggare",
            form=form,
            uppdrag=chain.ids["uppdrag"],
            orsak="den_enskilde_onskar",
        )
