"""Min dag: what a person may do, in order of urgency, and how much there is of it.

One page and its counts cost the same however many tasks there are: each way into the list is read
in the order of an index (``cases/migrations/0008_inbox``), and a count stops at ``MANY``.
"""

from cases.inbox.places import Looker
from cases.inbox.reading import MANY, Found, counts, key_of, looker, page
from cases.inbox.sources import Key
from cases.inbox.wanted import Wanted, When, Whose

__all__ = [
    "MANY",
    "Found",
    "Key",
    "Looker",
    "Wanted",
    "When",
    "Whose",
    "counts",
    "key_of",
    "looker",
    "page",
]
