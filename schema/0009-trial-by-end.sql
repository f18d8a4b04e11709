-- schema/0009-trial-by-end.sql - to find who ran while a trial did. Version 9.

-- What ended after a trial began: next to nothing for the newest one, however many there are.
CREATE INDEX trial_by_end ON trial (end_mono_ns);
