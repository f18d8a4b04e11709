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

@test "a count of throttling that falls is a gap, and no negative count" {
	mkdir -p cpus/cpu0/topology cpus/cpu0/thermal_throttle
	echo 0 | tee cpus/cpu0/topology/physical_package_id >cpus/cpu0/topology/package_cpus_list
	echo 100 >cpus/cpu0/thermal_throttle/package_throttle_count
	# shellcheck disable=SC2016 # expands there
	alone sh -euc 'mount --bind cpus /sys/devices/system/cpu; exec "$@"' sh "$JOULECART" run -q -o "$db" -- \
		sh -c 'sleep 0.2; echo 5 >cpus/cpu0/thermal_throttle/package_throttle_count; sleep 1.5'
	is "$(sql "SELECT value >= 0 FROM v_event WHERE event = 'package-throttles' AND phase_ordinal = 0")" 1
	is "$(sql "SELECT DISTINCT why FROM gap WHERE name = 'package-throttles' AND kind <> 'lost-ticks'")" 'it shows a number that cannot be'
}
