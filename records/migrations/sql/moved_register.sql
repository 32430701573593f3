-- What a provider's unit holds about a person beside the akt itself goes with the akt (R-187, R-198):
-- consents and withdrawals, disclosures, objections, corrections, sealings. Only the holder changes;
-- the words never do. What belongs to the ärende follows the last akt that the unit has in it, what
-- belongs to a note follows its journal.

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
  IF kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
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

-- Fires after records_overlamning_moves: the akt and its journal have their new holder by then.
CREATE OR REPLACE FUNCTION records_overlamning_takes_along() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  notes uuid[] := ARRAY(SELECT e.id FROM records_journalentry e
    JOIN records_journal j ON j.id = e.journal_id WHERE j.akt_id = NEW.akt_id);
  consents uuid[];
BEGIN
  UPDATE records_invandning SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE unit_id = NEW.fran_unit_id AND anteckning_id = ANY (notes);
  UPDATE records_rattelse SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE unit_id = NEW.fran_unit_id AND anteckning_id = ANY (notes);
  UPDATE records_forsegling SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE unit_id = NEW.fran_unit_id AND anteckning_id = ANY (notes);
  PERFORM 1 FROM records_akt WHERE arende_id = NEW.arende_id AND unit_id = NEW.fran_unit_id;
  IF FOUND THEN RETURN NEW; END IF;
  -- The disclosures first, as a sender and a withdrawal do, or they would wait for each other.
  UPDATE records_utlamnande SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id,
    person_id = NEW.person_id WHERE arende_id = NEW.arende_id AND unit_id = NEW.fran_unit_id;
  consents := ARRAY(SELECT id FROM records_samtycke
    WHERE arende_id = NEW.arende_id AND unit_id = NEW.fran_unit_id);
  UPDATE records_samtycke SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id,
    person_id = NEW.person_id WHERE id = ANY (consents);
  UPDATE records_samtyckedel SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE samtycke_id = ANY (consents);
  UPDATE records_samtyckeaterkallelse SET unit_id = NEW.unit_id,
    organisation_id = NEW.organisation_id WHERE samtycke_id = ANY (consents);
  UPDATE records_rattelse SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE arende_id = NEW.arende_id AND unit_id = NEW.fran_unit_id;
  UPDATE records_papper SET unit_id = NEW.unit_id, organisation_id = NEW.organisation_id
    WHERE arende_id = NEW.arende_id AND unit_id = NEW.fran_unit_id AND akt_id IS NULL;
  RETURN NEW;
END $$;
