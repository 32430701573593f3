"""What a group of operations makes is what they make one by one."""

import pytest
from django.db import connection, migrations, models, transaction
from django.db.migrations.state import ProjectState

from cases.migration import GroupedMigration

OPERATIONS = [
    migrations.CreateModel("First", [("id", models.AutoField(primary_key=True))]),
    migrations.CreateModel(
        "Second",
        [
            ("id", models.AutoField(primary_key=True)),
            ("first", models.ForeignKey("cases.first", models.PROTECT)),
        ],
    ),
    migrations.AddField("first", "second", models.ForeignKey("cases.second", models.PROTECT)),
    migrations.AddField("second", "text", models.TextField(default="a")),
    migrations.AddConstraint(
        "second", models.CheckConstraint(condition=~models.Q(text="b"), name="second_not_b")
    ),
    migrations.AddIndex("first", models.Index(fields=["second"], name="first_by_second")),
    migrations.RunSQL("INSERT INTO cases_second (first_id, text) SELECT 1, 'c' WHERE false"),
    migrations.AddField("first", "late", models.IntegerField(null=True)),
    migrations.RemoveConstraint("second", "second_not_b"),
    migrations.AddConstraint(
        "second", models.CheckConstraint(condition=~models.Q(text="d"), name="second_not_d")
    ),
]
FOUND = """
SELECT c.relname, a.attname, a.attnum::text, format_type(a.atttypid, a.atttypmod),
    a.attnotnull::text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relname IN ('cases_first', 'cases_second') AND a.attnum > 0
UNION ALL
SELECT c.relname, '', '', k.conname, pg_get_constraintdef(k.oid)
FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid
WHERE c.relname IN ('cases_first', 'cases_second')
UNION ALL
SELECT tablename, '', '', indexname, indexdef FROM pg_indexes
WHERE tablename IN ('cases_first', 'cases_second')
ORDER BY 1, 2, 3, 4, 5
"""


def _made_by(kind: type[migrations.Migration]) -> list[tuple[str, ...]]:
    migration = kind("0001_test", "cases")
    migration.operations = OPERATIONS
    with transaction.atomic():
        with connection.schema_editor(atomic=False) as editor:
            state = ProjectState()
            _ = state.apps  # as Django's executor does: every change would be rendered
            migration.apply(state, editor)
        with connection.cursor() as cursor:
            cursor.execute(FOUND)
            found: list[tuple[str, ...]] = cursor.fetchall()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_a_group_makes_what_its_operations_make_one_by_one():
    plain = _made_by(migrations.Migration)
    assert _made_by(GroupedMigration) == plain
    named = {row[3] for row in plain}
    assert {"second_not_d", "first_by_second"} <= named
    assert "second_not_b" not in named
    assert ("cases_first", "late", "3", "integer", "false") in plain
