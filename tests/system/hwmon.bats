#!/usr/bin/env bats
# Boards' own meters: powers integrated, counters differenced, nothing added up twice.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

counted() {
	sql "SELECT group_concat(channel, ' ') FROM (SELECT channel FROM v_energy
	     WHERE phase_ordinal = 0 AND counted ORDER BY channel)"
}

@test "a meter of the whole machine counts alone, and contains what is inside" {
	run -0 --separate-stderr run_on hwmon sleep 2
	is "$(counted)" power_meter-power1-average
	within 10 "$(stored_joules)" "$(truth hwmon hwmon hwmon/hwmon0/power1_average)"
	is_within_interval "$(truth hwmon hwmon hwmon/hwmon0/power1_average)"
	is "$(sql "SELECT DISTINCT inside FROM channel WHERE domain = 'gpu'
	           AND name IN ('amdgpu-PPT', 'xe-card')")" power_meter-power1-average
	has "$stderr" "not counted +losses before the machine's meter"
	has "$stderr" measured
}

@test "powers of a slow and joules of a fast board are true" {
	run_on hwmon sleep 2
	within 5 "$(sql "SELECT joules FROM v_energy WHERE channel = 'amdgpu-PPT'
	                 AND phase_ordinal = 0")" \
		"$(truth hwmon hwmon hwmon/hwmon1/power1_input)"
	within 1 "$(sql "SELECT joules FROM v_energy WHERE channel = 'xe-card'
	                 AND phase_ordinal = 0")" \
		"$(truth hwmon hwmon hwmon/hwmon2/energy1_input)"
	is "$(sql "SELECT kind, integration FROM channel WHERE name = 'amdgpu-PPT'")" \
		'gauge|mean-hold'
}

@test "a graphics board is added to the packages, the machine's meter is only shown" {
	run_on graphics sleep 2
	is "$(counted)" 'package-0 xe-energy1'
	within 1 "$(stored_joules)" \
		"$(truth hwmon graphics intel-rapl:0 hwmon/hwmon0/energy1_input)"
}

@test "a package that RAPL and amdgpu both see is counted once" {
	run_on apu sleep 0.5
	is "$(counted)" package-0
	is "$(sql "SELECT inside FROM channel WHERE collector = 'hwmon'")" package-0
}

@test "volts times amperes of the rail that carries the board are its energy" {
	run_on jetson sleep 2
	is "$(counted)" ina3221-VDD_IN
	within 10 "$(stored_joules)" "$(truth hwmon jetson hwmon/hwmon0/curr1_input)"
	is_within_interval "$(truth hwmon jetson hwmon/hwmon0/curr1_input)"
}

@test "a sensor that fails is a gap whose bounds hold the truth, not a zero" {
	run_on jetson sleep 2
	has "$(sql "SELECT kind FROM gap WHERE name = 'ina3221-VDD_SOC'")" read-error
	between "$(sql "SELECT joules_low FROM v_energy WHERE channel = 'ina3221-VDD_SOC'
	                AND phase_ordinal = 0")" \
		"$(truth hwmon jetson hwmon/hwmon0/curr3_input)" \
		"$(sql "SELECT joules_high FROM v_energy WHERE channel = 'ina3221-VDD_SOC'
	                AND phase_ordinal = 0")"
}

@test "doctor names the sensors" {
	run -0 on hwmon "$JOULECART" doctor
	has "$output" 'ok +hwmon +5 sensors: power_meter'
}
