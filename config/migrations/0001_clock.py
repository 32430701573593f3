from django.db import migrations

CREATE = """
CREATE TABLE kedja_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    ahead interval NOT NULL CHECK (ahead >= interval '0')
);
GRANT SELECT ON kedja_clock TO kedja_app, kedja_worker;
"""


class Migration(migrations.Migration):
    """The row that moves the virtual clock; read only under KEDJA_VIRTUAL_CLOCK=1."""

    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [migrations.RunSQL(CREATE, "DROP TABLE kedja_clock")]
