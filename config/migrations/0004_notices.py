from django.db import migrations

# The reminder is told of in the transaction that leaves it. Here, as it joins two apps: the table
# is of `records`, the function of `cases`.
TOLD = """
CREATE TRIGGER notis_told AFTER INSERT ON records_notis FOR EACH ROW
  EXECUTE FUNCTION kedja_told('paminnelse');
"""
UNTOLD = "DROP TRIGGER notis_told ON records_notis"

# Beside kedja_gauges(), which stays as it is: letters that wait or failed, and bad addresses.
COUNTED = """
CREATE FUNCTION kedja_letter_gauges() RETURNS TABLE (name text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT 'kedja_letters_waiting', count(*)::float8
      FROM public.cases_utskick WHERE tillstand IN ('vantar', 'sander')
    UNION ALL
    SELECT 'kedja_letters_failed', count(*)::float8
      FROM public.cases_utskick WHERE tillstand = 'fel'
    UNION ALL
    SELECT 'kedja_letters_uncertain', count(*)::float8
      FROM public.cases_utskick WHERE tillstand = 'oviss'
    UNION ALL
    SELECT 'kedja_letters_sent', count(*)::float8
      FROM public.cases_utskick WHERE tillstand = 'sant'
    UNION ALL
    SELECT 'kedja_bad_addresses', count(*)::float8
      FROM public.cases_epostadress WHERE tillstand = 'dalig'
    UNION ALL
    SELECT 'kedja_untold_news', count(*)::float8 FROM public.cases_nyhet
$$;
REVOKE ALL ON FUNCTION kedja_letter_gauges() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kedja_letter_gauges() TO kedja_app, kedja_worker;
"""


class Migration(migrations.Migration):
    """Reminders are told of in letters, and letters are counted."""

    dependencies = [
        ("config", "0003_gauges"),
        ("cases", "0012_notiser"),
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(TOLD, UNTOLD),
        migrations.RunSQL(COUNTED, "DROP FUNCTION kedja_letter_gauges()"),
    ]
