-- schema/0016-region-power.sql - the time outside of every region, and what power each region has by itself. Version 16.

-- The time of a stretch that is no region's.
--   outside_ns  CPU time of the run outside of every region (one processor's elapsed time, where that is more
--               than what all of them used: as region_energy is split)
--   idle_ns     elapsed time in which no process of the run used a processor
CREATE TABLE region_rest (
  trial_id   INTEGER NOT NULL REFERENCES trial,
  seq        INTEGER NOT NULL,
  outside_ns INTEGER NOT NULL CHECK (outside_ns >= 0),
  idle_ns    INTEGER NOT NULL CHECK (idle_ns >= 0),
  PRIMARY KEY (trial_id, seq)
) STRICT, WITHOUT ROWID;

-- What a counted energy channel did in idle_ns, as region_energy says it of a region. Not of an estimate, which the
-- run has by its CPU time.
CREATE TABLE region_idle (
  channel_id   INTEGER NOT NULL REFERENCES channel,
  seq          INTEGER NOT NULL,
  advance      INTEGER NOT NULL,
  advance_low  INTEGER NOT NULL,
  advance_high INTEGER NOT NULL,
  PRIMARY KEY (channel_id, seq),
  CHECK (0 <= advance_low AND advance_low <= advance AND advance <= advance_high)
) STRICT, WITHOUT ROWID;

-- The channel's raw steps in a second of each region, where they could be told apart (profiler/record/region-fit.h
-- has the method). No row: they could not, and the mean power of all that ran stands for each.
--   ordinal         region.ordinal (at most 62; later ones are outside here); 0: outside of them all; -1: idle
--   fitted          by least squares without negative powers. NULL: it ran too little to take part
--   power           fitted, where that is well conditioned; else what those leave, alike for all others that
--                   took part; the mean for what did not
--   standard_error, half_width   of the former: of the jackknife, and half of the 95 % interval; else NULL
--   rise_seconds    sum over the intervals that were used: the channel's rise times the seconds
CREATE TABLE region_power (
  channel_id     INTEGER NOT NULL REFERENCES channel,
  ordinal        INTEGER NOT NULL CHECK (ordinal BETWEEN -1 AND 62),
  fitted         REAL CHECK (fitted >= 0),
  power          REAL NOT NULL CHECK (power >= 0),
  standard_error REAL CHECK (standard_error >= 0),
  half_width     REAL CHECK (half_width >= 0),
  rise_seconds   REAL NOT NULL CHECK (rise_seconds >= 0),
  PRIMARY KEY (channel_id, ordinal),
  CHECK ((standard_error IS NULL) = (half_width IS NULL)),
  CHECK (half_width IS NULL OR fitted IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- The same sum of the seconds of two of those that took part, so that the fit can be done again.
CREATE TABLE region_product (
  channel_id INTEGER NOT NULL REFERENCES channel,
  ordinal    INTEGER NOT NULL CHECK (ordinal BETWEEN -1 AND 62),
  other      INTEGER NOT NULL CHECK (other BETWEEN -1 AND 62),
  seconds2   REAL NOT NULL CHECK (seconds2 >= 0),
  PRIMARY KEY (channel_id, ordinal, other),
  CHECK (ordinal <= other)
) STRICT, WITHOUT ROWID;
