"""Decisions during the handling and the request of FL 12 §; who began an ärende."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = ("records_handlaggningsbeslut", "records_avgorandebegaran")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0009_uppdrag_plan_journal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="arende",
            name="slag",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.CreateModel(
            name="AvgorandeBegaran",
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
                ("inkom_datum", models.DateField()),
                ("utfall", models.CharField(default=None, max_length=100)),
                ("skal", models.CharField(blank=True, default="", max_length=100)),
                ("svar_senast", models.DateField(null=True)),
                ("registrerad", models.DateTimeField()),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="avgorande_begaran",
                        to="records.arende",
                    ),
                ),
                (
                    "dokument",
                    models.OneToOneField(
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
                    models.UniqueConstraint(
                        fields=("arende", "nummer"), name="avgorande_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("utfall", "prova")),
                        fields=("arende",),
                        name="avgorande_tried_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("svar_senast__isnull", False), ("utfall", "prova")),
                            models.Q(("utfall", "avvisa"), models.Q(("skal", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="avgorande_has_day_or_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handlaggningsbeslut",
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
                ("utfall", models.CharField(default=None, max_length=100)),
                ("motivering", models.TextField(blank=True, default="")),
                ("datum", models.DateField()),
                ("galler_till", models.DateField(null=True)),
                ("overklagandehanvisning", models.BooleanField(default=False)),
                ("law_version", models.CharField(blank=True, default="", max_length=40)),
                ("registrerad", models.DateTimeField()),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handlaggningsbeslut",
                        to="records.arende",
                    ),
                ),
                (
                    "beslutsfattare",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dokument",
                    models.OneToOneField(
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
                        condition=models.Q(("slag", "inledning")),
                        fields=("arende",),
                        name="inledning_decided_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("beslutsfattare__isnull", False)),
                        name="handlaggningsbeslut_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("slag", "inledning"), ("utfall", "inleda")),
                            models.Q(("motivering", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="handlaggningsbeslut_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("slag__in", ("forlangd_forhandsbedomning", "forlangd_utredning")),
                                ("utfall", "forlang"),
                                _negated=True,
                            ),
                            ("galler_till__isnull", False),
                            _connector="OR",
                        ),
                        name="extension_has_last_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("utfall__in", ("avvisa", "avslag")), _negated=True),
                            ("overklagandehanvisning", True),
                            _connector="OR",
                        ),
                        name="refusal_tells_how_to_appeal",
                    ),
                ],
            },
        ),
        *(rowsecurity.protect(table) for table in FROZEN),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.rights(FROZEN, FROZEN),
    ]
