#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "counters that may not be read give an estimate that says so" {
	run -0 --separate-stderr run_on eacces sleep 0.3
	has "$stderr" 'ESTIMATED'
	is "$(sql 'SELECT provenance FROM v_phase WHERE phase_ordinal = 0')" estimated
}

@test "counters that may not be read are a stated gap with a remedy" {
	run_on eacces sleep 0.3
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'powercap'")" 0
	has "$(sql "SELECT lower(why) FROM gap WHERE collector = 'powercap'")" 'permission denied'
	[ -n "$(sql "SELECT todo FROM gap WHERE collector = 'powercap' LIMIT 1")" ]
}

@test "one counter that may not be read leaves the others measured" {
	run_on partly-eacces sleep 1
	within 1 "$(energy_of package-0 joules)" "$(true_joules partly-eacces intel-rapl:0)"
	has "$(sql "SELECT lower(why) FROM gap WHERE collector = 'powercap'")" 'permission denied'
}

@test "doctor says permission denied and what to run" {
	run -0 on eacces "$JOULECART" doctor --json
	is "$(jq -r '.collectors[] | select(.name == "powercap") | .status' <<<"$output")" fix
	has "$(jq -r '.collectors[] | select(.name == "powercap") | .why' <<<"$output")" \
		'permission denied'
}

@test "memory's counter without the package's is no measurement" {
	run -0 --separate-stderr run_on package-eacces sleep 0.3
	has "$stderr" 'ESTIMATED'
	is "$(sql 'SELECT provenance FROM v_phase WHERE phase_ordinal = 0')" estimated
	has "$(sql "SELECT lower(why) FROM gap WHERE collector = 'powercap'")" \
		'^package-1 cannot be read: permission denied'
	run -125 --separate-stderr on package-eacces "$JOULECART" run --require-measured -- true
	has "$stderr" 'chmod'
}

@test "doctor shows the remedy for one package that may not be read" {
	run -0 on package-eacces "$JOULECART" doctor --json
	has "$(jq -r '.collectors[] | select(.name == "powercap") | .fix' <<<"$output")" 'chmod'
}

@test "a package that its second view can read is measured" {
	run_on msr-eacces sleep 1
	is "$(sql 'SELECT provenance FROM v_phase WHERE phase_ordinal = 0')" modelled
	within 1 "$(energy_of package-0-mmio joules)" "$(true_joules msr-eacces intel-rapl:0)"
}

@test "memory that may not be read is named below the total that lacks it" {
	run -0 --separate-stderr run_on partly-eacces sleep 0.3
	has "$stderr" 'dram-0 not read: not in the total'
	has_not "$stderr" ESTIMATED
}

@test "an event counted in user space alone, for want of the right to more, is named so" {
	[ "$(cat /proc/sys/kernel/perf_event_paranoid)" = 2 ] ||
		skip 'perf_event_paranoid decides, and is not 2'
	unprivileged "$JOULECART" run -q --events page-faults,task-clock -o "$db" -- true
	is "$(sql "SELECT name FROM channel WHERE collector = 'hwevents' ORDER BY name")" \
		$'page-faults:u\ntask-clock'
}

@test "a container that hides what powercap's links lead to has a remedy of its own" {
	need_machines
	run -0 --separate-stderr on server sh -c 'mkdir -p class/powercap &&
		ln -s ../../devices/virtual/powercap/intel-rapl/intel-rapl:0 class/powercap/intel-rapl:0 &&
		ln -s ../../devices/virtual/powercap/intel-rapl class/powercap/intel-rapl &&
		mount --bind class /sys/class && exec "$@"' sh "$JOULECART" doctor --json
	is "$(jq -r '.collectors[] | select(.name == "powercap") | .why' <<<"$output")" \
		'1 zone: its link leads nowhere: this container hides what it leads to'
	has "$output" \
		"systempaths=unconfined' \(Docker\) or '--security-opt unmask=/sys/devices/virtual/powercap' \(Podman\)"
}
