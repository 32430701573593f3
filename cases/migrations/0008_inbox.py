"""What the inbox is read by: who may take a task as one text, and indexes in order of urgency.

``queue`` is the roles of the lane joined by commas. An array cannot be looked up in an index under
row-level security, because its equality is not leakproof; a text can. The order is ``due``, tasks
without a day last (infinity), then age, then id: one row comparison finds where a page begins.

``kedja_queues`` tells which combinations of roles wait anywhere, by skipping through an index: no
case data, so it runs as the owner; which rows there are behind them the policies decide.
"""

from django.db import migrations

from cases import rowsecurity
from cases.migration import GroupedMigration

URGENCY = "(coalesce(due, 'infinity'::timestamptz)), created_at, id"
FREE = "status = 'open' AND claimed_by_id IS NULL"
MINE = "status = 'open' AND claimed_by_id IS NOT NULL"

FORWARD = f"""
CREATE OR REPLACE FUNCTION kedja_queue(varchar[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_to_string($1, ',') $$;
ALTER TABLE cases_task ADD COLUMN queue text GENERATED ALWAYS AS (kedja_queue(groups)) STORED;
CREATE INDEX task_free ON cases_task (unit_id, queue, {URGENCY}) WHERE {FREE};
CREATE INDEX task_queue ON cases_task (queue, organisation_id, {URGENCY}) WHERE {FREE};
CREATE INDEX task_held ON cases_task (claimed_by_id, {URGENCY}) WHERE {MINE};
CREATE INDEX task_unit ON cases_task (unit_id, {URGENCY}) WHERE status = 'open';
CREATE OR REPLACE FUNCTION kedja_queues() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
 WITH RECURSIVE q(queue) AS (
  (SELECT queue FROM cases_task WHERE {FREE} ORDER BY queue LIMIT 1)
  UNION ALL
  SELECT (SELECT t.queue FROM cases_task t WHERE t.status = 'open' AND t.claimed_by_id IS NULL
           AND t.queue > q.queue ORDER BY t.queue LIMIT 1)
    FROM q WHERE q.queue IS NOT NULL)
 SELECT coalesce(array_agg(queue) FILTER (WHERE queue IS NOT NULL), '{{}}') FROM q $$;
REVOKE ALL ON FUNCTION kedja_queues() FROM PUBLIC;
"""  # noqa: S608 - fixed text
BACK = """
DROP FUNCTION kedja_queues();
DROP INDEX task_free, task_queue, task_held, task_unit;
ALTER TABLE cases_task DROP COLUMN queue;
DROP FUNCTION kedja_queue(varchar[]);
"""


class Migration(GroupedMigration):
    dependencies = [("cases", "0007_laskvittens")]

    operations = [
        migrations.RemoveIndex(model_name="task", name="task_inbox"),
        migrations.RemoveIndex(model_name="task", name="task_mine"),
        migrations.RunSQL(FORWARD, BACK),
        *(
            migrations.RunSQL(
                rowsecurity.for_role(role, f"GRANT EXECUTE ON FUNCTION kedja_queues() TO {role};"),
                migrations.RunSQL.noop,
            )
            for role in (rowsecurity.APP, rowsecurity.WORKER)
        ),
    ]
