"""Letters about what waits: addresses, choices, what is to be told, the log of what was sent."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from cases import rowsecurity
from cases.migration import GroupedMigration

ADDRESS, OWN, CHOICE = "cases_epostadress", "cases_notisinstallning", "cases_notisval"
NEWS, LETTER = "cases_nyhet", "cases_utskick"
TABLES = (ADDRESS, OWN, CHOICE, NEWS, LETTER)
STATES = [
    ("vantar", "Väntar"),
    ("sander", "Sänds"),
    ("sant", "Sänt"),
    ("inget", "Inget kvar att berätta"),
    ("oviss", "Ovisst om det kom fram"),
    ("fel", "Gick inte att sända"),
]

# A row is written by whoever acts, in her own transaction: she has no right to the table. Nobody
# is told of what she did herself, and nothing is written where nobody takes letters.
TOLD = """
CREATE FUNCTION kedja_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE who int := nullif(current_setting('kedja.user', true), '')::int;
BEGIN
  IF EXISTS (SELECT 1 FROM cases_epostadress WHERE tillstand = 'god') THEN
    INSERT INTO cases_nyhet (sort, ref, orsakad_av) VALUES (TG_ARGV[0], NEW.id, who);
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION kedja_told() FROM PUBLIC;
CREATE TRIGGER task_told AFTER INSERT ON cases_task FOR EACH ROW
  WHEN (NEW.status = 'open') EXECUTE FUNCTION kedja_told('uppgift');
CREATE TRIGGER task_told_holder AFTER UPDATE OF claimed_by_id ON cases_task FOR EACH ROW
  WHEN (NEW.status = 'open' AND NEW.claimed_by_id IS NOT NULL
    AND OLD.claimed_by_id IS DISTINCT FROM NEW.claimed_by_id)
  EXECUTE FUNCTION kedja_told('uppgift');
"""
UNTOLD = """
DROP TRIGGER task_told_holder ON cases_task;
DROP TRIGGER task_told ON cases_task;
DROP FUNCTION kedja_told();
"""
# Links in letters and the calendar's address are opened without a log-in: their secret word says
# whose they are, and nothing else is told about it.
OWNERS = """
CREATE FUNCTION kedja_letter_owner(word uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT user_id FROM cases_epostadress WHERE id = word $$;
CREATE FUNCTION kedja_calendar_owner(word text) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT user_id FROM cases_notisinstallning WHERE kalender = word $$;
REVOKE ALL ON FUNCTION kedja_letter_owner(uuid), kedja_calendar_owner(text) FROM PUBLIC;
"""
OWNERLESS = """
DROP FUNCTION kedja_calendar_owner(text);
DROP FUNCTION kedja_letter_owner(uuid);
"""
# Whoever keeps the system sees the addresses of her own organisation that take no letters, as long
# as her role is active and its owner is there. The day is the database's own, in Stockholm.
_TODAY = "(now() AT TIME ZONE 'Europe/Stockholm')::date"
MANAGED = f"""
CREATE POLICY managed ON {ADDRESS} FOR SELECT USING (tillstand = 'dalig' AND EXISTS (
  SELECT 1 FROM cases_rolegrant mine
    JOIN cases_sekretessforbindelse signed ON signed.user_id = mine.user_id
     AND signed.organisation_id = mine.organisation_id AND signed.signed_on <= {_TODAY}
    JOIN cases_rolegrant hers ON hers.organisation_id = mine.organisation_id
   WHERE mine.user_id::text = current_setting('kedja.user', true)
     AND mine.role IN ('systemforvaltare', 'systemadministrator')
     AND {_TODAY} BETWEEN mine.valid_from AND coalesce(mine.valid_to, 'infinity')
     AND {_TODAY} BETWEEN hers.valid_from AND coalesce(hers.valid_to, 'infinity')
     AND hers.user_id = {ADDRESS}.user_id));
"""  # noqa: S608 - fixed text
# What is to be told is between the triggers and the worker.
BEHIND = f"""
ALTER TABLE {NEWS} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {NEWS} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON {NEWS} TO CURRENT_USER USING (true) WITH CHECK (true);
"""
BEFORE = f"""
DROP POLICY owner ON {NEWS};
ALTER TABLE {NEWS} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {NEWS} DISABLE ROW LEVEL SECURITY;
"""


def _id() -> models.UUIDField:
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


def _user() -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0011_vikariat"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Epostadress",
            fields=[
                ("id", _id()),
                ("adress", models.EmailField(blank=True, default="", max_length=254)),
                (
                    "tillstand",
                    models.CharField(
                        choices=[
                            ("ingen", "Ingen bekräftad adress"),
                            ("god", "Bekräftad"),
                            ("dalig", "Tar inte emot brev"),
                        ],
                        default="ingen",
                        max_length=10,
                    ),
                ),
                ("sedan", models.DateTimeField()),
                ("kod", models.CharField(blank=True, default="", max_length=40)),
                ("ny_adress", models.EmailField(blank=True, default="", max_length=254)),
                ("ny_ord", models.UUIDField(null=True, unique=True)),
                ("ny_sand", models.DateTimeField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("tillstand", "god")), fields=["user"], name="epostadress_good"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            Q(("adress", ""), ("tillstand", "ingen")),
                            Q(
                                ("tillstand__in", ["god", "dalig"]),
                                Q(("adress", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="epostadress_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notisinstallning",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sammandrag", models.BooleanField(default=True)),
                ("timme", models.PositiveSmallIntegerField(null=True)),
                ("kalender", models.CharField(max_length=64, null=True, unique=True)),
                ("kalender_skapad", models.DateTimeField(null=True)),
                ("kalender_etag", models.CharField(blank=True, default="", max_length=64)),
                ("kalender_andrad", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("timme", None), ("timme__lte", 23), _connector="OR"),
                        name="notisinstallning_hour",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notisval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slag", models.CharField(max_length=100)),
                ("satt", models.CharField(max_length=10)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "slag"), name="notisval_once"),
                    models.CheckConstraint(
                        condition=Q(("satt__in", ["direkt", "sammandrag", "kedja", "inte"])),
                        name="notisval_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Nyhet",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sort", models.CharField(max_length=10)),
                ("ref", models.UUIDField()),
                ("orsakad_av", models.IntegerField(null=True)),
                ("skapad", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.CreateModel(
            name="Utskick",
            fields=[
                ("id", _id()),
                ("slag", models.CharField(max_length=100)),
                ("rader", models.JSONField(default=list)),
                ("dag", models.DateField(null=True)),
                (
                    "tillstand",
                    models.CharField(choices=STATES, default="vantar", max_length=10),
                ),
                ("nasta", models.DateTimeField()),
                ("forsok", models.PositiveIntegerField(default=0)),
                ("kod", models.CharField(blank=True, default="", max_length=40)),
                ("skapad", models.DateTimeField()),
                ("begard", models.DateTimeField(null=True)),
                ("klar", models.DateTimeField(null=True)),
                ("tas_upp", models.BooleanField(default=False)),
                ("user", _user()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("tillstand", "vantar")),
                        fields=["nasta"],
                        name="utskick_waiting",
                    ),
                    models.Index(
                        condition=Q(("tas_upp", True)), fields=["user"], name="utskick_again"
                    ),
                    models.Index(fields=["skapad"], name="utskick_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("dag", None), ("tillstand", "vantar")),
                        fields=("user", "slag"),
                        name="utskick_waits_once",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("dag__isnull", False)),
                        fields=("user", "dag"),
                        name="utskick_digest_once",
                    ),
                ],
            },
        ),
        *(rowsecurity.protect_by_user(table) for table in (ADDRESS, OWN, CHOICE, LETTER)),
        migrations.RunSQL(BEHIND, BEFORE),
        migrations.RunSQL(
            rowsecurity.for_role(
                rowsecurity.WORKER,
                f"CREATE POLICY worker ON {NEWS} TO {rowsecurity.WORKER}"
                " USING (true) WITH CHECK (true);",
            ),
            f"DROP POLICY IF EXISTS worker ON {NEWS};",
        ),
        migrations.RunSQL(MANAGED, f"DROP POLICY managed ON {ADDRESS};"),
        *(
            rowsecurity.revoke(role, "ALL", TABLES)
            for role in (rowsecurity.APP, rowsecurity.WORKER)
        ),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT, UPDATE", [ADDRESS, OWN]),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT, UPDATE, DELETE", [CHOICE]),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT", [LETTER]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT, UPDATE", [ADDRESS]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT", [OWN, CHOICE]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT, DELETE, UPDATE", [NEWS]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT, INSERT, UPDATE, DELETE", [LETTER]),
        migrations.RunSQL(OWNERS, OWNERLESS),
        migrations.RunSQL(
            rowsecurity.for_role(
                rowsecurity.APP,
                "GRANT EXECUTE ON FUNCTION kedja_letter_owner(uuid), kedja_calendar_owner(text)"
                f" TO {rowsecurity.APP};",
            ),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(TOLD, UNTOLD),
    ]
