-- schema/0010-phase-units.sql - what phases served beside queries, how sure their edges are. Version 10.

-- Tokens, images: what the program said that it served in a phase; phase 0 for what it said
-- outside of every phase.
CREATE TABLE phase_units (
  phase_id INTEGER NOT NULL REFERENCES phase,
  unit     TEXT NOT NULL,
  n        INTEGER NOT NULL CHECK (n > 0),
  PRIMARY KEY (phase_id, unit)
) STRICT, WITHOUT ROWID;

-- How much earlier than its stamp an edge may have been: 0 where the program itself said it, and
-- more where it was found in a line that the program had printed before.
ALTER TABLE phase ADD COLUMN begin_early_ns INTEGER NOT NULL DEFAULT 0 CHECK (begin_early_ns >= 0);
ALTER TABLE phase ADD COLUMN end_early_ns INTEGER NOT NULL DEFAULT 0 CHECK (end_early_ns >= 0);
