-- Made by scripts/refresh-tables from the migrations up to 0023-meter: change those, not this file.
PRAGMA user_version = 23;
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
, baseline TEXT) STRICT;
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
  tick_max_ns      INTEGER, parent_workload TEXT, queries_uncounted INTEGER NOT NULL DEFAULT 0 CHECK (queries_uncounted >= 0),
  UNIQUE (campaign_id, ordinal),
  CHECK (state <> 'incomplete' OR why_incomplete IS NOT NULL)
) STRICT;
CREATE INDEX trial_by_variant ON trial (variant, job);
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
  queries       INTEGER CHECK (queries > 0), begin_early_ns INTEGER NOT NULL DEFAULT 0 CHECK (begin_early_ns >= 0), end_early_ns INTEGER NOT NULL DEFAULT 0 CHECK (end_early_ns >= 0),
  UNIQUE (trial_id, ordinal)
) STRICT;
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
  uncertainty_basis  TEXT, integration TEXT
  GENERATED ALWAYS AS (iif(kind = 'counter', 'difference', 'mean-hold')) VIRTUAL, seen_interval_ns INTEGER CHECK (seen_interval_ns > 0),
  UNIQUE (trial_id, collector, name),
  CHECK (counted = 0 OR unit IN ('J', 'W'))
) STRICT;
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
CREATE TABLE region_count (
  phase_id INTEGER NOT NULL REFERENCES phase,
  source   TEXT NOT NULL,
  event    TEXT NOT NULL,
  value    INTEGER,                          -- NULL: could not be counted
  why      TEXT,
  PRIMARY KEY (phase_id, source, event),
  CHECK (value IS NOT NULL OR why IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE TABLE metric (
  trial_id INTEGER NOT NULL REFERENCES trial,
  name     TEXT NOT NULL,
  value    REAL NOT NULL,
  PRIMARY KEY (trial_id, name)
) STRICT, WITHOUT ROWID;
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
  note      TEXT, address TEXT, place TEXT, gwp TEXT CHECK (gwp IN ('SAR', 'AR4', 'AR5', 'AR6')), gases TEXT, compared TEXT CHECK (compared IS date(compared)),
  UNIQUE (kind, key, parameter, origin),
  CHECK (kind <> 'grid' OR parameter NOT LIKE 'intensity%'
         OR (method IS NOT NULL AND scope IS NOT NULL)),
  CHECK ((low IS NULL OR low <= value) AND (high IS NULL OR high >= value)),
  CHECK ((file IS NULL) = (sha256 IS NULL))
) STRICT;
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
CREATE TABLE seal_link (
  ordinal    INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  channel_id INTEGER,
  n          INTEGER NOT NULL,
  rows       BLOB NOT NULL,
  sha256     BLOB NOT NULL CHECK (length(sha256) = 32)
) STRICT;
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
, slowdown REAL CHECK (slowdown >= 0), slowdown_low REAL CHECK (slowdown_low >= 0), slowdown_high REAL CHECK (slowdown_high >= 0)) STRICT;
CREATE TABLE chunk (
  chunk_id   INTEGER PRIMARY KEY,
  channel_id INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  format     INTEGER NOT NULL CHECK (format IN (1, 2)), -- schema/samples/chunk1.h, schema/samples/chunk.h
  n          INTEGER NOT NULL CHECK (n > 0),
  times_of   INTEGER CHECK (times_of < channel_id), -- the channel whose chunk of this seq has
                                                    -- the times; NULL: this one
  crc32      INTEGER NOT NULL,
  data       BLOB NOT NULL,
  UNIQUE (channel_id, seq),
  FOREIGN KEY (channel_id, seq) REFERENCES stretch
) STRICT;
CREATE TABLE trimmed (
  trial_id     INTEGER PRIMARY KEY REFERENCES trial,
  utc_ns       INTEGER NOT NULL,
  tool_version TEXT NOT NULL,
  n_chunks     INTEGER NOT NULL,
  n_readings   INTEGER NOT NULL,
  bytes        INTEGER NOT NULL
) STRICT;
CREATE TABLE merged (
  campaign_id  INTEGER PRIMARY KEY REFERENCES campaign,
  utc_ns       INTEGER NOT NULL,
  tool_version TEXT NOT NULL,
  source       TEXT NOT NULL          -- the other file's name, as it was given
) STRICT;
CREATE TABLE neighbour (
  trial_id INTEGER NOT NULL REFERENCES trial,
  pid      INTEGER NOT NULL,
  PRIMARY KEY (trial_id, pid)
) STRICT, WITHOUT ROWID;
CREATE INDEX trial_by_end ON trial (end_mono_ns);
CREATE TABLE phase_units (
  phase_id INTEGER NOT NULL REFERENCES phase,
  unit     TEXT NOT NULL,
  n        INTEGER NOT NULL CHECK (n > 0), n_uncounted INTEGER NOT NULL DEFAULT 0 CHECK (n_uncounted >= 0),
  PRIMARY KEY (phase_id, unit)
) STRICT, WITHOUT ROWID;
CREATE TABLE answers (
  trial_id INTEGER NOT NULL REFERENCES trial,
  name     TEXT NOT NULL,                   -- as in metric
  n        INTEGER NOT NULL CHECK (n > 0),
  bits     INTEGER NOT NULL CHECK (bits IN (1, 8)),
  data     BLOB NOT NULL CHECK (length(data) = (n * bits + 7) / 8),
  PRIMARY KEY (trial_id, name)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE region_time (
  region_id INTEGER NOT NULL REFERENCES region,
  seq       INTEGER NOT NULL,
  cpu_ns    INTEGER NOT NULL CHECK (cpu_ns >= 0),
  n         INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (region_id, seq)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE region_rest (
  trial_id   INTEGER NOT NULL REFERENCES trial,
  seq        INTEGER NOT NULL,
  outside_ns INTEGER NOT NULL CHECK (outside_ns >= 0),
  idle_ns    INTEGER NOT NULL CHECK (idle_ns >= 0),
  PRIMARY KEY (trial_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE region_idle (
  channel_id   INTEGER NOT NULL REFERENCES channel,
  seq          INTEGER NOT NULL,
  advance      INTEGER NOT NULL,
  advance_low  INTEGER NOT NULL,
  advance_high INTEGER NOT NULL,
  PRIMARY KEY (channel_id, seq),
  CHECK (0 <= advance_low AND advance_low <= advance AND advance <= advance_high)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE region_product (
  channel_id INTEGER NOT NULL REFERENCES channel,
  ordinal    INTEGER NOT NULL CHECK (ordinal BETWEEN -1 AND 62),
  other      INTEGER NOT NULL CHECK (other BETWEEN -1 AND 62),
  seconds2   REAL NOT NULL CHECK (seconds2 >= 0),
  PRIMARY KEY (channel_id, ordinal, other),
  CHECK (ordinal <= other)
) STRICT, WITHOUT ROWID;
CREATE TABLE profile (
  trial_id   INTEGER PRIMARY KEY REFERENCES trial,
  event      TEXT NOT NULL CHECK (event IN ('cycles', 'cpu-clock')),
  hz         REAL NOT NULL CHECK (hz > 0),
  n          INTEGER NOT NULL CHECK (n >= 0),
  n_lost     INTEGER NOT NULL CHECK (n_lost >= 0),
  weight     REAL NOT NULL CHECK (weight >= 0),
  counted    REAL NOT NULL CHECK (counted >= 0),
  has_kernel INTEGER NOT NULL CHECK (has_kernel IN (0, 1)),
  n_cut      INTEGER NOT NULL CHECK (n_cut >= 0),
  spread     REAL NOT NULL CHECK (spread >= 1),
  rhythm_error REAL NOT NULL CHECK (rhythm_error BETWEEN 0 AND 1),
  take_cpu_s REAL NOT NULL CHECK (take_cpu_s >= 0),
  name_cpu_s REAL NOT NULL CHECK (name_cpu_s >= 0)
, stack_bytes INTEGER NOT NULL DEFAULT 0 CHECK (stack_bytes BETWEEN 0 AND 65528)) STRICT;
CREATE TABLE profile_frame (
  trial_id INTEGER NOT NULL REFERENCES profile,
  ordinal  INTEGER NOT NULL CHECK (ordinal > 0),
  kind     TEXT NOT NULL CHECK (kind IN ('process', 'function', 'inlined', 'kernel', 'cut')),
  name     TEXT,
  module   TEXT,
  file     TEXT,
  line     INTEGER CHECK (line > 0),
  lack     TEXT CHECK (lack IN ('no-symbols', 'file-gone', 'file-replaced', 'not-readable',
                                'not-named', 'not-mapped')),
  PRIMARY KEY (trial_id, ordinal),
  CHECK ((name IS NULL) = (lack IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_node (
  trial_id INTEGER NOT NULL REFERENCES profile,
  ordinal  INTEGER NOT NULL CHECK (ordinal > 0),
  parent   INTEGER CHECK (parent < ordinal),           -- NULL: a root, which is a process
  frame    INTEGER NOT NULL,
  n        INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (trial_id, ordinal),
  FOREIGN KEY (trial_id, frame) REFERENCES profile_frame
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_energy (
  trial_id   INTEGER NOT NULL REFERENCES profile,
  node       INTEGER NOT NULL,
  channel_id INTEGER NOT NULL REFERENCES channel,
  advance    INTEGER NOT NULL CHECK (advance >= 0),
  PRIMARY KEY (trial_id, node, channel_id),
  FOREIGN KEY (trial_id, node) REFERENCES profile_node
) STRICT, WITHOUT ROWID;
CREATE TABLE job_rank (
  trial_id          INTEGER PRIMARY KEY REFERENCES trial,
  launcher          TEXT NOT NULL
                    CHECK (launcher IN ('slurm', 'openmpi', 'mpich', 'mvapich', 'pals', 'stated')),
  job               TEXT,
  step              TEXT,
  rank              INTEGER CHECK (rank >= 0),
  n_ranks           INTEGER CHECK (n_ranks > rank),
  local_rank        INTEGER CHECK (local_rank >= 0),
  node              INTEGER CHECK (node >= 0),
  account           TEXT,
  partition         TEXT,
  read_from_mono_ns INTEGER
) STRICT;
CREATE TABLE profile_thread (
  trial_id INTEGER NOT NULL REFERENCES profile,
  ordinal  INTEGER NOT NULL CHECK (ordinal > 0),
  pid      INTEGER NOT NULL CHECK (pid >= 0),
  tid      INTEGER NOT NULL CHECK (tid >= 0),
  PRIMARY KEY (trial_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_chunk (
  trial_id      INTEGER NOT NULL REFERENCES profile,
  seq           INTEGER NOT NULL CHECK (seq >= 0),
  n             INTEGER NOT NULL CHECK (n > 0),
  begin_mono_ns INTEGER NOT NULL,               -- from which the chunk's times count
  crc32         INTEGER NOT NULL,
  data          BLOB NOT NULL,
  PRIMARY KEY (trial_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_chunk_energy (
  trial_id   INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  channel_id INTEGER NOT NULL REFERENCES channel,
  scale      INTEGER NOT NULL CHECK (scale BETWEEN -64 AND 64),
  crc32      INTEGER NOT NULL,
  data       BLOB NOT NULL,
  PRIMARY KEY (trial_id, seq, channel_id),
  FOREIGN KEY (trial_id, seq) REFERENCES profile_chunk
) STRICT, WITHOUT ROWID;
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
CREATE TABLE certificate (
  certificate  TEXT NOT NULL,             -- as the registry names it
  begin_utc_ns INTEGER NOT NULL CHECK (begin_utc_ns % 3600000000000 = 0),
  file_id      INTEGER NOT NULL REFERENCES certificate_file,
  kwh          REAL NOT NULL CHECK (kwh > 0),
  g_per_kwh    REAL NOT NULL CHECK (g_per_kwh >= 0),
  technology   TEXT NOT NULL,
  PRIMARY KEY (certificate, begin_utc_ns)
) STRICT, WITHOUT ROWID;
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
