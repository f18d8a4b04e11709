#!/usr/bin/env bats
# Two packages, core, dram, psys and the mmio view, over a wraparound of each package.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	! on server true || run_on server sleep 3
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	need_machines
}

@test "the joules of packages and memory are true within 1 %" {
	within "$(as_read 1)" "$(stored_joules)" \
		"$(read_joules server intel-rapl:0 intel-rapl:0:1 intel-rapl:1 intel-rapl:1:1)"
}

@test "the run lasted as long as its command" {
	between 3 "$(sql 'SELECT seconds FROM v_trial')" 3.5
}

@test "each package passed its range once, one dram twice" {
	is "$(sql "SELECT sum(wraps) FROM v_energy WHERE domain = 'package' AND counted")" 2
	# 2.7 ranges in 3 s: a busy machine takes long enough for the third
	has "$(sql "SELECT max(wraps) FROM v_energy WHERE domain = 'dram'")" '^[23]$'
}

@test "core and psys are stored and not added in" {
	is "$(sql "SELECT DISTINCT domain, counted FROM v_energy
	           WHERE domain IN ('core', 'psys') ORDER BY domain")" $'core|0\npsys|0'
	is "$(sql "SELECT count(*) FROM v_energy WHERE domain = 'core' AND phase_ordinal = 0")" 2
}

@test "joules that are not added in are true as well" {
	within "$(as_read 1)" "$(sql "SELECT sum(joules) FROM v_energy
	                 WHERE domain = 'psys' AND phase_ordinal = 0")" \
		"$(read_joules server intel-rapl:2)"
}

@test "the mmio view of a package is not counted again" {
	is "$(sql "SELECT count(*) FROM v_energy
	           WHERE domain = 'package' AND counted AND phase_ordinal = 0")" 2
}

@test "what a server's counters say is measured" {
	is "$(sql 'SELECT provenance FROM v_phase WHERE phase_ordinal = 0')" measured
}

@test "the report says measured and the joules" {
	run --separate-stderr joulecart report "$db"
	is "$status" 0
	has "$output" measured
	has_not "$output" ESTIMATED
}
