#!/usr/bin/env bats
# Boards' own meters: powers integrated, counters differenced, nothing added up twice.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

counted() {
	sql "SELECT group_concat(channel, ' ') FROM (SELECT channel FROM v_energy
	     WHERE phase_ordinal = 0 AND counted ORDER BY channel)"
}

@test "a meter of the whole machine counts alone, and contains what is inside" {
	run -0 --separate-stderr run_on hwmon sleep 2
	is "$(counted)" power_meter-power1-average
	within 10 "$(stored_joules)" "$(truth hwmon hwmon hwmon/hwmon0/power1_average)"
	is_within_interval "$(truth hwmon hwmon hwmon/hwmon0/power1_average)"
	is "$(sql "SELECT DISTINCT inside FROM channel WHERE domain = 'gpu'
	           AND name IN ('amdgpu-PPT', 'xe-card')")" power_meter-power1-average
	has "$stderr" "not counted +losses before the machine's meter"
	has "$stderr" measured
}

@test "powers of a slow and joules of a fast board are true" {
	run_on hwmon sleep 2
	within 5 "$(sql "SELECT joules FROM v_energy WHERE channel = 'amdgpu-PPT'
	                 AND phase_ordinal = 0")" \
		"$(truth hwmon hwmon hwmon/hwmon1/power1_input)"
	within 1 "$(sql "SELECT joules FROM v_energy WHERE channel = 'xe-card'
	                 AND phase_ordinal = 0")" \
		"$(truth hwmon hwmon hwmon/hwmon2/energy1_input)"
	is "$(sql "SELECT kind, integration FROM channel WHERE name = 'amdgpu-PPT'")" \
		'gauge|mean-hold'
}

@test "a graphics board is added to the packages, the machine's meter is only shown" {
	run_on graphics sleep 2
	is "$(counted)" 'package-0 xe-energy1'
	within 1 "$(stored_joules)" \
		"$(truth hwmon graphics intel-rapl:0 hwmon/hwmon0/energy1_input)"
}

@test "a package that RAPL and amdgpu both see is counted once" {
	run_on apu sleep 0.5
	is "$(counted)" package-0
	is "$(sql "SELECT inside FROM channel WHERE collector = 'hwmon'")" package-0
}

@test "volts times amperes of the rail that carries the board are its energy" {
	run_on jetson sleep 2
	is "$(counted)" ina3221-VDD_IN
	within 10 "$(stored_joules)" "$(truth hwmon jetson hwmon/hwmon0/curr1_input)"
	is_within_interval "$(truth hwmon jetson hwmon/hwmon0/curr1_input)"
}

@test "a sensor that fails is a gap whose bounds hold the truth, not a zero" {
	run_on jetson sleep 2
	has "$(sql "SELECT kind FROM gap WHERE name = 'ina3221-VDD_SOC'")" read-error
	between "$(sql "SELECT joules_low FROM v_energy WHERE channel = 'ina3221-VDD_SOC'
	                AND phase_ordinal = 0")" \
		"$(truth hwmon jetson hwmon/hwmon0/curr3_input)" \
		"$(sql "SELECT joules_high FROM v_energy WHERE channel = 'ina3221-VDD_SOC'
	                AND phase_ordinal = 0")"
}

@test "doctor names the sensors" {
	run -0 on hwmon "$JOULECART" doctor
	has "$output" 'ok +hwmon +5 sensors: power_meter'
}

# rails CHIP LABEL WATTS...: lines of an ina3221 whose labels those are.
rails() {
	local chip=hwmon/hwmon$1 i=0
	shift
	echo "text $chip/name ina3221"
	while [ $# -gt 0 ]; do
		i=$((i + 1))
		printf "text $chip/in${i}_label %s\nsensor $chip/in${i}_input power=const:1\n" "$1"
		echo "sensor $chip/curr${i}_input power=const:$2"
		shift 2
	done
}

@test "a module without a rail for all of it is the sum of its rails; one rail less is none" {
	(rails 0 VDD_GPU_SOC 9 VDD_CPU_CV 4 VIN_SYS_5V0 5 && rails 1 VDDQ_VDD2_1V8AO 1) |
		on_described "$JOULECART" run -q -o "$db" -- sleep 0.5
	is "$(counted)" ina3221-module
	within 3 "$(stored_joules)" "$(sql "SELECT 19 * seconds FROM v_energy
		WHERE channel = 'ina3221-module' AND phase_ordinal = 0")"
	is "$(sql "SELECT DISTINCT inside FROM channel WHERE name LIKE 'ina3221-V%'")" ina3221-module
	# whether the 5 V rail holds memory's is in no document: the interval holds both, and it is said
	is_within_interval "$(sql "SELECT 18 * seconds FROM v_energy
		WHERE channel = 'ina3221-module' AND phase_ordinal = 0")"
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE name = 'ina3221-module'")" 'VIN_SYS_5V0 may hold'
	db=xavier.db
	rails 0 GPU 2 CPU 3 SOC 4 CV 1 VDDRQ 1 SYS5V 2 | on_described "$JOULECART" run -q -o "$db" -- sleep 0.3
	is "$(counted)" ina3221-module
	db=unknown.db
	rails 0 VDD_GPU_SOC 9 VDD_CPU_CV 4 VIN_SYS_5V0 5 | on_described "$JOULECART" run -q -o "$db" -- true
	is "$(counted)" machine
	has "$(sql "SELECT why FROM gap WHERE name = 'ina3221-VDD_CPU_CV'")" 'not counted: nobody said what of the machine'
	has "$(joulecart report "$db" | tr -s ' \n' ' ')" 'hwmon: ina3221-VDD_CPU_CV, .*not counted: nobody said'
}

@test "a rail that cannot be read makes the sum unknown while it is so, not smaller" {
	(rails 0 VDD_GPU_SOC 9 VDD_CPU_CV 4 VIN_SYS_5V0 5 && rails 1 VDDQ_VDD2_1V8AO 1) |
		sed 's|hwmon0/curr2_input power=const:4|& fault=eio:0|' |
		on_described "$JOULECART" run -q -o "$db" -- sleep 0.3
	is "$(sql "SELECT joules IS NULL FROM v_energy WHERE channel = 'ina3221-module' AND phase_ordinal = 0")" 1
}

@test "meters count by the names that their makers gave them" {
	while read -r chip label domain; do
		db=$chip.db
		printf '%s\n' "text hwmon/hwmon0/name $chip" "text hwmon/hwmon0/power1_label ${label//_/ }" \
			'sensor hwmon/hwmon0/power1_input power=const:30' |
			on_described "$JOULECART" run -q -o "$db" -- true
		is "$(sql "SELECT domain, counted FROM channel WHERE collector = 'hwmon'")" "$domain|1"
	done <<-END
		macsmc_hwmon Total_System_Power machine
		corsairpsu power_total machine
		fam15h_power power1 package
		apm_xgene CPU_power package
	END
	db=zenergy.db
	printf '%s\n' 'text hwmon/hwmon0/name zenergy' 'text hwmon/hwmon0/energy1_label Esocket0' \
		'text hwmon/hwmon0/energy2_label Ecore000' 'sensor hwmon/hwmon0/energy1_input power=const:60' \
		'sensor hwmon/hwmon0/energy2_input power=const:5' |
		on_described "$JOULECART" run -q -o "$db" -- sleep 0.5
	is "$(counted)" zenergy-Esocket0
}

# stands_in DESCRIPTION STUCK SECOND: SECOND counts in the place of STUCK, and the report says so
stands_in() {
	rm -f "$db"*
	on_described "$JOULECART" run -q -o "$db" -- sleep 1 <<<"$1"
	is "$(sql "SELECT count(*) FROM gap WHERE name = '$2' AND kind = 'stuck' AND why LIKE
		'it stood still all the time, while $3 told % J of the same hardware: that is counted in its place'")" 1
	has " $(counted) " " $3 "
	has_not " $(counted) " " $2 "
	is "$(sql "SELECT 80 * seconds BETWEEN joules_low AND joules_high AND joules > 40 * seconds FROM v_energy
		WHERE channel = '$3' AND phase_ordinal = 0")" 1
	is "$(sql "SELECT joules IS NULL FROM v_energy WHERE channel = '$2' AND phase_ordinal = 0")" 1
	joulecart verify "$db"
}

@test "a counter that stands at 0, or anywhere, is replaced by the power of the same hardware" {
	local board='text hwmon/hwmon0/name amdgpu
		link hwmon/hwmon0/device ../../../0000:04:00.0
		text hwmon/hwmon0/power1_label PPT
		sensor hwmon/hwmon0/power1_average power=const:80'
	stands_in "$board
		sensor hwmon/hwmon0/energy1_input power=const:0" amdgpu-energy1 amdgpu-PPT
	stands_in "$board
		sensor hwmon/hwmon0/energy1_input power=const:80 fault=stuck:0" amdgpu-energy1 amdgpu-PPT
	# a zone, by the sensor of another collector
	stands_in "zone intel-rapl:0 package-0 power=const:80 max_power_w=205 fault=stuck:0
		$board
		text hwmon/hwmon0/in1_label vddnb
		sensor hwmon/hwmon0/in1_input power=const:1" package-0 amdgpu-PPT
}

@test "a counter that stands still beside a power of 0 W, or one that may not be read, stays unknown" {
	local board='zone intel-rapl:0 package-0 power=const:60 max_power_w=205
		text hwmon/hwmon0/name amdgpu
		link hwmon/hwmon0/device ../../../0000:04:00.0
		sensor hwmon/hwmon0/energy1_input power=const:0
		text hwmon/hwmon0/power1_label PPT'
	local power
	for power in 'power=const:0' 'power=const:80 fault=eio:0'; do
		rm -f "$db"*
		on_described "$JOULECART" run -q -o "$db" -- sleep 1 <<<"$board
			sensor hwmon/hwmon0/power1_average $power"
		is "$(counted)" 'amdgpu-energy1 package-0'
		is "$(sql 'SELECT joules IS NULL FROM v_phase WHERE phase_ordinal = 0')" 1
	done
}
