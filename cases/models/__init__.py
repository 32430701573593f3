"""Tables of ``cases``."""

from cases.models.day import Bevakning, SparatFilter
from cases.models.drafts import Utkast
from cases.models.language import Sprakval
from cases.models.notices import Epostadress, Notisinstallning, Notisval, Nyhet, Utskick
from cases.models.organisation import (
    Organisation,
    RoleGrant,
    Secrecy,
    Sekretessforbindelse,
    Unit,
)
from cases.models.process import (
    Bundle,
    CaseRow,
    Event,
    Instance,
    StartTimer,
    Subscription,
    Task,
    Timer,
)
from cases.models.protection import CaseAccess
from cases.models.staff import Laskvittens
from cases.models.substitution import Vikariat
from cases.models.work import Delivery, IdempotencyKey, Incident, Job, Message, Outbox

__all__ = [
    "Bevakning",
    "Bundle",
    "CaseAccess",
    "CaseRow",
    "Delivery",
    "Epostadress",
    "Event",
    "IdempotencyKey",
    "Incident",
    "Instance",
    "Job",
    "Laskvittens",
    "Message",
    "Notisinstallning",
    "Notisval",
    "Nyhet",
    "Organisation",
    "Outbox",
    "RoleGrant",
    "Secrecy",
    "Sekretessforbindelse",
    "SparatFilter",
    "Sprakval",
    "StartTimer",
    "Subscription",
    "Task",
    "Timer",
    "Unit",
    "Utkast",
    "Utskick",
    "Vikariat",
]
