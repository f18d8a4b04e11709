-- schema/0020-rank.sql - of which job a trial was a rank, as its launcher's variables said. Version 20.

-- One row for a trial that a launcher (mpirun, srun) started, or of which the user named the job. Its node is the
-- host of its campaign, its interval the trial's.
--   launcher   whose variables said it; 'stated': nobody's, the user named the job
--   job        the same for all ranks of a job, on every node; NULL: the launcher does not say
--   step       of a Slurm job; several of one job are one
--   rank, n_ranks          among all ranks, from 0, and how many there are
--   local_rank             among those of its node, from 0
--   node                   which node of the job, from 0
--   account, partition     as Slurm charges the job
--   read_from_mono_ns      since when this one read the node's counters at the full rate, of the ranks of its
--                          node; NULL: another did, and this one read them at edges and a few times a second
CREATE TABLE job_rank (
  trial_id          INTEGER PRIMARY KEY REFERENCES trial,
  launcher          TEXT NOT NULL
                    CHECK (launcher IN ('slurm', 'openmpi', 'mpich', 'mvapich', 'pals', 'stated')),
  job               TEXT,
  step              TEXT,
  rank              INTEGER CHECK (rank >= 0),
  n_ranks           INTEGER CHECK (n_ranks > rank),
  local_rank        INTEGER CHECK (local_rank >= 0),
  node              INTEGER CHECK (node >= 0),
  account           TEXT,
  partition         TEXT,
  read_from_mono_ns INTEGER
) STRICT;
