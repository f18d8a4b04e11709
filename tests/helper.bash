# tests/helper.bash - what the bats files share. Every test starts in an empty folder of its
# own; the program is $JOULECART, as built or as installed.
#
# Files under system/ run it on a simulated machine whose true joules are known
# (tests/fakes/mount-machine.sh); the trial's first and last tick, stored in the database, say
# between which stamps the truth is to be taken.
bats_require_minimum_version 1.5.0

TESTS_SOURCE=${TESTS_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
JOULECART=${JOULECART:-$TESTS_SOURCE/joulecart}
JOULECART_EXTENSION=${JOULECART_EXTENSION:-$TESTS_SOURCE/joulecart.so}
FAILING_DISK_SO=${FAILING_DISK_SO:-$TESTS_SOURCE/tests/fakes/failing-disk.so}
POWERCAP_FUSE=${POWERCAP_FUSE:-$TESTS_SOURCE/tests/fakes/powercap-fuse}
FAULT_SCHEDULE=${FAULT_SCHEDULE:-$TESTS_SOURCE/tests/fakes/fault-schedule}
RECOMPUTE_VIEWS=${RECOMPUTE_VIEWS:-$TESTS_SOURCE/tests/fakes/recompute-views}
WITHOUT_PERF=${WITHOUT_PERF:-$TESTS_SOURCE/tests/fakes/without-perf}
NVML_FOLDER=${NVML_FOLDER:-$TESTS_SOURCE/tests/fakes}
fakes=$TESTS_SOURCE/tests/fakes
AWAIT=$fakes/await # what waits within the commands of runs
export POWERCAP_FUSE FAULT_SCHEDULE WITHOUT_PERF NVML_FOLDER JOULECART AWAIT
db=trial.db

# shellcheck source=tests/assert.bash
. "$TESTS_SOURCE/tests/assert.bash"

# No settings but those that a test makes; nobody, root and a shell or browser that want one of
# their own included, can make that folder.
export XDG_CONFIG_HOME=/proc/nowhere
# And not by how much measuring was found to slow commands down here ('doctor --observer').
export XDG_STATE_HOME=/proc/nowhere
unset JOULECART_ZONE JOULECART_PUE JOULECART_RATE JOULECART_OUTPUT

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

joulecart() {
	"$JOULECART" "$@"
}

# is_sanitized - whether the program that is tested was built with the sanitizers.
is_sanitized() {
	grep -qa __asan_init "$JOULECART"
}

# stored_benchmark FILE: a database of this program's that has the rows of a benchmark of four variants in eight blocks
stored_benchmark() {
	need xz xz-utils
	joulecart run -q -o "$1" -- true
	sqlite3 "$1" "SELECT printf('DELETE FROM %s;', name) FROM sqlite_master WHERE type = 'table'
		AND name NOT LIKE 'sqlite_%' AND name NOT IN ('factor', 'cloud_region')" | sqlite3 "$1"
	xz -dc "$TESTS_SOURCE/doc/screens/shop.sql.xz" | sqlite3 "$1"
}

# small_benchmark FILE [BLOCKS]: of these two variants in so many blocks alone [3], the training cut to its first minute: what
# needs neither more variants nor much statistics is quicker
small_benchmark() {
	stored_benchmark "$1"
	sqlite3 "$1" "CREATE TEMP TABLE gone AS SELECT trial_id FROM trial WHERE variant NOT IN ('teacher', 'int8') OR job = 'infer' AND block > ${2:-3};
		$(for table in gap metric answers sampler trimmed neighbour; do
			echo "DELETE FROM $table WHERE trial_id IN gone;"
		done)
		DELETE FROM phase_units WHERE phase_id IN (SELECT phase_id FROM phase WHERE trial_id IN gone);
		DELETE FROM region_count WHERE phase_id IN (SELECT phase_id FROM phase WHERE trial_id IN gone);
		DELETE FROM stretch WHERE channel_id IN (SELECT channel_id FROM channel WHERE trial_id IN gone) OR seq > 60;
		DELETE FROM channel WHERE trial_id IN gone; DELETE FROM phase WHERE trial_id IN gone; DELETE FROM trial WHERE trial_id IN gone"
}

# --- what the database says -------------------------------------------------------------

sql() {
	sqlite3 "$db" "$1"
}

# Joules of the last trial, from its first tick to its last.
stored_joules() {
	sql 'SELECT joules FROM v_phase WHERE phase_ordinal = 0 ORDER BY trial_id DESC LIMIT 1'
}

# energy_of CHANNEL COLUMN: of the powercap collector, over the whole trial.
energy_of() {
	sql "SELECT $2 FROM v_energy WHERE phase_ordinal = 0 AND collector = 'powercap'
	     AND channel = '$1'"
}

# Runs a command with no capability, whoever runs the tests.
unprivileged() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --bounding-set=-all --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# --- other file systems and machines ----------------------------------------------------

# Runs a command as root of a mount namespace of its own: what it mounts goes with it.
alone() {
	local map_root=()
	[ "$(id -u)" = 0 ] || map_root=(--map-root-user)
	unshare --mount "${map_root[@]}" --propagation private "$@"
}

# where_possible FUNCTION: for a setup_file() that may have to skip, which bats 1.8 takes for a failure. FUNCTION runs in
# a shell of its own, so that no variable of it remains; where it skips, unless_impossible in setup() does, with its
# reason.
where_possible() {
	(
		# shellcheck disable=SC2317 # called by FUNCTION
		skip() {
			echo "$*" >"$BATS_FILE_TMPDIR/impossible"
			exit 0
		}
		"$1"
	)
}

unless_impossible() {
	[ ! -e "$BATS_FILE_TMPDIR/impossible" ] || skip "$(cat "$BATS_FILE_TMPDIR/impossible")"
}

# need TOOL PACKAGE: skips the test where there is none, and says what has it.
need() {
	command -v "$1" >/dev/null || skip "no $1 (apt-get install $2)"
}

need_mounts() {
	alone true 2>/dev/null || skip 'cannot make a mount namespace'
}

# Skips the test, with the reason, where the kernel lets nobody mount a machine.
need_machines() {
	local why status=0
	why=$("$fakes/mount-machine.sh" server -- true 2>&1) || status=$?
	[ "$status" != 77 ] || skip "${why#mount-machine.sh: }"
	[ "$status" = 0 ] || fail "$why"
}

# on MACHINE COMMAND [ARG]...
on() {
	local machine=$1
	shift
	"$fakes/mount-machine.sh" "$machine" -- "$@"
}

# on_copy MACHINE COMMAND [ARG]...: its counters stand still, and files decide who may read them
# (FUSE itself refuses everybody who is not wholly root).
on_copy() {
	local machine=$1
	shift
	# shellcheck disable=SC2016 # expands there
	on "$machine" sh -c 'mkdir class && cp -a /sys/class/.devices /sys/class/powercap class &&
		mount --bind class /sys/class || exit
		status=0
		"$@" || status=$?
		umount --lazy /sys/class
		exit $status' sh "$@"
}

# on_for_all MACHINE COMMAND [ARG]...: every user is on it, and files decide who may read them.
on_for_all() {
	POWERCAP_FOR_ALL=1 on "$@"
}

# run_on MACHINE COMMAND [ARG]...: joulecart run there, into $db.
run_on() {
	local machine=$1
	shift
	on "$machine" "$JOULECART" run -o "$db" -- "$@"
}

# were_read_in_time: no zone got a thread of its own in the trials of $db, nor passed its range unseen, because the
# machine held readings up. Without a tick that was missed, such a gap is for the test to judge.
were_read_in_time() {
	[ "$(sql "SELECT count(*) FROM gap JOIN trial USING (trial_id) WHERE collector = 'powercap'
		AND kind IN ('lost-ticks', 'ambiguous-wrap') AND ticks_missed > 0")" = 0 ]
}

# in_time COMMAND [ARG]...: which measures into $db, again where zones were not read in time.
in_time() {
	for _ in 1 2 3 4; do
		rm -f "$db"*
		"$@"
		! were_read_in_time || return 0
	done
	skip 'this machine was too busy to read a quick zone in time'
}

# run_in_time_on MACHINE COMMAND [ARG]...: run_on, in time.
run_in_time_on() {
	in_time run_on "$@"
}

# on_described COMMAND [ARG]...: where the machine is what standard input describes
# (tests/fakes/machine.h).
on_described() {
	cat >described.machine
	MACHINE_FILE=$PWD/described.machine on described "$@"
}

# with_boards MACHINE COMMAND [ARG]...: run_on, where NVIDIA's library knows its boards.
with_boards() {
	local machine=$1
	shift
	NVML_STANDIN=$fakes/machines/$machine.machine LD_LIBRARY_PATH=$NVML_FOLDER \
		on "$machine" "$@"
}

# stamps_of CONDITION: of the first reading and the last of the channels of which it holds.
stamps_of() {
	sql "SELECT min(begin_mono_ns) || ' ' || max(end_mono_ns) FROM stretch JOIN channel USING (channel_id) WHERE $1"
}

add_up() {
	awk '{ sum += $1 } END { printf "%.6f\n", sum }'
}

# joules_between STAMPS MACHINE ZONE...: what the zones used between the two, summed.
joules_between() {
	local stamps=$1 machine=$2 zone
	shift 2
	for zone in "$@"; do
		# shellcheck disable=SC2086 # two stamps
		"$POWERCAP_FUSE" --energy "$fakes/machines/$machine.machine" "$zone" $stamps
	done | add_up
}

# true_joules MACHINE ZONE...: what the zones used in the trial, summed. From the first reading of what is
# counted to the last: on a busy machine another zone's may come long after.
true_joules() {
	joules_between "$(stamps_of "collector = 'powercap' AND counted")" "$@"
}

# channel_of MACHINE ZONE: what joulecart calls it: a part of a package has the package's number.
channel_of() {
	awk -v zone="$2" '
		$1 == "zone" { names[$2] = $3 }
		END {
			name = names[zone]
			parent = zone
			if (sub(/:[0-9]+$/, "", parent) && parent in names && name !~ /-/)
				name = name substr(names[parent], index(names[parent], "-"))
			print name
		}' "$fakes/machines/$1.machine"
}

# read_joules MACHINE ZONE...: what the zones used, each between its own first reading and its last: its channel's
# joules are of that time. On a busy machine one zone is read long after another.
read_joules() {
	local machine=$1 zone
	shift
	for zone in "$@"; do
		joules_between "$(stamps_of "collector = 'powercap' AND name = '$(channel_of "$machine" "$zone")'")" "$machine" "$zone"
	done | add_up
}

# as_read PERCENT: that, and what is used while one tick reads. Of which moment in it a value is, nobody knows, and on
# a busy machine a tick takes long.
as_read() {
	sql "SELECT $1 + 200.0 * tick_max_ns / (end_mono_ns - begin_mono_ns) FROM trial ORDER BY trial_id DESC LIMIT 1"
}

# truth COLLECTOR MACHINE ZONE...: the same between that collector's first and last tick.
truth() {
	joules_between "$(stamps_of "collector = '$1'")" "${@:2}"
}

# is_within_interval JOULES: of the last trial.
is_within_interval() {
	between "$(sql 'SELECT interval_low_j FROM v_trial ORDER BY trial_id DESC LIMIT 1')" "$1" \
		"$(sql 'SELECT interval_high_j FROM v_trial ORDER BY trial_id DESC LIMIT 1')"
}

# on_disk HOW:N COMMAND [ARG]...: see tests/fakes/failing-disk.c.
on_disk() {
	local how=$1
	shift
	env LD_PRELOAD="$FAILING_DISK_SO" ASAN_OPTIONS=verify_asan_link_order=0 \
		FAILING_DISK="$how" "$@"
}

# --- waiting ----------------------------------------------------------------------------

# ends_with STATUS PID: of a child of this shell ('run' would wait in a shell of its own).
ends_with() {
	local status=0
	wait "$2" || status=$?
	is "$status" "$1"
}

# Has the run that is being written to $db stored so many readings of each of its channels?
has_readings() { # N
	[ "$(sqlite3 -readonly "$db" "SELECT coalesce(min(n), 0) >= $1 FROM (SELECT (SELECT sum(n + n_failed)
		FROM stretch s WHERE s.channel_id = c.channel_id) AS n FROM channel c)" 2>/dev/null)" = 1 ]
}

# until_so SECONDS COMMAND...: polls.
until_so() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || fail "never so: $*" || return
		sleep 0.02
	done
}
