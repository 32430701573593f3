"""The yearly kvalitetsberättelse: written once, row by row (R-061 to R-064)."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

TABLES = tuple(
    f"records_kvalitetsberattelse{part}" for part in ("", "tal", "atgard", "text", "faststalld")
)
NAMND = "records_kvalitetsberattelsenamnd"
RECEIPT = ("kvitterad", "kvitterad_av_id", "diarienummer", "dokument_id")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0007_laskvittens"),
        ("records", "0030_ledningssystem"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Kvalitetsberattelse",
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
                ("ar", models.PositiveSmallIntegerField()),
                ("fran", models.DateField()),
                ("till", models.DateField()),
                ("sammanstalld", models.DateTimeField()),
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
            ],
        ),
        migrations.CreateModel(
            name="KvalitetsberattelseAtgard",
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
                ("atgard_id", models.UUIDField()),
                ("nummer", models.CharField(max_length=20)),
                ("vad", models.TextField()),
                ("effekt", models.CharField(default=None, max_length=100)),
                ("utford_datum", models.DateField(null=True)),
                (
                    "berattelse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="atgarder",
                        to="records.kvalitetsberattelse",
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
            ],
        ),
        migrations.CreateModel(
            name="KvalitetsberattelseNamnd",
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
                ("berattelse_id", models.UUIDField()),
                ("ar", models.PositiveSmallIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("innehall", models.BinaryField()),
                ("mottagen", models.DateTimeField()),
                ("kvitterad", models.DateTimeField(null=True)),
                ("diarienummer", models.CharField(blank=True, default="", max_length=100)),
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
                    "fran_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "kvitterad_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
            ],
        ),
        migrations.CreateModel(
            name="KvalitetsberattelseTal",
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
                ("nummer", models.PositiveSmallIntegerField()),
                ("matt", models.CharField(default=None, max_length=100)),
                ("antal", models.PositiveIntegerField()),
                ("forra", models.PositiveIntegerField()),
                (
                    "berattelse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tal",
                        to="records.kvalitetsberattelse",
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
            ],
        ),
        migrations.CreateModel(
            name="KvalitetsberattelseText",
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
                ("version", models.PositiveSmallIntegerField()),
                ("ansvar", models.TextField(blank=True, default="")),
                ("arbetet", models.TextField()),
                ("atgarder", models.TextField()),
                ("resultat", models.TextField()),
                ("mal", models.TextField(blank=True, default="")),
                ("skriven", models.DateTimeField()),
                (
                    "berattelse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texter",
                        to="records.kvalitetsberattelse",
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
                    "skriven_av",
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
        ),
        migrations.CreateModel(
            name="KvalitetsberattelseFaststalld",
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
                ("faststalld", models.DateTimeField()),
                (
                    "berattelse",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faststalld",
                        to="records.kvalitetsberattelse",
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
                    "faststalld_av",
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
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.kvalitetsberattelsetext",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelse",
            constraint=models.UniqueConstraint(
                fields=("organisation", "ar"), name="kvalitetsberattelse_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelse",
            constraint=models.CheckConstraint(
                condition=models.Q(("fran__lte", models.F("till"))),
                name="kvalitetsberattelse_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelseatgard",
            constraint=models.UniqueConstraint(
                fields=("berattelse", "atgard_id"), name="kvalitetsberattelse_atgard_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelsenamnd",
            constraint=models.UniqueConstraint(
                fields=("berattelse_id",), name="kvalitetsberattelse_namnd_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelsenamnd",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kvitterad__isnull", True),
                    models.Q(
                        ("kvitterad_av__isnull", False),
                        models.Q(("diarienummer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="kvalitetsberattelse_receipt_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelsetal",
            constraint=models.UniqueConstraint(
                fields=("berattelse", "matt"), name="kvalitetsberattelse_tal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelsetext",
            constraint=models.UniqueConstraint(
                fields=("berattelse", "version"), name="kvalitetsberattelse_text_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetsberattelsetext",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("arbetet", ""), _negated=True),
                    models.Q(("atgarder", ""), _negated=True),
                    models.Q(("resultat", ""), _negated=True),
                ),
                name="kvalitetsberattelse_three_sections",
            ),
        ),
        *(rowsecurity.protect(table) for table in (*TABLES, NAMND)),
        *(rowsecurity.append_only(table) for table in TABLES),
        *guards.set_once(NAMND, *RECEIPT),
        *guards.rights((*TABLES, NAMND), TABLES),
    ]
