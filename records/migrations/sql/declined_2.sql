-- What a unit has declined, as its own answer tells it: number, days and who. Nothing about the person,
-- and nothing of an uppdrag about somebody protected: the access itself has ended (K-8).
--
-- The reason is free text, so no list of words tells what is in it (an address, a relative, an event):
-- only whoever wrote it is shown it, and not where it names the person; to others it is left out (null).

CREATE OR REPLACE FUNCTION records_declined(units uuid[], most int)
RETURNS TABLE (nummer text, fran text, skickad timestamptz, besvarad timestamptz,
  besvarad_av_id int, skal text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.nummer, e.name, u.skickad, u.besvarad, u.besvarad_av_id,
    CASE WHEN u.besvarad_av_id::text IS DISTINCT FROM current_setting('kedja.user', true)
      OR EXISTS (SELECT 1 FROM unnest(regexp_split_to_array(
        concat_ws(' ', u.person_kopia ->> 'fornamn', u.person_kopia ->> 'efternamn'), '\s+')) part
      WHERE part <> '' AND strpos(lower(u.avbojandeskal), lower(part)) > 0)
    THEN NULL ELSE u.avbojandeskal END
    FROM records_uppdrag u JOIN cases_unit e ON e.id = u.unit_id
   WHERE u.status = 'avbojt' AND u.secrecy = 0 AND u.person_kopia ->> 'skydd' = 'ingen'
     AND u.mottagare_unit_id = ANY (units) AND u.mottagare_unit_id = ANY (kedja_units())
   ORDER BY u.besvarad DESC, u.id LIMIT most
$$;
