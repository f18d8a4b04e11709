-- schema/0004-chunks.sql - chunks in format 2, in the order in which they were written.
-- Version 4.
--
-- A table with a rowid, because its leaves hold a chunk of a thousand readings whole where the
-- leaves of an index would push it to pages of its own, half of them empty; and because
-- transactions of all channels then add to its end.

ALTER TABLE chunk RENAME TO chunk_1;
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
INSERT INTO chunk (channel_id, seq, format, n, crc32, data)
  SELECT channel_id, seq, format, n, crc32, data FROM chunk_1 ORDER BY seq, channel_id;
DROP TABLE chunk_1;
