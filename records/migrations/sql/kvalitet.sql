-- What the database itself refuses about the quality work. Each refusal names its rule.

-- One number series per organisation, kind and year. The row is locked until the transaction ends,
-- so a number that was thrown away is given to the next one: no gaps, no doubles.
CREATE TABLE records_nummerserie (
  organisation_id uuid NOT NULL,
  serie text NOT NULL,
  ar int NOT NULL,
  senaste int NOT NULL,
  PRIMARY KEY (organisation_id, serie, ar)
);

CREATE FUNCTION records_next_number(which uuid, prefix text, year int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  units text := coalesce(current_setting('kedja.units', true), '');
  number int;
BEGIN
  IF units <> '' AND NOT EXISTS (SELECT 1 FROM cases_unit
      WHERE organisation_id = which AND id = ANY (string_to_array(units, ',')::uuid[]))
  THEN PERFORM records_refuse('not_permitted', which::text); END IF;
  INSERT INTO records_nummerserie AS s VALUES (which, prefix, year, 1)
    ON CONFLICT (organisation_id, serie, ar) DO UPDATE SET senaste = s.senaste + 1
    RETURNING senaste INTO number;
  RETURN prefix || '-' || year || '-' || number;
END $$;

-- R-050: nothing is closed before each of the five stages is done or left out with a reason, and
-- no measure is left open. Praise has nothing to investigate.
CREATE FUNCTION records_kvalitet_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  kind text := TG_ARGV[0];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stangd IS NOT NULL THEN PERFORM records_refuse('stage_missing', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF OLD.stangd IS NOT NULL OR NEW.stangd IS NULL THEN RETURN NEW; END IF;
  IF to_jsonb(NEW) ->> 'typ' IS DISTINCT FROM 'berom' AND 5 > (
      SELECT count(*) FROM records_kvalitetssteg WHERE kalla = kind AND kalla_id = NEW.id)
  THEN PERFORM records_refuse('stage_missing', NEW.id::text); END IF;
  PERFORM 1 FROM records_atgard WHERE kalla = kind AND kalla_id = NEW.id
    AND status IN ('beslutad', 'utford');
  IF FOUND THEN PERFORM records_refuse('atgard_open', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- A measure: what was decided stands; it is done and followed up in rounds and closed once, with a
-- follow-up that says so.
CREATE FUNCTION records_atgard_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  free text[] := ARRAY['status', 'klar_senast', 'utford_datum', 'utforande'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'beslutad' THEN PERFORM records_refuse('atgard_not_open', NEW.id::text); END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(OLD) - free IS DISTINCT FROM to_jsonb(NEW) - free
  THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF OLD.status IN ('uppnadd', 'avslutad_anda')
  THEN PERFORM records_refuse('atgard_not_open', OLD.id::text); END IF;
  IF OLD.status = NEW.status THEN RETURN NEW; END IF;
  IF OLD.status || ' ' || NEW.status NOT IN ('beslutad utford', 'utford beslutad',
      'utford uppnadd', 'utford avslutad_anda', 'beslutad avslutad_anda')
  THEN PERFORM records_refuse('atgard_not_open', OLD.id::text); END IF;
  IF NEW.status IN ('uppnadd', 'avslutad_anda') AND NOT EXISTS (
      SELECT 1 FROM records_atgardeffekt WHERE atgard_id = NEW.id
      AND ((NEW.status = 'uppnadd' AND uppnadd)
        OR (NEW.status = 'avslutad_anda' AND avslutad AND NOT uppnadd)))
  THEN PERFORM records_refuse('effekt_missing', OLD.id::text); END IF;
  RETURN NEW;
END $$;
