-- schema/0019-slowdown.sql - by how much measuring slowed the command down. Version 19.

-- Shares of the trial's time (0.01: it took one hundredth longer), with the bounds of the 95 % interval: ticks
-- times what a tick costs the command on that machine ('joulecart doctor --observer'). NULL: it was
-- never calibrated.
ALTER TABLE sampler ADD COLUMN slowdown REAL CHECK (slowdown >= 0);
ALTER TABLE sampler ADD COLUMN slowdown_low REAL CHECK (slowdown_low >= 0);
ALTER TABLE sampler ADD COLUMN slowdown_high REAL CHECK (slowdown_high >= 0);
