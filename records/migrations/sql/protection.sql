-- Protected identity (domain 5.2). What must reach rows of several holders at once, or rows that the
-- asking program may not see, runs as the owner; each function checks for itself who asks.

-- The condition that finds the rows of a table about given cases ($1) and persons ($2), by the
-- table's own columns or by its first foreign keys, so that a new table needs no line here.
CREATE OR REPLACE FUNCTION records_way(tbl regclass, depth int DEFAULT 0) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  part text;
  parts text[] := '{}';
  fk record;
BEGIN
  IF tbl = 'records_person'::regclass THEN RETURN 'id = ANY ($2)'; END IF;
  IF tbl = 'records_arende'::regclass THEN RETURN 'id = ANY ($1)'; END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = tbl AND attname = 'arende_id')
  THEN parts := parts || 'arende_id = ANY ($1)'::text; END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = tbl AND attname = 'person_id')
  THEN parts := parts || 'person_id = ANY ($2)'::text; END IF;
  IF parts <> '{}' OR depth > 4 THEN RETURN nullif(array_to_string(parts, ' OR '), ''); END IF;
  FOR fk IN SELECT a.attname, c.confrelid FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.conrelid = tbl AND c.contype = 'f' AND c.confrelid <> tbl
      AND c.confrelid::regclass::text LIKE 'records\_%' ORDER BY a.attnotnull DESC, a.attnum
  LOOP
    part := records_way(fk.confrelid, depth + 1);
    IF part IS NOT NULL THEN
      RETURN format('%I IN (SELECT id FROM %s WHERE %s)', fk.attname, fk.confrelid::regclass, part);
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- Every holder's row of the person that a case is about.
CREATE OR REPLACE FUNCTION records_same_person(which uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT array_agg(p.id ORDER BY p.id) FROM records_person p
   WHERE p.id = (SELECT person_id FROM records_arende WHERE id = which)
      OR p.id IN (SELECT person_id FROM records_akt WHERE arende_id = which)
      OR (p.personnummer IS NOT NULL AND p.personnummer = (SELECT o.personnummer
          FROM records_person o JOIN records_arende a ON a.person_id = o.id WHERE a.id = which))
$$;

-- Let one change of a person's protection go on at a time; answers the protection that holds now.
-- Who holds no instance ("own" is not stored yet) waits. Who holds one is refused instead: the
-- change under way may be waiting for that very instance. Instances are locked before anything
-- else, in one order, so that an action under way ends before its rows are stamped, and one that
-- waits sees the new level.
CREATE OR REPLACE FUNCTION records_protection_lock(which uuid, own uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  persons uuid[] := records_same_person(which);
  held boolean := EXISTS (SELECT 1 FROM cases_instance WHERE id = own);
  units text := coalesce(current_setting('kedja.units', true), '');
  one uuid;
BEGIN
  IF units <> '' AND NOT EXISTS (SELECT 1 FROM records_arende
      WHERE id = which AND unit_id = ANY (string_to_array(units, ',')::uuid[]))
  THEN PERFORM records_refuse('not_permitted', which::text); END IF;
  IF persons IS NULL THEN PERFORM records_refuse('record_not_found', which::text); END IF;
  FOREACH one IN ARRAY persons LOOP
    CONTINUE WHEN pg_try_advisory_xact_lock(hashtextextended('skydd:' || one::text, 0));
    IF held THEN PERFORM records_refuse('protection_busy', which::text); END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('skydd:' || one::text, 0));
  END LOOP;
  PERFORM 1 FROM cases_instance i WHERE i.arende_id IN (
      SELECT id FROM records_arende WHERE person_id = ANY (persons)
      UNION SELECT arende_id FROM records_akt WHERE person_id = ANY (persons))
    ORDER BY i.id FOR NO KEY UPDATE;
  PERFORM 1 FROM records_arende a WHERE a.person_id = ANY (persons) ORDER BY a.id
    FOR NO KEY UPDATE;
  RETURN (SELECT p.skydd FROM records_person p JOIN records_arende a ON a.person_id = p.id
    WHERE a.id = which);
END $$;

-- Set the protection level of a person: every row of every case about her, at every holder, in this
-- transaction.
CREATE OR REPLACE FUNCTION records_protect(which uuid, protection text, level int, who int,
  at timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  persons uuid[];
  cases uuid[];
  tbl record;
  way text;
  number int;
  total int := 0;
  units text := coalesce(current_setting('kedja.units', true), '');
BEGIN
  PERFORM records_protection_lock(which, NULL);
  persons := records_same_person(which);
  SELECT array_agg(DISTINCT c) INTO cases FROM (
    SELECT id AS c FROM records_arende WHERE person_id = ANY (persons)
    UNION SELECT arende_id FROM records_akt WHERE person_id = ANY (persons)) q;
  PERFORM set_config('kedja.restamp', 'on', true);
  IF level > 0 THEN
    INSERT INTO records_skyddaduppgift (id, organisation_id, unit_id, secrecy, person_id, adress,
      postnummer, postort, telefon, kalla, registrerad, registrerad_av_id)
    SELECT gen_random_uuid(), organisation_id, unit_id, level, id, adress, postnummer, postort,
      telefon, 'flyttad', at, who FROM records_person
     WHERE id = ANY (persons) AND adress || postnummer || postort || telefon <> '';
    UPDATE records_person SET adress = '', postnummer = '', postort = '', telefon = '',
      skydd = protection, skyddad_sedan = coalesce(skyddad_sedan, at) WHERE id = ANY (persons);
    UPDATE records_uppdrag SET person_kopia = person_kopia || jsonb_build_object('adress', '',
      'postnummer', '', 'postort', '', 'telefon', '', 'skydd', protection)
     WHERE arende_id = ANY (cases);
    UPDATE cases_task t SET claimed_by_id = NULL, delegated_by_id = NULL, vikariat_id = NULL,
      version = version + 1
     WHERE t.arende_id = ANY (cases) AND t.status = 'open' AND t.claimed_by_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM cases_caseaccess c WHERE c.user_id = t.claimed_by_id
           AND c.arende_id = t.arende_id AND c.kind = 'utsedd' AND c.ended_at IS NULL);
  ELSE
    UPDATE records_person p SET skydd = protection, adress = v.adress, postnummer = v.postnummer,
      postort = v.postort, telefon = v.telefon
      FROM (SELECT DISTINCT ON (person_id) * FROM records_skyddaduppgift
            WHERE person_id = ANY (persons) ORDER BY person_id, registrerad DESC) v
     WHERE p.id = v.person_id;
    UPDATE records_person SET skydd = protection, skyddad_sedan = NULL WHERE id = ANY (persons);
    UPDATE cases_caseaccess SET ended_at = at, ended_by_id = who
     WHERE arende_id = ANY (cases) AND ended_at IS NULL;
  END IF;
  FOR tbl IN SELECT c.oid::regclass AS name, c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'secrecy' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND (c.relname LIKE 'records\_%' OR c.relname LIKE 'cases\_%') ORDER BY c.relname
  LOOP
    way := NULL;
    IF tbl.relname LIKE 'records\_%' THEN way := records_way(tbl.name);
    ELSIF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = tbl.name AND attname = 'arende_id')
    THEN way := 'arende_id = ANY ($1)';
    ELSIF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = tbl.name AND attname = 'instance_id')
    THEN way := 'instance_id IN (SELECT id FROM cases_instance WHERE arende_id = ANY ($1))';
    END IF;
    CONTINUE WHEN way IS NULL;
    EXECUTE format('UPDATE %s SET secrecy = $3 WHERE secrecy <> $3 AND (%s)', tbl.name, way)
      USING cases, persons, level;
    GET DIAGNOSTICS number = ROW_COUNT;
    total := total + number;
  END LOOP;
  PERFORM set_config('kedja.restamp', '', true);
  -- Who registers it need not be one of those who may read it, but ends what she is doing.
  IF units <> '' THEN
    PERFORM set_config('kedja.secrecy', greatest(
      coalesce(nullif(current_setting('kedja.secrecy', true), ''), '0')::int, level)::text, true);
  END IF;
  RETURN total;
END $$;

-- One address out of the vault, to one of the named, with the reading written down (P-2, P-3).
CREATE OR REPLACE FUNCTION records_vault_read(which uuid, why text, at timestamptz)
RETURNS TABLE (adress text, postnummer text, postort text, telefon text, registrerad timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  reader int := nullif(current_setting('kedja.user', true), '')::int;
  place uuid[] := kedja_units();
  kept records_skyddaduppgift%ROWTYPE;
BEGIN
  PERFORM 1 FROM cases_caseaccess c WHERE c.user_id = reader AND c.arende_id = which
    AND c.unit_id = ANY (place) AND c.opened_at <= at AND c.ended_at IS NULL
    AND (c.expires_at IS NULL OR c.expires_at > at);
  IF NOT FOUND THEN PERFORM records_refuse('not_permitted', which::text); END IF;
  SELECT v.* INTO kept FROM records_skyddaduppgift v WHERE v.unit_id = ANY (place)
    AND v.person_id IN (SELECT person_id FROM records_arende WHERE id = which
      UNION SELECT person_id FROM records_akt WHERE arende_id = which)
    ORDER BY v.registrerad DESC LIMIT 1 FOR SHARE;
  IF kept.id IS NULL THEN RETURN; END IF;
  INSERT INTO records_valvlasning (id, organisation_id, unit_id, secrecy, uppgift_id, arende_id,
    user_id, skal, at) VALUES (gen_random_uuid(), kept.organisation_id, kept.unit_id,
    kept.secrecy, kept.id, which, reader, why, at);
  RETURN QUERY SELECT kept.adress::text, kept.postnummer::text, kept.postort::text,
    kept.telefon::text, kept.registrerad;
END $$;

-- The receipt of a transfer moves its content from myndigheten's person to the provider's (P-3).
CREATE OR REPLACE FUNCTION records_protected_received(transfer uuid, receiver uuid, who int,
  at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t records_skyddsoverforing%ROWTYPE;
  source uuid;
  target records_person%ROWTYPE;
  v records_skyddaduppgift%ROWTYPE;
BEGIN
  SELECT * INTO t FROM records_skyddsoverforing WHERE id = transfer AND mottagare_unit_id = receiver
    FOR UPDATE;
  IF t.id IS NULL THEN PERFORM records_refuse('record_not_found', transfer::text); END IF;
  IF t.kvitterad IS NOT NULL THEN RETURN false; END IF;
  SELECT a.person_id INTO source FROM records_uppdrag u JOIN records_arende a ON a.id = u.arende_id
    WHERE u.id = t.uppdrag_id;
  SELECT p.* INTO target FROM records_akt k JOIN records_person p ON p.id = k.person_id
    WHERE k.uppdrag_id = t.uppdrag_id AND k.unit_id = receiver;
  IF target.id IS NULL THEN PERFORM records_refuse('record_not_found', transfer::text); END IF;
  IF t.del_av = 'namn' THEN
    UPDATE records_person p SET fornamn = o.fornamn, efternamn = o.efternamn, sortnamn = o.sortnamn
      FROM records_person o WHERE o.id = source AND p.id = target.id;
  ELSE
    SELECT * INTO v FROM records_skyddaduppgift WHERE person_id = source
      ORDER BY registrerad DESC LIMIT 1;
    IF v.id IS NOT NULL THEN
      INSERT INTO records_skyddaduppgift (id, organisation_id, unit_id, secrecy, person_id, adress,
        postnummer, postort, telefon, kalla, registrerad, registrerad_av_id)
      VALUES (gen_random_uuid(), target.organisation_id, target.unit_id, target.secrecy, target.id,
        v.adress, v.postnummer, v.postort, v.telefon, 'overforing', at, who);
    END IF;
  END IF;
  UPDATE records_skyddsoverforing SET kvitterad = at, kvitterad_av_id = who WHERE id = transfer;
  RETURN true;
END $$;

-- Somebody asked for what she may not read: written down where the case is (R-163). False when there
-- is no such case.
CREATE OR REPLACE FUNCTION records_refused_read(which uuid, what text, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  reader int := nullif(current_setting('kedja.user', true), '')::int;
BEGIN
  IF reader IS NULL THEN RETURN false; END IF;
  INSERT INTO records_nekadlasning (id, organisation_id, unit_id, secrecy, arende_id, user_id, vad,
    at) SELECT gen_random_uuid(), organisation_id, unit_id, 0, which, reader, what, at
    FROM records_arende WHERE id = which;
  RETURN FOUND;
END $$;

-- Where a case is held among the asking person's own units: for break-glass, which she cannot see yet.
CREATE OR REPLACE FUNCTION records_case_place(which uuid)
RETURNS TABLE (organisation_id uuid, unit_id uuid, secrecy smallint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT q.organisation_id, q.unit_id, q.secrecy FROM (
    SELECT a.organisation_id, a.unit_id, a.secrecy FROM records_arende a WHERE a.id = which
    UNION ALL SELECT k.organisation_id, k.unit_id, k.secrecy FROM records_akt k
     WHERE k.arende_id = which) q
  WHERE q.unit_id = ANY (kedja_units()) LIMIT 1
$$;

-- A note stands in the journal of the unit that wrote it, whatever a program says, and never below the
-- level that the journal has when a change of it is over.
CREATE OR REPLACE FUNCTION records_entry_place() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  level int;
BEGIN
  SELECT j.secrecy INTO level FROM records_journal j WHERE j.id = NEW.journal_id
    AND j.unit_id = NEW.unit_id AND j.organisation_id = NEW.organisation_id FOR SHARE;
  IF NOT FOUND THEN PERFORM records_refuse('entry_of_another_unit', NEW.id::text); END IF;
  IF NEW.secrecy < level THEN PERFORM records_refuse('protection_changed', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- An instance is born at the level of its case: one that begins while the level changes waits, and
-- is refused, since what it writes was stamped with the level from before.
CREATE OR REPLACE FUNCTION records_instance_level() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  level int;
BEGIN
  SELECT a.secrecy INTO level FROM records_arende a WHERE a.id = NEW.arende_id FOR SHARE;
  IF FOUND AND NEW.secrecy <> level
  THEN PERFORM records_refuse('protection_changed', NEW.id::text); END IF;
  RETURN NEW;
END $$;
