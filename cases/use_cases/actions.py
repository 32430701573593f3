"""What the use cases that run the engine have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cases import bundles, capabilities
from cases.actor import Actor
from cases.capabilities import CapabilityContext, Fact
from cases.errors import AnswersInvalidError, ReasonNeededError
from cases.form_sources import FormPlace, form_context
from cases.repository import LockedInstance
from engine.bundle import Bundle
from engine.definition import Definition
from engine.feel import compile_expression
from engine.forms import AnswersInvalidError as FormRefusal
from engine.forms import ReasonNeededError as ReasonMissing
from engine.forms import validate_answers
from engine.outcome import Outcome, PendingJob
from engine.variables import pack

SAVE_ANSWERS = "dokument.spara"
_END = compile_expression("now + duration(text)", names=("now", "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action on one instance: who does it, when, and what capabilities recorded on the way.

    ``on_behalf``: username of whom she stands in for, where she does it as a substitute.
    """

    instance: LockedInstance
    actor: Actor
    now: datetime
    facts: list[Fact] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    on_behalf: str = ""

    @property
    def secrecy(self) -> int:
        """The protection level: the instance's, unless this very action has changed it."""
        return self.levels[-1] if self.levels else self.instance.secrecy

    @property
    def bundle(self) -> Bundle:
        """The edition the instance is pinned to."""
        return bundles.compiled(self.instance.bundle)

    @property
    def definition(self) -> Definition:
        """The process of the instance."""
        return bundles.definition(self.instance.bundle, self.instance.process_key)

    def context(self, element: str, **more: str | None) -> CapabilityContext:
        """Return what a capability may know."""
        instance = self.instance
        return CapabilityContext(
            now=self.now,
            actor=self.actor,
            bundle=self.bundle,
            process_key=instance.process_key,
            instance_id=instance.id,
            arende_id=instance.arende_id,
            organisation=instance.organisation,
            unit=instance.unit,
            secrecy=self.secrecy,
            element=element,
            facts=self.facts,
            levels=self.levels,
            **more,
        )

    def perform(self, job: PendingJob) -> Mapping[str, Any] | None:
        """Run a sync capability at once; leave an async one pending."""
        if capabilities.find(job.type).mode == "async":
            return None
        return capabilities.call(job.type, self.context(job.element, job_id=job.id), job.inputs)

    def place(self, inputs: Mapping[str, Any]) -> FormPlace:
        """Where a form of this action is filled in, and what its task knows."""
        return FormPlace(
            now=self.now,
            bundle=self.bundle,
            organisation=self.instance.organisation,
            unit=self.instance.unit,
            secrecy=self.secrecy,
            arende_id=self.instance.arende_id,
            inputs=inputs,
        )

    def save_answers(
        self, form_id: str, values: Mapping[str, Any], element: str, task_id: str | None
    ) -> str:
        """Store answers as a document and return its id."""
        inputs = {
            "form_id": form_id,
            "form_hash": self.bundle.form_hash(form_id),
            "answers": pack(dict(values)),
            "element": element,
            "task_id": task_id,
        }
        context = self.context(element, task_id=task_id, form_id=form_id)
        return str(capabilities.call(SAVE_ANSWERS, context, inputs)["dokument"])

    def expiry(self, outcome: Outcome) -> dict[str, datetime]:
        """Return when the messages thrown by the action expire."""
        rules = {
            thrown.message: self.bundle.messages.get(thrown.message) for thrown in outcome.thrown
        }
        return {
            name: expires_at(rule.expires, self.now)
            for name, rule in rules.items()
            if rule is not None
        }


def checked_answers(
    action: Action,
    form_id: str,
    answers: Mapping[str, object],
    inputs: Callable[[], Mapping[str, Any]] = dict,
) -> Mapping[str, Any]:
    """Check answers against their form and return typed values.

    Args:
        action: Whose bundle has the form.
        form_id: The form; "" when the task has none, and then nothing may be answered.
        answers: As they came in.
        inputs: Gives what the task knows; asked only when the form's expressions need it.

    Raises:
        AnswersInvalidError: Every field that needs attention.
        ReasonNeededError: Nothing is wrong but *bör* that lack a reason.
    """
    if not form_id:
        unknown = {str(key): ("unknown_field", "Fältet finns inte.") for key in answers}
        if unknown:
            raise AnswersInvalidError("", unknown)
        return {}
    form = action.bundle.form(form_id)
    names = bundles.names_from_outside(action.instance.bundle, form_id)
    context = form_context(names, action.place(inputs())) if names else {}
    try:
        return validate_answers(form, answers, now=action.now, context=context).values
    except ReasonMissing as refusal:
        raise ReasonNeededError(form.id, refusal.errors) from None
    except FormRefusal as refusal:
        raise AnswersInvalidError(form.id, refusal.errors) from None


def expires_at(duration: str, now: datetime) -> datetime:
    """Return the end of an ISO 8601 duration that begins now."""
    moment: datetime = _END.evaluate({"now": now, "text": duration}, now=now)
    return moment


def home_processes(action: Action, outcome: Outcome) -> dict[str, str]:
    """Return task id to process, for tasks inside a called process."""
    return {
        task.id: _called(action, task.called_from) for task in outcome.tasks if task.called_from
    }


def _called(action: Action, called_from: tuple[str, ...]) -> str:
    key, definition = action.instance.process_key, action.definition
    for call in called_from:
        key = definition.elements[call].called or key
        definition = action.bundle.definition(key)
    return key


def reserved_variables(instance: LockedInstance) -> dict[str, Any]:
    """Return the root variables that every instance starts with."""
    return {
        "arende": None if instance.arende_id is None else str(instance.arende_id),
        "organisation": str(instance.organisation),
        "enhet": str(instance.unit),
        "instans": str(instance.id),
    }


def as_uuid(ref: UUID | str) -> UUID:
    """Return an id as a UUID, whether it came from a queue or from a program."""
    return ref if isinstance(ref, UUID) else UUID(ref)
