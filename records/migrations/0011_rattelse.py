"""Corrections, objections and notes in the wrong akt; consents that are replaced end."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

SQL = Path(__file__).parent / "sql"
FROZEN = ("records_invandning", "records_rattelse", "records_forsegling")
SEALABLE = ("records_journalentry", "records_dokument")
VISIBLE = (
    "unit_id = ANY ((SELECT kedja_units())::uuid[]) AND secrecy <= (SELECT kedja_secrecy())"
    " AND (forseglad IS NULL OR kedja_unsealed(id))"
)


def hide_sealed(table: str) -> migrations.RunSQL:
    """A sealed row is out of sight for programs; it may still be written above one's level."""
    return migrations.RunSQL(
        f"ALTER POLICY own ON {table} USING ({VISIBLE})", migrations.RunSQL.noop
    )


def sealing_only(table: str, *once: str) -> tuple[migrations.RunSQL, ...]:
    """Only ``once`` may be set later, and ``forseglad`` by the sealing trigger alone."""
    names = ", ".join(f"'{column}'" for column in (*once, "forseglad"))
    return (
        guards.trigger(table, "set_once", "BEFORE UPDATE", f"records_set_once({names})"),
        guards.trigger(table, "sealing", "BEFORE INSERT OR UPDATE", "records_only_sealing()"),
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0010_handlaggning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="dokument",
            name="forseglad",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="forseglad",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="utlamnande",
            name="sekretessgrund",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.CreateModel(
            name="Forsegling",
            fields=[
                (
                    "secrecy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Ingen markering"),
                            (1, "Sekretessmarkering"),
                            (2, "Skyddad folkbokföring"),
                            (3, "Fingerade personuppgifter"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("orsak", models.CharField(default=None, max_length=100)),
                ("upptackt", models.DateField()),
                (
                    "lasare",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=150), default=list, size=None
                    ),
                ),
                (
                    "papper",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("registrerad", models.DateTimeField()),
                (
                    "anteckning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forsegling",
                        to="records.journalentry",
                    ),
                ),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "gravsten",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.journalentry",
                    ),
                ),
                (
                    "ny_anteckning",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flyttad_hit",
                        to="records.journalentry",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("anteckning", models.F("gravsten")), _negated=True),
                        name="forsegling_has_tombstone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invandning",
            fields=[
                (
                    "secrecy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Ingen markering"),
                            (1, "Sekretessmarkering"),
                            (2, "Skyddad folkbokföring"),
                            (3, "Fingerade personuppgifter"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("datum", models.DateField()),
                ("text", models.TextField()),
                ("framford_av", models.CharField(default=None, max_length=100)),
                ("registrerad", models.DateTimeField()),
                (
                    "anteckning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invandningar",
                        to="records.journalentry",
                    ),
                ),
                (
                    "dokument",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="invandning_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rattelse",
            fields=[
                (
                    "secrecy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Ingen markering"),
                            (1, "Sekretessmarkering"),
                            (2, "Skyddad folkbokföring"),
                            (3, "Fingerade personuppgifter"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rattad", models.BooleanField()),
                ("grund", models.CharField(default=None, max_length=100)),
                ("fel", models.TextField()),
                ("ratt", models.TextField(blank=True, default="")),
                ("skal", models.TextField()),
                ("law_version", models.CharField(blank=True, default="", max_length=40)),
                ("registrerad", models.DateTimeField()),
                (
                    "anteckning",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provade_rattelser",
                        to="records.journalentry",
                    ),
                ),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rattelser",
                        to="records.arende",
                    ),
                ),
                (
                    "beslut",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rattelser",
                        to="records.beslut",
                    ),
                ),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "rattelseanteckning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.journalentry",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("anteckning__isnull", False), ("beslut__isnull", True)),
                            models.Q(("anteckning__isnull", True), ("beslut__isnull", False)),
                            _connector="OR",
                        ),
                        name="rattelse_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rattad", False),
                            models.Q(("ratt", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rattelse_says_what_is_right",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skal", ""), _negated=True), name="rattelse_has_reason"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "consent_2.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            (SQL / "sealing.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        *(rowsecurity.protect(table) for table in FROZEN),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.rights(FROZEN, FROZEN),
        migrations.RunSQL(
            "DROP TRIGGER records_journalentry_set_once ON records_journalentry;"
            "DROP TRIGGER records_dokument_append_only ON records_dokument;",
            migrations.RunSQL.noop,
        ),
        *sealing_only("records_journalentry", "signerad", "signerad_av_id"),
        *sealing_only("records_dokument"),
        *guards.kept("records_dokument"),
        *(hide_sealed(table) for table in SEALABLE),
        guards.trigger(
            "records_forsegling", "guard", "BEFORE INSERT", "records_forsegling_guard()"
        ),
        guards.trigger("records_forsegling", "seals", "AFTER INSERT", "records_forsegling_seals()"),
        guards.trigger("records_samtycke", "stops", "AFTER INSERT", "records_replacement_stops()"),
        guards.trigger(
            "records_samtyckeaterkallelse", "fits", "BEFORE INSERT", "records_withdrawal_fits()"
        ),
    ]
