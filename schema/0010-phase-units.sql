-- schema/0010-phase-units.sql - what phases served in a unit beside queries. Version 10.

-- Tokens, images: what the program said that it served in a phase; phase 0 for what it said
-- outside of every phase.
CREATE TABLE phase_units (
  phase_id INTEGER NOT NULL REFERENCES phase,
  unit     TEXT NOT NULL,
  n        INTEGER NOT NULL CHECK (n > 0),
  PRIMARY KEY (phase_id, unit)
) STRICT, WITHOUT ROWID;
