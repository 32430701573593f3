"""What can be done to a case. One function is one transaction, whichever door it came by."""

from cases.use_cases.assigning import claim, delegate, reassign, release, resolve_delegation
from cases.use_cases.cancelling import cancel_instance
from cases.use_cases.completing import complete_task
from cases.use_cases.deploying import deploy
from cases.use_cases.drafts import (
    Draft,
    discard_draft,
    discard_sent,
    remove_old_drafts,
    save_draft,
    save_start_draft,
)
from cases.use_cases.incidents import outbox_dead
from cases.use_cases.jobs import complete_job, due_jobs, run_job
from cases.use_cases.lost_roles import release_lost
from cases.use_cases.messages import (
    correlate_message,
    deliver_message,
    expire_messages,
    match_subscription,
    retry_undelivered,
    throw,
)
from cases.use_cases.retrying import due_incidents, resolve_incident, retry_incident
from cases.use_cases.signing import (
    Undertaking,
    sign_undertaking,
    undertaking_text,
    undertakings,
)
from cases.use_cases.starting import start
from cases.use_cases.substituting import (
    Substitution,
    appoint_substitute,
    end_substitution,
    return_from_substitutes,
)
from cases.use_cases.timer_starts import due_starts, plan_starts, start_planned
from cases.use_cases.timers import due_timers, fire_timer
from cases.use_cases.watching import watchdog

__all__ = [
    "Draft",
    "Substitution",
    "Undertaking",
    "appoint_substitute",
    "cancel_instance",
    "claim",
    "complete_job",
    "complete_task",
    "correlate_message",
    "delegate",
    "deliver_message",
    "deploy",
    "discard_draft",
    "discard_sent",
    "due_incidents",
    "due_jobs",
    "due_starts",
    "due_timers",
    "end_substitution",
    "expire_messages",
    "fire_timer",
    "match_subscription",
    "outbox_dead",
    "plan_starts",
    "reassign",
    "release",
    "release_lost",
    "remove_old_drafts",
    "resolve_delegation",
    "resolve_incident",
    "retry_incident",
    "retry_undelivered",
    "return_from_substitutes",
    "run_job",
    "save_draft",
    "save_start_draft",
    "sign_undertaking",
    "start",
    "start_planned",
    "throw",
    "undertaking_text",
    "undertakings",
    "watchdog",
]
