#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "a counter that never moves is said to be stuck" {
	run_on stuck sleep 1.5
	is "$(sql "SELECT DISTINCT g.kind FROM gap g JOIN channel USING (channel_id)
	           WHERE domain = 'dram' AND g.kind <> 'lost-ticks'")" stuck
}

@test "memory that never moves is unknown, not zero, and left out of the total" {
	run_on stuck sleep 1.5
	is "$(energy_of dram-0 'joules IS NULL')" 1
	within "$(as_read 1)" "$(stored_joules)" "$(read_joules stuck intel-rapl:0)"
	has "$(joulecart report "$db")" 'dram-0 stuck'
}

@test "a counter that stops moving is said to be stuck from then on" {
	run_in_time_on stuck sleep 2
	between 1 "$(sql "SELECT sum(g.end_mono_ns - g.begin_mono_ns) * 1e-9 FROM gap g
	                  JOIN channel USING (channel_id) WHERE domain = 'core'")" \
		"$(sql 'SELECT seconds FROM v_trial')" # on a busy machine it stops before it is read first
}

@test "a counter that moves is not said to be stuck" {
	run_on stuck sleep 1.5
	is "$(sql "SELECT count(*) FROM gap WHERE name = 'package-0' AND kind = 'stuck'")" 0
	within "$(as_read 1)" "$(energy_of package-0 joules)" "$(read_joules stuck intel-rapl:0)"
}
