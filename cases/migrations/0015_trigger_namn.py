"""Two triggers on every task say where each name is found, instead of setting a search path.

A function that sets its own ``search_path`` looks up all schemas at every call: a quarter
millisecond for each new task. With every table, type and operator named by its schema there is
nothing for a caller's path to decide, which is what the setting was there for.
"""

from django.db import migrations

from cases.migration import GroupedMigration

NAMED = """
CREATE OR REPLACE FUNCTION kedja_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE who pg_catalog.text := pg_catalog.current_setting('kedja.user', true);
BEGIN
  IF EXISTS (SELECT 1 FROM public.cases_epostadress
    WHERE tillstand OPERATOR(pg_catalog.=) 'god') THEN
    INSERT INTO public.cases_nyhet (sort, ref, orsakad_av) VALUES (TG_ARGV[0], NEW.id,
      CASE WHEN who OPERATOR(pg_catalog.<>) '' THEN who::pg_catalog.int4 END);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION kedja_bevakning_ends() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER AS $$
BEGIN
  DELETE FROM public.cases_bevakning WHERE task_id OPERATOR(pg_catalog.=) NEW.id;
  RETURN NULL;
END $$;
"""
BY_PATH = """
ALTER FUNCTION kedja_told() SET search_path = public, pg_temp;
ALTER FUNCTION kedja_bevakning_ends() SET search_path = public, pg_temp;
"""


class Migration(GroupedMigration):
    dependencies = [("cases", "0014_sprakval_brev")]

    operations = [migrations.RunSQL(NAMED, BY_PATH)]
