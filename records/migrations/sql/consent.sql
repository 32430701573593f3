-- A disclosure that rests on a consent is sent only while the consent holds; a withdrawal stops what
-- has not been sent, in the same transaction (R-152, R-154). Both sides lock the consent's row, so
-- that one of two that happen at once waits for the other and sees it.

CREATE OR REPLACE FUNCTION records_consent_holds(part uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM records_samtyckedel d JOIN records_samtycke s ON s.id = d.samtycke_id
     WHERE d.id = part
       AND (at AT TIME ZONE 'Europe/Stockholm')::date BETWEEN s.lamnat_datum AND s.galler_till
       AND NOT EXISTS (SELECT 1 FROM records_samtyckeaterkallelse a
                        WHERE a.samtycke_id = s.id AND (a.del_av_id IS NULL OR a.del_av_id = d.id)))
$$;

CREATE OR REPLACE FUNCTION records_utlamnande_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fields text[] := ARRAY['status', 'skickad', 'skickad_av_id', 'kvitterad', 'stoppad', 'stoppad_orsak'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('vantar', 'nekad') THEN
      PERFORM records_refuse('disclosure_not_reviewed', NEW.id::text);
    END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - fields IS DISTINCT FROM to_jsonb(NEW) - fields
    OR (OLD.kvitterad IS NOT NULL AND OLD.kvitterad IS DISTINCT FROM NEW.kvitterad)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF OLD.status <> 'vantar' AND (OLD.status, OLD.skickad, OLD.stoppad)
    IS DISTINCT FROM (NEW.status, NEW.skickad, NEW.stoppad)
  THEN PERFORM records_refuse('disclosure_settled', OLD.id::text); END IF;
  IF NEW.status = 'skickad' AND OLD.status = 'vantar' AND NEW.grund = 'samtycke' THEN
    PERFORM 1 FROM records_samtycke s JOIN records_samtyckedel d ON d.samtycke_id = s.id
      WHERE d.id = NEW.samtycke_del_id FOR SHARE OF s;
    IF NOT records_consent_holds(NEW.samtycke_del_id, NEW.skickad) THEN
      PERFORM records_refuse('consent_missing', OLD.id::text);
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_withdrawal_stops() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- The disclosures first, as a sender does, or the two would wait for each other.
  PERFORM 1 FROM records_utlamnande u JOIN records_samtyckedel d ON d.id = u.samtycke_del_id
    WHERE d.samtycke_id = NEW.samtycke_id AND u.status = 'vantar' ORDER BY u.id FOR UPDATE OF u;
  PERFORM 1 FROM records_samtycke WHERE id = NEW.samtycke_id FOR UPDATE;
  UPDATE records_utlamnande u
     SET status = 'stoppad', stoppad = NEW.registrerad, stoppad_orsak = 'samtycke_aterkallat'
    FROM records_samtyckedel d
   WHERE u.samtycke_del_id = d.id AND d.samtycke_id = NEW.samtycke_id AND u.status = 'vantar'
     AND (NEW.del_av_id IS NULL OR NEW.del_av_id = d.id);
  RETURN NEW;
END $$;
