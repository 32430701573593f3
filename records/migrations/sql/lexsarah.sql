-- What the database itself refuses about lex Sarah. Each refusal names its rule.

-- Who investigates did not report and works in no way in the unit it is about.
CREATE FUNCTION records_lexsarah_independent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  report records_lexsarah;
BEGIN
  SELECT * INTO report FROM records_lexsarah WHERE id = NEW.lex_sarah_id FOR UPDATE;
  IF report.rapportor_id = NEW.utredare_id OR EXISTS (
      SELECT 1 FROM cases_rolegrant WHERE user_id = NEW.utredare_id AND unit_id = report.unit_id
      AND valid_from <= NEW.klar_datum AND coalesce(valid_to, NEW.klar_datum) >= NEW.klar_datum)
  THEN PERFORM records_refuse('lexsarah_not_independent', report.id::text); END IF;
  RETURN NEW;
END $$;

-- IVO is told of what was found serious, and never has to wait for the investigation.
CREATE FUNCTION records_lexsarah_ivo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.slag = 'anmalan' AND NOT EXISTS (SELECT 1 FROM records_lexsarahbedomning
      WHERE lex_sarah_id = NEW.lex_sarah_id AND utfall = 'allvarligt')
  THEN PERFORM records_refuse('lexsarah_not_serious', NEW.lex_sarah_id::text); END IF;
  IF NEW.slag = 'komplettering' AND NOT EXISTS (SELECT 1 FROM records_lexsarahutredning
      WHERE lex_sarah_id = NEW.lex_sarah_id)
  THEN PERFORM records_refuse('lexsarah_not_investigated', NEW.lex_sarah_id::text); END IF;
  RETURN NEW;
END $$;

-- Nothing is closed before it is investigated and decided, IVO has what it shall have, and
-- reporter, person and staff have been told or it is said why not.
CREATE FUNCTION records_lexsarah_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  outcome text;
  serious boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stangd IS NOT NULL THEN PERFORM records_refuse('lexsarah_open', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF OLD.stangd IS NOT NULL OR NEW.stangd IS NULL THEN RETURN NEW; END IF;
  SELECT utfall INTO outcome FROM records_lexsarahbedomning
    WHERE lex_sarah_id = NEW.id ORDER BY nummer DESC LIMIT 1;
  SELECT count(*) > 0 INTO serious FROM records_lexsarahbedomning
    WHERE lex_sarah_id = NEW.id AND utfall = 'allvarligt';
  IF outcome IS NULL OR (outcome <> 'inte_missforhallande' AND NOT EXISTS (
      SELECT 1 FROM records_lexsarahutredning WHERE lex_sarah_id = NEW.id))
  THEN PERFORM records_refuse('lexsarah_open', NEW.id::text); END IF;
  IF serious AND NOT EXISTS (SELECT 1 FROM records_lexsarahivo
      WHERE lex_sarah_id = NEW.id AND utredning_bifogad)
  THEN PERFORM records_refuse('lexsarah_ivo_missing', NEW.id::text); END IF;
  IF 3 > (SELECT count(*) FROM records_lexsarahbesked WHERE lex_sarah_id = NEW.id
      AND mottagare IN ('rapportor', 'enskild', 'personal'))
  THEN PERFORM records_refuse('lexsarah_feedback_missing', NEW.id::text); END IF;
  RETURN NEW;
END $$;
