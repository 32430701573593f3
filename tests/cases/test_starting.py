"""Start an instance: which edition, which unit, which ärende."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest

from cases import bundles, errors, use_cases
from cases.actor import Actor, actor_for
from cases.models import Bundle, Event, Instance, Outbox, RoleGrant, Task, Timer
from engine import runtime
from engine.bundle import Bundle as EngineBundle
from tests.cases import edition
from tests.cases.conftest import MARKED, NOW, also, begin

pytestmark = pytest.mark.django_db


def test_opens_the_case_and_belongs_to_the_starters_unit(world: SimpleNamespace) -> None:
    started = begin(world)
    instance = Instance.objects.get(pk=started.instance_id)
    assert (instance.arende_id, instance.unit_id, instance.organisation_id) == (
        started.arende_id, world.one.pk, world.authority.pk
    )  # fmt: skip
    assert (instance.business_key, instance.version) == (str(started.arende_id), 1)
    task = Task.objects.get()
    assert (task.arende_id, task.unit_id, task.process_key) == (
        started.arende_id, world.one.pk, "prova"
    )  # fmt: skip
    assert Timer.objects.get().element == "Frist"
    first = Event.objects.order_by("seq").first()
    assert first is not None
    assert (first.kind, first.version, first.actor) == ("started", 1, "anna")
    assert not Outbox.objects.exists()


def test_variables_are_reserved_ids_and_mapped_answers_only(world: SimpleNamespace) -> None:
    started = begin(world)
    instance = Instance.objects.get(pk=started.instance_id)
    definition = bundles.definition(instance.bundle_id, "prova")
    state = bytes(instance.state)
    variables = runtime.inspect(definition, state).variables
    assert variables["arende"] == str(started.arende_id)
    assert variables["instans"] == str(started.instance_id)
    assert variables["enhet"] == str(world.one.pk)
    assert variables["belopp"] == 5
    assert variables["s_dokument"]
    assert "fritext" not in variables
    assert MARKED.encode() not in state


def test_a_variable_cannot_pose_as_a_reserved_one(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    started = also(world, "vanta", arende, arende="annat", instans="x")
    instance = Instance.objects.get(pk=started.instance_id)
    definition = bundles.definition(instance.bundle_id, "vanta")
    variables = runtime.inspect(definition, bytes(instance.state)).variables
    assert (variables["arende"], variables["instans"]) == (str(arende), str(instance.pk))


def test_the_start_form_is_checked(world: SimpleNamespace) -> None:
    with pytest.raises(errors.AnswersInvalidError):
        use_cases.start(
            "prova", arende_id=None, answers={"belopp": "mycket"}, actor=world.anna, now=NOW
        )
    assert not Instance.objects.exists()


@pytest.mark.parametrize("key", ["vanta", "prova", "folj"])
def test_the_arende_must_fit(world: SimpleNamespace, key: str) -> None:
    actor = world.eva if key == "folj" else world.anna
    arende = begin(world).arende_id if key == "prova" else None
    with pytest.raises(errors.StartRefusedError):
        use_cases.start(key, arende_id=arende, answers={}, actor=actor, now=NOW)


def test_a_process_started_by_message_is_not_started_by_hand(world: SimpleNamespace) -> None:
    arende = begin(world).arende_id
    with pytest.raises(errors.StartRefusedError, match="message"):
        use_cases.start("folj", arende_id=arende, answers={}, actor=world.eva, now=NOW)


def test_a_process_may_need_no_arende(world: SimpleNamespace) -> None:
    assert also(world, "fri", None).arende_id is None


def test_an_unknown_arende(world: SimpleNamespace) -> None:
    with pytest.raises(errors.NotFoundError):
        also(world, "vanta", uuid4())


def test_not_every_role_starts(world: SimpleNamespace) -> None:
    with pytest.raises(errors.NotPermittedError):
        begin(world, world.eva)


def test_several_units_need_a_choice(world: SimpleNamespace) -> None:
    both = _in_both_units(world)
    with pytest.raises(errors.StartRefusedError, match="several units"):
        begin(world, both)
    begun = begin(world, both, unit=world.two.pk)
    assert Instance.objects.get(pk=begun.instance_id).unit_id == world.two.pk
    follow = use_cases.start("vanta", arende_id=begun.arende_id, answers={}, actor=both, now=NOW)
    assert Instance.objects.get(pk=follow.instance_id).unit_id == world.two.pk


def _in_both_units(world: SimpleNamespace) -> Actor:
    grant = RoleGrant.objects.get(user_id=world.anna.user_id)
    grant.unit = None
    grant.save()
    return actor_for(grant.user, NOW)


def test_protection_follows_the_person(world: SimpleNamespace) -> None:
    world.book.skydd = "skyddad_folkbokforing"
    started = begin(world)
    instance = Instance.objects.get(pk=started.instance_id)
    assert (instance.secrecy, Task.objects.get().secrecy) == (2, 2)
    with pytest.raises(errors.NotPermittedError):
        use_cases.claim(Task.objects.get().pk, actor=world.anna, now=NOW)
    use_cases.claim(Task.objects.get().pk, actor=world.skyddad, now=NOW)


def test_idempotent_start(world: SimpleNamespace) -> None:
    first = begin(world, idempotency_key="s1")
    assert begin(world, idempotency_key="s1") == first
    assert Instance.objects.count() == 1


def test_the_newest_edition_in_force_is_taken(world: SimpleNamespace) -> None:
    late = _deploy(date(2026, 9, 1), 'id = "ny"')
    draft = _deploy(date(2026, 8, 1), 'id = "utkast"', status="granskad")
    assert bundles.current_hash("prova", date(2026, 8, 31)) == world.bundle
    assert bundles.current_hash("prova", date(2026, 9, 1)) == late
    assert draft not in dict(bundles.current_editions(date(2026, 9, 1))).values()
    with pytest.raises(errors.ProcessUnavailableError):
        bundles.current_hash("prova", date(2024, 1, 1))
    with pytest.raises(errors.ProcessUnavailableError):
        use_cases.start("okand", arende_id=None, answers={}, actor=world.anna, now=NOW)


def _deploy(day: date, edition_id: str, status: str = "fastställd") -> str:
    files = edition.files()
    manifest = files["manifest.toml"].decode().replace('id = "prov"', edition_id)
    files["manifest.toml"] = manifest.replace("fastställd", status).encode()
    bundle = EngineBundle(files=files)
    Bundle.objects.create(
        hash=bundle.hash, edition="x", valid_from=day, deployed_at=NOW,
        files={path: content.decode() for path, content in bundle.files.items()},
    )  # fmt: skip
    return bundle.hash
