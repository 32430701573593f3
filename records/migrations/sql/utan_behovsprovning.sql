-- What the database itself refuses about insatser without assessment. Each refusal names its rule.

-- The decision that lets an insats be without identities on a day; null where there is none.
CREATE FUNCTION records_undantag_on(which uuid, day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT b.id FROM records_undantagsbeslut b
   WHERE b.insats_id = which AND b.utfall = 'undantag' AND b.giltig_fran <= day
     AND NOT EXISTS (SELECT 1 FROM records_undantagsprovning p
       WHERE p.beslut_id = b.id AND p.slag = 'upphavt' AND p.datum <= day)
   ORDER BY b.giltig_fran DESC, b.registrerad DESC LIMIT 1
$$;

-- R-222, R-225, R-232: a count without names needs the exemption of that very insats, in force
-- that day (that month, for what is counted by month), or that the insats is rådgivning.
CREATE FUNCTION records_anonym_ground() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first date := coalesce(to_jsonb(NEW) ->> 'datum', to_jsonb(NEW) ->> 'manad')::date;
  last date := coalesce((to_jsonb(NEW) ->> 'datum')::date,
    ((to_jsonb(NEW) ->> 'manad')::date + interval '1 month - 1 day')::date);
  kind text;
BEGIN
  SELECT slag INTO kind FROM records_insatsutanbehov WHERE id = NEW.insats_id;
  IF kind = 'radgivning' THEN
    IF NEW.undantag_id IS NOT NULL
    THEN PERFORM records_refuse('radgivning_needs_no_undantag', NEW.id::text); END IF;
  ELSIF NEW.undantag_id IS NULL
     OR NOT EXISTS (SELECT 1 FROM records_undantagsbeslut b
       WHERE b.id = NEW.undantag_id AND b.insats_id = NEW.insats_id AND b.utfall = 'undantag'
         AND b.giltig_fran <= last
         AND NOT EXISTS (SELECT 1 FROM records_undantagsprovning p
           WHERE p.beslut_id = b.id AND p.slag = 'upphavt'
             AND p.datum <= first))
  THEN PERFORM records_refuse('individual_documentation_required', NEW.insats_id::text); END IF;
  RETURN NEW;
END $$;

-- R-229, R-232, R-237: nobody is registered as taking part where identity may not be kept.
CREATE FUNCTION records_deltagande_ground() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM records_insatsutanbehov
      WHERE id = NEW.insats_id AND slag = 'radgivning')
    OR records_undantag_on(NEW.insats_id, NEW.inskriven) IS NOT NULL
  THEN PERFORM records_refuse('identity_not_allowed', NEW.insats_id::text); END IF;
  RETURN NEW;
END $$;
