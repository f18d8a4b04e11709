-- schema/0011-answers.sql - what each query was answered. Version 11.

-- How good the answer to each single query was, by a metric of the trial: variants that were asked
-- the same are compared query by query.
--   n      queries, in the order in which the workload holds them
--   bits   1: right or not, the least significant bit of a byte first; 8: a byte each, of 255
CREATE TABLE answers (
  trial_id INTEGER NOT NULL REFERENCES trial,
  name     TEXT NOT NULL,                   -- as in metric
  n        INTEGER NOT NULL CHECK (n > 0),
  bits     INTEGER NOT NULL CHECK (bits IN (1, 8)),
  data     BLOB NOT NULL CHECK (length(data) = (n * bits + 7) / 8),
  PRIMARY KEY (trial_id, name)
) STRICT, WITHOUT ROWID;
