-- schema/0007-kept.sql - what was taken out of this file, and what came into it. Version 7.

-- A trial whose raw readings were dropped: its stretches, and so every figure, are kept.
CREATE TABLE trimmed (
  trial_id     INTEGER PRIMARY KEY REFERENCES trial,
  utc_ns       INTEGER NOT NULL,
  tool_version TEXT NOT NULL,
  n_chunks     INTEGER NOT NULL,
  n_readings   INTEGER NOT NULL,
  bytes        INTEGER NOT NULL
) STRICT;

-- A campaign that came from another file.
CREATE TABLE merged (
  campaign_id  INTEGER PRIMARY KEY REFERENCES campaign,
  utc_ns       INTEGER NOT NULL,
  tool_version TEXT NOT NULL,
  source       TEXT NOT NULL          -- the other file's name, as it was given
) STRICT;
