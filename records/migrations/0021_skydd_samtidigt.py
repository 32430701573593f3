"""One change of protection at a time; what is written meanwhile never ends below it (P-1, P-7)."""

from pathlib import Path

from cases.migration import GroupedMigration
from records import guards


class Migration(GroupedMigration):
    dependencies = [("cases", "0005_protection"), ("records", "0020_moved_register")]

    operations = [
        guards.functions(Path(__file__).parent / "sql" / "protection.sql"),
        guards.trigger("cases_instance", "level", "BEFORE INSERT", "records_instance_level()"),
    ]
