"""Messages of one ärende are delivered in the order in which they were thrown."""

from typing import LiteralString

from django.db import connection

# An earlier message of the same ärende that nobody has tried to deliver yet. One that was tried and
# found no receiver does not hold the others up; nor does a dead one, which is an incident.
_EARLIER: LiteralString = """
select 1 from cases_outbox mine
  join cases_outbox earlier on earlier.seq < mine.seq
       and earlier.state in ('queued', 'leased', 'sent') and earlier.actor = 'deliver_message'
  join cases_message m on m.id = (earlier.args->>0)::uuid
 where mine.state in ('queued', 'leased', 'sent') and mine.actor = 'deliver_message'
   and mine.args->>0 = %(message)s
   and m.arende_id = (select arende_id from cases_message where id = %(message)s::uuid)
   and m.id <> %(message)s::uuid
 limit 1
"""


def must_wait(message_id: str) -> bool:
    """Say whether an earlier message of the same ärende is still in the queue.

    Args:
        message_id: A message (not the queue row that carries it).
    """
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, {"message": message_id})
        return cursor.fetchone() is not None
