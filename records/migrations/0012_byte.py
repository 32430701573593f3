"""Change of provider, copies, whole akter handed over, providers that end (R-182…R-198, K-3)."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = ("records_aktoverlamning", "records_myndighetsslutanteckning")
CHANGED = (
    "records_byte",
    "records_aktkopia",
    "records_upphorande",
    "records_upphorandeakt",
)
OWNED = (*FROZEN, *CHANGED)
BOTH = "BEFORE INSERT OR UPDATE"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0011_rattelse"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AktOverlamning",
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
                ("akt_id", models.UUIDField()),
                ("arende_id", models.UUIDField()),
                ("grund", models.CharField(default=None, max_length=100)),
                ("overlamnad", models.DateTimeField()),
                (
                    "fran_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
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
                    "overlamnad_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Upphorande",
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
                ("orsak", models.CharField(default=None, max_length=100)),
                ("ivo_underrattad", models.DateField(null=True)),
                ("registrerad", models.DateTimeField()),
                ("avslutat", models.DateTimeField(null=True)),
                (
                    "avslutat_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enhet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
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
        ),
        migrations.CreateModel(
            name="UpphorandeAkt",
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
                ("akt_id", models.UUIDField()),
                ("arende_id", models.UUIDField()),
                ("uppdrag_id", models.UUIDField()),
                ("nummer", models.CharField(max_length=30)),
                ("agare", models.CharField(blank=True, default="", max_length=100)),
                ("ansvarig", models.CharField(blank=True, default="", max_length=200)),
                ("bestamd", models.DateTimeField(null=True)),
                (
                    "agare_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "bestamd_av",
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
                (
                    "upphorande",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="akter",
                        to="records.upphorande",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AktKopia",
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
                ("utlamnande_id", models.UUIDField()),
                ("kalla_akt_id", models.UUIDField()),
                ("papper", models.CharField(default=None, max_length=100)),
                ("underlag_id", models.UUIDField()),
                ("titel", models.CharField(max_length=200)),
                ("kopia", models.BooleanField(default=True)),
                ("sha256", models.CharField(max_length=64)),
                ("storlek", models.PositiveIntegerField()),
                ("innehall", models.BinaryField()),
                ("mottagen", models.DateTimeField()),
                ("kvitterad", models.DateTimeField(null=True)),
                ("forstord", models.DateTimeField(null=True)),
                ("forstord_skal", models.TextField(blank=True, default="")),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kopior",
                        to="records.arende",
                    ),
                ),
                (
                    "forstord_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kalla_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kopia", True)), name="akt_kopia_is_marked"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("forstord__isnull", True),
                            models.Q(("forstord_skal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="akt_kopia_destroyed_has_reason",
                    ),
                    models.UniqueConstraint(
                        fields=("utlamnande_id", "papper", "underlag_id"), name="akt_kopia_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Byte",
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
                ("orsak_text", models.TextField(blank=True, default="")),
                ("underrattad_datum", models.DateField()),
                ("onskat_datum", models.DateField(null=True)),
                ("law_version", models.CharField(blank=True, default="", max_length=40)),
                ("registrerad", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pagar", "Pågår"),
                            ("genomfort", "Genomfört"),
                            ("avbrutet", "Avbrutet"),
                        ],
                        default="pagar",
                        max_length=10,
                    ),
                ),
                ("avslutad", models.DateTimeField(null=True)),
                ("overlamning", models.CharField(blank=True, default="", max_length=100)),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="byten",
                        to="records.arende",
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
                    "nytt_uppdrag",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.uppdrag",
                    ),
                ),
                (
                    "onskad_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
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
                (
                    "uppdrag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="byten",
                        to="records.uppdrag",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pagar")),
                        fields=("uppdrag",),
                        name="byte_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "genomfort"), _negated=True),
                            models.Q(
                                ("nytt_uppdrag__isnull", False),
                                models.Q(("overlamning", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="byte_done_has_provider",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MyndighetsSlutanteckning",
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
                ("skal", models.TextField()),
                ("registrerad", models.DateTimeField()),
                (
                    "akt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.akt",
                    ),
                ),
                (
                    "anteckning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.journalentry",
                    ),
                ),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.arende",
                    ),
                ),
                (
                    "granskad_av",
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("skal", ""), _negated=True),
                        name="authority_note_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skriven_av", models.F("granskad_av")), _negated=True),
                        name="authority_note_four_eyes",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="upphorande",
            constraint=models.UniqueConstraint(
                condition=models.Q(("avslutat__isnull", True)),
                fields=("enhet",),
                name="upphorande_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="upphorandeakt",
            constraint=models.UniqueConstraint(
                fields=("upphorande", "akt_id"), name="upphorande_akt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="upphorandeakt",
            constraint=models.CheckConstraint(
                condition=models.Q(("agare", ""), ("bestamd__isnull", False), _connector="OR"),
                name="upphorande_akt_owner_has_time",
            ),
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "byte.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        ),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *(operation for table in CHANGED for operation in guards.kept(table)),
        *guards.set_once(
            "records_upphorandeakt",
            "agare",
            "agare_unit_id",
            "ansvarig",
            "bestamd",
            "bestamd_av_id",
        )[:1],
        guards.trigger("records_byte", "guard", BOTH, "records_byte_guard()"),
        guards.trigger("records_aktkopia", "guard", BOTH, "records_kopia_guard()"),
        guards.trigger(
            "records_upphorande", "guard", "BEFORE UPDATE", "records_upphorande_guard()"
        ),
        guards.trigger(
            "records_myndighetsslutanteckning",
            "guard",
            "BEFORE INSERT",
            "records_authority_note_guard()",
        ),
        guards.trigger(
            "records_aktoverlamning", "guard", "BEFORE INSERT", "records_overlamning_guard()"
        ),
        guards.trigger(
            "records_aktoverlamning", "moves", "AFTER INSERT", "records_overlamning_moves()"
        ),
        *guards.rights(OWNED, FROZEN),
    ]
