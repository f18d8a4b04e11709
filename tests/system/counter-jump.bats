#!/usr/bin/env bats
load ../helper

@test "a counter that jumps back is no wraparound: it is said, and the interval holds the truth" {
	need_machines
	run_on jump sleep 3
	# read but once a second on a machine that is too busy, it is a jump that nobody saw
	[ "$(sql "SELECT count(*) FROM gap WHERE kind = 'lost-ticks'")" != 0 ] ||
		is "$(sql "SELECT kind FROM gap WHERE name = 'package-0'")" implausible-step
	between "$(energy_of package-0 joules_low)" "$(true_joules jump intel-rapl:0)" \
		"$(energy_of package-0 joules_high)"
	within 10 "$(energy_of package-0 joules)" "$(true_joules jump intel-rapl:0)"
}
