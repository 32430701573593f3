"""Shapes of the API's bodies: what comes in and what goes out, as pydantic models."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    StringConstraints,
)

from api.bodies_explained import DueBasis, Explanation, TimeLimit, WatchedDay
from records.models.owned import CODE_LENGTH

Text = Annotated[str, StringConstraints(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=CODE_LENGTH)]
Answers = dict[str, Any]
Reasons = dict[str, Annotated[str, StringConstraints(max_length=2_000)]]
REASONS_HELP = "Skäl när ett bör inte följs (koden reason_needed): fältets namn och en text"


class Incoming(BaseModel):
    """Base of request bodies: unknown fields are refused, so a misspelt one is never lost."""

    model_config = ConfigDict(extra="forbid")


class TokenRequest(Incoming):
    """Who wants a token."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=r"^[^\x00]+$")]
    password: SecretStr = Field(min_length=1, max_length=1000)


class TokenResponse(BaseModel):
    """A token: send it as ``Authorization: Token <token>``."""

    token: str


class StartRequest(Incoming):
    """Start a process."""

    case: uuid.UUID | None = Field(
        default=None,
        description="Ärendet. Null bara för aktualisera och processer utan ärende.",
    )
    answers: Answers = Field(default_factory=dict, description="Svaren i startformuläret")
    reasons: Reasons = Field(default_factory=dict, description=REASONS_HELP)
    unit: uuid.UUID | None = Field(
        default=None, description="Enheten, när rollerna gäller i flera enheter"
    )


class CompleteRequest(Incoming):
    """Complete a task."""

    answers: Answers = Field(description="Svaren i uppgiftens formulär")
    reasons: Reasons = Field(default_factory=dict, description=REASONS_HELP)
    version: int = Field(ge=0, le=2_147_483_647, description="Versionen som svaren bygger på")


class VersionRequest(Incoming):
    """Claim or release a task."""

    version: int = Field(ge=0, le=2_147_483_647, description="Uppgiftens version")


class DelegateRequest(Incoming):
    """Delegate a task to a colleague; it comes back when the colleague is done."""

    to: Text = Field(description="Användarnamnet på den som får uppgiften")
    version: int = Field(ge=0, le=2_147_483_647, description="Uppgiftens version")


class MessageRequest(Incoming):
    """Deliver a message to whoever waits for it."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]{1,100}$")]
    key: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    payload: dict[str, Any] = Field(default_factory=dict)
    case: uuid.UUID | None = Field(default=None, description="Ärendet, när något ska starta i det")
    message_id: uuid.UUID | None = Field(
        default=None, description="Samma nummer levereras bara en gång"
    )


class JournalNoteRequest(Incoming):
    """Write a signed note in the journal."""

    typ: Code = Field(description="Anteckningstyp, se processes/terms/anteckningstyper.toml")
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    handelsetid: dt.datetime | None = Field(default=None, description="När det hände")
    rattar: uuid.UUID | None = Field(default=None, description="Anteckningen som rättas")
    akt: uuid.UUID | None = Field(default=None, description="Akten, när enheten har flera")
    livsomrade: Code | None = Field(default=None, description="Livsområdet (R-126)")
    omgivningsfaktor: Literal["underlattar", "hindrar"] | None = Field(
        default=None, description="Vad omgivningen gör; anteckningar om den kräver det (R-127)"
    )
    mal: int | None = Field(default=None, ge=1, le=200, description="Målets nummer i uppdraget")
    kalla: Text | None = Field(default=None, description="Vem uppgiften kommer från")
    kalla_relation: Text | None = Field(default=None, description="Relation eller titel (R-134)")
    skriver_at: Text | None = Field(
        default=None, description="Kollegan som utförde, när någon annan skriver"
    )


class ProcessDefinition(BaseModel):
    """A process that runs in the current edition."""

    key: str
    name: str
    edition: str
    bundle: str
    organisation: str
    lagrum: list[str]
    verified: bool
    starts_new_case: bool
    started_by: Literal["person", "message"]
    start_schema: dict[str, Any] | None = Field(description="JSON-schema för startsvaren")


class ProcessDefinitions(RootModel[list[ProcessDefinition]]):
    """The processes of the edition in force."""


class StartResponse(BaseModel):
    """What was started."""

    instance: uuid.UUID
    case: uuid.UUID | None
    tasks: list[uuid.UUID]


class TaskRow(BaseModel):
    """One line of the inbox. Titles never carry case data."""

    id: uuid.UUID
    name: str
    element: str
    process: str
    role: str
    status: Literal["open", "completed", "cancelled"]
    case: uuid.UUID | None
    unit: str
    claimed_by: str | None
    delegated_by: str | None
    due: dt.datetime | None
    due_basis: list[DueBasis] = Field(description="Vad som satte due; tomt när ingen tabell gjorde")
    follow_up: dt.datetime | None
    overdue: bool
    created_at: dt.datetime
    completed_at: dt.datetime | None
    version: int


class TaskDetail(TaskRow):
    """A task with its form, its instruction and the values it starts from."""

    form: dict[str, Any] | None = Field(description="Formuläret i form-js format")
    answers_schema: dict[str, Any] | None = Field(description="JSON-schema för svaren")
    instruction: dict[str, Any] | None
    lagrum: list[str]
    actions: list[str] = Field(description="Vad du får göra med uppgiften nu")


class TaskPage(BaseModel):
    """A page of the inbox."""

    next: str | None = Field(description="Adressen till nästa sida, eller null")
    results: list[TaskRow]


class CompleteResponse(BaseModel):
    """The task as it stands after completion."""

    task: uuid.UUID
    version: int
    instance_status: str
    next_tasks: list[uuid.UUID]


class TaskVersion(BaseModel):
    """A task's new version after claim, release or delegation."""

    task: uuid.UUID
    version: int
    claimed_by: str | None


class CaseRow(BaseModel):
    """One case as this reader may see it."""

    id: uuid.UUID
    number: str
    side: Literal["myndighet", "utforare"]
    status: str
    open: bool
    opened: dt.datetime
    person: str = Field(description="Maskerat personnummer, eller tomt för den utan nummer")
    protected: str = Field(description="Skyddsnivå, eller tomt för den utan skydd (P-7)")
    unit: str


class CasePage(BaseModel):
    """A page of cases."""

    next: str | None
    results: list[CaseRow]


class CaseProcess(BaseModel):
    """One process of a case and the edition it follows."""

    instance: uuid.UUID
    key: str
    status: str
    edition: str
    started_at: dt.datetime
    ended_at: dt.datetime | None


class CaseDetail(CaseRow):
    """A case with where it stands. ``law_versions``: of its decisions, old ones keep theirs."""

    processes: list[CaseProcess]
    open_tasks: list[TaskRow]
    watched_days: list[WatchedDay] = Field(description="Dagar som processerna väntar på")
    law_versions: list[str]


class HistoryRow(BaseModel):
    """One thing that happened.

    ``explanation`` stands on lines of the kind decision, ``limit`` on those of the kind deadline.
    """

    at: dt.datetime
    process: str
    kind: str
    element: str
    name: str
    actor: str
    detail: dict[str, Any]
    reasons: dict[str, str] = Field(description="Skäl där ett bör inte följdes, för varje fält")
    explanation: Explanation | None
    limit: TimeLimit | None


class HistoryPage(BaseModel):
    """A page of a case's history, oldest first."""

    next: str | None
    results: list[HistoryRow]


class Objection(BaseModel):
    """The individual holds a note to be wrong."""

    datum: dt.date
    text: str
    framford_av: str


class JournalNote(BaseModel):
    """One signed note; never changed, only corrected by a later one."""

    id: uuid.UUID
    journal: str
    typ: str
    text: str
    handelsetid: dt.datetime
    registrerad: dt.datetime
    forfattare: str
    signerad: dt.datetime | None
    rattar: uuid.UUID | None
    invandningar: list[Objection] = Field(description="Vad den enskilde anser är oriktigt")
    law_version: str


class JournalPage(BaseModel):
    """A page of journal notes, newest first."""

    next: str | None
    results: list[JournalNote]


class MessageResponse(BaseModel):
    """The message is stored and will be delivered by the worker."""

    message: uuid.UUID


class IncidentRow(BaseModel):
    """Something that stopped and waits for a person."""

    id: uuid.UUID
    process: str
    element: str
    code: str
    message: str
    opened_at: dt.datetime
    case: uuid.UUID | None


class IncidentPage(BaseModel):
    """A page of open incidents."""

    next: str | None
    results: list[IncidentRow]
