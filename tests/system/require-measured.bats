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

@test "--rapl takes the one that is named, and no other name" {
	need_machines
	run -0 on server "$JOULECART" run --rapl powercap -q -o "$db" -- true
	is "$(sql "SELECT DISTINCT collector FROM channel WHERE domain = 'package'")" powercap
	run -125 --separate-stderr joulecart run --rapl msr -- true
	has "$stderr" "invalid --rapl 'msr': powercap, power-pmu or auto is expected"
}

@test "--rapl power-pmu does not fall back on powercap in silence" {
	need_machines
	[ ! -e /sys/bus/event_source/devices/power ] || skip 'this machine has the power PMU'
	run -125 --separate-stderr on server "$JOULECART" run --rapl power-pmu --require-measured -- true
	has "$stderr" '^joulecart: refused to run: --require-measured'
}
