# tests/jobs.bash - nodes of which the true joules are known, and jobs of several ranks on them, for the bats files
# about jobs. A node is a machine of tests/fakes/machines in a mount namespace, with a host name and a boot of its own;
# the ranks have the variables that mpirun would give them.

# on_node NAME COMMAND [ARG]...: the node's machine is "$NAME.machine" of the test's folder.
on_node() {
	local name=$1
	shift
	[ -e "$name.boot" ] || cat /proc/sys/kernel/random/uuid >"$name.boot"
	# shellcheck disable=SC2016 # expands there
	MACHINE_FILE=$PWD/$name.machine on "$name" unshare --uts sh -c 'hostname "$1" &&
		mount --bind "$1.boot" /proc/sys/kernel/random/boot_id && shift && exec "$@"' sh "$name" "$@"
}

need_nodes() {
	need_machines
	# shellcheck disable=SC2016 # expands there
	on server unshare --uts sh -c 'hostname node && cat /proc/sys/kernel/random/uuid >boot &&
		mount --bind boot /proc/sys/kernel/random/boot_id' || skip 'cannot name a host'
}

# rank JOB RANK SIZE LOCAL FILE COMMAND [ARG]...: one rank of the job.
rank() {
	local job=$1 rank=$2 size=$3 local_rank=$4 file=$5
	shift 5
	env PMIX_NAMESPACE="$job" OMPI_COMM_WORLD_RANK="$rank" OMPI_COMM_WORLD_SIZE="$size" \
		OMPI_COMM_WORLD_LOCAL_RANK="$local_rank" "$JOULECART" run -q -o "$file" -- "$@"
}

# Two jobs on the node that calls it, the second half a second later: so many ranks each, from that rank on.
two_jobs() { # FIRST_RANK N_RANKS N_ALL
	local i
	for ((i = 0; i < $2; i++)); do
		rank first $(($1 + i)) "$3" "$i" "$NODE.db" \
			sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sleep "$1"' sh "$(awk -v i="$i" 'BEGIN { print 0.9 + 0.3 * i }')" &
	done
	sleep 0.5
	for ((i = 0; i < $2; i++)); do
		rank second $(($1 + i)) "$3" "$i" "$NODE.db" \
			sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; sleep 1' &
	done
	wait
}
# until_says FILE SQL: polls, until the answer is 1; two minutes at most.
until_says() {
	# shellcheck disable=SC2016 # expands there
	"$AWAIT" 120 sh -c '[ "$(sqlite3 -readonly "$1" "$2" 2>/dev/null)" = 1 ]' sh "$1" "$2"
}
# Within on_node, where no function of this shell is: bash -c '. "$JOBS"; two_jobs 0 2 4'.
JOBS=${JOBS-$TESTS_SOURCE/tests/jobs.bash}
export JOBS

# true_joules_of NODE FILE WHERE ZONE...: between the first reading that the rank which began first has of each zone
# (dram is dram-0), and the last that any rank has of it. On a busy machine the readings of two zones lie milliseconds apart.
true_joules_of() {
	local node=$1 file=$2 where=$3 zone stamps
	shift 3
	for zone in "$@"; do
		stamps=$(sqlite3 "$file" "SELECT first_value(s.begin_mono_ns) OVER (ORDER BY t.begin_mono_ns, t.trial_id,
				s.begin_mono_ns) || ' ' || max(s.end_mono_ns) OVER () FROM stretch s
			JOIN channel k USING (channel_id) JOIN trial t USING (trial_id) LEFT JOIN job_rank r USING (trial_id)
			WHERE k.collector = 'powercap' AND k.counted AND ($where)
				AND k.name LIKE '$(awk -v zone="$zone" '$2 == zone { print $3 }' "$node.machine")%' LIMIT 1")
		# shellcheck disable=SC2086 # two stamps
		"$POWERCAP_FUSE" --energy "$node.machine" "$zone" $stamps
	done | awk '{ sum += $1 } END { printf "%.6f\n", sum }'
}

# machine NAME: a package and its memory, whose counters pass their range within the run.
machine() {
	cat >"$1.machine" <<-END
		zone intel-rapl:0   package-0 power=sine:$2:25:0.7 wrap_after_j=90 max_power_w=205
		zone intel-rapl:0:1 dram      power=square:6:14:0.31
	END
}

# job_figure COLUMN WHERE: of the table that the file job.csv holds.
job_figure() {
	sqlite3 :memory: -cmd '.import --csv job.csv job' "SELECT $1 FROM job WHERE $2"
}
