#!/usr/bin/env bats
load ../helper

msr=/sys/bus/event_source/devices/msr

# Two memory controllers as the kernel shows them, behind which are real counters: the
# processor's time stamps, as the PMU "msr" counts them.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_mounts
	[ -r $msr/events/tsc ] || skip 'this kernel has no PMU to count with'
	mkdir devices
	for pmu in devices/uncore_imc_0 devices/uncore_imc_1; do
		mkdir $pmu $pmu/events $pmu/format
		cat $msr/type >$pmu/type
		echo 0 >$pmu/cpumask
		echo config:0-7 >$pmu/format/event
		echo event=0x00 >$pmu/events/data_reads
		echo 0.5 >$pmu/events/data_reads.scale
		echo MiB >$pmu/events/data_reads.unit
	done
}

# COMMAND where these are the only PMUs.
with_controllers() {
	alone sh -c 'mount --bind devices /sys/bus/event_source/devices && exec "$@"' sh "$@"
}

value() {
	sql "SELECT value FROM v_event WHERE phase_ordinal = 0 AND event = '$1'"
}

@test "a memory controller's event is of the whole machine, scaled, all its channels together" {
	with_controllers "$JOULECART" run -q -o "$db" \
		--events=uncore_imc/data_reads/,uncore_imc_0/event=0/ -- sleep 0.3
	[ -n "$(value uncore_imc_0/event=0/@machine)" ] || skip "$(sql 'SELECT why FROM gap')"
	# Two controllers, and half a MiB a count: as many as one controller's counts.
	within 5 "$(value 'uncore_imc/data_reads/@machine, MiB')" \
		"$(value uncore_imc_0/event=0/@machine)"
}

@test "an event of the machine is counted on every processor, beside the command's own" {
	[ "$(id -u)" = 0 ] || [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -le 0 ] ||
		skip 'only root may here'
	timeout 300 sh -c 'while :; do :; done' 3>&- &
	pid=$!
	joulecart run -q -o "$db" --events=cpu-clock@machine,page-faults@machine,page-faults,nosuch@machine \
		-- sh -c 'sleep 1; ls >/dev/null' 2>warned
	kill "$pid"
	has "$(cat warned)" "warning: 'nosuch@machine' is not counted"
	# a clock runs on each processor all the time
	within 15 "$(value cpu-clock@machine)" "$(sql "SELECT $(nproc) * seconds FROM v_trial")"
	between 1 "$(value page-faults)" "$(value page-faults@machine)"
	has "$(sql "SELECT why FROM gap WHERE name = 'nosuch@machine'")" '.'
}

@test "who may not see the whole machine is told what to set" {
	[ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt 0 ] || skip 'everybody may here'
	with_controllers setpriv --bounding-set=-all --inh-caps=-all \
		"$JOULECART" run -q -o "$db" --events=task-clock,uncore_imc/data_reads/ -- true
	has "$(sql "SELECT why FROM gap WHERE name LIKE 'uncore%'")" 'perf_event_paranoid is'
	has "$(sql "SELECT todo FROM gap WHERE name LIKE 'uncore%'")" 'perf_event_paranoid=0'
}

@test "an event that no PMU describes is warned of and a gap" {
	run -0 --separate-stderr with_controllers "$JOULECART" run -q -o "$db" \
		--events=task-clock,uncore_imc/writes/,uncore_cha/x=1,y=2/ -- true
	has "$stderr" "'uncore_imc/writes/' is not counted: uncore_imc_0 has no event and no term 'writes'"
	has "$stderr" "'uncore_cha/x=1,y=2/' is not counted: this machine has no PMU 'uncore_cha'"
	is "$(sql "SELECT count(*) FROM gap WHERE name LIKE 'uncore%'")" 2
}
