#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "a zone that vanishes does not end the command or change its status" {
	run -5 run_on vanishing sh -c 'sleep 1.6; exit 5'
	is "$(sql 'SELECT exit_code FROM trial')" 5
}

@test "the zones that stay are measured to the end" {
	run_on vanishing sleep 2
	# how late a busy machine reads at the edges is in the interval
	between "$(energy_of package-0 joules_low)" "$(true_joules vanishing intel-rapl:0)" \
		"$(energy_of package-0 joules_high)"
	within 10 "$(energy_of package-0 joules)" "$(true_joules vanishing intel-rapl:0)"
	is "$(sql "SELECT max(n) > 0 AND sum(n_failed) = 0 FROM stretch JOIN channel USING (channel_id)
		WHERE name = 'package-0'")" 1
}

@test "a zone that vanished is a gap to the end, and the interval holds the truth" {
	run_on vanishing sleep 2
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE name = 'package-1' AND kind <> 'lost-ticks'")" read-error
	has "$(sql "SELECT why FROM gap WHERE name = 'package-1'")" 'No such device'
	between "$(energy_of package-1 joules_low)" "$(true_joules vanishing intel-rapl:1)" \
		"$(energy_of package-1 joules_high)"
}

@test "a zone that comes back is read again, and the interval holds the truth" {
	run_in_time_on returning sleep 2.5
	between "$(energy_of package-1 joules_low)" "$(true_joules returning intel-rapl:1)" \
		"$(energy_of package-1 joules_high)"
	[ "$(sql "SELECT max(n) FROM stretch JOIN channel USING (channel_id)
	          WHERE name = 'package-1' AND seq = (SELECT max(seq) FROM stretch)")" -gt 0 ]
}
