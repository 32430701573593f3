-- Second version of records_overlamning_moves in byte.sql: the journal moves before its notes, and a
-- version of a plan that is fastställd changes keeper with its akt, in nothing else.

CREATE OR REPLACE FUNCTION records_overlamning_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  old_unit uuid := NEW.fran_unit_id;
  which text;
  journals uuid[] := ARRAY(SELECT id FROM records_journal WHERE akt_id = NEW.akt_id);
BEGIN
  -- The journal first: a note stands in the journal of its own unit.
  UPDATE records_journal SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id,
    person_id = NEW.person_id WHERE id = ANY (journals);
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

CREATE OR REPLACE FUNCTION records_plan_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.faststalld IS NOT NULL THEN PERFORM records_refuse('plan_incomplete', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
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
