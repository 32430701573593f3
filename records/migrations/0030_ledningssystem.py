"""The ledningssystem of a unit and its local routines (R-010, R-060): adopted, never changed."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

TABLES = ("records_ledningssystem", "records_lokalrutin")
LEVELS = [
    (0, "Ingen markering"),
    (1, "Sekretessmarkering"),
    (2, "Skyddad folkbokföring"),
    (3, "Fingerade personuppgifter"),
]


def _row() -> list[tuple[str, models.Field]]:
    return [
        ("secrecy", models.PositiveSmallIntegerField(choices=LEVELS, default=0)),
        (
            "id",
            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
        ),
    ]


def _place(to: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


def _key(to: str, *, null: bool = False, index: bool = False, name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        db_index=index,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=to,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0029_utan_behovsprovning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ledningssystem",
            fields=[
                *_row(),
                ("version", models.PositiveSmallIntegerField()),
                ("tjanst", models.CharField(default=None, max_length=100)),
                (
                    "lagrum",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), size=None
                    ),
                ),
                ("ansvar", models.TextField()),
                ("tid", models.TextField()),
                ("faststalld", models.DateTimeField()),
                ("beskriven_av", _key(settings.AUTH_USER_MODEL, null=True)),
                ("dokument", _key("records.dokument", index=True)),
                ("faststalld_av", _key(settings.AUTH_USER_MODEL)),
                ("organisation", _place("cases.organisation")),
                ("unit", _place("cases.unit")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "version"), name="ledningssystem_version_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(("lagrum__len__gte", 1)), name="ledningssystem_has_law"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("ansvar", ""), _negated=True), Q(("tid", ""), _negated=True)
                        ),
                        name="ledningssystem_says_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LokalRutin",
            fields=[
                *_row(),
                ("nummer", models.PositiveSmallIntegerField()),
                ("kategori", models.CharField(default=None, max_length=100)),
                ("rubrik", models.CharField(max_length=200)),
                ("text", models.TextField()),
                (
                    "ledningssystem",
                    _key("records.ledningssystem", index=True, name="rutiner"),
                ),
                ("organisation", _place("cases.organisation")),
                ("unit", _place("cases.unit")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ledningssystem", "nummer"), name="lokalrutin_number_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("rubrik", ""), _negated=True), Q(("text", ""), _negated=True)
                        ),
                        name="lokalrutin_says_what",
                    ),
                ],
            },
        ),
        *(rowsecurity.protect(table) for table in TABLES),
        *(rowsecurity.append_only(table) for table in TABLES),
        *guards.rights(TABLES, TABLES),
    ]
