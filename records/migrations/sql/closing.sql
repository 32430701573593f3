-- What stands in the way of closing an ärende (K-3). The gate and the page ask the same function, so
-- that the page never promises what the gate refuses. "orsak": the note of myndighetens journal with
-- the reason, where nothing was carried out; on the page there is none yet.
CREATE OR REPLACE FUNCTION records_closing_hindrances(arende uuid, orsak uuid DEFAULT NULL)
RETURNS TABLE (nummer int, kod text, uppdrag uuid, lage text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT 1, 'uppdrag_pending', u.id, 'obesvarat' FROM records_uppdrag u
    WHERE u.arende_id = $1 AND u.status = 'skickat'
  UNION ALL
  SELECT 2, 'final_note_missing', u.id,
    CASE WHEN e.id IS NULL THEN 'saknas' WHEN e.signerad IS NULL THEN 'osignerad' ELSE 'skriven' END
    FROM records_uppdrag u LEFT JOIN records_akt a ON a.uppdrag_id = u.id
    LEFT JOIN records_journal j ON j.akt_id = a.id
    LEFT JOIN records_journalentry e ON e.journal_id = j.id AND e.typ = 'slutanteckning'
    WHERE u.arende_id = $1 AND u.status IN ('accepterat', 'avslutat')
    AND a.status IS DISTINCT FROM 'stangd'
  UNION ALL
  SELECT 3, 'closing_reason_missing', NULL, 'saknas'
    WHERE NOT EXISTS (SELECT 1 FROM records_akt WHERE arende_id = $1)
    AND NOT EXISTS (
      SELECT 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
      WHERE e.id = $2 AND j.arende_id = $1 AND j.kind = 'myndighet'
      AND e.typ = 'avslutsorsak' AND e.signerad IS NOT NULL AND e.orsak <> '')
$$;

-- The same for who holds the ärende: she may know that a provider's final note is missing, and which
-- uppdrag it is about, but reads nothing of the provider's akt (K-7).
CREATE OR REPLACE FUNCTION records_what_hinders(arende uuid)
RETURNS TABLE (kod text, uppdrag uuid, lage text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.kod, h.uppdrag, h.lage
    FROM records_arende a CROSS JOIN LATERAL records_closing_hindrances(a.id) h
    WHERE a.id = $1 AND a.status = 'oppet' AND a.unit_id = ANY (kedja_units())
    AND a.secrecy <= kedja_secrecy()
    ORDER BY h.nummer, h.uppdrag
$$;

CREATE OR REPLACE FUNCTION records_arende_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE refused text;
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
  SELECT h.kod INTO refused FROM records_closing_hindrances(NEW.id, NEW.avslutsorsak_anteckning_id) h
    ORDER BY h.nummer LIMIT 1;
  IF FOUND THEN PERFORM records_refuse(refused, NEW.id::text); END IF;
  RETURN NEW;
END $$;
