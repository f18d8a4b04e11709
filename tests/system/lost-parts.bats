#!/usr/bin/env bats
# One part of a source that fails never takes the rest of it with it: of sources that no simulated
# machine has. (A zone, a board, a meter, a battery, an event of PAPI: in the files of their names.)
load ../helper

# without FILE COMMAND [ARG]...: where that file cannot be opened.
without() {
	need_mounts
	need python3 python3
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("nothing")' # ENXIO, for root too
	alone sh -euc 'mount --bind nothing "$1"; shift; exec "$@"' sh "$@"
}

@test "an event that this machine cannot count leaves the others counted" {
	joulecart run -q --events task-clock,nothing_pmu/x=1/,page-faults -o "$db" -- true
	# ":u": who may not count the kernel's
	is "$(sql "SELECT count(*) FROM v_event WHERE event IN ('task-clock', 'page-faults', 'page-faults:u')
		AND phase_ordinal = 0 AND value > 0")" 2
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'hwevents' AND name LIKE 'nothing%'")" 1
}

@test "without the machine's CPU time that of the command is known, and what is missing is said" {
	without /proc/stat "$JOULECART" run -q -o "$db" -- sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done'
	is "$(sql "SELECT sum(advance) > 0 FROM stretch JOIN channel USING (channel_id)
		WHERE collector = 'cputime' AND name = 'tree'")" 1
	is "$(sql "SELECT group_concat(name) FROM gap WHERE collector = 'cputime' AND name IN ('busy', 'steal')")" \
		busy,steal
	is "$(sql "SELECT count(*) FROM v_energy WHERE joules_attributed IS NOT NULL
		AND provenance <> 'estimated' AND phase_ordinal = 0")" 0
	run -0 joulecart report "$db"
	run -0 joulecart verify "$db"
}

@test "without the counts of memory a live view has those of the scheduler" {
	need_mounts # a skip within 'run' is none
	run -0 --separate-stderr without /proc/vmstat "$JOULECART" live --csv --seconds 2
	has "${lines[0]}" 'context-switches'
	run awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ for (name in at) if (name ~ /context-switches/ && $at[name] > 0) counted = 1
		  for (name in at) if (name ~ /page-faults/ && $at[name] != "") faults = 1 }
		END { print counted + 0, faults + 0 }' <<<"$output"
	is "$output" '1 0'
}

@test "a sensor that cannot be read leaves the others, and what the kernel does not show is said" {
	need_machines
	printf 'text hwmon/hwmon0/%s\n' 'name coretemp' 'temp1_input broken' 'temp2_input 65000' >hot.machine
	MACHINE_FILE=$PWD/hot.machine "$fakes/mount-machine.sh" x "$JOULECART" run -q -o "$db" -- true
	is "$(sql "SELECT value FROM v_event WHERE event = 'cpu-celsius' AND phase_ordinal = 0")" 65.0
	is "$(sql "SELECT group_concat(name) FROM (SELECT name FROM gap WHERE collector = 'context' ORDER BY name)")" \
		cpu-mhz,package-throttles
}
