#!/usr/bin/env bats
load ../helper

# A command that ends at once and leaves a child in a session of its own, which works on and
# then writes what the kernel says of its CPU time.
leave_daemon() {
	cat >daemon.sh <<-'END'
		setsid sh -c 'i=0; while [ $i -lt 1000000 ]; do i=$((i + 1)); done
			cat /proc/$$/stat >daemon-stat' >/dev/null 2>&1 &
		exit 0
	END
	joulecart run -q -o "$db" -- sh daemon.sh
}

@test "a daemon that the command leaves behind is waited for" {
	leave_daemon
	[ -e daemon-stat ]
}

@test "a daemon's CPU time belongs to the run" {
	leave_daemon
	used=$(awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hz }' daemon-stat)
	between "$(awk "BEGIN { print $used - 0.05 }")" \
		"$(sql "SELECT si FROM v_rollup WHERE collector = 'cputime'
		        AND channel = 'tree' AND phase_ordinal = 0")" \
		"$(awk "BEGIN { print $used + 0.3 }")"
}

@test "the CPU time of children that have ended belongs to the run" {
	joulecart run -q -o "$db" -- sh -c \
		'for i in 1 2 3; do sh -c "i=0; while [ \$i -lt 200000 ]; do i=\$((i+1)); done"; done'
	between 0.1 "$(sql "SELECT si FROM v_rollup WHERE collector = 'cputime'
	                    AND channel = 'tree' AND phase_ordinal = 0")" 20
}

@test "children that joulecart was born with are not the run's, with or without perf" {
	local without
	for without in env "$WITHOUT_PERF" "$WITHOUT_PERF --nor-clone3"; do
		# the command asks nothing again and again: on a busy machine that was more time than the bound
		mkfifo "ended-${#without}"
		# shellcheck disable=SC2016,SC2086 # expands there; two words
		$without sh -c '(i=0; while [ $i -lt 150000 ]; do i=$((i + 1)); done; : >"$1") &
			(exec timeout 300 sh -c "while :; do :; done") &
			echo $! >burner
			exec "$0" run -q -o "$2" -- timeout 120 cat "$1"' \
			"$JOULECART" "ended-${#without}" "$db"
		kill "$(cat burner)"
		between 0 "$(sql "SELECT si FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0
		                  ORDER BY trial_id DESC LIMIT 1")" 0.12
		is "$(sql "SELECT count(*) FROM gap WHERE why LIKE '%moved to another%'")" 0
	done
}

@test "CPU time is whole where the command changes its affinity, with or without perf" {
	local cpus without
	cpus=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	for without in env "$WITHOUT_PERF" "$WITHOUT_PERF --nor-clone3"; do
		rm -f used
		# shellcheck disable=SC2086 # two words
		$without "$JOULECART" run -q -o "$db" -- bash -c "TIMEFORMAT='%U %S'
			work() { { time { for ((i = 0; i < 150000; i++)); do :; done; }; } 2>>used; }
			work; taskset -cp $cpus \$\$ >/dev/null; work; (work) & wait"
		between "$(awk '{ sum += $1 + $2 } END { print 0.97 * sum - 0.02 }' used)" \
			"$(sql "SELECT si FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0
			        ORDER BY trial_id DESC LIMIT 1")" \
			"$(awk '{ sum += $1 + $2 } END { print 1.03 * sum + 0.15 }' used)"
	done
}

@test "a program that forks without end leaves no gap in its counts" {
	joulecart run -q --rate 5000 -o "$db" -- \
		sh -c 'i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i + 1)); done'
	# a fork that a busy machine holds up for longer than the kernel is asked again costs a reading of the group
	between 0 "$(sql "SELECT coalesce(sum(ns), 0) * 1e-9 FROM (SELECT DISTINCT begin_mono_ns,
		end_mono_ns - begin_mono_ns AS ns FROM gap WHERE kind = 'read-error')")" 0.1
}

@test "the status is the command's, not the last descendant's" {
	run -6 joulecart run -q -o "$db" -- sh -c '(sleep 0.3; exit 9) & exit 6'
}
