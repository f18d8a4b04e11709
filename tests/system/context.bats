#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "the processor's temperature is stored beside the energy, and is none" {
	run_on hot sleep 0.3
	is "$(sql "SELECT value FROM v_event WHERE event = 'cpu-celsius' AND phase_ordinal = 0")" 71.5
	is "$(sql "SELECT count(*) FROM v_energy WHERE channel = 'cpu-celsius'")" 0
}

@test "doctor says what of the processor's state can be seen" {
	run -0 on hot "$JOULECART" doctor
	has "$output" 'ok +context +once a second: .*cpu-celsius'
}
