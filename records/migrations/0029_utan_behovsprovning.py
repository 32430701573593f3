"""Insatser without assessment: nämndens list, exemptions one by one, and anonymous counts."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

ANONYMOUS = ("records_anonymtbesok", "records_maende")
FROZEN = (
    *ANONYMOUS,
    "records_insatsutanbehov",
    "records_undantagsbeslut",
    "records_undantagsprovning",
    "records_verksamhetsuppgift",
)
DELTAGANDE = "records_deltagande"
OWNED = (*FROZEN, DELTAGANDE)
SAME_INSATS = (
    "ALTER TABLE {table} ADD CONSTRAINT {table}_same_insats FOREIGN KEY (undantag_id, insats_id)"
    " REFERENCES records_undantagsbeslut (id, insats_id)"
)
"""R-225: the decision about one insats is never the ground of another."""


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0027_notis_handelse"),
        ("records", "0028_risk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnonymtBesok",
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
                ("antal", models.SmallIntegerField()),
                ("datum", models.DateField()),
                ("kon", models.CharField(default=None, max_length=100)),
                ("aldersgrupp", models.CharField(default=None, max_length=100)),
                ("problemkategori", models.CharField(blank=True, default="", max_length=100)),
                ("omrade", models.CharField(blank=True, default="", max_length=100)),
                ("svarighet", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Deltagande",
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
                ("inskriven", models.DateField()),
                ("villkor_uppfyllda", models.TextField()),
                ("senast_utskriven", models.DateField(null=True)),
                ("utskriven", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="InsatsUtanBehov",
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
                ("namn", models.CharField(max_length=100)),
                ("slag", models.CharField(default=None, max_length=100)),
                ("malgrupp", models.TextField()),
                ("villkor", models.TextField()),
                ("langsta_dygn", models.PositiveSmallIntegerField(null=True)),
                ("risk_avgift", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Maende",
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
                ("antal", models.SmallIntegerField()),
                ("manad", models.DateField()),
                ("tillfalle", models.CharField(default=None, max_length=100)),
                ("niva", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Undantagsbeslut",
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
                ("utfall", models.CharField(default=None, max_length=100)),
                ("skal", models.CharField(blank=True, default="", max_length=100)),
                ("skal_text", models.TextField(blank=True, default="")),
                ("dnr", models.CharField(max_length=40)),
                ("beslutsdatum", models.DateField()),
                ("giltig_fran", models.DateField()),
                ("law_version", models.CharField(max_length=40)),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Undantagsprovning",
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
                ("slag", models.CharField(default=None, max_length=100)),
                ("datum", models.DateField()),
                ("motivering", models.TextField()),
                ("dnr", models.CharField(blank=True, default="", max_length=40)),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Verksamhetsuppgift",
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
                ("manad", models.DateField()),
                ("tillfallen", models.PositiveSmallIntegerField()),
                ("personaltimmar", models.DecimalField(decimal_places=1, max_digits=7)),
                ("besok", models.PositiveIntegerField()),
                ("svarigheter", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="anonymtbesok",
            name="angrar",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="angrad",
                to="records.anonymtbesok",
            ),
        ),
        migrations.AddField(
            model_name="anonymtbesok",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="anonymtbesok",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="deltagande",
            name="arende",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deltagande",
                to="records.arende",
            ),
        ),
        migrations.AddField(
            model_name="deltagande",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="deltagande",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="insatsutanbehov",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="insatsutanbehov",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="insatsutanbehov",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="insatsutanbehov",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="deltagande",
            name="insats",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.insatsutanbehov",
            ),
        ),
        migrations.AddField(
            model_name="anonymtbesok",
            name="insats",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.insatsutanbehov",
            ),
        ),
        migrations.AddField(
            model_name="maende",
            name="insats",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.insatsutanbehov",
            ),
        ),
        migrations.AddField(
            model_name="maende",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="maende",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="undantagsbeslut",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="undantagsbeslut",
            name="insats",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beslut",
                to="records.insatsutanbehov",
            ),
        ),
        migrations.AddField(
            model_name="undantagsbeslut",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="undantagsbeslut",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="undantagsbeslut",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="maende",
            name="undantag",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.undantagsbeslut",
            ),
        ),
        migrations.AddField(
            model_name="anonymtbesok",
            name="undantag",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.undantagsbeslut",
            ),
        ),
        migrations.AddField(
            model_name="undantagsprovning",
            name="beslut",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="provningar",
                to="records.undantagsbeslut",
            ),
        ),
        migrations.AddField(
            model_name="undantagsprovning",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="undantagsprovning",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="undantagsprovning",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="undantagsprovning",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="verksamhetsuppgift",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="verksamhetsuppgift",
            name="insats",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.insatsutanbehov",
            ),
        ),
        migrations.AddField(
            model_name="verksamhetsuppgift",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="verksamhetsuppgift",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="verksamhetsuppgift",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="insatsutanbehov",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Lower("namn"),
                name="insats_listed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="insatsutanbehov",
            constraint=models.CheckConstraint(
                condition=models.Q(("namn__regex", "^[^*%?,;]{3,}$")), name="insats_is_one_insats"
            ),
        ),
        migrations.AddConstraint(
            model_name="insatsutanbehov",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("malgrupp", ""), _negated=True),
                    models.Q(("villkor", ""), _negated=True),
                ),
                name="insats_has_group_and_conditions",
            ),
        ),
        migrations.AddConstraint(
            model_name="deltagande",
            constraint=models.CheckConstraint(
                condition=models.Q(("villkor_uppfyllda", ""), _negated=True),
                name="deltagande_meets_conditions",
            ),
        ),
        migrations.AddConstraint(
            model_name="deltagande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("utskriven", None), ("utskriven__gte", models.F("inskriven")), _connector="OR"
                ),
                name="deltagande_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsbeslut",
            constraint=models.UniqueConstraint(
                fields=("insats", "dnr"), name="undantag_once_per_document"
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsbeslut",
            constraint=models.UniqueConstraint(fields=("id", "insats"), name="undantag_of_insats"),
        ),
        migrations.AddConstraint(
            model_name="undantagsbeslut",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("utfall", "undantag"), _negated=True),
                    models.Q(
                        models.Q(("skal", ""), _negated=True),
                        models.Q(("skal_text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="undantag_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsbeslut",
            constraint=models.CheckConstraint(
                condition=models.Q(("giltig_fran__gte", models.F("beslutsdatum"))),
                name="undantag_not_before_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsbeslut",
            constraint=models.CheckConstraint(
                condition=models.Q(("dnr", ""), _negated=True), name="undantag_has_dnr"
            ),
        ),
        migrations.AddConstraint(
            model_name="maende",
            constraint=models.UniqueConstraint(
                fields=("insats", "manad", "tillfalle", "niva"), name="maende_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="maende",
            constraint=models.CheckConstraint(
                condition=models.Q(("antal__gte", 0)), name="maende_is_a_count"
            ),
        ),
        migrations.AddConstraint(
            model_name="maende",
            constraint=models.CheckConstraint(
                condition=models.Q(("manad__day", 1)), name="maende_month_alone"
            ),
        ),
        migrations.AddIndex(
            model_name="anonymtbesok",
            index=models.Index(fields=["insats", "datum"], name="records_ano_insats__e500c7_idx"),
        ),
        migrations.AddConstraint(
            model_name="anonymtbesok",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("angrar", None), ("antal__gt", 0)),
                    models.Q(("angrar__isnull", False), ("antal__lt", 0)),
                    _connector="OR",
                ),
                name="besok_counts_or_takes_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsprovning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("slag", "upphavt")),
                fields=("beslut",),
                name="undantag_ended_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsprovning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slag", "upphavt"), _negated=True),
                    models.Q(("dnr", ""), _negated=True),
                    _connector="OR",
                ),
                name="undantag_ended_by_namnd",
            ),
        ),
        migrations.AddConstraint(
            model_name="undantagsprovning",
            constraint=models.CheckConstraint(
                condition=models.Q(("motivering", ""), _negated=True),
                name="undantag_review_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="verksamhetsuppgift",
            constraint=models.UniqueConstraint(
                fields=("insats", "manad"), name="verksamhetsuppgift_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verksamhetsuppgift",
            constraint=models.CheckConstraint(
                condition=models.Q(("manad__day", 1)), name="verksamhetsuppgift_month"
            ),
        ),
        guards.functions(Path(__file__).parent / "sql" / "utan_behovsprovning.sql"),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once(DELTAGANDE, "utskriven"),
        *(
            migrations.RunSQL(SAME_INSATS.format(table=table), migrations.RunSQL.noop)
            for table in ANONYMOUS
        ),
        *(
            guards.trigger(table, "ground", "BEFORE INSERT", "records_anonym_ground()")
            for table in ANONYMOUS
        ),
        guards.trigger(DELTAGANDE, "ground", "BEFORE INSERT", "records_deltagande_ground()"),
        *guards.rights(OWNED, FROZEN),
    ]
