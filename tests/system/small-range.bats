#!/usr/bin/env bats
load ../helper

@test "a range that is passed 2.7 times in 3 s loses nothing" {
	need_machines
	run_in_time_on small-range sleep 3
	within 1 "$(stored_joules)" "$(true_joules small-range intel-rapl:0)"
	is "$(energy_of package-0 wraps)" 2
}
