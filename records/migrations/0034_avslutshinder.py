"""What stands in the way of closing an ärende: one function for the gate and for the page (K-3)."""

from pathlib import Path

from cases.migration import GroupedMigration
from records import guards


class Migration(GroupedMigration):
    dependencies = [("records", "0033_notis_enhet")]

    operations = [guards.functions(Path(__file__).parent / "sql" / "closing.sql")]
