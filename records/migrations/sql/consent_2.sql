-- Second version of consent.sql: a consent that a newer one replaces is over, a disclosure cannot be
-- opened on a consent that is over, and two withdrawals at once do not wait for each other: the foreign
-- key's KEY SHARE lock on the consent goes with NO KEY UPDATE, not with UPDATE.

CREATE OR REPLACE FUNCTION records_consent_holds(part uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM records_samtyckedel d JOIN records_samtycke s ON s.id = d.samtycke_id
     WHERE d.id = part
       AND (at AT TIME ZONE 'Europe/Stockholm')::date BETWEEN s.lamnat_datum AND s.galler_till
       AND NOT EXISTS (SELECT 1 FROM records_samtycke n WHERE n.ersatter_id = s.id)
       AND NOT EXISTS (SELECT 1 FROM records_samtyckeaterkallelse a
                        WHERE a.samtycke_id = s.id AND (a.del_av_id IS NULL OR a.del_av_id = d.id)))
$$;

CREATE OR REPLACE FUNCTION records_consent_needed(part uuid, at timestamptz, row_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_samtycke s JOIN records_samtyckedel d ON d.samtycke_id = s.id
    WHERE d.id = part FOR SHARE OF s;
  IF NOT records_consent_holds(part, at) THEN PERFORM records_refuse('consent_missing', row_id::text); END IF;
END $$;

CREATE OR REPLACE FUNCTION records_utlamnande_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fields text[] := ARRAY['status', 'skickad', 'skickad_av_id', 'kvitterad', 'stoppad', 'stoppad_orsak'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('vantar', 'nekad') THEN
      PERFORM records_refuse('disclosure_not_reviewed', NEW.id::text);
    END IF;
    IF NEW.status = 'vantar' AND NEW.grund = 'samtycke' THEN
      PERFORM records_consent_needed(NEW.samtycke_del_id, NEW.provad, NEW.id);
    END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - fields IS DISTINCT FROM to_jsonb(NEW) - fields
    OR (OLD.kvitterad IS NOT NULL AND OLD.kvitterad IS DISTINCT FROM NEW.kvitterad)
    OR (NEW.kvitterad IS NOT NULL AND NEW.status <> 'skickad')
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF OLD.status <> 'vantar'
    AND (OLD.status, OLD.skickad, OLD.skickad_av_id, OLD.stoppad, OLD.stoppad_orsak)
    IS DISTINCT FROM (NEW.status, NEW.skickad, NEW.skickad_av_id, NEW.stoppad, NEW.stoppad_orsak)
  THEN PERFORM records_refuse('disclosure_settled', OLD.id::text); END IF;
  IF NEW.status = 'skickad' AND OLD.status = 'vantar' AND NEW.grund = 'samtycke' THEN
    PERFORM records_consent_needed(NEW.samtycke_del_id, NEW.skickad, OLD.id);
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_stop_waiting(consent uuid, part uuid, at timestamptz, why text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- The disclosures first, as a sender does, or the two would wait for each other.
  PERFORM 1 FROM records_utlamnande u JOIN records_samtyckedel d ON d.id = u.samtycke_del_id
    WHERE d.samtycke_id = consent AND u.status = 'vantar' ORDER BY u.id FOR UPDATE OF u;
  PERFORM 1 FROM records_samtycke WHERE id = consent FOR NO KEY UPDATE;
  UPDATE records_utlamnande u SET status = 'stoppad', stoppad = at, stoppad_orsak = why
    FROM records_samtyckedel d
   WHERE u.samtycke_del_id = d.id AND d.samtycke_id = consent AND u.status = 'vantar'
     AND (part IS NULL OR part = d.id);
END $$;

CREATE OR REPLACE FUNCTION records_withdrawal_stops() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM records_stop_waiting(NEW.samtycke_id, NEW.del_av_id, NEW.registrerad, 'samtycke_aterkallat');
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_replacement_stops() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.ersatter_id IS NOT NULL THEN
    PERFORM records_stop_waiting(NEW.ersatter_id, NULL, NEW.registrerad, 'samtycke_ersatt');
  END IF;
  RETURN NEW;
END $$;

-- A withdrawn part belongs to the consent that is withdrawn; nothing is withdrawn before it was given.
CREATE OR REPLACE FUNCTION records_withdrawal_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_samtycke s WHERE s.id = NEW.samtycke_id AND s.lamnat_datum <= NEW.datum
    AND s.unit_id = NEW.unit_id AND (NEW.del_av_id IS NULL OR EXISTS (
      SELECT 1 FROM records_samtyckedel d WHERE d.id = NEW.del_av_id AND d.samtycke_id = s.id));
  IF NOT FOUND THEN PERFORM records_refuse('withdrawal_does_not_fit', NEW.id::text); END IF;
  RETURN NEW;
END $$;
