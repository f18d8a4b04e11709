#!/usr/bin/env bats
# A server's BMC says what the whole node draws: the device is made up.
load ../helper

IPMI_DEVICE_SO=${IPMI_DEVICE_SO:-$TESTS_SOURCE/tests/fakes/ipmi-device.so}
# What to put before a command; IPMI_BMC then says which machine.
with=(env LD_PRELOAD="$IPMI_DEVICE_SO" ASAN_OPTIONS=verify_asan_link_order=0)

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	[ -e "$IPMI_DEVICE_SO" ] || skip 'no library to preload'
}

# with_bmc MACHINE COMMAND [ARG]...
with_bmc() {
	local machine=$1
	shift
	IPMI_BMC=$fakes/machines/$machine.machine "${with[@]}" "$@"
}

# run_node MACHINE COMMAND [ARG]...: where nothing else measures.
run_node() {
	local machine=$1
	shift
	need_machines
	IPMI_BMC=$fakes/machines/$machine.machine on plugged-in "${with[@]}" "$JOULECART" run -o "$db" -- "$@"
}

@test "a BMC measures the whole node, and says that it is coarse" {
	need_machines # a skip within 'run' is none
	run -0 --separate-stderr run_node node sleep 3
	within 1 "$(stored_joules)" "$(truth ipmi node ipmi/power1_input)"
	is_within_interval "$(truth ipmi node ipmi/power1_input)"
	is "$(sql 'SELECT collector, name, provenance FROM channel WHERE counted')" 'ipmi|node|measured'
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE collector = 'ipmi'")" '^coarse'
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'ipmi'")" 0
}

@test "power that swings is within the interval, however slow the BMC" {
	run_node node-slow sleep 4
	is_within_interval "$(truth ipmi node-slow ipmi/power1_input)"
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'ipmi'")" 0
}

@test "a BMC that thinks for 0.3 s holds up no tick" {
	need_machines
	IPMI_BMC=$fakes/machines/node-slow.machine on server "${with[@]}" "$JOULECART" run -q -o "$db" --rate 50 -- sleep 3
	# Were it waited for, there would be ten; a busy machine misses some of the 150.
	[ "$(sql "SELECT sum(n) FROM stretch JOIN channel USING (channel_id) WHERE name = 'package-0'")" -ge 40 ]
	between 2 "$(sql "SELECT sum(n) FROM stretch JOIN channel USING (channel_id) WHERE name = 'node'")" 5
}

@test "where processors are measured the node is stored beside them, and never added" {
	need_machines
	IPMI_BMC=$fakes/machines/node.machine on server "${with[@]}" "$JOULECART" run -q -o "$db" -- sleep 1
	is "$(sql "SELECT counted FROM channel WHERE collector = 'ipmi'")" 0
	is "$(sql 'SELECT DISTINCT collector FROM channel WHERE counted')" powercap
	between 100 "$(sql "SELECT joules FROM v_energy WHERE collector = 'ipmi' AND phase_ordinal = 0")" 600
}

@test "a command shorter than a tick still has the node's last reading" {
	run_node node true
	is "$(sql "SELECT sum(n) FROM stretch JOIN channel USING (channel_id) WHERE name = 'node'")" 2
	has_not "$(sql "SELECT joules FROM v_energy WHERE channel = 'node'")" '^0(\.0)?$'
}

@test "a BMC that fails is a gap, and the interval holds the truth" {
	run_node node-failing sleep 4
	has "$(sql "SELECT DISTINCT kind || ': ' || why FROM gap WHERE collector = 'ipmi'")" '^read-error: '
	is_within_interval "$(truth ipmi node-failing ipmi/power1_input)"
}

@test "the command gets no descriptor of the BMC's device" {
	with_bmc node "$JOULECART" run -q -o "$db" -- sh -c 'ls -l /proc/self/fd' >seen
	is "$(grep -c eventfd seen)" 0
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'ipmi'")" 1
}

@test "doctor tells a BMC that cannot, one that does not, and one that may not be asked" {
	has "$(with_bmc node "$JOULECART" doctor)" 'ok +ipmi +the whole node .*coarse.*143 W'
	has "$(with_bmc node-old "$JOULECART" doctor)" 'none +ipmi +.*no DCMI'
	has "$(with_bmc node-unmeasured "$JOULECART" doctor)" 'none +ipmi +.*does not measure power'
	run with_bmc node-closed "$JOULECART" doctor
	has "$output" 'fix +ipmi +/dev/ipmi0 may be opened by root only'
	has "$output" 'sudo joulecart run'
}

@test "a BMC that the firmware tells of, without its driver, is a fix" {
	need_mounts
	[ -d /sys/firmware ] || skip 'no /sys/firmware'
	[ ! -e /dev/ipmi0 ] || skip 'a BMC is here'
	# shellcheck disable=SC2016 # expands there
	run -0 alone sh -c 'mount -t tmpfs none /sys/firmware && mkdir -p /sys/firmware/dmi/entries/38-0 &&
		"$JOULECART" doctor'
	has "$output" 'fix +ipmi +no /dev/ipmi0, although'
	has "$output" 'sudo modprobe -a ipmi_si ipmi_devintf'
}

@test "a BMC that shows its error value is no meter, and what it shows now and then is a gap" {
	need_machines
	local watts
	for watts in const:65535 const:0; do
		db=$watts.db
		echo "sensor ipmi/power1_input power=$watts interval_ms=1000" >bmc.machine
		IPMI_BMC=$PWD/bmc.machine on plugged-in "${with[@]}" "$JOULECART" run -q -o "$db" -- sleep 0.3
		is "$(sql "SELECT count(*) FROM channel WHERE collector = 'ipmi' AND counted")" 0
		has "$(sql "SELECT why FROM gap WHERE collector = 'ipmi'")" 'above the 2e\+04 W|does not measure power'
	done
	db=swings.db
	echo "sensor ipmi/power1_input power=square:143:65535:4 interval_ms=1000" >bmc.machine
	IPMI_BMC=$PWD/bmc.machine on plugged-in "${with[@]}" "$JOULECART" run -q -o "$db" -- sleep 4.2
	is "$(sql "SELECT coalesce(max(joules) < 1.1 * 143 * max(seconds), 1) FROM v_energy WHERE collector = 'ipmi'
		AND phase_ordinal = 0")" 1
	has "$(sql "SELECT group_concat(why) FROM gap WHERE collector = 'ipmi'")" 'cannot draw'
	joulecart verify "$db"
}
