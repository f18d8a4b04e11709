-- schema/0006-seen-interval.sql - how long counters stood still. Version 6.

-- How old a reading of the counter was seen to be. A counter may change less often than its maker
-- says (filters, firmware, faults): the longest that one value stood, from its first reading to
-- its last, and as long again at most for what lies between these and their neighbours. And a
-- reading at an edge may itself take long. NULL: each reading was a new value, read at once.
ALTER TABLE channel ADD COLUMN seen_interval_ns INTEGER CHECK (seen_interval_ns > 0);
