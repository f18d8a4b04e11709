#!/usr/bin/env bats
# Sensors that show what their hardware cannot draw: no such reading is in a total.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

# counted_from_sensors: joules of the trial that no estimate gave; -1: none.
counted_from_sensors() {
	sql "SELECT ifnull(round(sum(joules), 3), -1) FROM v_energy
	     WHERE phase_ordinal = 0 AND counted AND provenance <> 'estimated'"
}

meter_that_says() {
	printf 'text hwmon/hwmon1/name power_meter\ntext hwmon/hwmon1/power1_average %s\n' "$1"
}

@test "a meter that shows its error value, or 0 W, is no meter: the estimate stands in, and it is said" {
	for watts in 4294967295000 0; do
		db=$watts.db
		meter_that_says $watts | on_described "$JOULECART" run -o "$db" -- sleep 0.5 2>said
		has "$(cat said)" 'energy +ESTIMATED'
		is "$(counted_from_sensors)" -1
		has "$(sql "SELECT why FROM gap WHERE name LIKE 'power_meter%'")" \
			'^it reads (0 W, which hardware that runs cannot draw|4.295e\+06 W, above the 2e\+04 W that it can draw): not counted'
		joulecart verify "$db"
	done
}

@test "an energy counter that jumps by a megajoule adds nothing of the jump" {
	run -0 --separate-stderr on_described "$JOULECART" run -o "$db" -- sleep 3 <<-END
		text hwmon/hwmon0/name xe
		text hwmon/hwmon0/energy1_label card
		sensor hwmon/hwmon0/energy1_input power=const:52 fault=jump:1.2:1106802
	END
	within 2 "$(sql "SELECT joules FROM v_energy WHERE channel = 'xe-card' AND phase_ordinal = 0")" \
		"$(sql "SELECT 52 * seconds FROM v_energy WHERE channel = 'xe-card' AND phase_ordinal = 0")"
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE name = 'xe-card'")" implausible-step
	has "$stderr" 'implausible step'
	joulecart verify "$db"
}

@test "an energy counter that climbs faster than its board's limit is unknown, not measured" {
	run -0 --separate-stderr on_described "$JOULECART" run -o "$db" -- sleep 2 <<-END
		text hwmon/hwmon0/name xe
		text hwmon/hwmon0/energy1_label card
		text hwmon/hwmon0/power1_crit 328000000
		sensor hwmon/hwmon0/energy1_input power=const:3868
	END
	has "$stderr" 'energy +unknown'
	has "$stderr" 'xe-card implausible step: the counter rose by more than the zone can physically draw'
	is "$(counted_from_sensors)" -1
	between 1200 "$(sql "SELECT joules_high - edge_j FROM v_energy WHERE channel = 'xe-card' AND phase_ordinal = 0")" 2000
	joulecart verify "$db"
}

@test "limits that are nonsense are those of the domain" {
	on_described "$JOULECART" run -q -o "$db" -- true <<-END
		text hwmon/hwmon0/name amdgpu
		text hwmon/hwmon0/power1_label PPT
		text hwmon/hwmon0/power1_cap_max 4294967295000
		sensor hwmon/hwmon0/power1_average power=const:100
		text hwmon/hwmon1/name power_meter
		sensor hwmon/hwmon1/power1_average power=const:300
	END
	is "$(sql "SELECT domain, max_power_w FROM channel WHERE unit = 'W' ORDER BY domain")" \
		$'gpu|2000.0\nmachine|20000.0'
	is "$(sql "SELECT count(*) FROM channel WHERE unit IN ('J', 'W') AND max_power_w IS NULL")" 0
}
