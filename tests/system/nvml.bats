#!/usr/bin/env bats
# NVIDIA's boards, by a library that stands in for the driver's.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

measure() {
	with_boards "$1" "$JOULECART" run -o "$db" "${@:2}" -- sleep 2
}

of_board() { # CHANNEL COLUMN
	sql "SELECT $2 FROM v_energy WHERE collector = 'nvml' AND phase_ordinal = 0
	     AND channel = '$1'"
}

counted() {
	sql "SELECT group_concat(channel, ' ') FROM (SELECT channel FROM v_energy
	     WHERE phase_ordinal = 0 AND counted ORDER BY channel)"
}

@test "boards' counters are true, and counted beside the packages" {
	run -0 --separate-stderr measure gpus
	within 2 "$(of_board gpu-0 joules)" "$(truth nvml gpus nvml/0/energy1_input)"
	within 2 "$(of_board gpu-1 joules)" "$(truth nvml gpus nvml/1/energy1_input)"
	is "$(counted)" 'gpu-0 gpu-1 package-0'
	is_within_interval "$(truth nvml gpus intel-rapl:0 nvml/0/energy1_input nvml/1/energy1_input)"
	has "$stderr" 'gpu-1 2'
}

@test "power is kept beside the counter, and the same board's hwmon sensor is not added" {
	measure false-gpu
	is "$(sql "SELECT kind, counted, inside FROM channel WHERE name = 'gpu-0-power'")" 'gauge|0|gpu-0'
	within 2 "$(of_board gpu-0-power joules)" "$(truth nvml false-gpu nvml/0/power1_input)"
	is "$(sql "SELECT counted, inside FROM channel WHERE collector = 'hwmon'")" '0|gpu-0'
}

@test "what a board ran at is kept as means" {
	measure gpus
	is "$(sql "SELECT event, round(value) FROM v_event WHERE source = 'nvml'
	           AND phase_ordinal = 0 ORDER BY event")" \
		$'gpu-0-busy-percent|97.0\ngpu-0-celsius|61.0\ngpu-0-sm-mhz|1410.0\ngpu-0-throttle-bits|4.0'
}

@test "a divided board is said to be so, and its sensor's window is its architecture's" {
	measure gpus
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE name = 'gpu-1'")" 'MIG is on: joules of the whole board'
	is "$(sql "SELECT name, update_interval_ns / 1000000 FROM channel
	           WHERE collector = 'nvml' AND unit IN ('J', 'W') ORDER BY name")" \
		$'gpu-0|100\ngpu-0-power|100\ngpu-1|100\ngpu-1-power|1000'
}

@test "CUDA_VISIBLE_DEVICES and --gpus choose the boards" {
	CUDA_VISIBLE_DEVICES=1 measure gpus
	is "$(counted)" 'gpu-1 package-0'
	db=other.db CUDA_VISIBLE_DEVICES=1 measure gpus --gpus GPU-8932
	db=other.db
	is "$(counted)" 'gpu-0 package-0'
	db=none.db CUDA_VISIBLE_DEVICES="" measure gpus
	db=none.db
	is "$(counted)" package-0
	has "$(sql "SELECT why FROM gap WHERE collector = 'nvml'")" 'leaves no board visible'
}

@test "a MIG instance stands for its board, by either form of its name" {
	CUDA_VISIBLE_DEVICES=MIG-5f1c4ab1-99bb-5ed0-b2a1-6a06e5ba4d4d measure gpus
	is "$(counted)" 'gpu-1 package-0'
	db=old.db CUDA_VISIBLE_DEVICES=MIG-GPU-8932f937-d72c-4106-c12f-20bd9faed9f6/1/0 measure gpus
	db=old.db
	is "$(counted)" 'gpu-0 package-0'
	db=none.db CUDA_VISIBLE_DEVICES=MIG-5f1c4ab1-0000-0000-0000-000000000000 measure gpus
	db=none.db
	is "$(counted)" package-0
}

@test "a board without a counter counts by its power, and the CPU stays ESTIMATED" {
	run -0 --separate-stderr measure old-gpu
	is "$(counted)" 'gpu-0-power machine'
	within 6 "$(of_board gpu-0-power joules)" "$(truth nvml old-gpu nvml/0/power1_input)"
	run -125 --separate-stderr measure old-gpu --require-measured
	has "$stderr" 'refused to run'
}

@test "a counter and a power that differ by more than 10 % are noted" {
	run -0 --separate-stderr measure false-gpu
	run -0 --separate-stderr joulecart report "$db"
	has "$output" 'gpu-0: its counter says [0-9.]+ J, its power [0-9.]+ J: 43 % apart'
	has_not "$output" 'gpu-2: its counter'
	# nobody knows which is right: the total's bounds hold both, and that is a gap
	is "$(of_board gpu-0 'joules_low <= 1.02 * 0.57 * joules')" 1
	is "$(of_board gpu-2 'joules_low > 0.6 * joules')" 1
	has "$(sql "SELECT why FROM gap WHERE name = 'gpu-0'")" 'another source of the same hardware'
	run -0 joulecart verify "$db"
}

@test "a board that the driver refuses to read is a reason, not 0 joules" {
	measure false-gpu
	is "$(of_board gpu-1 joules)" ''
	has "$(sql "SELECT why FROM gap WHERE name = 'gpu-1'")" 'neither energy nor power: Not Supported'
}

@test "a counter that fails for a while loses nothing and says so" {
	measure false-gpu
	within 2 "$(of_board gpu-2 joules)" "$(truth nvml false-gpu nvml/2/energy1_input)"
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE name = 'gpu-2' AND kind <> 'lost-ticks'")" read-error
}

@test "doctor names each board; without the library it says that there is no driver" {
	run -0 with_boards gpus "$JOULECART" doctor
	output=$(tr -s ' \n' ' ' <<<"$output") # its lines are wrapped
	has "$output" 'ok +nvml +gpu-0 NVIDIA A100-PCIE-40GB: energy counter, updates every 100 ms'
	has "$output" 'gpu-1 NVIDIA H100 PCIe: .*shared \(MIG\)'
	run -0 with_boards server "$JOULECART" doctor
	has "$output" 'fix +nvml +NVML: Driver Not Loaded'
	ldconfig -p | grep -q libnvidia-ml && skip 'this machine has the driver'
	run -0 joulecart doctor
	has "$output" 'none +nvml +no NVIDIA driver'
}

@test "where a counter stands still while its board works, the board's power counts in its place" {
	sed 's|^sensor nvml/0/energy1_input.*|& fault=stuck:0|' "$fakes/machines/gpus.machine" >stuck.machine
	env NVML_STANDIN="$PWD/stuck.machine" MACHINE_FILE="$PWD/stuck.machine" \
		LD_LIBRARY_PATH="$NVML_FOLDER" "$fakes/mount-machine.sh" x "$JOULECART" run -q -o "$db" -- sleep 1.5
	has "$(joulecart report "$db" | tr -s ' \n' ' ')" \
		'gpu-0 stuck: it stood still all the time, while gpu-0-power told [0-9.e+]* J of the same hardware: that is counted in its place'
	is "$(of_board gpu-0 joules)" ''
	between 100 "$(of_board gpu-0-power joules)" 300
	is "$(sql "SELECT group_concat(name, ' ') FROM (SELECT name FROM channel WHERE counted ORDER BY name)")" \
		'gpu-0-power gpu-1 package-0'
	is "$(sql "SELECT inside FROM channel WHERE name = 'gpu-0'")" gpu-0-power
	joulecart verify "$db"
}

@test "a board that is there and tells no energy is named where what is not counted stands" {
	printf '%s\n' 'zone intel-rapl:0 package-0 power=const:90 max_power_w=205' \
		'text nvml/0/name NVIDIA GeForce GTX 1050 Ti' 'text nvml/0/uuid GPU-8932f937' \
		'text nvml/0/bus 00000000:03:00.0' 'text nvml/0/architecture 4' >old.machine
	NVML_STANDIN=$PWD/old.machine LD_LIBRARY_PATH=$NVML_FOLDER \
		on_described "$JOULECART" run -o "$db" -- sleep 0.3 <old.machine 2>said
	has "$(cat said)" 'not counted +NVIDIA GeForce GTX 1050 Ti, fans'
	has "$(sql "SELECT why FROM v_boundary WHERE component = 'graphics processor'")" \
		'^gpu-0: NVIDIA GeForce GTX 1050 Ti: neither energy nor power: Not Supported'
	is "$(counted)" package-0
}

@test "a board on the bus of which no driver tells is named, with what to do" {
	need_mounts
	mkdir -p bus/0000:03:00.0 bus/0000:03:00.1
	echo 0x10de >bus/0000:03:00.0/vendor
	echo 0x10de >bus/0000:03:00.1/vendor
	echo 0x030000 >bus/0000:03:00.0/class
	echo 0x040300 >bus/0000:03:00.1/class # its sound
	run -0 alone sh -c 'mount --bind bus /sys/bus/pci/devices && exec "$@"' sh "$JOULECART" run -q -o "$db" -- true
	is "$(sql "SELECT name, why, todo FROM gap WHERE collector = 'nvml'")" \
		"gpu-0000:03:00.0|an NVIDIA board: no NVIDIA driver: libnvidia-ml.so.1 is not installed|install NVIDIA's driver"
}

@test "temperature, clock and load that cannot be are no readings, and take no joule with them" {
	printf '%s\n' 'zone intel-rapl:0 package-0 power=const:90 max_power_w=205' 'text nvml/0/name Tesla V100' \
		'text nvml/0/uuid GPU-00000000' 'text nvml/0/architecture 5' 'text nvml/0/limit_mw 300000' \
		'text nvml/0/temperature 4294967295' 'sensor nvml/0/energy1_input power=const:100' >board.machine
	NVML_STANDIN=$PWD/board.machine LD_LIBRARY_PATH=$NVML_FOLDER \
		on_described "$JOULECART" run -q -o "$db" -- sleep 0.5 <board.machine
	is "$(sql "SELECT value IS NULL FROM v_event WHERE event = 'gpu-0-celsius' AND phase_ordinal = 0")" 1
	has "$(sql "SELECT why FROM gap WHERE name = 'gpu-0-celsius'")" 'a number that cannot be'
	within 10 "$(of_board gpu-0 joules)" "$(of_board gpu-0 '100 * seconds')"
}

@test "a board's counter that jumps, up or down, adds nothing of the jump" {
	local joules
	for joules in 1000000 -30; do
		db=jump$joules.db
		printf '%s\n' 'zone intel-rapl:0 package-0 power=const:90 max_power_w=205' 'text nvml/0/name Tesla V100' \
			'text nvml/0/uuid GPU-00000000' 'text nvml/0/architecture 5' 'text nvml/0/limit_mw 300000' \
			"sensor nvml/0/energy1_input power=const:100 fault=jump:0.6:$joules" >board.machine
		NVML_STANDIN=$PWD/board.machine LD_LIBRARY_PATH=$NVML_FOLDER \
			on_described "$JOULECART" run -q -o "$db" -- sleep 2 <board.machine
		is "$(of_board gpu-0 'joules > 0 AND joules < 1.05 * 100 * seconds AND 100 * seconds BETWEEN joules_low AND joules_high')" 1
		has "$(sql "SELECT group_concat(kind) FROM gap WHERE name = 'gpu-0'")" implausible-step
		joulecart verify "$db"
	done
}
