-- schema/0012-baseline.sql - what the others of a campaign are compared with. Version 12.

-- The variant that was given first; NULL: nobody said, so it is 'teacher', or what ran more often in
-- a block than the others, or what ran first.
ALTER TABLE campaign ADD COLUMN baseline TEXT;
