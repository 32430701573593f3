-- What a reminder asks for has come to its end: written when it happens, by whoever's hand, so that
-- each receiver, each letter and each count sees the same. The words of upphor_med were set when it
-- was sent, from the edition in force (terms/notiser.toml). A word that is not there proves nothing:
-- then the reminder stays until somebody puts it away.

-- The first two run at every task and every process that ends: they name their schemas instead of
-- setting a search path, which costs more than the rest (cases/migrations/0015_trigger_namn.py).

-- The task it was about is closed, and none of its steps is left that was to be done by that day.
CREATE OR REPLACE FUNCTION records_notis_task() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE public.records_notis n SET klar = NEW.completed_at, klar_genom =
    CASE WHEN NEW.status OPERATOR(pg_catalog.=) 'completed' THEN 'uppgift'
    ELSE 'uppgift_avbruten' END
   WHERE n.instans OPERATOR(pg_catalog.=) NEW.instance_id AND n.klar IS NULL
     AND ('steg:' OPERATOR(pg_catalog.||) NEW.element)
       OPERATOR(pg_catalog.=) ANY (n.upphor_med::pg_catalog.text[])
     AND (NEW.due AT TIME ZONE 'Europe/Stockholm')::pg_catalog.date
       OPERATOR(pg_catalog.=) n.forfallen_datum
     AND NOT EXISTS (SELECT 1 FROM public.cases_task t
       WHERE t.instance_id OPERATOR(pg_catalog.=) NEW.instance_id
         AND t.status OPERATOR(pg_catalog.=) 'open'
         AND ('steg:' OPERATOR(pg_catalog.||) t.element)
           OPERATOR(pg_catalog.=) ANY (n.upphor_med::pg_catalog.text[])
         AND (t.due IS NULL OR (t.due AT TIME ZONE 'Europe/Stockholm')::pg_catalog.date
           OPERATOR(pg_catalog.<=) n.forfallen_datum));
  RETURN NULL;
END $$;

-- The process that sent it has ended: nothing in it waits any more.
CREATE OR REPLACE FUNCTION records_notis_process() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE public.records_notis n SET klar = NEW.ended_at, klar_genom =
    CASE WHEN NEW.status OPERATOR(pg_catalog.=) 'completed' THEN 'process'
    ELSE 'process_avbruten' END
   WHERE n.instans OPERATOR(pg_catalog.=) NEW.id AND n.klar IS NULL
     AND 'process' OPERATOR(pg_catalog.=) ANY (n.upphor_med::pg_catalog.text[]);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION records_notis_uppdrag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE records_notis n SET klar = NEW.besvarad, klar_genom = 'uppdrag'
   WHERE n.handelse_id = NEW.id AND n.klar IS NULL AND 'uppdrag' = ANY (n.upphor_med);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION records_notis_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE records_notis n SET klar = NEW.faststalld, klar_genom = 'plan'
    FROM records_plan p
   WHERE p.id = NEW.plan_id AND n.akt_id = p.akt_id AND n.klar IS NULL
     AND n.skapad <= NEW.faststalld AND 'plan' = ANY (n.upphor_med);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION records_notis_uppfoljning() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE records_notis n SET klar = NEW.registrerad, klar_genom = 'uppfoljning'
   WHERE n.akt_id = NEW.akt_id AND n.klar IS NULL
     AND n.skapad <= NEW.registrerad AND 'uppfoljning' = ANY (n.upphor_med);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION records_notis_akt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE records_notis n SET klar = coalesce(NEW.stangd, NEW.gallrad), klar_genom = 'akt'
   WHERE n.akt_id = NEW.id AND n.klar IS NULL AND 'akt' = ANY (n.upphor_med)
     AND coalesce(NEW.stangd, NEW.gallrad) IS NOT NULL;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION records_notis_task(), records_notis_process(), records_notis_uppdrag(),
  records_notis_plan(), records_notis_uppfoljning(), records_notis_akt() FROM PUBLIC;

CREATE TRIGGER task_notis AFTER UPDATE OF status ON cases_task FOR EACH ROW
  WHEN (OLD.status = 'open' AND NEW.status <> 'open') EXECUTE FUNCTION records_notis_task();
CREATE TRIGGER instance_notis AFTER UPDATE OF status ON cases_instance FOR EACH ROW
  WHEN (OLD.status IN ('running', 'incident') AND NEW.status NOT IN ('running', 'incident'))
  EXECUTE FUNCTION records_notis_process();
CREATE TRIGGER records_uppdrag_notis AFTER UPDATE OF besvarad ON records_uppdrag FOR EACH ROW
  WHEN (OLD.besvarad IS NULL AND NEW.besvarad IS NOT NULL)
  EXECUTE FUNCTION records_notis_uppdrag();
CREATE TRIGGER records_planversion_notis AFTER UPDATE OF faststalld ON records_planversion
  FOR EACH ROW WHEN (OLD.faststalld IS NULL AND NEW.faststalld IS NOT NULL)
  EXECUTE FUNCTION records_notis_plan();
CREATE TRIGGER records_uppfoljning_notis AFTER INSERT ON records_uppfoljning
  FOR EACH ROW EXECUTE FUNCTION records_notis_uppfoljning();
CREATE TRIGGER records_akt_notis AFTER UPDATE OF status ON records_akt FOR EACH ROW
  WHEN (OLD.status = 'oppen' AND NEW.status <> 'oppen') EXECUTE FUNCTION records_notis_akt();
