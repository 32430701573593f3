"""Deviations, complaints, measures and how they hang together (R-050 to R-052, R-138 to R-140)."""

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
    "records_avvikelsetrend",
    "records_kvalitetssteg",
    "records_atgardeffekt",
    "records_handelselank",
)
CHANGED = ("records_avvikelse", "records_klagomal", "records_atgard")
OWNED = (*FROZEN, *CHANGED)
CLOSED = ("stangd", "stangd_av_id", "stangd_som")
NUMBERS = "records_next_number(uuid, text, int)"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0021_skydd_samtidigt"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Atgard",
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
                (
                    "kalla",
                    models.CharField(
                        choices=[
                            ("avvikelse", "Avvikelse"),
                            ("klagomal", "Klagomål och synpunkter"),
                            ("lex_sarah", "Lex Sarah"),
                            ("risk", "Riskanalys"),
                            ("egenkontroll", "Egenkontroll"),
                            ("loggkontroll", "Loggkontroll"),
                            ("verksamhetsuppfoljning", "Verksamhetsuppföljning"),
                            ("avtalsuppfoljning", "Avtalsuppföljning"),
                            ("uppfoljning", "Försenad uppföljning"),
                            ("arende", "Ärende"),
                        ],
                        max_length=100,
                    ),
                ),
                ("kalla_id", models.UUIDField()),
                ("nummer", models.CharField(max_length=20)),
                ("vad", models.TextField()),
                ("klar_senast", models.DateField()),
                ("effektmatt", models.TextField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("beslutad", "Beslutad"),
                            ("utford", "Utförd, effekten ska följas upp"),
                            ("uppnadd", "Effekten uppnådd"),
                            ("avslutad_anda", "Avslutad utan full effekt, med skäl"),
                        ],
                        default="beslutad",
                        max_length=20,
                    ),
                ),
                ("utford_datum", models.DateField(null=True)),
                ("utforande", models.TextField(blank=True, default="")),
                ("beslutad", models.DateTimeField()),
                (
                    "ansvarig",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "beslutad_av",
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
            name="AtgardEffekt",
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
                ("omgang", models.PositiveSmallIntegerField()),
                ("utford_datum", models.DateField(null=True)),
                ("foljd_upp", models.DateField()),
                ("uppnadd", models.BooleanField()),
                ("avslutad", models.BooleanField()),
                ("resultat", models.TextField()),
                ("skal", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
                (
                    "atgard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effekter",
                        to="records.atgard",
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
            name="Avvikelse",
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
                ("kategori", models.CharField(default=None, max_length=100)),
                ("handelse", models.TextField()),
                ("handelse_datum", models.DateField()),
                ("upptackt", models.TextField(blank=True, default="")),
                ("konsekvens", models.CharField(default=None, max_length=100)),
                ("konsekvens_text", models.TextField(blank=True, default="")),
                ("omedelbar_atgard", models.TextField(blank=True, default="")),
                (
                    "krav",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                ("kalla", models.CharField(blank=True, default="", max_length=100)),
                ("kalla_id", models.UUIDField(null=True)),
                ("arende_id", models.UUIDField(null=True)),
                ("rapporterad", models.DateTimeField()),
                ("foreslagen_klass", models.CharField(blank=True, default="", max_length=100)),
                ("klass", models.CharField(blank=True, default="", max_length=100)),
                ("klass_skal", models.TextField(blank=True, default="")),
                ("klassad", models.DateTimeField(null=True)),
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
                    "klassad_av",
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
            ],
        ),
        migrations.CreateModel(
            name="AvvikelseTrend",
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
                ("kategori", models.CharField(default=None, max_length=100)),
                ("fran", models.DateTimeField()),
                ("till", models.DateTimeField()),
                ("antal", models.PositiveSmallIntegerField()),
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
            name="HandelseLank",
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
                (
                    "fran",
                    models.CharField(
                        choices=[
                            ("avvikelse", "Avvikelse"),
                            ("klagomal", "Klagomål och synpunkter"),
                            ("lex_sarah", "Lex Sarah"),
                            ("risk", "Riskanalys"),
                            ("egenkontroll", "Egenkontroll"),
                            ("loggkontroll", "Loggkontroll"),
                            ("verksamhetsuppfoljning", "Verksamhetsuppföljning"),
                            ("avtalsuppfoljning", "Avtalsuppföljning"),
                            ("uppfoljning", "Försenad uppföljning"),
                            ("arende", "Ärende"),
                        ],
                        max_length=100,
                    ),
                ),
                ("fran_id", models.UUIDField()),
                (
                    "till",
                    models.CharField(
                        choices=[
                            ("avvikelse", "Avvikelse"),
                            ("klagomal", "Klagomål och synpunkter"),
                            ("lex_sarah", "Lex Sarah"),
                            ("risk", "Riskanalys"),
                            ("egenkontroll", "Egenkontroll"),
                            ("loggkontroll", "Loggkontroll"),
                            ("verksamhetsuppfoljning", "Verksamhetsuppföljning"),
                            ("avtalsuppfoljning", "Avtalsuppföljning"),
                            ("uppfoljning", "Försenad uppföljning"),
                            ("arende", "Ärende"),
                        ],
                        max_length=100,
                    ),
                ),
                ("till_id", models.UUIDField()),
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
        ),
        migrations.CreateModel(
            name="Klagomal",
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
                ("typ", models.CharField(default=None, max_length=100)),
                ("kanal", models.CharField(default=None, max_length=100)),
                ("kategori", models.CharField(default=None, max_length=100)),
                ("anonym", models.BooleanField()),
                ("kontakt", models.CharField(blank=True, default="", max_length=300)),
                ("text", models.TextField()),
                (
                    "krav",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                ("inkom_datum", models.DateField()),
                ("arende_id", models.UUIDField(null=True)),
                ("registrerad", models.DateTimeField()),
                ("direkt_atgardat", models.BooleanField(null=True)),
                ("bekraftad_datum", models.DateField(null=True)),
                ("svarad_datum", models.DateField(null=True)),
                ("svar", models.TextField(blank=True, default="")),
                ("stangd", models.DateTimeField(null=True)),
                ("stangd_som", models.CharField(blank=True, default="", max_length=100)),
                (
                    "bekraftad_av",
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
                    "svarad_av",
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
            name="KvalitetsSteg",
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
                (
                    "kalla",
                    models.CharField(
                        choices=[
                            ("avvikelse", "Avvikelse"),
                            ("klagomal", "Klagomål och synpunkter"),
                            ("lex_sarah", "Lex Sarah"),
                            ("risk", "Riskanalys"),
                            ("egenkontroll", "Egenkontroll"),
                            ("loggkontroll", "Loggkontroll"),
                            ("verksamhetsuppfoljning", "Verksamhetsuppföljning"),
                            ("avtalsuppfoljning", "Avtalsuppföljning"),
                            ("uppfoljning", "Försenad uppföljning"),
                            ("arende", "Ärende"),
                        ],
                        max_length=100,
                    ),
                ),
                ("kalla_id", models.UUIDField()),
                (
                    "steg",
                    models.CharField(
                        choices=[
                            ("rapportera", "Rapportera"),
                            ("utreda", "Utreda"),
                            ("analysera", "Analysera"),
                            ("atgarda", "Åtgärda"),
                            ("folja_upp", "Följa upp"),
                        ],
                        max_length=20,
                    ),
                ),
                ("gjort", models.BooleanField()),
                ("skal", models.TextField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                ("orsak", models.TextField(blank=True, default="")),
                ("forebyggande", models.TextField(blank=True, default="")),
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
        migrations.AddIndex(
            model_name="atgard",
            index=models.Index(fields=["kalla", "kalla_id"], name="records_atg_kalla_d07761_idx"),
        ),
        migrations.AddConstraint(
            model_name="atgard",
            constraint=models.UniqueConstraint(
                fields=("organisation", "nummer"), name="atgard_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="atgard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vad", ""), _negated=True),
                    models.Q(("effektmatt", ""), _negated=True),
                ),
                name="atgard_says_what_and_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="atgard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("utford", "uppnadd")), _negated=True),
                    ("utford_datum__isnull", False),
                    _connector="OR",
                ),
                name="atgard_done_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="atgardeffekt",
            constraint=models.UniqueConstraint(
                fields=("atgard", "omgang"), name="effekt_once_per_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="atgardeffekt",
            constraint=models.CheckConstraint(
                condition=models.Q(("resultat", ""), _negated=True), name="effekt_has_result"
            ),
        ),
        migrations.AddConstraint(
            model_name="atgardeffekt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("uppnadd", True),
                    ("avslutad", False),
                    models.Q(("skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="effekt_ended_anyway_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="avvikelse",
            index=models.Index(
                fields=["unit", "kategori", "rapporterad"], name="records_avv_unit_id_97acfe_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="avvikelse",
            constraint=models.UniqueConstraint(
                fields=("organisation", "nummer"), name="avvikelse_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="avvikelse",
            constraint=models.CheckConstraint(
                condition=models.Q(("krav__len__gte", 1)), name="avvikelse_names_krav"
            ),
        ),
        migrations.AddConstraint(
            model_name="avvikelse",
            constraint=models.CheckConstraint(
                condition=models.Q(("handelse", ""), _negated=True), name="avvikelse_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="avvikelse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("klass", ""),
                    models.Q(("klassad__isnull", False), ("klassad_av__isnull", False)),
                    _connector="OR",
                ),
                name="avvikelse_class_by_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="avvikelsetrend",
            constraint=models.UniqueConstraint(
                fields=("unit", "kategori", "till"), name="trend_once"
            ),
        ),
        migrations.AddIndex(
            model_name="handelselank",
            index=models.Index(fields=["till", "till_id"], name="records_han_till_374734_idx"),
        ),
        migrations.AddConstraint(
            model_name="handelselank",
            constraint=models.UniqueConstraint(
                fields=("fran", "fran_id", "till", "till_id"), name="handelselank_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handelselank",
            constraint=models.CheckConstraint(
                condition=models.Q(("fran_id", models.F("till_id")), _negated=True),
                name="handelselank_joins_two",
            ),
        ),
        migrations.AddIndex(
            model_name="klagomal",
            index=models.Index(
                fields=["unit", "inkom_datum"], name="records_kla_unit_id_bcac9a_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="klagomal",
            constraint=models.UniqueConstraint(
                fields=("organisation", "nummer"), name="klagomal_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="klagomal",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="klagomal_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="klagomal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("anonym", False),
                    models.Q(("kontakt", ""), ("svarad_datum__isnull", True)),
                    _connector="OR",
                ),
                name="klagomal_anonymous_has_no_contact",
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetssteg",
            constraint=models.UniqueConstraint(
                fields=("kalla", "kalla_id", "steg"), name="kvalitetssteg_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetssteg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gjort", True), models.Q(("skal", ""), _negated=True), _connector="OR"
                ),
                name="kvalitetssteg_left_out_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="kvalitetssteg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gjort", True), ("steg", "analysera"), _negated=True),
                    models.Q(
                        models.Q(("orsak", ""), _negated=True),
                        models.Q(("forebyggande", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="analysis_has_cause_and_prevention",
            ),
        ),
        guards.functions(Path(__file__).parent / "sql" / "kvalitet.sql"),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once(
            "records_avvikelse",
            "foreslagen_klass",
            "klass",
            "klass_skal",
            "klassad",
            "klassad_av_id",
            *CLOSED,
        ),
        *guards.set_once(
            "records_klagomal",
            "direkt_atgardat",
            "bekraftad_datum",
            "bekraftad_av_id",
            "svarad_datum",
            "svarad_av_id",
            "svar",
            *CLOSED,
        ),
        *guards.kept("records_atgard"),
        guards.trigger(
            "records_avvikelse",
            "closed",
            "BEFORE INSERT OR UPDATE",
            "records_kvalitet_closed('avvikelse')",
        ),
        guards.trigger(
            "records_klagomal",
            "closed",
            "BEFORE INSERT OR UPDATE",
            "records_kvalitet_closed('klagomal')",
        ),
        guards.trigger(
            "records_atgard", "guard", "BEFORE INSERT OR UPDATE", "records_atgard_guard()"
        ),
        *guards.rights(OWNED, FROZEN),
        migrations.RunSQL(
            f"REVOKE ALL ON records_nummerserie FROM PUBLIC;"
            f"REVOKE ALL ON FUNCTION {NUMBERS} FROM PUBLIC;"
            + "".join(
                rowsecurity.for_role(
                    role,
                    f"REVOKE ALL ON records_nummerserie FROM {role};",
                    f"GRANT EXECUTE ON FUNCTION {NUMBERS} TO {role};",
                )
                for role in (rowsecurity.APP, rowsecurity.WORKER)
            ),
            migrations.RunSQL.noop,
        ),
    ]
