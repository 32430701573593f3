"""No role is active without a signed sekretessförbindelse (R-162)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from cases import queries, use_cases
from cases.actor import actor_for
from cases.context import access_context
from cases.errors import NotPermittedError, TextChangedError, UserUnknownError
from cases.models import Bundle, RoleGrant, Sekretessforbindelse
from tests.cases.conftest import DAY, NOW, begin, database_role, open_task
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
TEXT = '[[ansvar]]\nid = "forbindelse"\nslag = "forbindelse"\nrubrik = "R"\ntext = "T"\n'


@pytest.fixture
def new(world: SimpleNamespace) -> User:
    """Employed today in unit one, with nothing signed."""
    row = Bundle.objects.get()
    Bundle.objects.create(
        hash="f" * 64, edition="med text", valid_from=date(2025, 1, 1), deployed_at=NOW + DAY,
        files={**row.files, "terms/personalens_ansvar.toml": TEXT},
    )  # fmt: skip
    user = User.objects.create_user("nora")
    RoleGrant.objects.create(
        user=user, role="handlaggare", organisation=world.authority, unit=world.one,
        valid_from=date(2026, 8, 1),
    )  # fmt: skip
    return user


def version() -> str:
    text = use_cases.undertaking_text(NOW)
    assert text is not None
    return text.version


def test_r162_a_role_without_a_signature_gives_no_access(world: SimpleNamespace, new: User) -> None:
    task = open_task(begin(world).instance_id, "A")
    nora = actor_for(new, NOW)
    assert (nora.grants, nora.units, nora.secrecy) == ((), (), -1)
    assert nora.waits_for_signature
    with database_role("app"):
        with access_context(nora):
            assert queries.inbox(nora, now=NOW).count() == 0
        with pytest.raises(NotPermittedError):
            begin(world, nora)
        with pytest.raises(UserUnknownError):
            use_cases.delegate(task.pk, to_user=new.pk, actor=world.anna, now=NOW)


def test_r162_the_role_is_active_from_the_day_of_the_signature(
    world: SimpleNamespace, new: User
) -> None:
    begin(world)
    with database_role("app"):
        signed = use_cases.sign_undertaking(
            world.authority.pk, version=version(), actor=actor_for(new, NOW), now=NOW
        )
        assert signed == NOW.date()
        nora = actor_for(new, NOW)
        assert nora.roles == {"handlaggare"}
        assert not nora.unsigned
        with access_context(nora):
            assert queries.inbox(nora, now=NOW).count() == 1
    assert actor_for(new, NOW - DAY).waits_for_signature, "not before she signed"
    row = Sekretessforbindelse.objects.get(user=new)
    assert (row.kind, row.version, row.recorded_at) == ("egen", version(), NOW)


def test_r162_each_organisation_has_a_signature_of_its_own(
    world: SimpleNamespace, new: User
) -> None:
    RoleGrant.objects.create(
        user=new, role="personal", organisation=world.provider, unit=world.home,
        valid_from=date(2026, 8, 1),
    )  # fmt: skip
    use_cases.sign_undertaking(
        world.authority.pk, version=version(), actor=actor_for(new, NOW), now=NOW
    )
    nora = actor_for(new, NOW)
    assert nora.roles == {"handlaggare"}
    assert nora.unsigned == {world.provider.pk}
    assert not nora.waits_for_signature
    waiting = use_cases.undertakings(nora)
    assert [one.signed_on for one in waiting] == [None, NOW.date()]


def test_r162_only_where_there_is_a_role_and_only_the_text_that_holds(
    world: SimpleNamespace, new: User
) -> None:
    nora = actor_for(new, NOW)
    with pytest.raises(NotPermittedError):
        use_cases.sign_undertaking(world.provider.pk, version=version(), actor=nora, now=NOW)
    with pytest.raises(TextChangedError):
        use_cases.sign_undertaking(world.authority.pk, version="0" * 64, actor=nora, now=NOW)
    assert not Sekretessforbindelse.objects.filter(user=new).exists()


def test_r162_signing_twice_at_once_is_one_signature(world: SimpleNamespace, new: User) -> None:
    nora, text = actor_for(new, NOW), version()

    def sign(later: timedelta) -> date:
        return use_cases.sign_undertaking(
            world.authority.pk, version=text, actor=nora, now=NOW + later
        )

    first, second = at_once(lambda: sign(timedelta()), lambda: sign(timedelta(minutes=1)))
    assert first == second == NOW.date()
    assert Sekretessforbindelse.objects.filter(user=new).count() == 1


def test_r162_nobody_signs_for_another_and_a_signature_stays(
    world: SimpleNamespace, new: User
) -> None:
    def forged() -> Sekretessforbindelse:
        return Sekretessforbindelse.objects.create(
            user=new, organisation=world.authority, kind="papper", signed_on=NOW.date(),
            recorded_at=NOW,
        )  # fmt: skip

    with (
        database_role("app"),
        pytest.raises(DatabaseError, match="row-level security"),
        access_context(world.anna),
    ):
        forged()
    row = forged()
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Sekretessforbindelse.objects.filter(pk=row.pk).update(signed_on=date(2020, 1, 1))
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        row.delete()


def test_an_ended_role_asks_for_no_signature(world: SimpleNamespace, new: User) -> None:
    assert world
    RoleGrant.objects.filter(user=new).update(valid_to=date(2026, 8, 16))
    assert not actor_for(new, NOW).unsigned
