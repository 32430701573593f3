"""Tasks put to sleep by whoever has them, and saved choices of tasks.

And the order of the inbox as a column: the expression that 0008 indexed cannot be looked up under
row-level security (coalesce counts as leaky there), the column can. Which combinations of roles
wait is asked per organisation: those of the actor.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from cases import rowsecurity
from cases.migration import GroupedMigration

ASLEEP = "cases_bevakning"
SAVED = "cases_sparatfilter"
SECRECY = [
    (0, "Ingen markering"),
    (1, "Sekretessmarkering"),
    (2, "Skyddad folkbokföring"),
    (3, "Fingerade personuppgifter"),
]

URGENCY = """
ALTER TABLE cases_task ADD COLUMN urgency timestamptz
 GENERATED ALWAYS AS (coalesce(due, 'infinity'::timestamptz)) STORED;
DROP INDEX task_free, task_queue, task_held, task_unit;
CREATE INDEX task_free ON cases_task (unit_id, queue, urgency, created_at, id)
 WHERE status = 'open' AND claimed_by_id IS NULL;
CREATE INDEX task_queue ON cases_task (organisation_id, queue, urgency, created_at, id)
 WHERE status = 'open' AND claimed_by_id IS NULL;
DROP FUNCTION kedja_queues();
CREATE FUNCTION kedja_queues(uuid[]) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
 WITH RECURSIVE q(place, queue) AS (
  SELECT o.place, (SELECT t.queue FROM cases_task t WHERE t.status = 'open'
    AND t.claimed_by_id IS NULL AND t.organisation_id = o.place ORDER BY t.queue LIMIT 1)
  FROM unnest($1) AS o(place)
  UNION ALL
  SELECT q.place, (SELECT t.queue FROM cases_task t WHERE t.status = 'open'
    AND t.claimed_by_id IS NULL AND t.organisation_id = q.place AND t.queue > q.queue
    ORDER BY t.queue LIMIT 1)
  FROM q WHERE q.queue IS NOT NULL)
 SELECT coalesce(array_agg(DISTINCT queue) FILTER (WHERE queue IS NOT NULL), '{}') FROM q $$;
REVOKE ALL ON FUNCTION kedja_queues(uuid[]) FROM PUBLIC;
CREATE INDEX task_held ON cases_task (claimed_by_id, urgency, created_at, id)
 WHERE status = 'open' AND claimed_by_id IS NOT NULL;
CREATE INDEX task_unit ON cases_task (unit_id, urgency, created_at, id)
 WHERE status = 'open' AND claimed_by_id IS NOT NULL;
"""
EXPRESSION = """
DROP FUNCTION kedja_queues(uuid[]);
CREATE FUNCTION kedja_queues() RETURNS text[] LANGUAGE sql AS $$ SELECT '{}'::text[] $$;
DROP INDEX task_free, task_queue, task_held, task_unit;
ALTER TABLE cases_task DROP COLUMN urgency;
CREATE INDEX task_free ON cases_task (unit_id, queue) WHERE status = 'open';
CREATE INDEX task_queue ON cases_task (queue) WHERE status = 'open';
CREATE INDEX task_held ON cases_task (claimed_by_id) WHERE status = 'open';
CREATE INDEX task_unit ON cases_task (unit_id) WHERE status = 'open';
"""
# Whoever has the task sleeps on it, never past its last day; with another holder it is awake.
GUARDS = """
CREATE FUNCTION kedja_bevakning_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM cases_task t WHERE t.id = NEW.task_id AND t.status = 'open'
     AND t.claimed_by_id = NEW.user_id AND (t.due IS NULL OR NEW.until <= t.due);
  IF NOT FOUND THEN RAISE EXCEPTION 'bevakning_not_held: %', NEW.task_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'bevakning_not_held'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bevakning_guard BEFORE INSERT OR UPDATE OF task_id, user_id, until
  ON cases_bevakning FOR EACH ROW EXECUTE FUNCTION kedja_bevakning_guard();
CREATE FUNCTION kedja_bevakning_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM cases_bevakning WHERE task_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER task_wakes AFTER UPDATE OF status, claimed_by_id ON cases_task FOR EACH ROW
  WHEN (OLD.claimed_by_id IS NOT NULL AND
    (NEW.status <> 'open' OR OLD.claimed_by_id IS DISTINCT FROM NEW.claimed_by_id))
  EXECUTE FUNCTION kedja_bevakning_ends();
"""
UNGUARD = """
DROP TRIGGER task_wakes ON cases_task;
DROP FUNCTION kedja_bevakning_ends();
DROP TRIGGER bevakning_guard ON cases_bevakning;
DROP FUNCTION kedja_bevakning_guard();
"""
POLICIES = """
ALTER TABLE cases_sparatfilter ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_sparatfilter FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON cases_sparatfilter TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY shared ON cases_sparatfilter FOR SELECT
  USING (unit_id = ANY ((SELECT kedja_units())::uuid[]));
CREATE POLICY own ON cases_sparatfilter
  USING (user_id::text = current_setting('kedja.user', true))
  WITH CHECK (user_id::text = current_setting('kedja.user', true)
    AND (unit_id IS NULL OR unit_id = ANY ((SELECT kedja_units())::uuid[])));
"""
OPEN_AGAIN = """
DROP POLICY own ON cases_sparatfilter; DROP POLICY shared ON cases_sparatfilter;
DROP POLICY owner ON cases_sparatfilter;
ALTER TABLE cases_sparatfilter NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cases_sparatfilter DISABLE ROW LEVEL SECURITY;
"""
ALL = "SELECT, INSERT, UPDATE, DELETE"


def _id() -> models.UUIDField:
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


def _place(model: str, *, owned: bool) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=owned,
        db_index=False,
        null=owned,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0009_utkast"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bevakning",
            fields=[
                ("secrecy", models.PositiveSmallIntegerField(choices=SECRECY, default=0)),
                ("id", _id()),
                ("arende_id", models.UUIDField(db_index=True, null=True)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                ("organisation", _place("cases.organisation", owned=False)),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bevakning",
                        to="cases.task",
                    ),
                ),
                ("unit", _place("cases.unit", owned=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("until__gt", F("at"))), name="bevakning_ahead"
                    ),
                    models.CheckConstraint(
                        condition=~Q(("reason", "")), name="bevakning_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SparatFilter",
            fields=[
                ("id", _id()),
                ("name", models.CharField(max_length=60)),
                ("query", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("organisation", _place("cases.organisation", owned=True)),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(("name", "")), name="sparatfilter_has_name"
                    ),
                    models.UniqueConstraint(
                        fields=("user", "unit", "name"),
                        name="sparatfilter_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.RunSQL(URGENCY, EXPRESSION),
        *(
            migrations.RunSQL(
                rowsecurity.for_role(
                    role, f"GRANT EXECUTE ON FUNCTION kedja_queues(uuid[]) TO {role};"
                ),
                migrations.RunSQL.noop,
            )
            for role in (rowsecurity.APP, rowsecurity.WORKER)
        ),
        rowsecurity.protect(ASLEEP),
        migrations.RunSQL(POLICIES, OPEN_AGAIN),
        migrations.RunSQL(GUARDS, UNGUARD),
        rowsecurity.grant(rowsecurity.APP, ALL, [ASLEEP, SAVED]),
        rowsecurity.grant(rowsecurity.WORKER, ALL, [ASLEEP]),
    ]
