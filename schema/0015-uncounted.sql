-- schema/0015-uncounted.sql - what a service served and its own counter did not tell. Version 15.

-- So many more than queries, or n, were served at most: before the first look at the counter, after the
-- last one, and between a look and a restart of the service. 0: the count is exact.
ALTER TABLE trial ADD COLUMN queries_uncounted INTEGER NOT NULL DEFAULT 0 CHECK (queries_uncounted >= 0);
ALTER TABLE phase_units ADD COLUMN n_uncounted INTEGER NOT NULL DEFAULT 0 CHECK (n_uncounted >= 0);
