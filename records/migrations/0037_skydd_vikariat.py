"""A task that a substitute has when the person becomes protected is nobody's (P-2)."""

from pathlib import Path

from cases.migration import GroupedMigration
from records import guards


class Migration(GroupedMigration):
    dependencies = [("records", "0036_meddelanden"), ("cases", "0012_notiser")]

    operations = [guards.functions(Path(__file__).parent / "sql" / "protection.sql")]
