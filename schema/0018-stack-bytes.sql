-- schema/0018-stack-bytes.sql - how the stacks of a profile were followed. Version 18.

-- 0: by frame pointers, by the kernel, at most as deep as kernel.perf_event_max_stack says. Else by the unwinding
-- information of the files (DWARF), from so many bytes of each stack ('run --profile --stacks dwarf'); then
-- n_cut are the stacks of which the outer part is not known, whatever the reason.
ALTER TABLE profile ADD COLUMN stack_bytes INTEGER NOT NULL DEFAULT 0 CHECK (stack_bytes BETWEEN 0 AND 65528);
