"""Egenkontroll of the documentation (R-040 to R-045) and loggkontroll (LBP 10 §)."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = ("records_egenkontrollpunkt", "records_loggrad", "records_loggbedomning")
OWNED = (*FROZEN, "records_egenkontroll", "records_egenkontrollakt", "records_loggkontroll")
AUTHOR = "records_is_author(bigint, uuid, uuid, uuid)"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0006_sekretessforbindelse"),
        ("records", "0024_utforare"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Egenkontroll",
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
                ("instance_id", models.UUIDField()),
                ("period_fran", models.DateField()),
                ("period_till", models.DateField()),
                ("motivering", models.TextField()),
                ("utgava", models.CharField(max_length=64)),
                ("fro", models.CharField(max_length=64)),
                ("antal_akter", models.PositiveIntegerField()),
                ("antal_skyddade_utanfor", models.PositiveIntegerField()),
                ("planerad", models.DateTimeField()),
                ("planerad_datum", models.DateField()),
                ("faststalld", models.DateTimeField(null=True)),
                ("faststalld_datum", models.DateField(null=True)),
                ("granskade", models.PositiveIntegerField(null=True)),
                ("med_ska_brist", models.PositiveIntegerField(null=True)),
                ("ska_brister", models.PositiveIntegerField(null=True)),
                ("bor_brister", models.PositiveIntegerField(null=True)),
                ("slutsats", models.TextField(blank=True, default="")),
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
                    "planerad_av",
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
            name="EgenkontrollAkt",
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
                ("nummer", models.PositiveIntegerField()),
                ("akt_id", models.UUIDField()),
                ("arende_id", models.UUIDField()),
                ("granskad", models.DateTimeField(null=True)),
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
                    "egenkontroll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="granskningar",
                        to="records.egenkontroll",
                    ),
                ),
                (
                    "granskare",
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
            ],
        ),
        migrations.CreateModel(
            name="EgenkontrollPunkt",
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
                ("punkt", models.CharField(default=None, max_length=100)),
                ("krav", models.CharField(default=None, max_length=100)),
                ("rutin", models.CharField(default=None, max_length=100)),
                ("modalitet", models.CharField(default=None, max_length=100)),
                (
                    "utfall",
                    models.CharField(
                        choices=[
                            ("ok", "Ok"),
                            ("brist", "Brist"),
                            ("ej_tillampligt", "Ej tillämpligt"),
                        ],
                        max_length=20,
                    ),
                ),
                ("iakttagelse", models.TextField(blank=True, default="")),
                (
                    "granskning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="punkter",
                        to="records.egenkontrollakt",
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
            name="Loggkontroll",
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
                ("instance_id", models.UUIDField()),
                ("fran", models.DateField()),
                ("till", models.DateField()),
                ("fro", models.CharField(max_length=64)),
                ("antal_lasningar", models.PositiveIntegerField()),
                ("skapad", models.DateTimeField()),
                ("signerad", models.DateTimeField(null=True)),
                ("slutsats", models.TextField(blank=True, default="")),
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
                    "signerad_av",
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
            name="LoggRad",
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
                ("nummer", models.PositiveIntegerField()),
                (
                    "slag",
                    models.CharField(
                        choices=[
                            ("stickprov", "Läsning, stickprov"),
                            ("skyddad", "Läsning om en person med skyddade uppgifter"),
                            ("valvet", "Läsning av skyddad adress"),
                            ("nodoppning", "Nödöppning"),
                            ("nekad", "Nekad läsning"),
                        ],
                        max_length=12,
                    ),
                ),
                ("kalla_id", models.UUIDField()),
                ("arende_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("vad", models.CharField(blank=True, default="", max_length=100)),
                ("skal", models.TextField(blank=True, default="")),
                ("grupp", models.CharField(default=None, max_length=100)),
                (
                    "kontroll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rader",
                        to="records.loggkontroll",
                    ),
                ),
                (
                    "lasare",
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
            ],
        ),
        migrations.CreateModel(
            name="LoggBedomning",
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
                (
                    "utfall",
                    models.CharField(
                        choices=[
                            ("behorig", "Behörig"),
                            ("oklar", "Oklar"),
                            ("obehorig", "Obehörig"),
                        ],
                        max_length=10,
                    ),
                ),
                ("motivering", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "granskare",
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
                    "rad",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bedomningar",
                        to="records.loggrad",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="egenkontroll",
            index=models.Index(
                fields=["unit", "-faststalld_datum"], name="records_ege_unit_id_a4bc95_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontroll",
            constraint=models.UniqueConstraint(
                fields=("instance_id",), name="egenkontroll_once_per_instance"
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontroll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_fran__lte", models.F("period_till")),
                    ("period_till__lte", models.F("planerad_datum")),
                ),
                name="egenkontroll_looks_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontroll",
            constraint=models.CheckConstraint(
                condition=models.Q(("motivering", ""), _negated=True),
                name="egenkontroll_scope_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontroll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("faststalld__isnull", True),
                    models.Q(
                        ("faststalld_av__isnull", False),
                        ("faststalld_datum__isnull", False),
                        ("granskade__isnull", False),
                        ("med_ska_brist__isnull", False),
                        models.Q(("slutsats", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="egenkontroll_result_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontrollakt",
            constraint=models.UniqueConstraint(
                fields=("egenkontroll", "akt_id"), name="egenkontroll_akt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontrollpunkt",
            constraint=models.UniqueConstraint(
                fields=("granskning", "punkt"), name="egenkontroll_point_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="egenkontrollpunkt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("utfall", "brist"), _negated=True),
                    models.Q(("iakttagelse", ""), _negated=True),
                    _connector="OR",
                ),
                name="egenkontroll_brist_says_what",
            ),
        ),
        migrations.AddIndex(
            model_name="loggkontroll",
            index=models.Index(fields=["unit", "fran"], name="records_log_unit_id_7f16f1_idx"),
        ),
        migrations.AddConstraint(
            model_name="loggkontroll",
            constraint=models.UniqueConstraint(
                fields=("instance_id",), name="loggkontroll_once_per_instance"
            ),
        ),
        migrations.AddConstraint(
            model_name="loggkontroll",
            constraint=models.CheckConstraint(
                condition=models.Q(("fran__lte", models.F("till"))), name="loggkontroll_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="loggkontroll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signerad__isnull", True),
                    models.Q(
                        ("signerad_av__isnull", False), models.Q(("slutsats", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="loggkontroll_signed_by_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="loggrad",
            constraint=models.UniqueConstraint(
                fields=("kontroll", "nummer"), name="loggrad_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="loggrad",
            constraint=models.UniqueConstraint(
                fields=("kontroll", "kalla_id"), name="loggrad_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="loggrad",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slag", "nodoppning"), _negated=True),
                    models.Q(("skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="loggrad_emergency_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="loggbedomning",
            constraint=models.UniqueConstraint(
                fields=("rad", "nummer"), name="loggbedomning_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="loggbedomning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("utfall", "behorig"),
                    models.Q(("motivering", ""), _negated=True),
                    _connector="OR",
                ),
                name="loggbedomning_doubt_has_reason",
            ),
        ),
        guards.functions(Path(__file__).parent / "sql" / "egenkontroll.sql"),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once(
            "records_egenkontroll",
            "faststalld",
            "faststalld_av_id",
            "faststalld_datum",
            "granskade",
            "med_ska_brist",
            "ska_brister",
            "bor_brister",
            "slutsats",
        ),
        *guards.set_once("records_egenkontrollakt", "granskad", "dokument_id"),
        *guards.set_once(
            "records_loggkontroll", "signerad", "signerad_av_id", "slutsats", "dokument_id"
        ),
        guards.trigger(
            "records_egenkontrollakt",
            "reviewer",
            "BEFORE INSERT OR UPDATE",
            "records_egenkontroll_akt()",
        ),
        guards.trigger(
            "records_egenkontrollpunkt", "open", "BEFORE INSERT", "records_egenkontroll_punkt()"
        ),
        guards.trigger(
            "records_egenkontroll", "settled", "BEFORE UPDATE", "records_egenkontroll_settled()"
        ),
        guards.trigger("records_loggrad", "open", "BEFORE INSERT", "records_logg_rad()"),
        guards.trigger(
            "records_loggbedomning", "other", "BEFORE INSERT", "records_logg_bedomning()"
        ),
        guards.trigger(
            "records_loggkontroll", "signed", "BEFORE UPDATE", "records_loggkontroll_signed()"
        ),
        *guards.rights(OWNED, FROZEN),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {AUTHOR} FROM PUBLIC;"
            + "".join(
                rowsecurity.for_role(role, f"GRANT EXECUTE ON FUNCTION {AUTHOR} TO {role};")
                for role in (rowsecurity.APP, rowsecurity.WORKER)
            ),
            migrations.RunSQL.noop,
        ),
    ]
