#!/usr/bin/env bats
# A laptop's battery is the whole machine, coarsely, while it discharges.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "a discharging battery measures the machine, and says that it is coarse" {
	run -0 --separate-stderr run_on laptop sleep 2
	within 2 "$(stored_joules)" "$(truth battery laptop power_supply/BAT0/power_now)"
	is_within_interval "$(truth battery laptop power_supply/BAT0/power_now)"
	is "$(sql "SELECT DISTINCT collector FROM channel WHERE counted")" battery
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE collector = 'battery'")" '^coarse'
}

@test "on mains power the battery is no measurement" {
	run -0 --separate-stderr run_on plugged-in sleep 0.2
	has "$stderr" ESTIMATED
	has "$(sql "SELECT why FROM gap WHERE collector = 'battery'")" '^on mains power, or charging'
}

@test "a battery that cannot be read any more is a gap whose interval holds the truth" {
	run_on worn-battery sleep 3
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE collector = 'battery'")" read-error
	is_within_interval "$(truth battery worn-battery power_supply/BAT0/power_now power_supply/BAT1/power_now)"
}
