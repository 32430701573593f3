-- Egenkontroll and loggkontroll: nobody reviews herself, and what is signed never changes. Whoever
-- adds to a control locks its row in share mode, whoever signs it writes the row: one waits.

CREATE OR REPLACE FUNCTION records_egenkontroll_akt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_egenkontroll
    WHERE id = NEW.egenkontroll_id AND faststalld IS NULL FOR SHARE;
  IF NOT FOUND THEN PERFORM records_refuse('egenkontroll_settled', NEW.id::text); END IF;
  IF records_is_author(NEW.granskare_id, NEW.akt_id, NEW.arende_id, NEW.unit_id)
  THEN PERFORM records_refuse('reviewer_is_author', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- Written, signed or performed a note, been the utsedd kontakt, or filled in a form in the akt.
CREATE OR REPLACE FUNCTION records_is_author(who bigint, akt uuid, arende uuid, unit uuid)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
                  WHERE j.akt_id = $2 AND $1 IN (e.forfattare_id, e.utford_av_id, e.signerad_av_id))
      OR EXISTS (SELECT 1 FROM records_dokument d
                  WHERE d.arende_id = $3 AND d.unit_id = $4 AND d.skapad_av_id = $1)
      OR EXISTS (SELECT 1 FROM records_akt a WHERE a.id = $2 AND a.utsedd_kontakt_id = $1)
$$;

CREATE OR REPLACE FUNCTION records_egenkontroll_punkt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_egenkontrollakt a JOIN records_egenkontroll e ON e.id = a.egenkontroll_id
    WHERE a.id = NEW.granskning_id AND a.granskad IS NULL AND e.faststalld IS NULL
    FOR SHARE OF a, e;
  IF NOT FOUND THEN PERFORM records_refuse('egenkontroll_settled', NEW.id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_egenkontroll_settled() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.faststalld IS NOT NULL AND OLD.faststalld IS NULL THEN
    PERFORM 1 FROM records_egenkontrollakt WHERE egenkontroll_id = NEW.id AND granskad IS NULL;
    IF FOUND THEN PERFORM records_refuse('egenkontroll_not_reviewed', NEW.id::text); END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_logg_rad() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_loggkontroll
    WHERE id = NEW.kontroll_id AND signerad IS NULL FOR SHARE;
  IF NOT FOUND THEN PERFORM records_refuse('loggkontroll_signed', NEW.id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_logg_bedomning() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  reader bigint;
BEGIN
  SELECT r.lasare_id INTO reader
    FROM records_loggrad r JOIN records_loggkontroll k ON k.id = r.kontroll_id
    WHERE r.id = NEW.rad_id AND k.signerad IS NULL FOR SHARE OF k;
  IF NOT FOUND THEN PERFORM records_refuse('loggkontroll_signed', NEW.id::text); END IF;
  IF reader = NEW.granskare_id
  THEN PERFORM records_refuse('reviewer_is_reader', NEW.id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_loggkontroll_signed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.signerad IS NOT NULL AND OLD.signerad IS NULL THEN
    PERFORM 1 FROM records_loggrad r WHERE r.kontroll_id = NEW.id AND NOT EXISTS (
      SELECT 1 FROM (SELECT b.utfall FROM records_loggbedomning b WHERE b.rad_id = r.id
                      ORDER BY b.nummer DESC LIMIT 1) newest WHERE newest.utfall <> 'oklar');
    IF FOUND THEN PERFORM records_refuse('loggkontroll_not_done', NEW.id::text); END IF;
  END IF;
  RETURN NEW;
END $$;
