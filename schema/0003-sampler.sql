-- schema/0003-sampler.sql - how evenly the readings of each trial came. Version 3.

-- What the thread that reads did in one trial; its ticks are counted in table trial.
CREATE TABLE sampler (
  trial_id          INTEGER PRIMARY KEY REFERENCES trial,
  rate_begin_hz     REAL NOT NULL,    -- readings a second at the begin of the trial
  rate_end_hz       REAL NOT NULL,    -- and at its end: 'auto' slows down as the run goes on
  late_p50_ns       INTEGER NOT NULL, -- from a tick's deadline to its begin: half of them,
  late_p99_ns       INTEGER NOT NULL, -- 99 of 100 are at most so late (within a sixteenth),
  late_max_ns       INTEGER NOT NULL, -- and the latest
  cpu_s             REAL NOT NULL,    -- CPU seconds of that thread; all of joulecart: own_cpu_s
  pinned_cpu        INTEGER,          -- the processor it stayed on; NULL: any
  why_not_pinned    TEXT,             -- NULL: as asked
  why_not_real_time TEXT              -- NULL: it had real-time priority
) STRICT;
