-- Change of provider, handed over akter and providers that end. Only a row of records_aktoverlamning
-- moves an akt: the trigger below does it, and what is append-only lets its holder change there only
-- (pg_trigger_depth), never its content.

CREATE OR REPLACE FUNCTION kedja_only_holder(before jsonb, after jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT pg_trigger_depth() > 1 AND before - keys = after - keys
    FROM (SELECT ARRAY['unit_id', 'organisation_id', 'person_id', 'delad_med_id', 'secrecy'] AS keys) k
$$;

CREATE OR REPLACE FUNCTION kedja_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'append_only: rows of % are never changed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION records_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before jsonb := to_jsonb(OLD);
  after jsonb := to_jsonb(NEW);
  field text;
BEGIN
  IF kedja_only_holder(before, after) THEN RETURN NEW; END IF;
  IF before - TG_ARGV::text[] IS DISTINCT FROM after - TG_ARGV::text[] THEN
    PERFORM records_refuse('append_only', OLD.id::text);
  END IF;
  FOREACH field IN ARRAY TG_ARGV LOOP
    IF coalesce(before ->> field, '') <> '' AND before ->> field IS DISTINCT FROM after ->> field
    THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  END LOOP;
  RETURN NEW;
END $$;

-- The gate of K-3: the signed final note is the provider's own, or myndighetens with reason and four
-- eyes where the provider is gone (records_myndighetsslutanteckning has its own guard).
CREATE OR REPLACE FUNCTION records_akt_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'oppen' THEN PERFORM records_refuse('final_note_missing', NEW.id::text); END IF;
    PERFORM 1 FROM records_arende WHERE id = NEW.arende_id AND status = 'oppet' FOR SHARE;
    IF NOT FOUND THEN PERFORM records_refuse('arende_closed', NEW.arende_id::text); END IF;
    PERFORM 1 FROM records_uppdrag WHERE id = NEW.uppdrag_id AND arende_id = NEW.arende_id
      AND status = 'accepterat' FOR SHARE;
    IF NOT FOUND THEN PERFORM records_refuse('uppdrag_not_accepted', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  IF (OLD.uppdrag_id, OLD.arende_id, OLD.person_id, OLD.unit_id, OLD.organisation_id)
    IS DISTINCT FROM (NEW.uppdrag_id, NEW.arende_id, NEW.person_id, NEW.unit_id, NEW.organisation_id)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF OLD.status = 'stangd' AND (NEW.status, NEW.slutanteckning_id, NEW.stangd)
    IS DISTINCT FROM (OLD.status, OLD.slutanteckning_id, OLD.stangd)
  THEN PERFORM records_refuse('akt_closed', OLD.id::text); END IF;
  IF NEW.status = 'stangd' AND OLD.status <> 'stangd' THEN
    PERFORM 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
      WHERE e.id = NEW.slutanteckning_id AND j.akt_id = NEW.id AND e.typ = 'slutanteckning'
      AND e.signerad IS NOT NULL AND e.orsak <> '';
    IF NOT FOUND THEN PERFORM records_refuse('final_note_missing', NEW.id::text); END IF;
    PERFORM 1 FROM records_journalentry e JOIN cases_rolegrant g ON g.user_id = e.signerad_av_id
      WHERE e.id = NEW.slutanteckning_id AND g.organisation_id = NEW.organisation_id;
    IF NOT FOUND THEN
      PERFORM 1 FROM records_myndighetsslutanteckning
        WHERE akt_id = NEW.id AND anteckning_id = NEW.slutanteckning_id;
      IF NOT FOUND THEN PERFORM records_refuse('final_note_by_other', NEW.id::text); END IF;
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_authority_note_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_akt a JOIN records_upphorande u ON u.enhet_id = a.unit_id
    WHERE a.id = NEW.akt_id AND a.arende_id = NEW.arende_id AND a.status = 'oppen'
    AND u.datum <= (NEW.registrerad AT TIME ZONE 'Europe/Stockholm')::date;
  IF NOT FOUND THEN PERFORM records_refuse('provider_not_gone', NEW.akt_id::text); END IF;
  PERFORM 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
    WHERE e.id = NEW.anteckning_id AND j.akt_id = NEW.akt_id AND e.typ = 'slutanteckning'
    AND e.signerad_av_id = NEW.skriven_av_id;
  IF NOT FOUND THEN PERFORM records_refuse('final_note_missing', NEW.akt_id::text); END IF;
  RETURN NEW;
END $$;

-- A copy exists only because a disclosure has been sent (R-185); later only receipt and destruction.
CREATE OR REPLACE FUNCTION records_kopia_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fields text[] := ARRAY['kvitterad', 'kvitterad_av_id', 'forstord', 'forstord_av_id', 'forstord_skal',
                         'innehall'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM records_utlamnande WHERE id = NEW.utlamnande_id AND status = 'skickad'
      AND arende_id = NEW.arende_id AND kopia FOR SHARE;
    IF NOT FOUND THEN PERFORM records_refuse('disclosure_not_sent', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  IF to_jsonb(OLD) - fields IS DISTINCT FROM to_jsonb(NEW) - fields
    OR (OLD.kvitterad IS NOT NULL AND OLD.kvitterad IS DISTINCT FROM NEW.kvitterad)
    OR OLD.forstord IS NOT NULL
    OR (OLD.innehall IS DISTINCT FROM NEW.innehall
        AND (NEW.forstord IS NULL OR length(NEW.innehall) > 0))
    OR (NEW.forstord IS NOT NULL AND length(NEW.innehall) > 0)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_byte_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fields text[] := ARRAY['status', 'avslutad', 'nytt_uppdrag_id', 'overlamning'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'pagar' THEN PERFORM records_refuse('byte_not_open', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - fields IS DISTINCT FROM to_jsonb(NEW) - fields OR OLD.status <> 'pagar'
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF NEW.status = 'genomfort' THEN
    -- Nobody is left without a provider: every insats of the old uppdrag has a new one that is accepted.
    PERFORM 1 FROM records_uppdrag n WHERE n.id = NEW.nytt_uppdrag_id AND n.arende_id = NEW.arende_id
      AND n.status = 'accepterat' AND n.id <> NEW.uppdrag_id;
    IF NOT FOUND THEN PERFORM records_refuse('provider_missing', OLD.id::text); END IF;
    PERFORM 1 FROM records_uppdraginsats i WHERE i.uppdrag_id = NEW.uppdrag_id
      AND i.version = (SELECT max(v.version) FROM records_uppdraginsats v WHERE v.uppdrag_id = i.uppdrag_id)
      AND NOT EXISTS (
        SELECT 1 FROM records_uppdraginsats k JOIN records_uppdrag n ON n.id = k.uppdrag_id
         WHERE n.arende_id = NEW.arende_id AND n.id <> NEW.uppdrag_id AND n.status = 'accepterat'
           AND k.insats = i.insats AND n.skapad >= OLD.registrerad);
    IF FOUND THEN PERFORM records_refuse('provider_missing', OLD.id::text); END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_upphorande_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF to_jsonb(OLD) - ARRAY['avslutat', 'avslutat_av_id', 'ivo_underrattad']
    IS DISTINCT FROM to_jsonb(NEW) - ARRAY['avslutat', 'avslutat_av_id', 'ivo_underrattad']
    OR OLD.avslutat IS NOT NULL
    OR (OLD.ivo_underrattad IS NOT NULL AND OLD.ivo_underrattad IS DISTINCT FROM NEW.ivo_underrattad)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF NEW.avslutat IS NULL THEN RETURN NEW; END IF;
  PERFORM 1 FROM records_akt a WHERE a.unit_id = NEW.enhet_id AND NOT EXISTS (
    SELECT 1 FROM records_upphorandeakt r WHERE r.upphorande_id = NEW.id AND r.akt_id = a.id
      AND r.agare <> '');
  IF FOUND THEN PERFORM records_refuse('akt_without_owner', NEW.id::text); END IF;
  PERFORM 1 FROM records_akt a WHERE a.unit_id = NEW.enhet_id AND a.status = 'oppen';
  IF FOUND THEN PERFORM records_refuse('akt_still_open', NEW.id::text); END IF;
  PERFORM 1 FROM cases_task t WHERE t.unit_id = NEW.enhet_id AND t.status = 'open';
  IF FOUND THEN PERFORM records_refuse('tasks_still_open', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- Who may be given a whole akt: a unit of the same egen regi after a change of provider that says so,
-- the new keeper of a unit that ends, or myndigheten (R-211). Never an open akt.
CREATE OR REPLACE FUNCTION records_overlamning_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_akt a WHERE a.id = NEW.akt_id AND a.arende_id = NEW.arende_id
    AND a.unit_id = NEW.fran_unit_id AND a.status = 'stangd' AND a.unit_id <> NEW.unit_id FOR UPDATE;
  IF NOT FOUND THEN PERFORM records_refuse('akt_not_closed', NEW.akt_id::text); END IF;
  IF NEW.grund = 'byte' THEN
    PERFORM 1 FROM records_akt a JOIN records_byte b ON b.uppdrag_id = a.uppdrag_id
      JOIN records_uppdrag n ON n.id = b.nytt_uppdrag_id
      WHERE a.id = NEW.akt_id AND b.status = 'genomfort' AND b.overlamning = 'hela_akten'
      AND n.mottagare_unit_id = NEW.unit_id;
  ELSIF NEW.grund = 'upphor' THEN
    PERFORM 1 FROM records_upphorandeakt r WHERE r.akt_id = NEW.akt_id AND r.agare_unit_id = NEW.unit_id;
  ELSE
    PERFORM 1 FROM records_arende d WHERE d.id = NEW.arende_id AND d.unit_id = NEW.unit_id
      AND NEW.grund = 'personakt';
  END IF;
  IF NOT FOUND THEN PERFORM records_refuse('akt_may_not_move', NEW.akt_id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_overlamning_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old_unit uuid := NEW.fran_unit_id;
  which text;
  journals uuid[] := ARRAY(SELECT id FROM records_journal WHERE akt_id = NEW.akt_id);
BEGIN
  UPDATE records_dokument SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE unit_id = old_unit AND arende_id = NEW.arende_id AND NOT EXISTS (
      SELECT 1 FROM records_akt o WHERE o.arende_id = NEW.arende_id AND o.unit_id = old_unit
      AND o.id <> NEW.akt_id);
  UPDATE records_journalentry SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE journal_id = ANY (journals);
  UPDATE records_dokument SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE unit_id = old_unit AND id IN (
      SELECT dokument_id FROM records_journalentry WHERE journal_id = ANY (journals));
  -- Every table that points at the akt, a plan, a version or a follow-up of it.
  FOR which IN SELECT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_attribute a
      ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'f' AND c.confrelid = 'records_akt'::regclass AND a.attname = 'akt_id'
      AND EXISTS (SELECT 1 FROM pg_attribute u WHERE u.attrelid = c.conrelid AND u.attname = 'unit_id')
  LOOP
    EXECUTE format('UPDATE %s SET unit_id = $1, organisation_id = $2 WHERE akt_id = $3 AND unit_id = $4',
      which) USING NEW.unit_id, NEW.organisation_id, NEW.akt_id, old_unit;
  END LOOP;
  UPDATE records_papper SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE akt_id = NEW.akt_id AND unit_id = old_unit;
  UPDATE records_planversion SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE plan_id IN (SELECT id FROM records_plan WHERE akt_id = NEW.akt_id);
  FOR which IN SELECT c.conrelid::regclass::text || ' ' || a.attname || ' ' || c.confrelid::regclass::text
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'f'
      AND (c.confrelid, a.attname::text) IN (('records_planversion'::regclass, 'version_id'),
        ('records_uppfoljning'::regclass, 'uppfoljning_id'))
      AND EXISTS (SELECT 1 FROM pg_attribute u WHERE u.attrelid = c.conrelid AND u.attname = 'unit_id')
  LOOP
    EXECUTE format('UPDATE %s t SET unit_id = $1, organisation_id = $2 FROM %s p'
      ' WHERE t.%I = p.id AND p.unit_id = $1 AND t.unit_id = $3 AND p.%s IN (SELECT %s)',
      split_part(which, ' ', 1), split_part(which, ' ', 3), split_part(which, ' ', 2),
      CASE WHEN split_part(which, ' ', 3) = 'records_planversion' THEN 'plan_id' ELSE 'akt_id' END,
      CASE WHEN split_part(which, ' ', 3) = 'records_planversion'
        THEN 'id FROM records_plan WHERE akt_id = $4' ELSE '$4::uuid' END)
      USING NEW.unit_id, NEW.organisation_id, old_unit, NEW.akt_id;
  END LOOP;
  UPDATE records_journal SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id,
    person_id = NEW.person_id WHERE id = ANY (journals);
  UPDATE records_uppdraginsats SET delad_med_id = NEW.unit_id WHERE delad_med_id = old_unit
    AND uppdrag_id = (SELECT uppdrag_id FROM records_akt WHERE id = NEW.akt_id);
  UPDATE records_uppdragmal SET delad_med_id = NEW.unit_id WHERE delad_med_id = old_unit
    AND uppdrag_id = (SELECT uppdrag_id FROM records_akt WHERE id = NEW.akt_id);
  UPDATE records_uppdragandring SET delad_med_id = NEW.unit_id WHERE delad_med_id = old_unit
    AND uppdrag_id = (SELECT uppdrag_id FROM records_akt WHERE id = NEW.akt_id);
  UPDATE records_uppdrag SET delad_med_id = NEW.unit_id WHERE delad_med_id = old_unit
    AND id = (SELECT uppdrag_id FROM records_akt WHERE id = NEW.akt_id);
  UPDATE records_akt SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id,
    person_id = NEW.person_id WHERE id = NEW.akt_id;
  -- What the old unit did in the ärende: ended instances go along, with their history and tasks.
  PERFORM 1 FROM records_akt WHERE arende_id = NEW.arende_id AND unit_id = old_unit;
  IF NOT FOUND THEN
    UPDATE cases_event SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
      WHERE instance_id IN (SELECT id FROM cases_instance WHERE arende_id = NEW.arende_id
        AND unit_id = old_unit AND ended_at IS NOT NULL);
    UPDATE cases_task SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
      WHERE instance_id IN (SELECT id FROM cases_instance WHERE arende_id = NEW.arende_id
        AND unit_id = old_unit AND ended_at IS NOT NULL);
    UPDATE cases_instance SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
      WHERE arende_id = NEW.arende_id AND unit_id = old_unit AND ended_at IS NOT NULL;
  END IF;
  RETURN NEW;
END $$;
