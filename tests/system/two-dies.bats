#!/usr/bin/env bats
load ../helper

@test "a socket of two dies counts both, and their memory" {
	need_machines
	run_on two-dies sleep 1.5
	within 1 "$(stored_joules)" \
		"$(true_joules two-dies intel-rapl:0 intel-rapl:0:0 intel-rapl:1 intel-rapl:1:0)"
}
