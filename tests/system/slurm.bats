#!/usr/bin/env bats
# srun --joulecart: the plugin in a Slurm of one node. tests/slow/slurm.bats has a hundred jobs of all fates.
load ../helper
load ../slurm

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	plugin=$(dirname "$JOULECART")/joulecart-spank.so
	[ -e "$plugin" ] || skip 'built without libslurm-dev'
	need_slurm
}

teardown() {
	stop_slurm
}

# seen SQL: of the one file of the job
seen() {
	sqlite3 "joulecart-$1-0.db" "$2"
}

@test "each task of a step is measured, with its job, who pays, and how it ended" {
	start_slurm "$PWD/slurm" "$plugin" "program=$JOULECART"
	# shellcheck disable=SC2016 # expands there
	run srun -n 3 --account bio --joulecart \
		sh -c 'sleep 0.3; [ "$SLURM_PROCID" != 2 ] || kill -USR1 $$; exit "$SLURM_PROCID"'
	[ "$status" -ne 0 ] # as without the plugin
	is "$(seen 1 "SELECT group_concat(x, ' ') FROM (SELECT r.rank || '/' || n_ranks || ':' ||
			coalesce(t.exit_code, '-') || ':' || coalesce(t.exit_signal, '-') AS x
			FROM job_rank r JOIN trial t USING (trial_id) ORDER BY r.rank)")" \
		'0/3:0:- 1/3:1:- 2/3:-:10'
	is "$(seen 1 'SELECT DISTINCT launcher || job || step || node || account || partition FROM job_rank')" \
		slurm100bioshort
	is "$(seen 1 "SELECT DISTINCT state || ' ' || variant FROM trial")" 'complete sh'
	run -0 joulecart verify joulecart-1-0.db
	# a script and its step; a name of the user's; not asked for; nothing to measure with
	printf '#!/bin/sh\nsrun sleep 0.2\n' >script
	sbatch -Q --wait --joulecart='of-%j.db' script
	is "$(sqlite3 of-2.db "SELECT group_concat(variant || ':' || exit_code)
		FROM (SELECT * FROM trial ORDER BY variant)")" script:0,sleep:0
	srun true
	[ ! -e joulecart-3-0.db ]
	sed -i 's|program=.*|program=/nowhere|' slurm/plugstack.conf
	run -0 srun --joulecart echo ran
	has "$output" ran
	has "$output" "joulecart: the task is not measured: cannot execute joulecart: No such file or directory"
	# the step goes first where Slurm needs the descriptors itself
	prlimit --pid "$(cat slurm/slurmd.pid)" --nofile=145:145
	run -0 timeout -s INT 100 srun -n 16 --joulecart=few.db echo ran
	is "$(grep -c '^ran$' <<<"$output")" 16
	has "$output" '16 of 16 tasks are not measured'
}
