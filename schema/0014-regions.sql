-- schema/0014-regions.sql - which region of a program ran when, and what it drew. Version 14.

-- Regions that a program marked (joulecart_region_begin in profiler/markers/joulecart.h), or the
-- processes of a trial together: those of one name are one.
CREATE TABLE region (
  region_id    INTEGER PRIMARY KEY,
  trial_id     INTEGER NOT NULL REFERENCES trial,
  ordinal      INTEGER NOT NULL CHECK (ordinal > 0),  -- in the order of their first passage
  name         TEXT NOT NULL,
  flop         REAL CHECK (flop > 0),                 -- of one passage; NULL: nobody said
  weight_bytes REAL CHECK (weight_bytes > 0),
  UNIQUE (trial_id, ordinal),
  UNIQUE (trial_id, name)
) STRICT;

-- What a region did in one stretch of its trial.
--   cpu_ns  CPU time in it, and in no region within it (elapsed time where the process's CPU time
--           could not be read: profiler/sample/region-reader.h)
--   n       how often it was entered
CREATE TABLE region_time (
  region_id INTEGER NOT NULL REFERENCES region,
  seq       INTEGER NOT NULL,
  cpu_ns    INTEGER NOT NULL CHECK (cpu_ns >= 0),
  n         INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (region_id, seq)
) STRICT, WITHOUT ROWID;

-- What it had of a stretch of one counted energy channel, in that channel's raw steps. Between two
-- changes of the counter its rise is split by the CPU time of the regions in that time; the rest
-- of stretch.advance is outside of every region. advance_low and advance_high: what is certain, with the
-- rule of profiler/record/region-book.h.
CREATE TABLE region_energy (
  region_id    INTEGER NOT NULL REFERENCES region,
  channel_id   INTEGER NOT NULL REFERENCES channel,
  seq          INTEGER NOT NULL,
  advance      INTEGER NOT NULL,
  advance_low  INTEGER NOT NULL,
  advance_high INTEGER NOT NULL,
  PRIMARY KEY (region_id, channel_id, seq),
  CHECK (0 <= advance_low AND advance_low <= advance AND advance <= advance_high)
) STRICT, WITHOUT ROWID;
