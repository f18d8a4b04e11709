#!/usr/bin/env bats
# A hundred jobs of a Slurm of one node, of all fates: each leaves an account, or a reason. And what the plugin adds
# to a step's start.
load ../helper
load ../slurm

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	plugin=$(dirname "$JOULECART")/joulecart-spank.so
	[ -e "$plugin" ] || skip 'built without libslurm-dev'
	need_slurm
	start_slurm "$PWD/slurm" "$plugin" "program=$JOULECART"
}

teardown() {
	stop_slurm
}

# begin OPTION... COMMAND: a job of one command
begin() {
	local command="${!#}"
	sbatch --parsable --joulecart --output='slurm-%j.out' "${@:1:$#-1}" --wrap "$command"
}

nobody_is_left() {
	[ -z "$(squeue -h)" ]
}

has_begun() {
	[ "$(squeue -h -j "$1" -o %T)" = RUNNING ]
}

# has_trial JOB: it has begun to be stored.
has_trial() {
	[ "$(sqlite3 -readonly "joulecart-$1-0.db" 'SELECT count(*) > 0 FROM job_rank' 2>/dev/null)" = 1 ]
}

# is_measured JOB WHERE: a trial of the job is so.
is_measured() {
	sqlite3 "joulecart-$1-0.db" 'SELECT state, exit_code, exit_signal FROM trial'
	is "$1: $(sqlite3 "joulecart-$1-0.db" "SELECT count(*) > 0 FROM trial t JOIN job_rank r USING (trial_id)
		WHERE r.job = '$1' AND ($2)")" "$1: 1"
}

@test "a hundred jobs that end well, fail, are killed, cancelled, timed out or requeued: an account of each" {
	local well=() failed=() killed=() cancelled=() late=() again=() waiting=() job
	for _ in $(seq 25); do
		well+=("$(begin -n 2 'srun sleep 0.5')")
		failed+=("$(begin 'sleep 0.3; exit 7')")
		killed+=("$(begin 'sleep 0.3; kill -SEGV $$')")
	done
	for _ in $(seq 9); do
		cancelled+=("$(begin 'sleep 600')")
	done
	for _ in $(seq 8); do
		again+=("$(begin --requeue 'sleep 3')")
	done
	late=("$(begin --time=0:01 'trap "" TERM; sleep 600')" "$(begin --time=0:01 'sleep 600')"
		"$(begin -n 2 --time=0:01 'srun sleep 600')")
	# never started: Slurm has the reason, and nothing is measured
	for _ in $(seq 5); do
		waiting+=("$(begin --begin=now+1hour true)")
	done
	local all=("${well[@]}" "${failed[@]}" "${killed[@]}" "${cancelled[@]}" "${late[@]}" "${again[@]}")
	is "$((${#all[@]} + ${#waiting[@]}))" 100
	scancel "${waiting[@]}"
	for job in "${again[@]}"; do
		until_so 300 has_begun "$job"
		until_so 60 has_trial "$job"
		scontrol requeue "$job"
		# it waits two minutes by itself
		until_so 60 eval "! has_begun $job"
		scontrol update JobId="$job" StartTime=now
	done
	for job in "${cancelled[@]}"; do
		until_so 300 has_begun "$job"
		until_so 60 has_trial "$job"
		scancel "$job"
	done
	until_so 600 nobody_is_left
	for job in "${well[@]}"; do
		is_measured "$job" "t.state = 'complete' AND t.exit_code = 0 AND r.step = '0' AND r.rank = 1"
	done
	for job in "${failed[@]}"; do
		is_measured "$job" "t.state = 'complete' AND t.exit_code = 7"
	done
	for job in "${killed[@]}"; do
		is_measured "$job" "t.state = 'complete' AND t.exit_signal = 11"
	done
	# by the signal, or the shell says so of its command (128 + 15). Slurm may kill all that a job started before the
	# end is stored: the trial is cut off then; or before it said how the task ended
	for job in "${cancelled[@]}" "${late[@]}"; do
		is_measured "$job" "t.exit_signal IN (9, 15) OR t.exit_code = 143 OR t.exit_code IS NULL
			OR t.state <> 'complete'"
	done
	for job in "${again[@]}"; do
		is_measured "$job" "(SELECT count(*) FROM trial) = 2"
		is_measured "$job" "t.state = 'complete' AND t.exit_code = 0"
	done
	for job in "${waiting[@]}"; do
		[ ! -e "joulecart-$job-0.db" ]
	done
	for job in "${all[@]}"; do
		joulecart job "joulecart-$job-0.db" >/dev/null
		joulecart verify "joulecart-$job-0.db"
	done
	is "$(sinfo -h -o %T)" idle # not drained
}

# From srun's begin to its program's, in ms: the median of 15.
start_ms() {
	local begin
	for _ in $(seq 15); do
		begin=$(date +%s%N)
		echo $((($(srun "$@" date +%s%N) - begin) / 1000000))
		sleep 0.3
	done | sort -n | sed -n 8p
}

@test "the plugin adds at most 50 ms to a step's start" {
	salloc -Q --no-shell -n 1
	export SLURM_JOB_ID=1
	without=$(start_ms)
	with=$(start_ms --joulecart=many.db)
	echo "a step starts after $without ms, with the plugin after $with ms" >&3
	[ $((with - without)) -le 50 ]
}
