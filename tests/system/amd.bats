#!/usr/bin/env bats
# AMD's processors count each core by itself.
load ../helper

devices=/sys/bus/event_source/devices

# with_cores COMMAND [ARG]...: where a PMU 'power_core' counts; behind it is a clock of each CPU,
# so that every core draws 3 W.
with_cores() {
	mkdir -p devices/power_core/events
	echo 1 >devices/power_core/type # PERF_TYPE_SOFTWARE
	echo "0-$(($(nproc --all) - 1))" >devices/power_core/cpumask
	echo event=0x00 >devices/power_core/events/energy-core # PERF_COUNT_SW_CPU_CLOCK
	echo 3e-9 >devices/power_core/events/energy-core.scale
	echo Joules >devices/power_core/events/energy-core.unit
	# shellcheck disable=SC2016 # expands there
	alone sh -c 'mount --bind devices "$0" && exec "$@"' $devices "$@"
}

@test "the core zone of powercap says that it is one core's" {
	need_machines
	run_on amd sleep 1
	within 1 "$(stored_joules)" "$(true_joules amd intel-rapl:0)"
	is "$(sql "SELECT group_concat(name || ' ' || counted, ', ') FROM channel WHERE collector = 'powercap'")" \
		'package-0 1, core-0 0'
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE name = 'core-0' AND collector = 'powercap'")" \
		'one core of the package; power-core has all'
	is "$(sql "SELECT DISTINCT provenance FROM channel WHERE collector = 'powercap'")" modelled
}

@test "all cores of a package together are one channel, within the package" {
	need_mounts
	with_cores "$JOULECART" run -q -o "$db" -- sleep 2.5
	[ -z "$(sql "SELECT why FROM gap WHERE collector = 'power-core'")" ] ||
		skip "$(sql "SELECT why FROM gap WHERE collector = 'power-core'")"
	is "$(sql "SELECT name, domain, counted FROM channel WHERE collector = 'power-core'
		LIMIT 1")" 'core-0|core|0'
	within 5 "$(sql "SELECT sum(watts) FROM v_energy WHERE collector = 'power-core' AND phase_ordinal = 0")" \
		"$(($(nproc) * 3))"
	between 3 "$(sql "SELECT sum(n) FROM stretch JOIN channel USING (channel_id) WHERE name = 'core-0'
		AND collector = 'power-core'")" 5
	has "$(with_cores "$JOULECART" doctor)" "ok +power-core $(nproc) cores? of 1 package"
}

@test "who may not see the whole machine is told what to set" {
	need_mounts
	[ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt 0 ] || skip 'everybody may here'
	run -0 with_cores setpriv --bounding-set=-all --inh-caps=-all "$JOULECART" doctor --json
	has "$output" 'perf_event_paranoid'
	is "$(jq -r '.collectors[] | select(.name == "power-core") | .status' <<<"$output")" fix
}

@test "without that PMU doctor says whose it is, or since when" {
	[ ! -e $devices/power_core ] || skip 'it is here'
	has "$(joulecart doctor)" "none +power-core no 'power_core' PMU: "
}
