-- schema/0001-init.sql - the tables of a joulecart database, version 1.
--
-- Times are nanoseconds: *_mono_ns of CLOCK_MONOTONIC of that boot, *_utc_ns of the Unix
-- epoch. Raw values are integers as the source gave them; SI value = raw * unit_per_raw.
-- NULL means "not known", never zero. Views are in views.sql; this file never changes once
-- released: a later version is a later file.

-- The machine as it was when a campaign began.
CREATE TABLE host (
  host_id           INTEGER PRIMARY KEY,
  boot_id           TEXT NOT NULL,     -- /proc/sys/kernel/random/boot_id: overlap is per boot
  hostname          TEXT,
  cpu_vendor        TEXT,
  cpu_model         TEXT,
  cpu_family        INTEGER,
  cpu_model_number  INTEGER,
  cpu_stepping      INTEGER,
  microarchitecture TEXT,              -- key of factor(kind = 'cpu'), or NULL when unknown
  microcode         TEXT,
  n_packages        INTEGER,
  n_cores           INTEGER,
  n_threads         INTEGER,
  memory_bytes      INTEGER,
  kernel            TEXT,
  os                TEXT,
  hypervisor        TEXT,              -- NULL on bare metal
  governor          TEXT,              -- of cpu0; NULL where cpufreq is absent
  turbo             INTEGER CHECK (turbo IN (0, 1)),
  clocksource       TEXT
) STRICT;

-- One call of `run` or `bench`: a planned set of trials.
CREATE TABLE campaign (
  campaign_id      INTEGER PRIMARY KEY,
  uuid             TEXT NOT NULL UNIQUE,
  host_id          INTEGER NOT NULL REFERENCES host,
  kind             TEXT NOT NULL CHECK (kind IN ('run', 'bench')),
  command_line     TEXT NOT NULL,      -- JSON array: joulecart's own argv
  tool_version     TEXT NOT NULL,
  git_revision     TEXT,
  seed             INTEGER,            -- of the order of trials
  rate_hz          REAL NOT NULL CHECK (rate_hz > 0),
  zone             TEXT,               -- key of factor(kind = 'grid'); NULL: not given, world is assumed
  pue              REAL CHECK (pue >= 1), -- NULL: not given, 1 is assumed
  begin_utc_ns     INTEGER NOT NULL,
  begin_mono_ns    INTEGER NOT NULL,
  begin_boot_ns    INTEGER NOT NULL,   -- CLOCK_BOOTTIME: differs from monotonic by suspends
  end_utc_ns       INTEGER,            -- NULL: cut off
  end_mono_ns      INTEGER,
  end_boot_ns      INTEGER
) STRICT;

-- One execution of one thing.
CREATE TABLE trial (
  trial_id         INTEGER PRIMARY KEY,
  campaign_id      INTEGER NOT NULL REFERENCES campaign,
  ordinal          INTEGER NOT NULL,   -- order of execution within the campaign, from 1
  block            INTEGER NOT NULL,   -- trials of one block are comparable pair by pair
  variant          TEXT NOT NULL,      -- the model variant, or the --name of a command
  job              TEXT NOT NULL CHECK (job IN ('train', 'infer', 'command', 'idle')),
  is_warmup        INTEGER NOT NULL CHECK (is_warmup IN (0, 1)),
  command          TEXT NOT NULL,      -- JSON array: argv
  workload         TEXT,               -- hash of the work; trials with another one are not comparable
  queries          INTEGER CHECK (queries > 0), -- functional units served by the whole run, if stated
  state            TEXT NOT NULL DEFAULT 'running'
                   CHECK (state IN ('running', 'complete', 'incomplete')),
  why_incomplete   TEXT,
  exit_code        INTEGER,
  exit_signal      INTEGER,
  begin_utc_ns     INTEGER NOT NULL,
  begin_mono_ns    INTEGER NOT NULL,
  end_mono_ns      INTEGER,
  -- joulecart's own cost in this trial
  own_cpu_s        REAL,
  ticks            INTEGER,
  ticks_missed     INTEGER,            -- deadlines that passed before the tick began
  ticks_dropped    INTEGER,            -- ticks lost because the recorder could not keep up
  tick_mean_ns     INTEGER,
  tick_max_ns      INTEGER,
  UNIQUE (campaign_id, ordinal),
  CHECK (state <> 'incomplete' OR why_incomplete IS NOT NULL)
) STRICT;
CREATE INDEX trial_by_variant ON trial (variant, job);

-- A marked interval of a trial. Phase 0, 'whole', is the trial itself.
CREATE TABLE phase (
  phase_id      INTEGER PRIMARY KEY,
  trial_id      INTEGER NOT NULL REFERENCES trial,
  ordinal       INTEGER NOT NULL,
  name          TEXT NOT NULL,         -- whole, load, warm-up, steady, train, or the program's own
  pid           INTEGER,               -- of the process that marked it
  begin_mono_ns INTEGER NOT NULL,      -- as the program stamped it
  end_mono_ns   INTEGER,               -- NULL: cut off
  first_stretch INTEGER NOT NULL,      -- the stretches that make up the phase, both included:
  last_stretch  INTEGER,               -- an extra tick at each edge makes them fit
  begin_lag_ns  INTEGER NOT NULL DEFAULT 0, -- from the program's stamp to the tick that cut it
  end_lag_ns    INTEGER,
  queries       INTEGER CHECK (queries > 0),
  UNIQUE (trial_id, ordinal)
) STRICT;

-- One value that a collector read in one trial.
CREATE TABLE channel (
  channel_id         INTEGER PRIMARY KEY,
  trial_id           INTEGER NOT NULL REFERENCES trial,
  collector          TEXT NOT NULL,
  name               TEXT NOT NULL,
  domain             TEXT,
  inside             TEXT,             -- the channel whose joules contain this one's
  kind               TEXT NOT NULL CHECK (kind IN ('counter', 'gauge')),
  unit               TEXT NOT NULL CHECK (unit IN ('J', 'W', 's', 'count')),
  provenance         TEXT NOT NULL
                     CHECK (provenance IN ('measured', 'modelled', 'estimated', 'assumed')),
  counted            INTEGER NOT NULL CHECK (counted IN (0, 1)),
  unit_per_raw       REAL NOT NULL CHECK (unit_per_raw > 0),
  wrap_range         INTEGER CHECK (wrap_range > 0),         -- NULL: never wraps
  update_interval_ns INTEGER CHECK (update_interval_ns > 0), -- NULL: unknown
  max_power_w        REAL CHECK (max_power_w > 0),           -- NULL: unknown
  uncertainty_k2     REAL CHECK (uncertainty_k2 >= 0),
  uncertainty_basis  TEXT,
  UNIQUE (trial_id, collector, name),
  CHECK (counted = 0 OR unit IN ('J', 'W'))
) STRICT;

-- What one channel did between two cuts (each second, and at each phase edge). All channels
-- of a trial are cut together, so stretch seq means the same interval in each of them.
-- advance is the counter's rise, in raw steps, from the last good reading before this
-- stretch to the last good one in it, wraparound resolved; advance_low and advance_high
-- differ from it where the readings do not decide.
CREATE TABLE stretch (
  channel_id    INTEGER NOT NULL REFERENCES channel,
  seq           INTEGER NOT NULL,
  begin_mono_ns INTEGER NOT NULL,      -- the tick that ended the stretch before; first: the first tick
  end_mono_ns   INTEGER NOT NULL,      -- the last tick of this one
  n             INTEGER NOT NULL,      -- good readings
  n_failed      INTEGER NOT NULL,
  first_raw     INTEGER,               -- NULL: no good reading
  last_raw      INTEGER,
  min_raw       INTEGER,
  max_raw       INTEGER,
  mean_raw      REAL,
  advance       INTEGER NOT NULL,
  advance_low   INTEGER NOT NULL,
  advance_high  INTEGER NOT NULL,
  wraps         INTEGER NOT NULL,
  PRIMARY KEY (channel_id, seq),
  CHECK (advance_low <= advance AND advance <= advance_high)
) STRICT, WITHOUT ROWID;

-- The raw ticks behind a stretch, packed: format in schema/samples/chunk.h. May be trimmed away.
CREATE TABLE chunk (
  channel_id INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  format     INTEGER NOT NULL CHECK (format = 1),
  n          INTEGER NOT NULL,
  crc32      INTEGER NOT NULL,
  data       BLOB NOT NULL,
  PRIMARY KEY (channel_id, seq),
  FOREIGN KEY (channel_id, seq) REFERENCES stretch
) STRICT, WITHOUT ROWID;

-- What could not be read, when, and what it may have hidden.
CREATE TABLE gap (
  gap_id        INTEGER PRIMARY KEY,
  trial_id      INTEGER NOT NULL REFERENCES trial,
  channel_id    INTEGER REFERENCES channel,  -- NULL: the channel or collector was never there
  collector     TEXT NOT NULL,
  name          TEXT,                        -- of the channel; NULL: the whole collector
  kind          TEXT NOT NULL CHECK (kind IN ('unavailable', 'read-error', 'ambiguous-wrap',
                                              'implausible-step', 'stuck', 'lost-ticks')),
  begin_mono_ns INTEGER,                     -- NULL: the whole trial
  end_mono_ns   INTEGER,
  why           TEXT NOT NULL,
  todo          TEXT
) STRICT;

CREATE INDEX gap_by_trial ON gap (trial_id);

-- What a process counted of itself within one of its phases (PAPI).
CREATE TABLE region_count (
  phase_id INTEGER NOT NULL REFERENCES phase,
  source   TEXT NOT NULL,
  event    TEXT NOT NULL,
  value    INTEGER,                          -- NULL: could not be counted
  why      TEXT,
  PRIMARY KEY (phase_id, source, event),
  CHECK (value IS NOT NULL OR why IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- What a program said of itself: quality of its answers, its latencies, its size.
CREATE TABLE metric (
  trial_id INTEGER NOT NULL REFERENCES trial,
  name     TEXT NOT NULL,
  value    REAL NOT NULL,
  PRIMARY KEY (trial_id, name)
) STRICT, WITHOUT ROWID;

-- Numbers from outside, each with its source. Filled from schema/factors/*.tsv.
CREATE TABLE factor (
  factor_id INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,             -- grid, cpu, ...
  key       TEXT NOT NULL,             -- zone code, microarchitecture
  parameter TEXT NOT NULL,             -- intensity, min_w_per_thread, ...
  value     REAL NOT NULL,
  unit      TEXT NOT NULL,
  name      TEXT NOT NULL,             -- the key in words
  year      INTEGER,
  boundary  TEXT NOT NULL,
  source    TEXT NOT NULL,
  licence   TEXT NOT NULL,
  note      TEXT,
  UNIQUE (kind, key, parameter)
) STRICT;
