-- schema/0022-change-log.sql - who changed what was stated, and certificates of energy by the hour. Version 22.

-- What a person changed in this file: rows are only added. The clock is the machine's and the name is
-- what that person or the system said: nothing proves either.
CREATE TABLE change_log (
  change_id    INTEGER PRIMARY KEY,
  made_utc_ns  INTEGER NOT NULL,
  who          TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('setting', 'factor', 'series', 'certificates')),
  name         TEXT NOT NULL,             -- psu; grid/FR/intensity; the name of a file
  campaign_id  INTEGER NOT NULL,          -- of a setting for one campaign; 0: of all
  old          TEXT,                      -- what stood there, with who said so; NULL: nothing
  new          TEXT                       -- what stands there since; NULL: nothing
) STRICT;

-- Files of certificates, each row of which is for one hour: guarantees of origin, T-EACs.
CREATE TABLE certificate_file (
  file_id   INTEGER PRIMARY KEY,
  zone      TEXT NOT NULL,                -- in which they may be used: as joulecart's --zone has it
  publisher TEXT NOT NULL,                -- the registry
  edition   TEXT NOT NULL,
  source    TEXT NOT NULL,
  licence   TEXT NOT NULL,
  retrieved TEXT NOT NULL,
  file      TEXT NOT NULL,
  sha256    TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64)
) STRICT;

-- What of a certificate is of one hour of UTC. No file can bring the same hour of a certificate again:
-- it would be used twice.
CREATE TABLE certificate (
  certificate  TEXT NOT NULL,             -- as the registry names it
  begin_utc_ns INTEGER NOT NULL CHECK (begin_utc_ns % 3600000000000 = 0),
  file_id      INTEGER NOT NULL REFERENCES certificate_file,
  kwh          REAL NOT NULL CHECK (kwh > 0),
  g_per_kwh    REAL NOT NULL CHECK (g_per_kwh >= 0),
  technology   TEXT NOT NULL,
  PRIMARY KEY (certificate, begin_utc_ns)
) STRICT, WITHOUT ROWID;
