-- Messages about an uppdrag and its first opening: their rows stand as the uppdrag stands, whatever a
-- program says. Held by the ordering unit, seen by the receiving one for as long as it sees the uppdrag.

CREATE OR REPLACE FUNCTION records_follows_uppdrag() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  own records_uppdrag%ROWTYPE;
  units text := coalesce(current_setting('kedja.units', true), '');
  actor text := current_setting('kedja.user', true);
  who text := coalesce(to_jsonb(NEW) ->> 'forfattare_id', to_jsonb(NEW) ->> 'last_av_id',
                       to_jsonb(NEW) ->> 'oppnad_av_id');
BEGIN
  SELECT * INTO own FROM records_uppdrag WHERE id = NEW.uppdrag_id FOR SHARE;
  IF (own.organisation_id, own.unit_id, own.delad_med_id)
    IS DISTINCT FROM (NEW.organisation_id, NEW.unit_id, NEW.delad_med_id) OR NEW.delad_med_id IS NULL
  THEN PERFORM records_refuse('uppdrag_not_shared', NEW.uppdrag_id::text); END IF;
  IF NEW.secrecy <> own.secrecy THEN PERFORM records_refuse('protection_changed', NEW.id::text); END IF;
  IF units <> '' AND who IS DISTINCT FROM actor
  THEN PERFORM records_refuse('not_permitted', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- A message is written while the uppdrag is open, by the side that it says.
CREATE OR REPLACE FUNCTION records_meddelande_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  units text := coalesce(current_setting('kedja.units', true), '');
  side uuid := CASE NEW.sida WHEN 'myndighet' THEN NEW.unit_id ELSE NEW.delad_med_id END;
BEGIN
  PERFORM 1 FROM records_uppdrag WHERE id = NEW.uppdrag_id AND status IN ('skickat', 'accepterat');
  IF NOT FOUND THEN PERFORM records_refuse('uppdrag_thread_closed', NEW.uppdrag_id::text); END IF;
  IF units <> '' AND NOT side = ANY (string_to_array(units, ',')::uuid[])
  THEN PERFORM records_refuse('not_permitted', NEW.uppdrag_id::text); END IF;
  RETURN NEW;
END $$;

-- Only the other side reads a message, and what it reads is of that uppdrag.
CREATE OR REPLACE FUNCTION records_lasning_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  units text := coalesce(current_setting('kedja.units', true), '');
  reader uuid;
BEGIN
  SELECT CASE m.sida WHEN 'myndighet' THEN NEW.delad_med_id ELSE NEW.unit_id END INTO reader
    FROM records_meddelande m WHERE m.id = NEW.meddelande_id AND m.uppdrag_id = NEW.uppdrag_id;
  IF reader IS NULL
    OR (units <> '' AND NOT reader = ANY (string_to_array(units, ',')::uuid[]))
  THEN PERFORM records_refuse('not_permitted', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- The sight of what was written follows the sight of the uppdrag: handed over, declined, destroyed.
CREATE OR REPLACE FUNCTION records_uppdrag_shows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE records_meddelande SET delad_med_id = NEW.delad_med_id WHERE uppdrag_id = NEW.id;
  UPDATE records_meddelandelasning SET delad_med_id = NEW.delad_med_id WHERE uppdrag_id = NEW.id;
  UPDATE records_uppdragoppning SET delad_med_id = NEW.delad_med_id WHERE uppdrag_id = NEW.id;
  RETURN NULL;
END $$;

-- Somebody asked for an uppdrag that is not hers to read: written down where the case is (R-163).
CREATE OR REPLACE FUNCTION records_refused_uppdrag(which uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM records_refused_read(arende_id, 'uppdrag', at) FROM records_uppdrag WHERE id = which;
END $$;
