-- schema/0021-sample-times.sql - when each stack of a profile was taken. Version 21.

-- The threads whose stacks were sampled, in the order in which they were met; at most 65535.
CREATE TABLE profile_thread (
  trial_id INTEGER NOT NULL REFERENCES profile,
  ordinal  INTEGER NOT NULL CHECK (ordinal > 0),
  pid      INTEGER NOT NULL CHECK (pid >= 0),
  tid      INTEGER NOT NULL CHECK (tid >= 0),
  PRIMARY KEY (trial_id, ordinal)
) STRICT, WITHOUT ROWID;

-- The samples in the order of time, packed: schema/samples/stack-chunk.h. Those that are not in
-- any chunk (profile_node.n has all) were too many to be kept with their times.
CREATE TABLE profile_chunk (
  trial_id      INTEGER NOT NULL REFERENCES profile,
  seq           INTEGER NOT NULL CHECK (seq >= 0),
  n             INTEGER NOT NULL CHECK (n > 0),
  begin_mono_ns INTEGER NOT NULL,               -- from which the chunk's times count
  crc32         INTEGER NOT NULL,
  data          BLOB NOT NULL,
  PRIMARY KEY (trial_id, seq)
) STRICT, WITHOUT ROWID;

-- What each of a chunk's samples has of an energy channel, packed: whole numbers of 2^scale raw
-- steps. Those of a node sum to its profile_energy.advance, but for what rounding leaves.
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
