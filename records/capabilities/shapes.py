"""Inputs that many capabilities share: ids, no text."""

from pydantic import BaseModel, ConfigDict


class Inputs(BaseModel):
    """Base of all inputs: what a diagram maps; unknown names are a mistake in the diagram."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoInputs(Inputs):
    """Nothing: the capability works on the ärende of the instance."""


class DocumentInput(Inputs):
    """The stored answers of a form."""

    dokument: str


class MaybeDocumentInput(Inputs):
    """The stored answers of a form, where there is one."""

    dokument: str | None = None


class AktInput(Inputs):
    """A genomförandeakt."""

    akt: str


class AktDocumentInput(Inputs):
    """A genomförandeakt and the stored answers of a form."""

    akt: str
    dokument: str


class Outputs(BaseModel):
    """Base of all outputs: ids, dates, codes."""

    model_config = ConfigDict(frozen=True)
