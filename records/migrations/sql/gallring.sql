-- Destruction of an akt: the one place where rows of the record are removed. Programs hold no right
-- to delete anything; they may call records_forstor, which takes a decision by two persons and asks
-- everything again with the akt locked. The triggers that keep rows for ever stand aside for the
-- transaction whose protocol is being written (kedja_destroying), and for no other.

CREATE OR REPLACE FUNCTION kedja_destroying() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM records_gallringsprotokoll
                  WHERE pagar = pg_current_xact_id()::text::bigint)
$$;

CREATE OR REPLACE FUNCTION kedja_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
  IF kedja_destroying() THEN RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END IF;
  RAISE EXCEPTION 'append_only: rows of % are never changed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION records_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before jsonb := to_jsonb(OLD);
  after jsonb := to_jsonb(NEW);
  field text;
BEGIN
  IF kedja_only_holder(before, after) OR kedja_destroying() THEN RETURN NEW; END IF;
  IF before - TG_ARGV::text[] IS DISTINCT FROM after - TG_ARGV::text[] THEN
    PERFORM records_refuse('append_only', OLD.id::text);
  END IF;
  FOREACH field IN ARRAY TG_ARGV LOOP
    IF coalesce(before ->> field, '') <> '' AND before ->> field IS DISTINCT FROM after ->> field
    THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  END LOOP;
  RETURN NEW;
END $$;

-- An akt that is gone stays gone, and only a destruction makes it so.
CREATE OR REPLACE FUNCTION records_akt_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM records_gallringsprotokoll
    WHERE akt_id = NEW.id AND pagar = pg_current_xact_id()::text::bigint;
  IF NOT FOUND THEN PERFORM records_refuse('akt_gallrad', NEW.id::text); END IF;
  RETURN NEW;
END $$;

-- Whoever writes a note or sets a hold locks the akt first, as the destruction does: one waits.
CREATE OR REPLACE FUNCTION records_note_in_akt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone timestamptz;
BEGIN
  SELECT a.gallrad INTO gone FROM records_akt a JOIN records_journal j ON j.akt_id = a.id
    WHERE j.id = NEW.journal_id FOR NO KEY UPDATE OF a;
  IF gone IS NOT NULL THEN PERFORM records_refuse('akt_gallrad', NEW.journal_id::text); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION records_hold_set() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.havd IS NOT NULL THEN PERFORM records_refuse('append_only', NEW.id::text); END IF;
  PERFORM 1 FROM records_akt WHERE arende_id = NEW.arende_id AND unit_id = NEW.unit_id
    ORDER BY id FOR UPDATE;
  PERFORM 1 FROM records_akt WHERE arende_id = NEW.arende_id AND unit_id = NEW.unit_id
    AND gallrad IS NULL;
  IF NOT FOUND THEN PERFORM records_refuse('akt_gallrad', NEW.arende_id::text); END IF;
  RETURN NEW;
END $$;

-- Whether other records of the same person remain with the same holder (LSS 21 c, K-10).
CREATE OR REPLACE FUNCTION records_other_akter(which uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM records_akt a
      JOIN records_person p ON p.id = a.person_id
      JOIN records_akt o ON o.organisation_id = a.organisation_id AND o.id <> a.id
      JOIN records_person q ON q.id = o.person_id
     WHERE a.id = which AND o.gallrad IS NULL
       AND (q.id = p.id OR q.personnummer = p.personnummer)
       AND (o.gallringsdatum IS NULL
            OR o.gallringsdatum > (at AT TIME ZONE 'Europe/Stockholm')::date))
$$;

-- Why an akt may not be destroyed now; null when it may. The caller has locked the akt.
CREATE OR REPLACE FUNCTION records_gallring_hinder(which uuid, own_instance uuid, at timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  akt records_akt%ROWTYPE;
  today date := (at AT TIME ZONE 'Europe/Stockholm')::date;
BEGIN
  SELECT * INTO akt FROM records_akt WHERE id = which;
  IF akt.id IS NULL OR akt.gallrad IS NOT NULL THEN RETURN 'akt_gallrad'; END IF;
  IF akt.status <> 'stangd' THEN RETURN 'akt_open'; END IF;
  PERFORM 1 FROM records_gallringsparr
    WHERE arende_id = akt.arende_id AND unit_id = akt.unit_id AND havd IS NULL;
  IF FOUND THEN RETURN 'gallring_sparrad'; END IF;
  PERFORM 1 FROM records_journalentry e JOIN records_journal j ON j.id = e.journal_id
    WHERE j.akt_id = which
    AND (e.registrerad AT TIME ZONE 'Europe/Stockholm')::date > akt.sista_anteckning;
  IF FOUND OR akt.gallringsdatum IS NULL OR akt.gallringsdatum > today
  THEN RETURN 'gallring_moved'; END IF;
  IF akt.ivo_till IS NULL OR akt.ivo_till >= today THEN RETURN 'ivo_access_open'; END IF;
  PERFORM 1 FROM records_uppdrag WHERE id = akt.uppdrag_id AND status = 'avslutat';
  IF NOT FOUND THEN RETURN 'uppdrag_not_ended'; END IF;
  PERFORM 1 FROM records_externforvaring
    WHERE arende_id = akt.arende_id AND unit_id = akt.unit_id AND avslutad IS NULL;
  IF FOUND THEN RETURN 'extern_forvaring_kvar'; END IF;
  PERFORM 1 FROM cases_instance WHERE arende_id = akt.arende_id AND unit_id = akt.unit_id
    AND status IN ('running', 'incident') AND id IS DISTINCT FROM own_instance
    AND business_key IN (which::text, akt.uppdrag_id::text);
  IF FOUND THEN RETURN 'akt_in_use'; END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION records_gallring_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  akt records_akt%ROWTYPE;
  reason text;
  actor text := current_setting('kedja.user', true);
  wanted text := CASE NEW.utfall WHEN 'bevara' THEN 'arkiv' ELSE 'personakt' END;
BEGIN
  SELECT * INTO akt FROM records_akt WHERE id = NEW.akt_id FOR UPDATE;
  IF (akt.unit_id, akt.arende_id) IS DISTINCT FROM (NEW.unit_id, NEW.arende_id)
    OR (coalesce(actor, '') <> '' AND actor <> NEW.godkand_av_id::text)
  THEN PERFORM records_refuse('gallring_not_decided', NEW.akt_id::text); END IF;
  reason := records_gallring_hinder(NEW.akt_id, NEW.instance_id, NEW.godkand);
  IF reason IS NOT NULL THEN PERFORM records_refuse(reason, NEW.akt_id::text); END IF;
  IF akt.gallring_utfall = 'bevara' AND NEW.utfall = 'gallra'
  THEN PERFORM records_refuse('akt_is_kept', NEW.akt_id::text); END IF;
  IF NEW.utfall <> 'gallra' THEN
    PERFORM 1 FROM records_arkivpaket WHERE id = NEW.paket_id AND akt_id = NEW.akt_id
      AND slag = wanted AND kvitterad IS NOT NULL;
    IF NOT FOUND THEN PERFORM records_refuse('archive_receipt_missing', NEW.akt_id::text); END IF;
  END IF;
  RETURN NEW;
END $$;

-- The protocol opens the destruction, so it asks once more; it is closed by the same transaction.
CREATE OR REPLACE FUNCTION records_protokoll_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  beslut records_gallringsbeslut%ROWTYPE;
  reason text;
BEGIN
  IF TG_OP = 'DELETE' THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
  IF TG_OP = 'UPDATE' THEN
    IF kedja_only_holder(to_jsonb(OLD), to_jsonb(NEW)) THEN RETURN NEW; END IF;
    IF OLD.pagar IS DISTINCT FROM pg_current_xact_id()::text::bigint OR NEW.pagar IS NOT NULL
    THEN PERFORM records_refuse('append_only', OLD.id::text); END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO beslut FROM records_gallringsbeslut WHERE id = NEW.beslut_id;
  PERFORM 1 FROM records_akt WHERE id = NEW.akt_id FOR UPDATE;
  IF beslut.id IS NULL OR beslut.akt_id <> NEW.akt_id OR NEW.forstord < beslut.godkand
  THEN PERFORM records_refuse('gallring_not_decided', NEW.akt_id::text); END IF;
  reason := records_gallring_hinder(NEW.akt_id, beslut.instance_id, NEW.forstord);
  IF reason IS NOT NULL THEN PERFORM records_refuse(reason, NEW.akt_id::text); END IF;
  PERFORM 1 FROM records_akt WHERE id = NEW.akt_id AND gallringsdatum = beslut.gallringsdatum;
  IF NOT FOUND THEN PERFORM records_refuse('gallring_moved', NEW.akt_id::text); END IF;
  RETURN NEW;
END $$;

-- What goes: every row that the unit holds about the akt, and every row that hangs on one. Tables are
-- found in the catalogue, so that a table of tomorrow is not forgotten.
CREATE OR REPLACE FUNCTION records_doomed(akt records_akt, whole_case boolean, whole_person boolean)
RETURNS TABLE (tab text, ref uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  stays text[] := ARRAY['records_akt', 'records_person', 'records_arende', 'records_readlog',
    'records_arkivpaket', 'records_gallringstart', 'records_gallringsbeslut',
    'records_gallringsprotokoll',
    -- Who read what and why (LBP 10 §) has a time of its own; the vault's address is emptied below.
    'records_skyddaduppgift', 'records_valvlasning', 'records_nodoppning', 'records_listlasning',
    'records_nekadlasning'];
  found record;
  added bigint;
  fresh bigint;
BEGIN
  CREATE TEMP TABLE IF NOT EXISTS kedja_doomed (tab text, ref uuid, PRIMARY KEY (tab, ref))
    ON COMMIT DROP;
  DELETE FROM pg_temp.kedja_doomed;
  FOR found IN
    SELECT c.relname::text AS name, bool_or(a.attname = 'akt_id') AS by_akt,
           bool_or(a.attname = 'arende_id') AS by_case, bool_or(a.attname = 'instance_id') AS by_run
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND c.relname LIKE 'records\_%' AND c.relname <> ALL (stays)
     GROUP BY c.relname HAVING bool_or(a.attname = 'unit_id')
  LOOP
    IF found.by_akt THEN EXECUTE format(
      'INSERT INTO pg_temp.kedja_doomed SELECT %L, id FROM %I WHERE unit_id = $1 AND akt_id = $2',
      found.name, found.name) USING akt.unit_id, akt.id; END IF;
    IF found.by_case AND whole_case THEN EXECUTE format(
      'INSERT INTO pg_temp.kedja_doomed SELECT %L, id FROM %I WHERE unit_id = $1 AND arende_id = $2'
      || ' ON CONFLICT DO NOTHING', found.name, found.name)
      USING akt.unit_id, akt.arende_id; END IF;
    IF found.by_run AND found.by_case AND NOT whole_case THEN EXECUTE format(
      'INSERT INTO pg_temp.kedja_doomed SELECT %L, t.id FROM %I t JOIN cases_instance i'
      || ' ON i.id = t.instance_id WHERE t.unit_id = $1 AND i.arende_id = $2'
      || ' AND i.business_key IN ($3, $4) ON CONFLICT DO NOTHING', found.name, found.name)
      USING akt.unit_id, akt.arende_id, akt.id::text, akt.uppdrag_id::text; END IF;
  END LOOP;
  IF whole_person THEN
    INSERT INTO pg_temp.kedja_doomed VALUES ('records_person', akt.person_id);
  END IF;
  LOOP
    fresh := 0;
    FOR found IN
      SELECT c.conrelid::regclass::text AS child, a.attname::text AS field,
             c.confrelid::regclass::text AS parent
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_attribute u ON u.attrelid = c.conrelid AND u.attname = 'unit_id'
       WHERE c.contype = 'f' AND cardinality(c.conkey) = 1
         AND c.conrelid::regclass::text LIKE 'records\_%'
         AND c.confrelid::regclass::text LIKE 'records\_%'
         AND c.conrelid::regclass::text <> ALL (stays)
    LOOP
      EXECUTE format('INSERT INTO pg_temp.kedja_doomed SELECT %L, t.id FROM %I t'
        || ' JOIN pg_temp.kedja_doomed d ON d.tab = %L AND d.ref = t.%I WHERE t.unit_id = $1'
        || ' ON CONFLICT DO NOTHING', found.child, found.child, found.parent, found.field)
        USING akt.unit_id;
      GET DIAGNOSTICS added = ROW_COUNT;
      fresh := fresh + added;
    END LOOP;
    EXIT WHEN fresh = 0;
  END LOOP;
  RETURN QUERY SELECT d.tab, d.ref FROM pg_temp.kedja_doomed d WHERE d.tab <> ALL (stays);
END $$;

-- Destroy what an approved decision is about. Gives the id of the protocol.
CREATE OR REPLACE FUNCTION records_forstor(decision uuid, at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  beslut records_gallringsbeslut%ROWTYPE;
  akt records_akt%ROWTYPE;
  protocol uuid := gen_random_uuid();
  told jsonb := '{}';
  whole_case boolean;
  whole_person boolean;
  total bigint := 0;
  found record;
  counted bigint;
  summed text;
BEGIN
  SELECT * INTO beslut FROM records_gallringsbeslut WHERE id = decision;
  IF beslut.id IS NULL
    OR (kedja_units() IS NOT NULL AND NOT beslut.unit_id = ANY (kedja_units()))
  THEN PERFORM records_refuse('gallring_not_decided', decision::text); END IF;
  -- What the transaction did before is judged while everything is still there.
  SET CONSTRAINTS ALL IMMEDIATE;
  SET CONSTRAINTS ALL DEFERRED;
  SELECT * INTO akt FROM records_akt WHERE id = beslut.akt_id FOR UPDATE;
  INSERT INTO records_gallringsprotokoll (id, organisation_id, unit_id, secrecy, akt_id, arende_id,
      beslut_id, nummer, utfall, forstord, antal_rader, innehall, sha256, pagar)
    SELECT protocol, akt.organisation_id, akt.unit_id, akt.secrecy, akt.id, akt.arende_id,
      beslut.id, 'G-' || u.nummer, beslut.utfall, at, 0, '{}', '',
      pg_current_xact_id()::text::bigint
      FROM records_uppdrag u WHERE u.id = akt.uppdrag_id;
  whole_case := NOT EXISTS (SELECT 1 FROM records_akt o WHERE o.id <> akt.id
    AND o.arende_id = akt.arende_id AND o.unit_id = akt.unit_id AND o.gallrad IS NULL);
  whole_person := NOT EXISTS (SELECT 1 FROM records_akt o WHERE o.id <> akt.id
    AND o.person_id = akt.person_id AND o.gallrad IS NULL)
    AND NOT EXISTS (SELECT 1 FROM records_arende WHERE person_id = akt.person_id);
  PERFORM count(*) FROM records_doomed(akt, whole_case, whole_person);
  -- The decision's own forms stay: they tell why, not about whom.
  DELETE FROM pg_temp.kedja_doomed d USING records_dokument k
    WHERE d.tab = 'records_dokument' AND k.id = d.ref AND k.instance_id = beslut.instance_id;
  FOR found IN
    SELECT DISTINCT d.tab FROM pg_temp.kedja_doomed d WHERE d.tab <> 'records_person' ORDER BY 1
  LOOP
    EXECUTE format('SELECT count(*), encode(sha256(string_agg(to_jsonb(t)::text, E''\n'' ORDER BY'
      || ' t.id)::bytea), ''hex'') FROM %I t JOIN pg_temp.kedja_doomed d'
      || ' ON d.tab = %L AND d.ref = t.id', found.tab, found.tab) INTO counted, summed;
    told := told || jsonb_build_object(found.tab,
      jsonb_build_object('antal', counted, 'sha256', summed));
    total := total + counted;
  END LOOP;
  UPDATE records_akt SET gallrad = at, slutanteckning_id = NULL, utsedd_kontakt_id = NULL,
    utsedd_kontakt_typ = '' WHERE id = akt.id;
  FOR found IN
    SELECT DISTINCT d.tab FROM pg_temp.kedja_doomed d WHERE d.tab <> 'records_person' ORDER BY 1
  LOOP
    EXECUTE format('DELETE FROM %I t USING pg_temp.kedja_doomed d WHERE d.tab = %L AND d.ref = t.id',
      found.tab, found.tab);
  END LOOP;
  UPDATE records_arkivpaket SET innehall = ''::bytea WHERE akt_id = akt.id AND unit_id = akt.unit_id;
  PERFORM records_end_copies(akt, whole_case);
  IF whole_person THEN PERFORM records_blank_person(akt.person_id); END IF;
  told := told || records_blank_runs(akt, beslut.instance_id, whole_case);
  SET CONSTRAINTS ALL IMMEDIATE;
  SET CONSTRAINTS ALL DEFERRED;
  UPDATE records_gallringsprotokoll SET antal_rader = total, innehall = told,
    sha256 = encode(sha256(told::text::bytea), 'hex'), pagar = NULL WHERE id = protocol;
  RETURN protocol;
END $$;

-- The uppdrag is myndighetens; what ends is the provider's sight of its copy.
CREATE OR REPLACE FUNCTION records_end_copies(akt records_akt, whole_case boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.relname::text AS name, bool_or(a.attname = 'uppdrag_id') AS by_uppdrag,
           bool_or(a.attname = 'akt_id') AS by_akt, bool_or(a.attname = 'arende_id') AS by_case
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND c.relname LIKE 'records\_%' AND c.relname <> 'records_arkivpaket'
     GROUP BY c.relname HAVING bool_or(a.attname = 'delad_med_id')
  LOOP
    EXECUTE format('UPDATE %I SET delad_med_id = NULL WHERE delad_med_id = $1 AND (id = $2'
      || CASE WHEN found.by_uppdrag THEN ' OR uppdrag_id = $2' ELSE '' END
      || CASE WHEN found.by_akt THEN ' OR akt_id = $3' ELSE '' END
      || CASE WHEN found.by_case THEN ' OR (arende_id = $4 AND $5)' ELSE '' END || ')', found.name)
      USING akt.unit_id, akt.uppdrag_id, akt.id, akt.arende_id, whole_case;
  END LOOP;
END $$;

-- The person's row stays as a shell, because the log of who read points at it (LBP 10 §).
CREATE OR REPLACE FUNCTION records_blank_person(which uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found record;
  parts text[] := ARRAY['utan_id_skal = ''gallrad'''];
BEGIN
  FOR found IN
    SELECT a.attname::text AS name, a.attnotnull AS needed,
           format_type(a.atttypid, NULL) IN ('text', 'character varying') AS is_text
      FROM pg_attribute a WHERE a.attrelid = 'records_person'::regclass AND a.attnum > 0
       AND NOT a.attisdropped AND a.attname NOT IN
         ('id', 'organisation_id', 'unit_id', 'secrecy', 'skydd', 'skapad', 'utan_id_skal')
  LOOP
    IF NOT found.needed THEN parts := parts || format('%I = NULL', found.name);
    ELSIF found.is_text THEN parts := parts || format('%I = ''''', found.name); END IF;
  END LOOP;
  UPDATE records_skyddaduppgift SET adress = '', postnummer = '', postort = '', telefon = ''
    WHERE person_id = which;
  EXECUTE 'UPDATE records_person SET ' || array_to_string(parts, ', ') || ' WHERE id = $1'
    USING which;
END $$;

-- The instances' variables and what their tables saw go; which step was done when by whom stays.
CREATE OR REPLACE FUNCTION records_blank_runs(akt records_akt, own_instance uuid, whole_case boolean)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  mine uuid[];
  events bigint;
  messages bigint;
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO mine FROM cases_instance
    WHERE arende_id = akt.arende_id AND unit_id = akt.unit_id AND id <> own_instance
    AND status NOT IN ('running', 'incident')
    AND (whole_case OR business_key IN (akt.id::text, akt.uppdrag_id::text));
  UPDATE cases_instance SET state = ''::bytea WHERE id = ANY (mine);
  UPDATE cases_task SET basis = '[]' WHERE instance_id = ANY (mine);
  UPDATE cases_job SET inputs = '{}' WHERE instance_id = ANY (mine);
  UPDATE cases_message SET payload = '{}'
    WHERE sender_instance = ANY (mine) AND status <> 'undelivered';
  GET DIAGNOSTICS messages = ROW_COUNT;
  UPDATE cases_event SET explanation = NULL
    WHERE (instance_id = ANY (mine) OR instance_id = own_instance) AND explanation IS NOT NULL;
  GET DIAGNOSTICS events = ROW_COUNT;
  RETURN jsonb_build_object('cases_instance', jsonb_build_object('antal', cardinality(mine)),
    'cases_event', jsonb_build_object('antal', events),
    'cases_message', jsonb_build_object('antal', messages));
END $$;

REVOKE ALL ON FUNCTION records_forstor(uuid, timestamptz), records_end_copies(records_akt, boolean),
  records_doomed(records_akt, boolean, boolean), records_blank_person(uuid),
  records_blank_runs(records_akt, uuid, boolean) FROM PUBLIC;
