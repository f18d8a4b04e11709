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

@test "the status is the command's, not the last descendant's" {
	run -6 joulecart run -q -o "$db" -- sh -c '(sleep 0.3; exit 9) & exit 6'
}
