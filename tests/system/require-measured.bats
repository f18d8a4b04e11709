#!/usr/bin/env bats
load ../helper

@test "--require-measured runs the command where counters measure" {
	need_machines
	run -0 on server "$JOULECART" run --require-measured -o "$db" -- sleep 0.2
	is "$(sql 'SELECT state, exit_code FROM trial')" 'complete|0'
}

@test "--require-measured refuses with 125 where nothing may be read, and runs nothing" {
	need_machines
	run -125 --separate-stderr on eacces \
		"$JOULECART" run --require-measured -o "$db" -- touch started
	has "$stderr" '^joulecart: refused to run: --require-measured'
	[ ! -e started ]
	is "$(sql 'SELECT count(*) FROM trial')" 0
}

@test "--require-measured says the same where no counter exists" {
	[ ! -e /sys/class/powercap/intel-rapl:0 ] || skip 'this machine has counters'
	run -125 --separate-stderr joulecart run --require-measured -o "$db" -- touch started
	has "$stderr" '^joulecart: refused to run: --require-measured'
	[ ! -e started ]
}
