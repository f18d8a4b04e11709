-- schema/0023-meter.sql - a meter at the wall beside the counters: what is known of it. Version 23.

-- Its readings are those of the channels of that name of collector 'meter', in each trial that it saw.
CREATE TABLE meter (
  campaign_id    INTEGER NOT NULL REFERENCES campaign,
  name           TEXT NOT NULL,           -- of its channels
  model          TEXT,                    -- maker, type, serial number; NULL: nobody said
  certificate    TEXT,                    -- number of its calibration certificate; NULL: none was stated
  certified      TEXT CHECK (certified IS date(certified)),
  laboratory     TEXT,                    -- that calibrated it
  uncertainty_k2 REAL CHECK (uncertainty_k2 > 0 AND uncertainty_k2 < 1), -- by that, relative
  file           TEXT,                    -- whose rows were imported; NULL: it was read during the run
  sha256         TEXT CHECK (length(sha256) = 64),
  offset_ns      INTEGER,                 -- added to the file's times; NULL: read during the run
  offset_low_ns  INTEGER,                 -- 95 % of the offset; NULL: it was stated, not found
  offset_high_ns INTEGER,
  correlation    REAL CHECK (correlation BETWEEN -1 AND 1), -- with the counters' power there
  PRIMARY KEY (campaign_id, name),
  CHECK ((file IS NULL) = (sha256 IS NULL) AND (file IS NULL) = (offset_ns IS NULL)),
  CHECK ((offset_low_ns IS NULL) = (offset_high_ns IS NULL) AND offset_low_ns <= offset_ns
         AND offset_ns <= offset_high_ns),
  CHECK ((certificate IS NULL) = (uncertainty_k2 IS NULL))
) STRICT, WITHOUT ROWID;
