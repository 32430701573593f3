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
    register,
)
from records.queries.case_page import CaseView, GoalTrace, case, goals
from records.queries.lists import CaseLine, CasePage, Cursor, cases
from records.queries.log_check import CheckRow, lists_seen, to_check
from records.queries.paper_reading import PaperFile, paper_file
from records.queries.papers import (
    REASONED,
    Reasons,
    ReasonsByStep,
    document,
    documents,
    journal,
    notices,
    reasons,
)
from records.queries.reads import log_read

__all__ = [
    "REASONED",
    "CaseLine",
    "CasePage",
    "CaseView",
    "CheckRow",
    "Cursor",
    "GoalTrace",
    "PaperFile",
    "Reasons",
    "ReasonsByStep",
    "case",
    "cases",
    "document",
    "documents",
    "goals",
    "journal",
    "lists_seen",
    "log_read",
    "notices",
    "paper_akt",
    "paper_case",
    "paper_file",
    "paper_forms",
    "paper_gallring",
    "paper_kvalitet",
    "reasons",
    "register",
    "to_check",
]
