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

@test "a meter that shows no number, or none that can be, is no meter either" {
	for shown in N/A -5000000 0x50 1000000000000000000000000000000; do
		db=shown.db
		rm -f $db
		meter_that_says $shown | on_described "$JOULECART" run -o "$db" -- sleep 0.3 2>said
		has "$(cat said)" 'energy +ESTIMATED'
		is "$(counted_from_sensors)" -1
		has "$(sql "SELECT why FROM gap WHERE name LIKE 'power_meter%'")" \
			'(what it shows is no number, or a negative one|it shows a number that cannot be): not counted'
		joulecart verify "$db"
	done
}

@test "an energy counter that jumps by a megajoule adds nothing of the jump" {
	run -0 --separate-stderr on_described "$JOULECART" run -o "$db" -- sleep 3 <<-END
		text hwmon/hwmon0/name xe
		text hwmon/hwmon0/energy1_label card
		sensor hwmon/hwmon0/energy1_input power=const:52 fault=jump:1.2:1106802
	END
	# What was drawn between the two readings around the jump is not known; on a busy machine that is long.
	is "$(sql "SELECT joules > 0 AND joules <= 1.02 * 52 * seconds AND 52 * seconds BETWEEN joules_low AND joules_high
		FROM v_energy WHERE channel = 'xe-card' AND phase_ordinal = 0")" 1
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE name = 'xe-card' AND kind <> 'lost-ticks'")" implausible-step
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
	has "$stderr" 'xe-card implausible step: the counter rose by more than the zone can physically draw'
	# On a busy machine a reading takes long, and a step by it can be what its limit allows.
	if [ "$(counted_from_sensors)" = -1 ]; then
		has "$stderr" 'energy +unknown'
	else
		between 0 "$(counted_from_sensors)" 656 # of 7.7 kJ
	fi
	is "$(sql "SELECT (joules_high - edge_j) / seconds BETWEEN 0.9 * 656 AND 3868 FROM v_energy
		WHERE channel = 'xe-card' AND phase_ordinal = 0")" 1
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

@test "an interval that is nonsense lets no jump of a counter pass" {
	on_described "$JOULECART" run -q -o "$db" -- sleep 1.5 <<-END
		text hwmon/hwmon0/name xe
		text hwmon/hwmon0/energy1_label card
		text hwmon/hwmon0/update_interval 3500000
		sensor hwmon/hwmon0/energy1_input power=const:52 fault=jump:0.6:900000
	END
	is "$(sql "SELECT max(joules) < 10000 FROM v_energy WHERE channel = 'xe-card'")" 1
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE name = 'xe-card' AND kind <> 'lost-ticks'")" implausible-step
}

@test "a negative number, and all bits of one, are no reading, and it is said" {
	on_described "$JOULECART" run -q -o "$db" -- sleep 0.3 <<-END
		text hwmon/hwmon0/name amdgpu
		text hwmon/hwmon0/power1_average -5
		text hwmon/hwmon1/name xe
		text hwmon/hwmon1/energy1_label card
		text hwmon/hwmon1/energy1_input 18446744073709551615
		text hwmon/hwmon2/name ina3221
		text hwmon/hwmon2/in1_label VDD_IN
		text hwmon/hwmon2/in1_input 18446744073709551615
		text hwmon/hwmon2/curr1_input 18446744073709551615
	END
	is "$(counted_from_sensors)" -1
	is "$(sql "SELECT group_concat(name || ': ' || why, ', ') FROM (SELECT DISTINCT name, why FROM gap
		WHERE collector = 'hwmon' AND kind = 'read-error' ORDER BY name)")" \
		"amdgpu-power1-average: what it shows is no number, or a negative one, ina3221-VDD_IN: it shows a number \
that cannot be, xe-card: it shows a number that cannot be"
	joulecart verify "$db"
}

@test "a RAPL zone whose range passes unseen between two readings counts no nonsense" {
	on_described "$JOULECART" run -q -o "$db" -- sleep 0.3 <<-END
		zone intel-rapl:0 package-0 power=const:50 max_power_w=205 steps=16
	END
	is "$(counted_from_sensors)" -1
	has "$(sql "SELECT why FROM gap WHERE collector = 'powercap'")" 'max_energy_range_uj is .* below a joule'
}

# The command: works a little, then makes of the line of all processors what awk's program says, and goes on.
lying_stat() { # PROGRAM
	cp /proc/stat stat
	# shellcheck disable=SC2016 # expands there
	alone sh -euc 'mount --bind stat /proc/stat; exec "$JOULECART" run -q -o "$2" -- sh -c '\''
		i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; sleep 0.3
		awk "$1" stat >stat.new; cat stat.new >stat; sleep 0.6'\'' sh "$1"' sh "$1" "$db"
}

@test "time that processors cannot have worked shares out no joule, and a jump of it makes none" {
	need_mounts
	local name program
	while read -r name program; do
		db=$name.db
		rm -f stat "$db"
		lying_stat "$program"
		has "$(sql "SELECT group_concat(kind || ': ' || why) FROM gap WHERE collector = 'cputime' AND name = 'busy'")" \
			'implausible-step: it rose by more than the processors can have worked, or fell|read-error'
		is "$(sql "SELECT si BETWEEN 0 AND 600 FROM v_rollup WHERE collector = 'cputime' AND channel = 'busy'
			AND phase_ordinal = 0")" 1
		# who can tell by how much the share is too high?
		is "$(sql "SELECT coalesce(min(cpu_share_low < 0.95 * cpu_share), 1) FROM v_energy WHERE counted
			AND phase_ordinal = 0 AND provenance = 'estimated'")" 1
		run -0 joulecart verify "$db"
	done <<-'END'
		zero /^cpu /{print "cpu 0 0 0 0 0 0 0 0 0 0"}
		fell /^cpu /{$2-=20000;print}
		jumped /^cpu /{$2+=2000000;print}
		negative /^cpu /{print "cpu -5 0 0 0 0 0 0 0 0 0"}
		huge /^cpu /{print "cpu 18446744073709551615 18446744073709551615 9 0 0 0 0 0 0 0"}
		none 0
	END
}
