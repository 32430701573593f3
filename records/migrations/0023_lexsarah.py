"""Lex Sarah as tables of their own, apart from the personakt (L-24)."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = (
    "records_lexsarahbedomning",
    "records_lexsarahutredning",
    "records_lexsarahivo",
    "records_lexsarahbesked",
    "records_lexsarahlasning",
)
OWNED = (*FROZEN, "records_lexsarah", "records_lexsarahnamnd")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0022_kvalitet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LexSarah",
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
                ("nummer", models.CharField(max_length=20)),
                ("slag", models.CharField(default=None, max_length=100)),
                ("lag", models.CharField(default=None, max_length=100)),
                ("handelse", models.TextField()),
                ("handelse_datum", models.DateField()),
                ("upptackt", models.TextField(blank=True, default="")),
                ("konsekvens", models.CharField(default=None, max_length=100)),
                ("konsekvens_enskild", models.TextField()),
                ("omedelbar_atgard", models.TextField(blank=True, default="")),
                ("kalla", models.CharField(blank=True, default="", max_length=100)),
                ("kalla_id", models.UUIDField(null=True)),
                (
                    "berorda",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("rapporterad", models.DateTimeField()),
                ("mottagen", models.DateTimeField(null=True)),
                ("stangd", models.DateTimeField(null=True)),
                ("stangd_som", models.CharField(blank=True, default="", max_length=100)),
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
                    "mottagen_av",
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
                    "rapportor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stangd_av",
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
                    "utredare",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LexSarahBedomning",
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
                ("forslag", models.CharField(blank=True, default="", max_length=100)),
                ("utfall", models.CharField(default=None, max_length=100)),
                ("skal", models.TextField()),
                ("datum", models.DateField()),
                ("registrerad", models.DateTimeField()),
                (
                    "bedomd_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "lex_sarah",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bedomningar",
                        to="records.lexsarah",
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
            name="LexSarahBesked",
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
                ("mottagare", models.CharField(default=None, max_length=100)),
                ("lamnat", models.BooleanField()),
                ("datum", models.DateField(null=True)),
                ("skal", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
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
                    "lex_sarah",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="besked",
                        to="records.lexsarah",
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
            name="LexSarahIvo",
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
                ("satt", models.CharField(default=None, max_length=100)),
                ("kvittens", models.CharField(max_length=200)),
                ("utredning_bifogad", models.BooleanField()),
                ("registrerad", models.DateTimeField()),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "lex_sarah",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ivo",
                        to="records.lexsarah",
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
                    "skickad_av",
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
            name="LexSarahLasning",
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
                ("at", models.DateTimeField()),
                (
                    "lex_sarah",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.lexsarah",
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LexSarahNamnd",
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
                ("lex_sarah_id", models.UUIDField()),
                ("nummer", models.CharField(max_length=20)),
                ("slag", models.CharField(default=None, max_length=100)),
                ("mottagen", models.DateTimeField()),
                ("kvitterad", models.DateTimeField(null=True)),
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
                    "fran_enhet",
                    models.ForeignKey(
                        db_constraint=False,
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
        ),
        migrations.CreateModel(
            name="LexSarahUtredning",
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
                ("handelse", models.TextField()),
                ("upptackt", models.TextField()),
                ("konsekvens_enskild", models.TextField()),
                ("orsaker", models.TextField()),
                ("omedelbara_atgarder", models.TextField()),
                ("upprepningsrisk", models.CharField(default=None, max_length=100)),
                ("tidigare_liknande", models.TextField()),
                ("klar_datum", models.DateField()),
                ("registrerad", models.DateTimeField()),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "lex_sarah",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="utredning",
                        to="records.lexsarah",
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
                    "utredare",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="lexsarah",
            index=models.Index(
                fields=["unit", "rapporterad"], name="records_lex_unit_id_91e338_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarah",
            constraint=models.UniqueConstraint(
                fields=("organisation", "nummer"), name="lexsarah_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarah",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kalla_id__isnull", False)),
                fields=("organisation", "kalla", "kalla_id"),
                name="lexsarah_event_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarah",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handelse", ""), _negated=True),
                    models.Q(("konsekvens_enskild", ""), _negated=True),
                ),
                name="lexsarah_says_what_and_consequence",
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahbedomning",
            constraint=models.UniqueConstraint(
                fields=("lex_sarah", "nummer"), name="lexsarah_bedomning_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahbedomning",
            constraint=models.CheckConstraint(
                condition=models.Q(("skal", ""), _negated=True),
                name="lexsarah_bedomning_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahbesked",
            constraint=models.UniqueConstraint(
                fields=("lex_sarah", "mottagare"), name="lexsarah_besked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahbesked",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("datum__isnull", False), ("lamnat", True)),
                    models.Q(("lamnat", False), models.Q(("skal", ""), _negated=True)),
                    _connector="OR",
                ),
                name="lexsarah_besked_given_or_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahivo",
            constraint=models.UniqueConstraint(
                fields=("lex_sarah", "slag"), name="lexsarah_ivo_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahivo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kvittens", ""), _negated=True), models.Q(("satt", ""), _negated=True)
                ),
                name="lexsarah_ivo_has_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahnamnd",
            constraint=models.UniqueConstraint(
                fields=("lex_sarah_id", "slag"), name="lexsarah_namnd_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lexsarahutredning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handelse", ""), _negated=True),
                    models.Q(("konsekvens_enskild", ""), _negated=True),
                    models.Q(("orsaker", ""), _negated=True),
                ),
                name="lexsarah_utredning_is_whole",
            ),
        ),
        guards.functions(Path(__file__).parent / "sql" / "lexsarah.sql"),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once(
            "records_lexsarah",
            "mottagen",
            "mottagen_av_id",
            "utredare_id",
            "stangd",
            "stangd_av_id",
            "stangd_som",
        ),
        *guards.set_once("records_lexsarahnamnd", "kvitterad", "kvitterad_av_id", "dokument_id"),
        guards.trigger(
            "records_lexsarah", "closed", "BEFORE INSERT OR UPDATE", "records_lexsarah_closed()"
        ),
        guards.trigger(
            "records_lexsarahutredning",
            "independent",
            "BEFORE INSERT",
            "records_lexsarah_independent()",
        ),
        guards.trigger("records_lexsarahivo", "ivo", "BEFORE INSERT", "records_lexsarah_ivo()"),
        *guards.rights(OWNED, FROZEN),
    ]
