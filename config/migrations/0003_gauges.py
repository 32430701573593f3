from django.db import migrations

# Numbers for the operator's monitor, whole numbers without any row: the web's role sees only the
# rows of whoever is logged in, so the owner counts on its behalf.
CREATE = """
CREATE FUNCTION kedja_gauges() RETURNS TABLE (name text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT 'kedja_open_incidents', count(*)::float8
      FROM public.cases_incident WHERE resolved_at IS NULL
    UNION ALL
    SELECT 'kedja_undelivered_messages', count(*)::float8
      FROM public.cases_message WHERE status = 'undelivered'
    UNION ALL
    SELECT 'kedja_outbox_waiting', count(*)::float8
      FROM public.cases_outbox WHERE state IN ('queued', 'leased')
    UNION ALL
    SELECT 'kedja_outbox_dead', count(*)::float8
      FROM public.cases_outbox WHERE state = 'dead'
    UNION ALL
    SELECT 'kedja_outbox_oldest_seconds',
           coalesce(extract(epoch FROM clock_timestamp() - min(run_at)), 0)::float8
      FROM public.cases_outbox WHERE state = 'queued' AND run_at <= clock_timestamp()
    UNION ALL
    SELECT 'kedja_open_tasks', count(*)::float8
      FROM public.cases_task WHERE status = 'open'
    UNION ALL
    SELECT 'kedja_worker_age_seconds',
           coalesce(extract(epoch FROM clock_timestamp() - max(beat_at)), -1)::float8
      FROM public.workers_heartbeat
$$;
REVOKE ALL ON FUNCTION kedja_gauges() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kedja_gauges() TO kedja_app, kedja_worker;
"""


class Migration(migrations.Migration):
    """What is waiting, as numbers."""

    dependencies = [
        ("config", "0002_grants"),
        ("cases", "0002_security"),
        ("workers", "0001_heartbeat"),
    ]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION kedja_gauges()")]
