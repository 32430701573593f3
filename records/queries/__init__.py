"""What the doors read of the record: lists, the case page, journal, documents, reminders.

Every query runs inside ``access_context`` (row-level security), is filtered by what the actor's
roles may read, and a read of a person's data is logged with the task as reason, in the same
transaction. A case is the ärende; a provider sees its akt of it, never the utredning (K-7).
"""

from records.queries import (
    paper_akt,
    paper_case,
    paper_forms,
    paper_gallring,
    paper_kvalitet,
    paper_messages,
    register,
)
from records.queries.case_page import CaseView, GoalTrace, WholeCase, case, goals, whole_case
from records.queries.lists import CaseLine, CasePage, Cursor, cases, find_cases, unit_names
from records.queries.log_check import CheckRow, lists_seen, to_check
from records.queries.paper_reading import PaperFile, paper_file
from records.queries.papers import (
    REASONED,
    NoteFilter,
    Reasons,
    ReasonsByStep,
    document,
    documents,
    journal,
    kinds_used,
    notices,
    reasons,
)
from records.queries.readers import READERS, Reading, may_see_readers, readers
from records.queries.reads import log_read

__all__ = [
    "READERS",
    "REASONED",
    "CaseLine",
    "CasePage",
    "CaseView",
    "CheckRow",
    "Cursor",
    "GoalTrace",
    "NoteFilter",
    "PaperFile",
    "Reading",
    "Reasons",
    "ReasonsByStep",
    "WholeCase",
    "case",
    "cases",
    "document",
    "documents",
    "find_cases",
    "goals",
    "journal",
    "kinds_used",
    "lists_seen",
    "log_read",
    "may_see_readers",
    "notices",
    "paper_akt",
    "paper_case",
    "paper_file",
    "paper_forms",
    "paper_gallring",
    "paper_kvalitet",
    "paper_messages",
    "readers",
    "reasons",
    "register",
    "to_check",
    "unit_names",
    "whole_case",
]
