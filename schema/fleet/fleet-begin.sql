-- schema/fleet/fleet-begin.sql - what a fleet's database has besides the tables and views of a file, which
-- fleet-schema.c makes from schema/tables.sql. Each statement may run again.
CREATE SCHEMA IF NOT EXISTS joulecart;
REVOKE ALL ON SCHEMA joulecart FROM PUBLIC;
CREATE TABLE IF NOT EXISTS joulecart.fleet (
  one          boolean PRIMARY KEY DEFAULT true CHECK (one),
  version      integer NOT NULL,
  tool_version text NOT NULL,
  formulas     text NOT NULL,          -- digest of the views that fill the kept_ tables
  made         timestamptz NOT NULL DEFAULT now()
);
-- Which login belongs to which team: the owner's list.
CREATE TABLE IF NOT EXISTS joulecart.member (
  login name NOT NULL,
  team  text NOT NULL,
  PRIMARY KEY (login, team)
);
CREATE OR REPLACE VIEW joulecart.my_team WITH (security_barrier = true) AS
  SELECT team FROM joulecart.member WHERE login = current_user;
-- One row a campaign, made by the transaction that brings all of it.
CREATE TABLE IF NOT EXISTS joulecart.pushed (
  campaign_uuid   uuid PRIMARY KEY,
  team            text NOT NULL,
  begun           timestamptz NOT NULL, -- by its host's clock
  tool_version    text NOT NULL,        -- that pushed it
  rows_digest     bytea NOT NULL,       -- BLAKE2b of its rows but the readings
  readings_digest bytea NOT NULL,       -- and of these
  figures_digest  bytea NOT NULL,       -- and of what the views made of them
  n_readings      bigint NOT NULL,
  formulas        text NOT NULL,        -- digest of the views that its kept figures are by
  pushed          timestamptz NOT NULL DEFAULT now(),
  pushed_by       name NOT NULL DEFAULT session_user,
  transaction     xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX IF NOT EXISTS pushed_begun ON joulecart.pushed (begun);
-- A file without its campaigns: schema, factors, settings, seal. A small SQLite database, zlib's.
CREATE TABLE IF NOT EXISTS joulecart.envelope (
  envelope bytea NOT NULL,              -- BLAKE2b of the database
  team     text NOT NULL,
  n_bytes  bigint NOT NULL,             -- of it, before zlib
  data     bytea NOT NULL,
  PRIMARY KEY (team, envelope)
);
-- A file that was pushed: its envelope and its campaigns.
CREATE TABLE IF NOT EXISTS joulecart.source (
  source      bytea NOT NULL,           -- BLAKE2b of the envelope's and its campaigns' names
  team        text NOT NULL,
  envelope    bytea NOT NULL,
  n_campaigns integer NOT NULL,
  is_sealed   boolean NOT NULL,
  name        text NOT NULL,            -- as the file was called
  pushed      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (team, source)
);
CREATE TABLE IF NOT EXISTS joulecart.source_campaign (
  source        bytea NOT NULL,
  team          text NOT NULL,
  campaign_uuid uuid NOT NULL,
  PRIMARY KEY (campaign_uuid, team, source)
);
CREATE INDEX IF NOT EXISTS source_campaign_source ON joulecart.source_campaign (team, source);
-- Rollups and readings of a campaign (stretch, chunk), in pages (schema/packed) that are cut into pieces of a block.
CREATE TABLE IF NOT EXISTS joulecart.reading_piece (
  campaign_uuid uuid NOT NULL,
  team          text NOT NULL,
  begun         timestamptz NOT NULL,
  piece_no      bigint NOT NULL,
  n_readings    bigint,                 -- of the page that ends with this piece; NULL: it goes on
  data          bytea NOT NULL,
  PRIMARY KEY (campaign_uuid, begun, piece_no)
) PARTITION BY RANGE (begun);
CREATE INDEX IF NOT EXISTS reading_piece_begun ON joulecart.reading_piece USING brin (begun);
-- Partitions that are there follow.
ALTER TABLE joulecart.reading_piece ALTER COLUMN data SET STORAGE PLAIN;
-- What campaign_sum says of a campaign, kept, so that who asks for months reads a row or two of it: added in its
-- transaction, so no row is anybody's to wait for.
CREATE TABLE IF NOT EXISTS joulecart.kept_month (
  campaign_uuid uuid NOT NULL,
  team          text NOT NULL,
  month         date NOT NULL,          -- of the campaign's begin, UTC
  variant       text,
  job           text,
  n_trials      bigint NOT NULL,
  n_unknown     bigint NOT NULL,
  n_no_grams    bigint NOT NULL,
  joules        double precision,
  grams         double precision,
  weakness      integer                 -- the greatest of its joules' provenances
);
CREATE INDEX IF NOT EXISTS kept_month_campaign ON joulecart.kept_month (campaign_uuid);
-- Months whose rows were dropped; the figures stay.
CREATE TABLE IF NOT EXISTS joulecart.retired (
  month        date PRIMARY KEY,
  n_campaigns  bigint NOT NULL,
  tool_version text NOT NULL,
  retired      timestamptz NOT NULL DEFAULT now(),
  retired_by   name NOT NULL DEFAULT session_user
);
-- Rows come only with their campaign: in the transaction that made its row in pushed. A body after RETURN keeps
-- the operators of now; one in quotes would take those that are first in the search_path of whoever adds rows.
CREATE OR REPLACE FUNCTION joulecart.is_open(uuid, text) RETURNS boolean LANGUAGE sql STABLE
  RETURN EXISTS (SELECT 1 FROM joulecart.pushed p WHERE p.campaign_uuid = $1 AND p.team = $2
                 AND p.transaction = pg_catalog.pg_current_xact_id_if_assigned());
-- The partitions of a month, made before its first campaign comes; a month that was retired stays so.
CREATE OR REPLACE FUNCTION joulecart.need_month(at timestamptz) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $$
DECLARE
  first date := date_trunc('month', at);
  parent text;
  child text;
BEGIN
  IF at < '1970-01-01' OR at >= now() + interval '10 years' THEN
    RAISE EXCEPTION 'the campaign says that it began at %, and it is % here: its host''s clock is wrong',
      at, date_trunc('minute', now()) USING ERRCODE = 'data_exception',
      HINT = 'set that clock: what the host measures from then on can be pushed';
  END IF;
  IF EXISTS (SELECT 1 FROM joulecart.retired r WHERE r.month = first) THEN
    RAISE EXCEPTION 'it began in %, and that month was retired', to_char(first, 'YYYY-MM')
      USING ERRCODE = 'data_exception', HINT = 'keep the file: its readings would not be kept there';
  END IF;
  FOR parent IN SELECT relname FROM pg_class
                WHERE relnamespace = 'joulecart'::regnamespace AND relkind = 'p' ORDER BY relname LOOP
    child := parent || to_char(first, '"_y"YYYY"m"MM');
    IF to_regclass(format('joulecart.%I', child)) IS NULL THEN
      PERFORM pg_advisory_xact_lock(7425124, 1);
      EXECUTE format('CREATE TABLE IF NOT EXISTS joulecart.%I PARTITION OF joulecart.%I'
                     || ' FOR VALUES FROM (%L) TO (%L)', child, parent,
                     first::timestamptz, (first + interval '1 month')::timestamptz);
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION joulecart.need_month(timestamptz) FROM PUBLIC;
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['joulecart_writer', 'joulecart_reader', 'joulecart_auditor'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this server was made a fleet at the same time
      END;
    END IF;
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA joulecart TO joulecart_writer, joulecart_reader, joulecart_auditor;
GRANT EXECUTE ON FUNCTION joulecart.need_month(timestamptz) TO joulecart_writer;
GRANT SELECT ON joulecart.fleet, joulecart.my_team, joulecart.retired
  TO joulecart_writer, joulecart_reader, joulecart_auditor;
