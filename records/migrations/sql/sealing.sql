-- A note that was written in the wrong person's akt (docs/decisions/0017): the row stays as it was and
-- is marked as sealed by the row of records_forsegling, never by a program. Row-level security then hides
-- it; a program names one note at a time in kedja.unseal, which records.sealing does after its own check.

CREATE OR REPLACE FUNCTION kedja_unsealed(id uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT id::text = current_setting('kedja.unseal', true) $$;

CREATE OR REPLACE FUNCTION records_forsegling_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  note records_journalentry;
BEGIN
  SELECT * INTO note FROM records_journalentry WHERE id = NEW.anteckning_id FOR UPDATE;
  IF note.unit_id IS DISTINCT FROM NEW.unit_id OR note.automatisk
    OR note.typ IN ('slutanteckning', 'avslutsorsak')
  THEN PERFORM records_refuse('note_not_sealable', NEW.anteckning_id::text); END IF;
  PERFORM 1 FROM records_journalentry WHERE id = NEW.gravsten_id AND journal_id = note.journal_id;
  IF NOT FOUND THEN PERFORM records_refuse('tombstone_missing', NEW.anteckning_id::text); END IF;
  PERFORM 1 FROM records_journalentry WHERE id = NEW.ny_anteckning_id AND journal_id = note.journal_id;
  IF FOUND THEN PERFORM records_refuse('moved_to_same_journal', NEW.anteckning_id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_forsegling_seals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  form uuid;
BEGIN
  UPDATE records_journalentry SET forseglad = NEW.registrerad WHERE id = NEW.anteckning_id
    RETURNING dokument_id INTO form;
  UPDATE records_dokument SET forseglad = NEW.registrerad
    WHERE id = form AND NOT EXISTS (SELECT 1 FROM records_journalentry
      WHERE dokument_id = form AND id <> NEW.anteckning_id AND forseglad IS NULL);
  RETURN NEW;
END $$;

-- forseglad is set inside the trigger above only; a program that tries is refused.
CREATE OR REPLACE FUNCTION records_only_sealing() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.forseglad IS NOT NULL THEN PERFORM records_refuse('append_only', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF NEW.forseglad IS DISTINCT FROM OLD.forseglad AND (OLD.forseglad IS NOT NULL OR pg_trigger_depth() < 2)
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  RETURN NEW;
END $$;
