#!/usr/bin/env bats
# The kernel's 'power' PMU and what it may show. Behind it is a clock of a processor, of which a scale makes
# watts.
load ../helper

devices=/sys/bus/event_source/devices

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_mounts
	mkdir -p devices/power/events
	echo 1 >devices/power/type # PERF_TYPE_SOFTWARE
	echo 0 >devices/power/cpumask
}

# event NAME CODE SCALE: CODE 0x00 is the clock, in nanoseconds; 0x09 counts nothing, ever.
event() {
	echo "event=$2" >"devices/power/events/energy-$1"
	echo "$3" >"devices/power/events/energy-$1.scale"
	echo Joules >"devices/power/events/energy-$1.unit"
}

run_there() {
	# shellcheck disable=SC2016 # expands there
	alone sh -c 'mount --bind devices "$0" && exec "$@"' $devices "$JOULECART" run -q --rapl power-pmu -o "$db" -- "$@"
	[ -z "$(sql "SELECT why FROM gap WHERE collector = 'power-pmu' AND why LIKE '%perf_event_paranoid%'")" ] ||
		skip 'only root may here'
}

pmu_energy() { # CHANNEL COLUMN
	sql "SELECT $2 FROM v_energy WHERE collector = 'power-pmu' AND channel = '$1' AND phase_ordinal = 0"
}

@test "a domain whose scale is nonsense is absent, and the others are counted" {
	event pkg 0x00 3e-9
	event cores 0x00 1e-9
	local scale
	for scale in 0 -1 nan inf 1e-9x; do
		db=scale$scale.db
		event ram 0x00 "$scale"
		run_there sleep 0.6
		is "$(sql "SELECT name FROM gap WHERE collector = 'power-pmu' AND kind = 'unavailable'")" dram
		within 10 "$(pmu_energy package-0 watts)" 3
		within 10 "$(pmu_energy core-0 watts)" 1
		is "$(sql "SELECT group_concat(name) FROM channel WHERE collector = 'power-pmu' AND counted")" package-0
	done
}

@test "a package that climbs faster than any can draw, or stands still, is unknown" {
	local wrong
	for wrong in '0x00 5e-6' '0x09 3e-9'; do
		db=${wrong%% *}.db
		# shellcheck disable=SC2086 # two words
		event pkg $wrong
		run_there sleep 0.8
		is "$(pmu_energy package-0 'joules IS NULL')" 1
		is "$(sql "SELECT joules IS NULL FROM v_phase WHERE phase_ordinal = 0")" 1
		has "$(sql "SELECT group_concat(kind) FROM gap WHERE collector = 'power-pmu'")" 'implausible-step|stuck'
		run -0 joulecart verify "$db"
	done
}

@test "memory has the ceiling of memory" {
	event pkg 0x00 3e-9
	event ram 0x00 1.5e-6
	run_there sleep 0.6
	is "$(sql "SELECT group_concat(max_power_w) FROM (SELECT max_power_w FROM channel WHERE collector = 'power-pmu'
		ORDER BY name)")" 1000.0,2000.0
	is "$(pmu_energy dram-0 'joules IS NULL')" 1
	within 10 "$(pmu_energy package-0 watts)" 3
}

@test "a core that cannot be read makes the cores' sum unknown, not smaller" {
	mv devices/power devices/power_core
	echo event=0x00 >devices/power_core/events/energy-core
	echo 3e-9 >devices/power_core/events/energy-core.scale
	echo Joules >devices/power_core/events/energy-core.unit
	echo 0,100000 >devices/power_core/cpumask
	# shellcheck disable=SC2016 # expands there
	alone sh -c 'mount --bind devices "$0" && exec "$@"' $devices "$JOULECART" run -q -o "$db" -- true
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'power-core'")" 0
	has "$(sql "SELECT why FROM gap WHERE collector = 'power-core'")" '.'
}
