-- schema/0002-factors.sql - factors with their whole pedigree, what a person states about a
-- campaign, series of grid intensities, and the seal. Version 2.

-- Version 1 held bundled factors alone: they are filled in again from schema/factors/*.tsv.
DROP TABLE factor;

-- Numbers from outside, each with its source. Of one (kind, key, parameter) the row in force is
-- that of the greatest origin: what was set by hand, else imported, else bundled (v_factor).
CREATE TABLE factor (
  factor_id INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,             -- grid, cpu, embodied, water, device, network, uncertainty
  key       TEXT NOT NULL,             -- zone code, microarchitecture, device
  parameter TEXT NOT NULL,             -- intensity, intensity_direct, td_loss, te, life, ...
  value     REAL NOT NULL,
  unit      TEXT NOT NULL,
  low       REAL,                      -- where sources disagree: what they span; else NULL
  high      REAL,
  name      TEXT NOT NULL,             -- the key in words
  year      INTEGER,                   -- of the data
  method    TEXT CHECK (method IN ('average', 'marginal', 'residual', 'contract')), -- grid
  scope     TEXT CHECK (scope IN ('direct', 'lifecycle')),                          -- grid
  basis     TEXT CHECK (basis IN ('production', 'consumption')),                    -- grid
  boundary  TEXT NOT NULL,             -- in words: what is in the figure and what is not
  publisher TEXT NOT NULL,
  edition   TEXT NOT NULL,
  source    TEXT NOT NULL,             -- the citation, and where it was read
  licence   TEXT NOT NULL,
  retrieved TEXT CHECK (retrieved IS date(retrieved)),   -- the day it was read; NULL: not known
  file      TEXT,                      -- that it came from; NULL: set by hand
  sha256    TEXT CHECK (length(sha256) = 64),            -- of that file
  origin    TEXT NOT NULL DEFAULT 'bundled' CHECK (origin IN ('bundled', 'imported', 'set')),
  note      TEXT,
  UNIQUE (kind, key, parameter, origin),
  CHECK (kind <> 'grid' OR parameter NOT LIKE 'intensity%'
         OR (method IS NOT NULL AND scope IS NOT NULL)),
  CHECK ((low IS NULL OR low <= value) AND (high IS NULL OR high >= value)),
  CHECK ((file IS NULL) = (sha256 IS NULL))
) STRICT;

-- Where a provider's region is: a zone of table factor. From schema/cloud-regions.tsv.
CREATE TABLE cloud_region (
  provider      TEXT NOT NULL,
  region        TEXT NOT NULL,
  location      TEXT NOT NULL,
  zone          TEXT NOT NULL,
  pue           REAL CHECK (pue >= 1),          -- as the provider states it; NULL: it does not
  wue_l_per_kwh REAL CHECK (wue_l_per_kwh >= 0),
  year          INTEGER NOT NULL,
  PRIMARY KEY (provider, region)
) STRICT, WITHOUT ROWID;

-- What a person stated about campaigns. campaign_id 0: about all that have no row of their own.
-- Names, in units of their own (v_account says where each goes in):
--   zone (text)              instead of the zone of the run
--   pue, pue_category (text: PUE1, PUE2, PUE3, pPUE, design, annual), pue_year
--   psu                      efficiency of the power supply, 0..1
--   embodied (text: a key of factor(kind = 'embodied'), or value: kgCO2e), life (years),
--   share                    of the device that was reserved (RR / ToR), 0..1
--   training_queries         over which a training run is spread
--   market (gCO2e/kWh), instrument (text)      scope 2, market-based
--   upstream (gCO2e/kWh)     scope 3 category 3: fuel, as the user's source has it
--   wue (L/kWh)              water on site per kWh of IT
CREATE TABLE setting (
  name        TEXT NOT NULL CHECK (name IN ('zone', 'pue', 'pue_category', 'pue_year', 'psu',
                'embodied', 'life', 'share', 'training_queries', 'market', 'instrument',
                'upstream', 'wue')),
  campaign_id INTEGER NOT NULL DEFAULT 0,
  value       REAL,
  text        TEXT,
  source      TEXT NOT NULL,           -- who says so
  PRIMARY KEY (name, campaign_id),
  CHECK ((value IS NULL) <> (text IS NULL)),
  CHECK (name <> 'pue' OR value >= 1),
  CHECK (name NOT IN ('psu', 'share') OR (value > 0 AND value <= 1)),
  CHECK (name NOT IN ('life', 'training_queries') OR value > 0),
  CHECK (name NOT IN ('market', 'upstream', 'wue') OR value >= 0)
) STRICT, WITHOUT ROWID;

-- A zone's intensities in time, as imported.
CREATE TABLE grid_series (
  series_id INTEGER PRIMARY KEY,
  zone      TEXT NOT NULL,             -- as joulecart's --zone has it, or the publisher's own
  method    TEXT NOT NULL CHECK (method IN ('average', 'marginal')),
  scope     TEXT NOT NULL CHECK (scope IN ('direct', 'lifecycle')),
  basis     TEXT CHECK (basis IN ('production', 'consumption')),
  format    TEXT NOT NULL,             -- of the file: the importer that read it
  unit      TEXT NOT NULL,             -- in the file; points are in gCO2e/kWh
  step_ns   INTEGER NOT NULL CHECK (step_ns > 0), -- the commonest distance of its points
  publisher TEXT NOT NULL,
  edition   TEXT NOT NULL,
  source    TEXT NOT NULL,
  licence   TEXT NOT NULL,
  retrieved TEXT NOT NULL,
  file      TEXT NOT NULL,
  sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
  note      TEXT,
  UNIQUE (zone, method, scope, sha256)
) STRICT;

CREATE TABLE grid_point (
  series_id    INTEGER NOT NULL REFERENCES grid_series,
  begin_utc_ns INTEGER NOT NULL,
  end_utc_ns   INTEGER NOT NULL,
  g_per_kwh    REAL NOT NULL,
  is_estimated INTEGER CHECK (is_estimated IN (0, 1)), -- by the publisher; NULL: not said
  PRIMARY KEY (series_id, begin_utc_ns),
  CHECK (end_utc_ns > begin_utc_ns)
) STRICT, WITHOUT ROWID;

-- What 'joulecart sign' saw: a hash chain over all rows that figures follow from. head is
-- SHA-256 over the links in order (reports/seal.h); signature is Ed25519 over the head and the
-- facts beside it.
CREATE TABLE seal (
  seal_id      INTEGER PRIMARY KEY,
  made_utc_ns  INTEGER NOT NULL,
  tool_version TEXT NOT NULL,
  n_links      INTEGER NOT NULL,
  head         BLOB NOT NULL CHECK (length(head) = 32),
  supersedes   BLOB CHECK (length(supersedes) = 32), -- head of the seal before; NULL: none
  public_key   BLOB CHECK (length(public_key) = 32), -- NULL: sealed, not signed
  signature    BLOB CHECK (length(signature) = 64),
  CHECK ((public_key IS NULL) = (signature IS NULL))
) STRICT;

-- One link for each table, of stretches and chunks one for each channel. rows holds the first
-- 8 bytes of each row's SHA-256, so that the row that changed can be named.
CREATE TABLE seal_link (
  ordinal    INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  channel_id INTEGER,
  n          INTEGER NOT NULL,
  rows       BLOB NOT NULL,
  sha256     BLOB NOT NULL CHECK (length(sha256) = 32)
) STRICT;

-- How joules come out of a channel: the difference of a counter, or each mean power held
-- through its stretch (no trapezoids), which is the sum of power x interval that MLPerf uses.
ALTER TABLE channel ADD COLUMN integration TEXT
  GENERATED ALWAYS AS (iif(kind = 'counter', 'difference', 'mean-hold')) VIRTUAL;
