"""A moved akt takes consents, disclosures, objections and corrections along (R-187, R-198)."""

from pathlib import Path

from django.db import migrations

from cases.migration import GroupedMigration
from records import guards


class Migration(GroupedMigration):
    dependencies = [("records", "0019_restamp_again")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "moved_register.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        ),
        # "takes_along" comes after "moves": the triggers of one event fire in order of name.
        guards.trigger(
            "records_aktoverlamning",
            "takes_along",
            "AFTER INSERT",
            "records_overlamning_takes_along()",
        ),
    ]
