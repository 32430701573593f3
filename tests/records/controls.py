"""What egenkontroll and loggkontroll are asked with: a unit's own work, outside any ärende."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model

from cases import capabilities
from cases.actor import SYSTEM, actor_for
from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.models import RoleGrant
from records.checklist import PATH, checklist
from tests.papers.letters import files
from tests.records.chain import T0, database_role
from tests.signing import sign

LACK = "Det framgår inte när aktiviteten ska göras."


def with_checklist(chain, monkeypatch):
    """The chain's edition with the real checklist, and the access table that it decides by."""
    chain.bundle = type(chain.bundle)({**chain.bundle.files, PATH: files()[PATH]})
    monkeypatch.setattr("cases.bundles.compiled", lambda _hash: chain.bundle)
    return chain


def call(chain, name, by, form=None, *, instance=None, **inputs):
    """Call a capability of the operation; ``by`` is a role or an actor. ``form`` is stored."""
    where, actor = chain.actor(by) if isinstance(by, str) else (chain.provider, by)
    context = CapabilityContext(
        now=chain.now,
        actor=actor,
        bundle=chain.bundle,
        process_key="egenkontroll",
        instance_id=instance or uuid4(),
        arende_id=None,
        organisation=where.unit.organisation_id,
        unit=where.unit.pk,
        secrecy=0,
        element="Task_Prov",
    )
    program = "worker" if actor == SYSTEM and chain.program != "default" else chain.program
    with database_role(program), access_context(actor):
        if form is not None:
            inputs["dokument"] = chain.document(context, form)
        return capabilities.call(name, context, inputs)


def colleague(chain, name, role="personal", *, secrecy=0):
    """One more person in the provider's unit, who has written nothing."""
    unit = chain.provider.unit
    user = get_user_model().objects.create_user(name)
    RoleGrant.objects.create(
        user=user,
        role=role,
        organisation=unit.organisation,
        unit=unit,
        secrecy=secrecy,
        valid_from=T0.date() - timedelta(days=365),
    )
    sign(user, unit.organisation)
    return actor_for(user, T0)


def planned(chain, reviewer, **changes):
    """The answers of the planning."""
    today = chain.now.date()
    return {
        "granskare": reviewer,
        "period_fran": today - timedelta(days=300),
        "period_till": today,
        "motivering": "Enheten är liten och har haft få brister.",
    } | changes


def reviewed(chain, *lacking, without=()):
    """About one akt: a brist at each of ``lacking``, ``without`` not applicable, else ok."""
    points = [point.id for point in checklist(chain.bundle)]
    return {
        "ok": [point for point in points if point not in (*lacking, *without)],
        "ej_tillampliga": list(without),
        "brister": [{"punkt": point, "iakttagelse": LACK} for point in lacking],
    }
