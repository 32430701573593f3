"""How far each of the staff has read in an akt: her own rows alone, and none of a hidden akt."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "records_skiftlasning"
OWN = "user_id::text = current_setting('kedja.user', true)"
SECRECY = [
    (0, "Ingen markering"),
    (1, "Sekretessmarkering"),
    (2, "Skyddad folkbokföring"),
    (3, "Fingerade personuppgifter"),
]


def _held_by(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0034_avslutshinder"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Skiftlasning",
            fields=[
                ("secrecy", models.PositiveSmallIntegerField(choices=SECRECY, default=0)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("read_until", models.DateTimeField()),
                (
                    "akt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.akt",
                    ),
                ),
                ("organisation", _held_by("cases.organisation")),
                ("unit", _held_by("cases.unit")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "akt"), name="skiftlasning_once")
                ],
            },
        ),
        rowsecurity.protect(TABLE),
        migrations.RunSQL(
            rowsecurity.for_role(
                rowsecurity.APP,
                f"CREATE POLICY mine ON {TABLE} AS RESTRICTIVE TO {rowsecurity.APP}"
                f" USING ({OWN}) WITH CHECK ({OWN});",
            ),
            f"DROP POLICY IF EXISTS mine ON {TABLE}",
        ),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT, UPDATE", [TABLE]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT", [TABLE]),
    ]
