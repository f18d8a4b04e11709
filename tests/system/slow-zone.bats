#!/usr/bin/env bats
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

# On a machine that is much too busy package-0 takes a tenth of a second too, and gets a thread.
skip_if_busy() {
	[ "$(sql "SELECT count(*) FROM gap WHERE name = 'package-0' AND kind = 'lost-ticks'")" = 0 ] ||
		skip 'this machine was too busy to read even a quick zone in time'
}

# readings_of CHANNEL: how often it was read in the last trial.
readings_of() {
	sql "SELECT sum(n) FROM stretch JOIN channel USING (channel_id) WHERE name = '$1'"
}

@test "a zone whose reading takes half a second holds up no other" {
	on slow "$JOULECART" run -q -o "$db" --rate 50 -- sleep 2
	skip_if_busy
	[ "$(readings_of package-0)" -ge 20 ] # held up it would be read four times
	between 2 "$(readings_of package-1)" 6
	is "$(sql 'SELECT state FROM trial')" complete
}

@test "a slow zone is said, and its joules are read to the end" {
	on slow "$JOULECART" run -q -o "$db" --rate 50 -- sleep 2
	has "$(sql "SELECT kind || ': ' || why FROM gap WHERE name = 'package-1'")" \
		'lost-ticks: a read took 0.5.* thread of its own'
	is "$(sql "SELECT count(*) FROM gap WHERE name = 'package-0' AND kind <> 'lost-ticks'")" 0
	# that it is read so seldom that nobody sees how late it changes is in its interval
	[ "$(sql "SELECT seen_interval_ns FROM channel WHERE name = 'package-1'")" -ge 100000000 ]
	# package-1 draws 60 W between its own stamps: its last reading may end a second after the rest.
	within 35 "$(energy_of package-1 joules)" "$(sql "SELECT 60e-9 * (max(end_mono_ns) - min(begin_mono_ns))
		FROM stretch JOIN channel USING (channel_id) WHERE name = 'package-1'")"
	within 10 "$(energy_of package-0 joules)" "$(sql "SELECT 40e-9 * (max(end_mono_ns) - min(begin_mono_ns))
		FROM stretch JOIN channel USING (channel_id) WHERE name = 'package-0'")"
}

@test "a zone that never answers again holds up neither the others nor the end" {
	local begin=$SECONDS
	on wedged "$JOULECART" run -q -o "$db" --rate 50 -- sleep 3
	[ $((SECONDS - begin)) -lt 30 ]
	skip_if_busy
	[ "$(readings_of package-0)" -ge 30 ]
	is "$(sql 'SELECT state, exit_code FROM trial')" 'complete|0'
	has "$(sql "SELECT group_concat(why) FROM gap WHERE name = 'package-1'")" 'timed out'
	is "$(sql "SELECT count(*) FROM gap WHERE name = 'package-0'")" 0
	between "$(energy_of package-1 joules_low)" 180 "$(energy_of package-1 joules_high)"
}

@test "a command that ends before a slow zone has its thread has that zone's last reading" {
	on slow "$JOULECART" run -q -o "$db" -- true
	is "$(readings_of package-1)" 2
}

@test "a board whose sensor answers late holds up no zone, and its joules hold the truth" {
	on_described "$JOULECART" run -q -o "$db" --rate 50 -- sleep 2.5 <<-END
		zone intel-rapl:0 package-0 power=const:30 max_power_w=205
		text hwmon/hwmon0/name xe
		text hwmon/hwmon0/energy1_label card
		sensor hwmon/hwmon0/energy1_input power=const:52 fault=slow:0:0.5
	END
	has "$(sql "SELECT why FROM gap WHERE name = 'xe-card' AND kind = 'lost-ticks'")" 'a read took .* thread of its own'
	is "$(sql "SELECT 52 * seconds BETWEEN joules_low AND joules_high FROM v_energy
		WHERE channel = 'xe-card' AND phase_ordinal = 0")" 1
	skip_if_busy
	[ "$(readings_of package-0)" -ge 20 ]
}
