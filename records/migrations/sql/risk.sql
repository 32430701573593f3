-- What the database itself refuses about risk analyses (R-030 to R-036).

-- A fastställd analysis is a version that stands: no risk is added, no first assessment is made.
-- FOR SHARE holds off whoever is fastställing it meanwhile.
CREATE FUNCTION records_risk_in_analysis() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_riskanalys WHERE id = NEW.analys_id AND unit_id = NEW.unit_id
    AND faststalld IS NULL FOR SHARE;
  IF NOT FOUND THEN PERFORM records_refuse('riskanalys_faststalld', NEW.analys_id::text); END IF;
  IF NEW.stangd IS NOT NULL THEN PERFORM records_refuse('risk_not_assessed', NEW.id::text); END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION records_risk_assessed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  rounds int;
BEGIN
  PERFORM 1 FROM records_risk WHERE id = NEW.risk_id AND unit_id = NEW.unit_id
    AND stangd IS NULL FOR SHARE;
  IF NOT FOUND THEN PERFORM records_refuse('risk_closed', NEW.risk_id::text); END IF;
  IF NEW.omgang = 1 THEN
    PERFORM 1 FROM records_riskanalys a JOIN records_risk r ON r.analys_id = a.id
      WHERE r.id = NEW.risk_id AND a.faststalld IS NULL FOR SHARE OF a;
    IF NOT FOUND THEN PERFORM records_refuse('riskanalys_faststalld', NEW.risk_id::text); END IF;
    RETURN NEW;
  END IF;
  SELECT count(*) INTO rounds FROM records_riskskattning WHERE risk_id = NEW.risk_id;
  IF rounds <> NEW.omgang - 1 THEN
    PERFORM records_refuse('risk_skattning_in_order', NEW.risk_id::text);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION records_riskanalys_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.faststalld IS NOT NULL THEN
      PERFORM records_refuse('risk_missing', NEW.id::text);
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.faststalld IS NOT NULL OR NEW.faststalld IS NULL THEN RETURN NEW; END IF;
  PERFORM 1 FROM records_risk WHERE analys_id = NEW.id;
  IF NOT FOUND THEN PERFORM records_refuse('risk_missing', NEW.id::text); END IF;
  PERFORM 1 FROM records_risk r WHERE r.analys_id = NEW.id AND NOT EXISTS (
    SELECT 1 FROM records_riskskattning s WHERE s.risk_id = r.id AND s.omgang = 1);
  IF FOUND THEN PERFORM records_refuse('risk_not_assessed', NEW.id::text); END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION records_risk_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.stangd IS NOT NULL OR NEW.stangd IS NULL THEN RETURN NEW; END IF;
  PERFORM 1 FROM records_riskskattning WHERE risk_id = NEW.id;
  IF NOT FOUND THEN PERFORM records_refuse('risk_not_assessed', NEW.id::text); END IF;
  PERFORM 1 FROM records_atgard WHERE kalla = 'risk' AND kalla_id = NEW.id
    AND status IN ('beslutad', 'utford');
  IF FOUND THEN PERFORM records_refuse('atgard_open', NEW.id::text); END IF;
  RETURN NEW;
END $$;
