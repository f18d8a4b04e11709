#!/usr/bin/env bats
# Where a control group (cgroup v2) can be made, a run has one of its own: CPU time is exact there
# without perf, which containers and Debian's default deny.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	joulecart doctor --json | grep -q 'and by a control group' ||
		skip 'no control group can be made here'
	here=/sys/fs/cgroup
	[ "$(stat -f -c %T $here)" = cgroup2fs ] || here=/sys/fs/cgroup/unified
	here=$here$(sed -n s/^0:://p /proc/self/cgroup)
	cat >burn.sh <<-'END'
		# burn.sh N: works, and adds to 'used' what the shell says it took.
		TIMEFORMAT='%U %S'
		{ time { for ((i = 0; i < $1; i++)); do :; done; }; } 2>>used
	END
}

# Each group that is there belongs to a run that goes on (others may run on this machine).
none_is_left() {
	local group
	for group in "$here"/joulecart-*; do
		[ ! -e "$group" ] || kill -0 "${group##*-}" || return
	done
}

without_perf() {
	"$WITHOUT_PERF" "$JOULECART" run -q -o "$db" -- "$@"
}

tree_s() {
	sql "SELECT si FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0
	     ORDER BY trial_id DESC LIMIT 1"
}

used_s() {
	awk '{ sum += $1 + $2 } END { print sum }' used
}

told() {
	sql "SELECT why FROM gap WHERE collector = 'cputime' AND name = 'control group'"
}

@test "a run has a control group of its own, which is gone afterwards" {
	run -0 joulecart run -q -o "$db" -- sed -n s/^0:://p /proc/self/cgroup
	has "$output" "^$(sed -n s/^0:://p /proc/self/cgroup | sed s,/$,,)/joulecart-[0-9]+$"
	until_so 5 none_is_left
	is "$(sql "SELECT uncertainty_basis FROM channel WHERE name = 'tree'")" \
		'task-clock event and control group'
}

@test "without perf the group counts the whole tree, daemons and unreaped children too" {
	# Who ignores SIGCHLD is never told what its children used.
	without_perf bash -c 'trap "" CHLD; bash burn.sh 200000; (setsid bash burn.sh 200000 &)'
	between "$(awk "BEGIN { print 0.99 * $(used_s) }")" "$(tree_s)" \
		"$(awk "BEGIN { print 1.01 * $(used_s) + 0.15 }")" # and the start of four shells
	is "$(told)" ''
}

@test "a process that moves to another group is still counted, and that is told" {
	[ -w "$here" ] || skip 'may not make a second group'
	mkdir "$here/other-$$"
	# shellcheck disable=SC2016 # expands there
	without_perf bash -c 'bash burn.sh 100000; echo $$ >"$0/cgroup.procs"; . burn.sh 300000' \
		"$here/other-$$" || { rmdir "$here/other-$$"; false; }
	rmdir "$here/other-$$"
	between "$(awk "BEGIN { print 0.97 * $(used_s) - 0.02 }")" "$(tree_s)" \
		"$(awk "BEGIN { print 1.03 * $(used_s) + 0.15 }")"
	has "$(told)" 'a process of the command moved to another control group'
	has "$(joulecart report "$db")" 'a process of the command moved'
	until_so 5 none_is_left
}

@test "where the sandbox denies both, CPU time is from /proc, and that is told" {
	"$WITHOUT_PERF" --nor-clone3 "$JOULECART" run -q -o "$db" -- \
		bash -c '(setsid bash burn.sh 300000 &)'
	between "$(awk "BEGIN { print 0.95 * $(used_s) - 0.02 }")" "$(tree_s)" \
		"$(awk "BEGIN { print 1.05 * $(used_s) + 0.15 }")"
	has "$(told)" 'CPU time is from /proc'
	until_so 5 none_is_left
}

@test "what an interrupted run leaves behind goes on, and its group does not" {
	# shellcheck disable=SC2016 # expands there
	"$JOULECART" run -o "$db" -- sh -c 'setsid sh -c "echo \$\$ >daemon; exec sleep 60" &
		"$AWAIT" 120 test -s daemon' 2>footer &
	local run=$! daemon
	until_so 20 test -s daemon
	daemon=$(cat daemon)
	until_so 20 sh -c "[ \"\$(pgrep -P $run)\" = $daemon ]"
	kill -TERM "$run"
	ends_with 143 "$run"
	is "$(sed -n s/^0:://p "/proc/$daemon/cgroup")" "$(sed -n s/^0:://p /proc/self/cgroup)"
	kill "$daemon"
	[ ! -e "$here/joulecart-$run" ]
	has "$(cat footer)" 'while background processes of the command still ran'
}

@test "the group of a run within a run goes too, when that one is killed" {
	# shellcheck disable=SC2016 # expands there
	"$JOULECART" run -q -o "$db" -- sh -c '"$0" run -q -o inner.db -- sh -c "echo \$\$ >pid; exec sleep 60" &
		"$AWAIT" 120 test -s pid
		kill -KILL $!
		kill -KILL $(cat pid)' "$JOULECART" &
	local run=$!
	ends_with 0 "$run"
	[ ! -e "$here/joulecart-$run" ]
	is "$(told)" ''
}

@test "through sudo the group is root's, closed to the command, and gone afterwards" {
	[ "$(id -u)" = 0 ] || skip 'only root can be called through sudo'
	local folder
	folder=$(mktemp -d /tmp/joulecart-sudo-XXXXXX)
	chmod 777 "$folder"
	# shellcheck disable=SC2016 # expands there
	run -0 env SUDO_UID=65534 SUDO_GID=65534 SUDO_USER=nobody SUDO_COMMAND="$JOULECART run" \
		ASAN_OPTIONS=detect_leaks=0 "$JOULECART" run -q -o "$folder/$db" -- sh -c '
		group=$0/$(sed -n "s,^0::.*/,,p" /proc/self/cgroup)
		stat -c %u "$group"
		mkdir "$group/mine" 2>/dev/null || echo closed
		echo 0 2>/dev/null >"$group/cgroup.procs" || echo closed' "$here"
	rm -rf "$folder"
	is "$output" $'0\nclosed\nclosed'
	until_so 5 none_is_left
}

@test "the group of a run that was killed is removed by the next one" {
	"$JOULECART" run -q -o "$db" -- sh -c 'echo $$ >pid; exec sleep 60' &
	local run=$!
	until_so 20 test -s pid
	kill -KILL "$run"
	wait "$run" || true
	kill -KILL "$(cat pid)"
	[ -d "$here/joulecart-$run" ]
	until_so 20 sh -c "! grep -q 1 '$here/joulecart-$run/cgroup.events'"
	joulecart run -q -o "$db" -- true
	[ ! -e "$here/joulecart-$run" ]
}
