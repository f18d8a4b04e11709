#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_mounts
	mkdir devices
	for pmu in cpu_core:4:0-15 cpu_atom:4000010:16-23; do
		IFS=: read -r name type cpus <<<"$pmu"
		mkdir -p "devices/$name"
		echo "$type" >"devices/$name/type"
		echo "$cpus" >"devices/$name/cpus"
	done
}

# COMMAND where the processor seems to have P and E cores; no kernel has a PMU of that type.
on_hybrid() {
	alone sh -c 'mount --bind devices /sys/bus/event_source/devices && exec "$@"' sh "$@"
}

@test "an event that one kind of core cannot count is a gap that names the kind, not half a count" {
	on_hybrid "$JOULECART" run -q -o "$db" --events=task-clock,instructions -- true
	is "$(sql "SELECT count(*) FROM channel WHERE name LIKE 'instructions%'")" 0
	has "$(sql "SELECT why FROM gap WHERE name = 'instructions'")" 'cpu_atom: '
}
