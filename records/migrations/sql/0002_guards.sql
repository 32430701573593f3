-- What the database itself refuses about the legal record. Each refusal names its rule as the
-- constraint of the error. Functions that must see both sides of an uppdrag run as the owner.

CREATE OR REPLACE FUNCTION records_refuse(rule text, row_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: refused for %', rule, row_id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = rule;
END $$;

CREATE OR REPLACE FUNCTION records_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before jsonb := to_jsonb(OLD);
  after jsonb := to_jsonb(NEW);
  field text;
BEGIN
  IF before - TG_ARGV::text[] IS DISTINCT FROM after - TG_ARGV::text[] THEN
    PERFORM records_refuse('append_only', OLD.id::text);
  END IF;
  FOREACH field IN ARRAY TG_ARGV LOOP
    IF coalesce(before ->> field, '') <> '' AND before ->> field IS DISTINCT FROM after ->> field
    THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  END LOOP;
  RETURN NEW;
END $$;

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
  IF (OLD.uppdrag_id, OLD.arende_id, OLD.person_id, OLD.unit_id, OLD.organisation_id)
    IS DISTINCT FROM (NEW.uppdrag_id, NEW.arende_id, NEW.person_id, NEW.unit_id, NEW.organisation_id)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF OLD.status = 'stangd' AND (NEW.status, NEW.slutanteckning_id, NEW.stangd)
    IS DISTINCT FROM (OLD.status, OLD.slutanteckning_id, OLD.stangd)
  THEN PERFORM records_refuse('akt_closed', OLD.id::text); END IF;
  IF NEW.status = 'stangd' THEN
    PERFORM 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
      WHERE e.id = NEW.slutanteckning_id AND j.akt_id = NEW.id AND e.typ = 'slutanteckning'
      AND e.signerad IS NOT NULL AND e.orsak <> '';
    IF NOT FOUND THEN PERFORM records_refuse('final_note_missing', NEW.id::text); END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION records_arende_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'oppet' THEN PERFORM records_refuse('final_note_missing', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF OLD.status = 'avslutat' THEN PERFORM records_refuse('arende_closed', OLD.id::text); END IF;
  IF (OLD.nummer, OLD.person_id, OLD.unit_id, OLD.organisation_id)
    IS DISTINCT FROM (NEW.nummer, NEW.person_id, NEW.unit_id, NEW.organisation_id)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF NEW.status <> 'avslutat' THEN RETURN NEW; END IF;
  PERFORM 1 FROM records_uppdrag WHERE arende_id = NEW.id AND status = 'skickat';
  IF FOUND THEN PERFORM records_refuse('uppdrag_pending', NEW.id::text); END IF;
  PERFORM 1 FROM records_uppdrag u LEFT JOIN records_akt a ON a.uppdrag_id = u.id
    WHERE u.arende_id = NEW.id AND u.status IN ('accepterat', 'avslutat')
    AND a.status IS DISTINCT FROM 'stangd';
  IF FOUND THEN PERFORM records_refuse('final_note_missing', NEW.id::text); END IF;
  PERFORM 1 FROM records_akt WHERE arende_id = NEW.id;
  IF FOUND THEN RETURN NEW; END IF;
  PERFORM 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
    WHERE e.id = NEW.avslutsorsak_anteckning_id AND j.arende_id = NEW.id AND j.kind = 'myndighet'
    AND e.typ = 'avslutsorsak' AND e.signerad IS NOT NULL AND e.orsak <> '';
  IF NOT FOUND THEN PERFORM records_refuse('closing_reason_missing', NEW.id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_uppdrag_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved text;
  free text[] := ARRAY['status', 'delad_med_id', 'besvarad', 'besvarad_av_id', 'avbojandeskal',
                       'aterkallad_orsak', 'avslutad'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'utkast' OR NEW.delad_med_id IS NOT NULL
    THEN PERFORM records_refuse('uppdrag_not_draft', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF OLD.status <> 'utkast' AND to_jsonb(OLD) - free IS DISTINCT FROM to_jsonb(NEW) - free
  THEN PERFORM records_refuse('uppdrag_frozen', OLD.id::text); END IF;
  IF OLD.status = NEW.status THEN RETURN NEW; END IF;
  moved := OLD.status || ' ' || NEW.status;
  IF moved NOT IN ('utkast skickat', 'utkast aterkallat', 'skickat accepterat', 'skickat avbojt',
                   'skickat aterkallat', 'accepterat avslutat')
  THEN PERFORM records_refuse('uppdrag_not_open', OLD.id::text); END IF;
  IF NEW.status = 'skickat' THEN
    PERFORM 1 FROM records_arende WHERE id = NEW.arende_id AND status = 'oppet' FOR SHARE;
    IF NOT FOUND THEN PERFORM records_refuse('arende_closed', NEW.arende_id::text); END IF;
    PERFORM 1 FROM records_uppdraginsats WHERE uppdrag_id = NEW.id;
    IF NOT FOUND THEN PERFORM records_refuse('uppdrag_without_need_or_goal', NEW.id::text); END IF;
    PERFORM 1 FROM records_uppdraginsats i WHERE i.uppdrag_id = NEW.id AND NOT EXISTS (
      SELECT 1 FROM records_uppdragmal m WHERE m.uppdrag_id = NEW.id AND m.insats = i.insats);
    IF FOUND THEN PERFORM records_refuse('uppdrag_without_need_or_goal', NEW.id::text); END IF;
  END IF;
  IF NEW.status = 'avslutat' THEN
    PERFORM 1 FROM records_akt WHERE uppdrag_id = NEW.id AND status = 'stangd';
    IF NOT FOUND THEN PERFORM records_refuse('final_note_missing', NEW.id::text); END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION records_uppdrag_has_akt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_akt a JOIN records_journal j ON j.akt_id = a.id
    WHERE a.uppdrag_id = NEW.id AND j.kind = 'verkstallighet';
  IF NOT FOUND THEN PERFORM records_refuse('journal_missing', NEW.id::text); END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION records_uppdrag_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM records_uppdrag u WHERE u.id = NEW.uppdrag_id AND (
      (u.status = 'utkast' AND NEW.version = 1)
      OR (u.status = 'accepterat' AND NEW.version = (SELECT max(c.version)
          FROM records_uppdragandring c WHERE c.uppdrag_id = u.id))) FOR SHARE;
    IF NOT FOUND THEN PERFORM records_refuse('uppdrag_frozen', NEW.uppdrag_id::text); END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - 'delad_med_id' IS DISTINCT FROM to_jsonb(NEW) - 'delad_med_id'
  THEN PERFORM records_refuse('uppdrag_frozen', OLD.uppdrag_id::text); END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION records_end_sharing(which uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE records_uppdraginsats SET delad_med_id = NULL WHERE uppdrag_id = which AND EXISTS (
    SELECT 1 FROM records_uppdrag WHERE id = which AND status IN ('avbojt', 'aterkallat'));
  UPDATE records_uppdragmal SET delad_med_id = NULL WHERE uppdrag_id = which AND EXISTS (
    SELECT 1 FROM records_uppdrag WHERE id = which AND status IN ('avbojt', 'aterkallat'));
  UPDATE records_uppdrag SET delad_med_id = NULL
    WHERE id = which AND status IN ('avbojt', 'aterkallat');
END $$;

CREATE OR REPLACE FUNCTION records_plan_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.faststalld IS NOT NULL THEN PERFORM records_refuse('plan_incomplete', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF OLD.faststalld IS NOT NULL OR OLD.forkastad IS NOT NULL
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF NEW.faststalld IS NULL THEN RETURN NEW; END IF;
  PERFORM 1 FROM records_plandeltagare WHERE version_id = NEW.id;
  IF NOT FOUND THEN PERFORM records_refuse('plan_participation_missing', NEW.id::text); END IF;
  PERFORM 1 FROM records_planmal WHERE version_id = NEW.id;
  IF NOT FOUND THEN PERFORM records_refuse('plan_without_goal', NEW.id::text); END IF;
  PERFORM 1 FROM records_planmal g
    JOIN records_uppdragmal u ON u.id = g.uppdragsmal_id
    JOIN records_plan p ON p.id = NEW.plan_id JOIN records_akt a ON a.id = p.akt_id
    WHERE g.version_id = NEW.id AND u.uppdrag_id <> a.uppdrag_id;
  IF FOUND THEN PERFORM records_refuse('plan_goal_orphan', NEW.id::text); END IF;
  PERFORM 1 FROM records_planmal g WHERE g.version_id = NEW.id AND NOT EXISTS (
    SELECT 1 FROM records_planmal part WHERE part.delmal_av_id = g.id) AND NOT EXISTS (
    SELECT 1 FROM records_planaktivitet t WHERE t.mal_id = g.id);
  IF FOUND THEN PERFORM records_refuse('plan_activity_incomplete', NEW.id::text); END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION records_plan_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_planversion WHERE id = NEW.version_id
    AND faststalld IS NULL AND forkastad IS NULL FOR SHARE;
  IF NOT FOUND THEN PERFORM records_refuse('append_only', NEW.version_id::text); END IF;
  RETURN NEW;
END $$;

CREATE SEQUENCE records_arende_nummer;
