"""A colleague who stands in for a person, from day to day, and the tasks she has taken so."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "cases_vikariat"

# A range of one number compares as the number does, without an extension for the index.
ONE_AT_A_TIME = """
ALTER TABLE cases_vikariat ADD CONSTRAINT vikariat_one_at_a_time EXCLUDE USING gist
 (int8range(person_id, person_id, '[]') WITH &&, daterange(from_day, to_day, '[]') WITH &&)
 WHERE (ended_at IS NULL);
"""
TWICE = "ALTER TABLE cases_vikariat DROP CONSTRAINT vikariat_one_at_a_time;"

# Who acts, and for whom, is read before there is a context to go by.
STANDS_FOR = """
CREATE FUNCTION kedja_stands_for(integer, date) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
 SELECT coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'person', v.person_id,
  'organisation', v.organisation_id, 'username', u.username, 'name',
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username))
  ORDER BY v.from_day, v.id), '[]'::jsonb)
 FROM cases_vikariat v JOIN auth_user u ON u.id = v.person_id
 WHERE v.vikarie_id = $1 AND v.ended_at IS NULL AND $2 BETWEEN v.from_day AND v.to_day $$;
REVOKE ALL ON FUNCTION kedja_stands_for(integer, date) FROM PUBLIC;
"""
NOBODY = "DROP FUNCTION kedja_stands_for(integer, date);"

_ME = "current_setting('kedja.user', true)"
_HERE = "unit_id = ANY ((SELECT kedja_units())::uuid[])"
_CONCERNED = f"{_HERE} OR person_id::text = {_ME} OR vikarie_id::text = {_ME}"
POLICIES = f"""
ALTER TABLE cases_vikariat ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases_vikariat FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON cases_vikariat TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY seen ON cases_vikariat FOR SELECT USING ({_CONCERNED});
CREATE POLICY appointed ON cases_vikariat FOR INSERT
 WITH CHECK (appointed_by_id::text = {_ME} AND ({_HERE} OR person_id::text = {_ME}));
CREATE POLICY ended ON cases_vikariat FOR UPDATE USING ({_CONCERNED})
 WITH CHECK (ended_by_id::text = {_ME});
""" + rowsecurity.for_role(
    rowsecurity.WORKER,
    "CREATE POLICY worker ON cases_vikariat FOR SELECT TO kedja_worker USING (true);",
)
OPEN_AGAIN = """
DROP POLICY IF EXISTS worker ON cases_vikariat;
DROP POLICY ended ON cases_vikariat; DROP POLICY appointed ON cases_vikariat;
DROP POLICY seen ON cases_vikariat; DROP POLICY owner ON cases_vikariat;
ALTER TABLE cases_vikariat NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cases_vikariat DISABLE ROW LEVEL SECURITY;
"""


def _key(to: str, *, null: bool = False, indexed: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=indexed,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0010_min_dag"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Vikariat",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("from_day", models.DateField()),
                ("to_day", models.DateField()),
                ("reason", models.CharField(max_length=60)),
                ("appointed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("appointed_by", _key(settings.AUTH_USER_MODEL)),
                ("ended_by", _key(settings.AUTH_USER_MODEL, null=True)),
                ("organisation", _key("cases.organisation")),
                ("person", _key(settings.AUTH_USER_MODEL)),
                ("unit", _key("cases.unit", indexed=True)),
                ("vikarie", _key(settings.AUTH_USER_MODEL, indexed=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("to_day__gte", F("from_day"))), name="vikariat_period"
                    ),
                    models.CheckConstraint(
                        condition=~Q(("person", F("vikarie"))), name="vikariat_not_oneself"
                    ),
                    models.CheckConstraint(
                        condition=~Q(("reason", "")), name="vikariat_has_reason"
                    ),
                ],
            },
        ),
        migrations.AddField("task", "vikariat", _key("cases.vikariat", null=True)),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["vikariat"],
                condition=Q(("status", "open"), ("vikariat__isnull", False)),
                name="task_stood_in",
            ),
        ),
        migrations.RunSQL(ONE_AT_A_TIME, TWICE),
        migrations.RunSQL(STANDS_FOR, NOBODY),
        migrations.RunSQL(POLICIES, OPEN_AGAIN),
        rowsecurity.set_once_access(TABLE),
        *(
            migrations.RunSQL(
                rowsecurity.for_role(
                    role, f"GRANT EXECUTE ON FUNCTION kedja_stands_for(integer, date) TO {role};"
                ),
                migrations.RunSQL.noop,
            )
            for role in (rowsecurity.APP, rowsecurity.WORKER)
        ),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT, UPDATE", [TABLE]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT", [TABLE]),
    ]
