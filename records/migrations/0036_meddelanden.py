"""Messages about an uppdrag between the two sides, and who opened it first."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

TABLES = ("records_uppdragoppning", "records_meddelande", "records_meddelandelasning")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0010_min_dag"),
        ("records", "0035_skift"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Meddelande",
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
                (
                    "sida",
                    models.CharField(
                        choices=[("myndighet", "Myndigheten"), ("utforare", "Utföraren")],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("skickat", models.DateTimeField()),
                ("forfattare_namn", models.CharField(max_length=200)),
                ("nyckel", models.CharField(max_length=200)),
                (
                    "delad_med",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "forfattare",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "uppdrag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meddelanden",
                        to="records.uppdrag",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MeddelandeLasning",
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
                ("last", models.DateTimeField()),
                (
                    "delad_med",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "last_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "meddelande",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lasningar",
                        to="records.meddelande",
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
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "uppdrag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.uppdrag",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UppdragOppning",
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
                ("oppnad", models.DateTimeField()),
                (
                    "delad_med",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "oppnad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "uppdrag",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="oppning",
                        to="records.uppdrag",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="meddelande",
            index=models.Index(
                fields=["uppdrag", "-skickat"], name="records_med_uppdrag_1694c8_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="meddelande",
            constraint=models.UniqueConstraint(
                fields=("forfattare", "nyckel"), name="meddelande_sent_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="meddelande",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="meddelande_has_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="meddelande",
            constraint=models.CheckConstraint(
                condition=models.Q(("nyckel", ""), _negated=True), name="meddelande_has_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="meddelandelasning",
            constraint=models.UniqueConstraint(
                fields=("meddelande", "last_av"), name="meddelande_read_once"
            ),
        ),
        guards.functions(Path(__file__).parent / "sql" / "meddelanden.sql"),
        *(operation for table in TABLES for operation in guards.protect_shared(table)),
        *(rowsecurity.append_only(table) for table in TABLES),
        # "a_follows" comes first: the triggers of one event fire in order of name.
        *(
            guards.trigger(table, "a_follows", "BEFORE INSERT", "records_follows_uppdrag()")
            for table in TABLES
        ),
        guards.trigger(
            "records_meddelande", "guard", "BEFORE INSERT", "records_meddelande_guard()"
        ),
        guards.trigger(
            "records_meddelandelasning", "guard", "BEFORE INSERT", "records_lasning_guard()"
        ),
        migrations.RunSQL(
            "CREATE TRIGGER records_uppdrag_shows AFTER UPDATE OF delad_med_id ON records_uppdrag"
            " FOR EACH ROW WHEN (OLD.delad_med_id IS DISTINCT FROM NEW.delad_med_id)"
            " EXECUTE FUNCTION records_uppdrag_shows()",
            "DROP TRIGGER records_uppdrag_shows ON records_uppdrag",
        ),
        *guards.rights(TABLES, TABLES),
    ]
