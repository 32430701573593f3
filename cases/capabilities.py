"""The registry of capabilities: what a service task in a diagram may ask for.

``records`` (and any other app) registers typed functions in a module ``capabilities``. A *sync*
capability runs inside the action's transaction, and writes through Django's default connection
only; an *async* one is run by a worker outside any transaction, at least once, and gets the job
id to recognise a second run by.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from uuid import UUID

from django.db import OperationalError
from pydantic import BaseModel, ValidationError

from cases.actor import Actor
from cases.errors import (
    CapabilityFailedError,
    CapabilityInputError,
    CapabilityUnknownError,
    CaseError,
)
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.bundle import Bundle

Mode = Literal["sync", "async"]
In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a capability wrote down; becomes a line ``recorded`` of the history."""

    name: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityContext:
    """What a capability may know about the action it is part of.

    ``organisation``, ``unit`` and ``secrecy`` are the instance's: rows written here copy them.
    ``job_id`` is stable over retries. ``arende_id`` is None only before ``arende.oppna``.
    """

    now: datetime
    actor: Actor
    bundle: "Bundle"
    process_key: str
    instance_id: UUID
    arende_id: UUID | None
    organisation: UUID
    unit: UUID
    secrecy: int
    element: str
    task_id: str | None = None
    form_id: str | None = None
    job_id: str | None = None
    facts: list[Fact] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)

    def restamped(self, level: int) -> None:
        """Tell the action that the case has another protection level from here on.

        What the action writes after this, a new instance included, carries it.
        """
        self.levels.append(level)

    def record(self, name: str, **ids: object) -> None:
        """Note in the history that something was recorded.

        Args:
            name: What, e.g. ``slutanteckning``; the ``record`` of a legal rule.
            ids: Identifiers of the rows written; never their content.
        """
        self.facts.append(Fact(name, {key: str(value) for key, value in ids.items()}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One registered function with its typed inputs and outputs."""

    name: str
    mode: Mode
    input: type[BaseModel]
    output: type[BaseModel]
    function: Callable[[CapabilityContext, Any], BaseModel]


_registry: dict[str, Capability] = {}


def capability(
    name: str,
    *,
    input: type[In],  # noqa: A002
    output: type[Out],
    mode: Mode = "sync",
) -> Callable[[Callable[[CapabilityContext, In], Out]], Callable[[CapabilityContext, In], Out]]:
    """Register a function under the name that diagrams use (``zeebe:taskDefinition type``).

    Raises:
        ValueError: The name is taken by another function.
    """

    def register(
        function: Callable[[CapabilityContext, In], Out],
    ) -> Callable[[CapabilityContext, In], Out]:
        if name in _registry:
            raise ValueError(f"capability {name} is registered twice")
        _registry[name] = Capability(
            name=name, mode=mode, input=input, output=output, function=function
        )
        return function

    return register


def registered() -> Mapping[str, Capability]:
    """Return every capability by name."""
    return MappingProxyType(_registry)


@contextmanager
def replaced(others: Mapping[str, Capability]) -> Iterator[None]:
    """Let the block see other capabilities; for measurements and tests."""
    former = dict(_registry)
    _registry.clear()
    _registry.update(others)
    try:
        yield
    finally:
        _registry.clear()
        _registry.update(former)


def find(name: str) -> Capability:
    """Return one capability.

    Raises:
        CapabilityUnknownError: No app registered it.
    """
    try:
        return _registry[name]
    except KeyError:
        raise CapabilityUnknownError(name) from None


def call(name: str, context: CapabilityContext, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check the inputs, run the capability and return its outputs as FEEL values.

    Raises:
        CapabilityInputError: The inputs do not fit; names of fields only.
        CaseError, BpmnError: What the capability itself refuses.
        CapabilityFailedError: Anything else that broke. The cause is cut off on purpose: database
            and library errors repeat the values they choked on.
    """
    found = find(name)
    try:
        data = found.input.model_validate(dict(inputs))
    except ValidationError as error:
        raise CapabilityInputError(name, _field_problems(error)) from None
    try:
        return feel_values(found.function(context, data))
    except (CaseError, EngineError, OperationalError):
        raise
    except Exception as error:  # noqa: BLE001
        raise CapabilityFailedError(name, type(error).__name__, _place(error)) from None


def feel_values(result: BaseModel) -> dict[str, Any]:
    """Turn a pydantic object into FEEL values: ids become strings and numbers Decimal."""
    return {key: _feel(value) for key, value in result.model_dump().items()}


def _feel(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case Enum():
            return _feel(value.value)
        case int():
            return Decimal(value)
        case float():
            return Decimal(str(value))
        case UUID():
            return str(value)
        case Mapping():
            return {str(key): _feel(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_feel(item) for item in value]
        case _:
            return value


def _field_problems(error: ValidationError) -> list[str]:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return [f"{'.'.join(map(str, item['loc'])) or 'inputs'} ({item['type']})" for item in details]


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
