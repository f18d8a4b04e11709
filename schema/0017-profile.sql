-- schema/0017-profile.sql - where in its programs a trial spent its joules, by sampled stacks. Version 17.

-- How the stacks of a trial were taken ('run --profile').
--   hz          samples asked for, a second of CPU time
--   n, n_lost   samples that were taken, and records that found no room
--   weight      of all samples: nanoseconds of CPU time, or cycles
--   counted     what the event counted in all, in the same unit; what exceeds weight was not sampled
--   has_kernel  1: what the kernel did for the program was sampled too
--   n_cut       stacks that are deeper than the kernel follows them
--   spread      how many times as many samples are needed as if all had equal energy (at least 1)
--   rhythm_error  standard error of a function's share, on top of that of counting: the program repeats
--               itself, and the samples keep step with it (reports/statistics/rhythm.h); 0: not seen
--   take_cpu_s, name_cpu_s   CPU seconds of joulecart for taking stacks, and for naming functions
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
) STRICT;

-- What stands in the stacks, each once.
--   kind    process: a program by its name, at the root; function; inlined: into the function
--           around it; kernel: a function of the kernel; cut: what lies deeper is not known
--   module  the file of the code; file, line: where the function is declared in the source
--   lack    why it has no name
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

-- The stacks as a tree: a node is a frame called from its parent's; n samples ended in it.
CREATE TABLE profile_node (
  trial_id INTEGER NOT NULL REFERENCES profile,
  ordinal  INTEGER NOT NULL CHECK (ordinal > 0),
  parent   INTEGER CHECK (parent < ordinal),           -- NULL: a root, which is a process
  frame    INTEGER NOT NULL,
  n        INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (trial_id, ordinal),
  FOREIGN KEY (trial_id, frame) REFERENCES profile_frame
) STRICT, WITHOUT ROWID;

-- What a node has of a counted energy channel over the whole trial, in that channel's raw steps,
-- with the rule of profiler/profile/energy-book.h; what the nodes leave of stretch.advance is
-- outside of every stack.
CREATE TABLE profile_energy (
  trial_id   INTEGER NOT NULL REFERENCES profile,
  node       INTEGER NOT NULL,
  channel_id INTEGER NOT NULL REFERENCES channel,
  advance    INTEGER NOT NULL CHECK (advance >= 0),
  PRIMARY KEY (trial_id, node, channel_id),
  FOREIGN KEY (trial_id, node) REFERENCES profile_node
) STRICT, WITHOUT ROWID;
