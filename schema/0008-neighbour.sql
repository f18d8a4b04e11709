-- schema/0008-neighbour.sql - who else measured at the same time. Version 8.

-- A process of joulecart that measured on this machine while the trial ran, whatever file it wrote
-- to: the machine's joules are in its trial too. Trials of one file are compared by their times
-- besides, see v_overlap.
CREATE TABLE neighbour (
  trial_id INTEGER NOT NULL REFERENCES trial,
  pid      INTEGER NOT NULL,
  PRIMARY KEY (trial_id, pid)
) STRICT, WITHOUT ROWID;
