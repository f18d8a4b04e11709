#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "reads that fail for 0.6 s lose no joule" {
	run_on eio sleep 2.5
	within "$(as_read 1)" "$(stored_joules)" "$(read_joules eio intel-rapl:0 intel-rapl:0:0)"
}

@test "reads that fail are a gap with its reason and its span" {
	run_in_time_on eio sleep 2.5
	has "$(sql "SELECT why FROM gap WHERE name = 'package-0'")" 'Input/output error'
	between 0.4 "$(sql "SELECT sum(end_mono_ns - begin_mono_ns) * 1e-9 FROM gap
	                    WHERE name = 'package-0'")" 0.9
}

@test "a run that ends while reads fail gives an interval that holds the truth" {
	run_on eio sleep 1.1
	between "$(energy_of package-0 joules_low)" "$(true_joules eio intel-rapl:0)" \
		"$(energy_of package-0 joules_high)"
	has "$(energy_of package-0 'joules_high - joules_low > 10')" 1
}

@test "failed reads are empty in the samples, with the error's name" {
	run_in_time_on eio sleep 1.5
	has "$(joulecart samples "$db")" '"powercap","package-0",[0-9]+,[0-9]+,,[^,]*,J,"EIO"'
}
