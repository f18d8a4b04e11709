-- schema/0005-parent.sql - which training a training starts from. Version 5.

-- The workload of the trial that made what this one starts from (a teacher's training, for that
-- of its student); NULL: it starts from nothing, or did not say. Its joules count here too:
-- v_training.
ALTER TABLE trial ADD COLUMN parent_workload TEXT;
