#!/usr/bin/env bats
# A laptop's battery is the whole machine, coarsely, while it discharges.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

@test "a discharging battery measures the machine, and says that it is coarse" {
	run -0 --separate-stderr run_on laptop sleep 2
	within 2 "$(stored_joules)" "$(truth battery laptop power_supply/BAT0/power_now)"
	is_within_interval "$(truth battery laptop power_supply/BAT0/power_now)"
	is "$(sql "SELECT DISTINCT collector FROM channel WHERE counted")" battery
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE collector = 'battery'")" '^coarse'
}

@test "on mains power the battery is no measurement" {
	run -0 --separate-stderr run_on plugged-in sleep 0.2
	has "$stderr" ESTIMATED
	has "$(sql "SELECT why FROM gap WHERE collector = 'battery'")" '^on mains power, or charging'
}

@test "a battery that cannot be read any more is a gap whose interval holds the truth" {
	run_on worn-battery sleep 3
	[ -n "$(sql "SELECT 1 FROM channel WHERE collector = 'battery'")" ] ||
		skip 'too busy a machine: the run began after the battery had failed'
	is "$(sql "SELECT DISTINCT kind FROM gap WHERE collector = 'battery' AND kind <> 'lost-ticks'")" read-error
	is_within_interval "$(truth battery worn-battery power_supply/BAT0/power_now power_supply/BAT1/power_now)"
}

# battery NAME STATUS ITEM VALUE...: lines of a machine that has it, with mains not connected.
battery() {
	local name=$1
	printf 'text power_supply/%s/type Battery\ntext power_supply/%s/status %s\n' "$name" "$name" "$2"
	shift 2
	printf "text power_supply/$name/%s %s\n" "$@"
}

mains() {
	printf 'text power_supply/AC/type Mains\ntext power_supply/AC/online %s\n' "$1"
}

is_about_watts() {
	within 3 "$(stored_joules)" "$(sql "SELECT $1 * seconds FROM v_energy
		WHERE collector = 'battery' AND phase_ordinal = 0")"
}

@test "what leaves a battery is counted also where the driver shows it as negative" {
	(battery BAT0 Discharging power_now -4721000 && mains 0) | on_described "$JOULECART" run -q -o "$db" -- sleep 1.2
	is_about_watts 4.721
	db=current.db
	(battery BAT0 Discharging current_now -386000 voltage_now 12233000 && mains 0) |
		on_described "$JOULECART" run -q -o "$db" -- sleep 1.2
	is_about_watts 4.722
}

@test "a battery that rests, is full or is not in its bay adds nothing to the one that works" {
	for rest in Unknown 'Not charging' Full; do
		db=${rest// /-}.db
		(battery BAT0 "$rest" power_now 0 && battery BAT1 Discharging power_now 9350000 && mains 0) |
			on_described "$JOULECART" run -q -o "$db" -- sleep 1.2
		is_about_watts 9.35
	done
	db=bay.db
	(battery BAT0 Unknown present 0 && battery BAT1 Discharging power_now 9350000 && mains 0) |
		on_described "$JOULECART" run -q -o "$db" -- sleep 1.2
	is_about_watts 9.35
}

@test "with mains connected, or one battery charging, what the other gives is not the machine's" {
	(battery BAT0 Discharging power_now 9350000 && mains 1) | on_described "$JOULECART" run -q -o "$db" -- true
	is "$(sql "SELECT why FROM gap WHERE collector = 'battery'")" \
		"on mains power: the battery's power is not that of the machine"
	db=charging.db
	(battery BAT0 Charging power_now 20000000 && battery BAT1 Discharging power_now 9350000 && mains 0) |
		on_described "$JOULECART" run -q -o "$db" -- true
	has "$(sql "SELECT why FROM gap WHERE collector = 'battery'")" '^on mains power, or charging'
}

@test "a battery that says 0 W, or more than a notebook can draw, is no measurement" {
	for uw in 0 4294967295000; do
		db=$uw.db
		(battery BAT0 Discharging power_now $uw && mains 0) |
			on_described "$JOULECART" run -q -o "$db" -- sleep 0.3
		is "$(sql "SELECT count(*) FROM channel WHERE collector = 'battery' AND counted")" 0
		has "$(sql "SELECT why FROM gap WHERE collector = 'battery'")" '^it reads '
	done
}

@test "error values of two batteries, or of volts and amperes, do not come round to a plausible sum" {
	(battery BAT0 Discharging power_now 18446744073709551615 && battery BAT1 Discharging power_now 20000000 && mains 0) |
		on_described "$JOULECART" run -q -o "$db" -- true
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'battery'")" 0
	has "$(sql "SELECT why FROM gap WHERE collector = 'battery'")" 'it shows a number that cannot be'
	db=product.db
	(battery BAT0 Discharging current_now 18446744073709551615 voltage_now 18446744073709551615 && mains 0) |
		on_described "$JOULECART" run -q -o "$db" -- true
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'battery'")" 0
}
