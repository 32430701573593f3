"""Capabilities whose effects can be counted afterwards."""

import uuid
from typing import Any

from django.db import connection
from pydantic import BaseModel

from cases.capabilities import CapabilityContext, capability

TABLES = """
create table chaos_effect (
    key text primary key, arende uuid not null, element text not null, job text);
create table chaos_document (
    id uuid primary key, arende uuid not null, element text not null, task text);
grant select, insert on chaos_effect, chaos_document to kedja_app, kedja_worker;
"""


class Nothing(BaseModel):
    """No inputs, or no outputs."""


class Answers(BaseModel):
    """What ``complete_task`` gives to ``dokument.spara``."""

    form_id: str
    form_hash: str
    answers: Any
    element: str
    task_id: str | None


class Document(BaseModel):
    """The id of the stored answers."""

    dokument: str


class Opened(BaseModel):
    """The id of the new ärende."""

    arende: str


@capability("dokument.spara", input=Answers, output=Document)
def save_answers(context: CapabilityContext, data: Answers) -> Document:
    """Store that a form was answered."""
    identity = str(uuid.uuid4())
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into chaos_document values (%s, %s, %s, %s)",
            [identity, context.arende_id, data.element, data.task_id],
        )
    return Document(dokument=identity)


@capability("arende.oppna", input=Nothing, output=Opened)
def open_case(context: CapabilityContext, data: Nothing) -> Opened:
    """Open an ärende."""
    return Opened(arende=str(uuid.uuid4()))


@capability("chaos.skriv", input=Nothing, output=Nothing)
def write(context: CapabilityContext, data: Nothing) -> Nothing:
    """Write a row that exists once; a second run would break on its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into chaos_effect values (%s, %s, %s, %s)",
            [
                f"{context.instance_id}/{context.element}",
                context.arende_id,
                context.element,
                context.job_id,
            ],
        )
    return Nothing()


@capability("chaos.effekt", mode="async", input=Nothing, output=Nothing)
def effect(context: CapabilityContext, data: Nothing) -> Nothing:
    """Write a row once for each job, however often the job runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into chaos_effect values (%s, %s, %s, %s) on conflict do nothing",
            [context.job_id, context.arende_id, context.element, context.job_id],
        )
    return Nothing()
