#!/usr/bin/env bats
load ../helper

@test "a client's counters are called modelled, and count its package alone" {
	need_machines
	run_on client sleep 1.5
	within 1 "$(stored_joules)" "$(true_joules client intel-rapl:0)"
	is "$(sql 'SELECT provenance FROM v_phase WHERE phase_ordinal = 0')" modelled
}
