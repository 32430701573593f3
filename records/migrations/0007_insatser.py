"""Which delbeslut an insats carries out, and each turn in its life (K-12, R-130, R-136)."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "records_insatshandelse"
SECRECY = [
    (0, "Ingen markering"),
    (1, "Sekretessmarkering"),
    (2, "Skyddad folkbokföring"),
    (3, "Fingerade personuppgifter"),
]
TURNS = [
    ("paborjad", "Påbörjad"),
    ("avbrott", "Avbrott"),
    ("aterupptagen", "Återupptagen"),
    ("avslutad", "Avslutad"),
]


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0006_samtycke"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("uppdraginsats", "delbeslut_id", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="InsatsHandelse",
            fields=[
                ("secrecy", models.PositiveSmallIntegerField(choices=SECRECY, default=0)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("insats", models.CharField(default=None, max_length=100)),
                ("delbeslut_id", models.UUIDField(null=True)),
                ("handelse", models.CharField(choices=TURNS, max_length=12)),
                ("datum", models.DateField()),
                ("orsak", models.CharField(blank=True, default="", max_length=100)),
                ("registrerad", models.DateTimeField()),
                (
                    "akt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="insatshandelser",
                        to="records.akt",
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
                "indexes": [
                    models.Index(
                        fields=["akt", "insats", "datum"], name="records_ins_akt_id_c9042c_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(handelse__in=("avbrott", "avslutad"))
                        | ~models.Q(orsak=""),
                        name="insats_end_has_reason",
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
