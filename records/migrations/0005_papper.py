"""Papers as they were given: behind row-level security, and never changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "records_papper"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0002_security"),
        ("records", "0004_final_note_signer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Papper",
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
                ("papper", models.CharField(default=None, max_length=100)),
                ("underlag_id", models.UUIDField()),
                ("arende_id", models.UUIDField(db_index=True, null=True)),
                ("akt_id", models.UUIDField(null=True)),
                ("titel", models.CharField(max_length=200)),
                ("mall_hash", models.CharField(max_length=64)),
                ("law_version", models.CharField(blank=True, default="", max_length=40)),
                ("kopia", models.BooleanField(default=False)),
                ("sha256", models.CharField(max_length=64)),
                ("storlek", models.PositiveIntegerField()),
                ("innehall", models.BinaryField()),
                ("skapad", models.DateTimeField()),
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
                    "skapad_av",
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
                    models.UniqueConstraint(
                        fields=("unit", "papper", "underlag_id", "sha256"),
                        name="papper_once_per_content",
                    )
                ],
            },
        ),
        rowsecurity.protect(TABLE),
        rowsecurity.append_only(TABLE),
        *(
            operation
            for role in (rowsecurity.APP, rowsecurity.WORKER)
            for operation in (
                rowsecurity.revoke(role, "ALL", (TABLE,)),
                rowsecurity.grant(role, "SELECT, INSERT", (TABLE,)),
            )
        ),
    ]
