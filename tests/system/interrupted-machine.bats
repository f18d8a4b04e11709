#!/usr/bin/env bats
# A machine that sleeps, or whose clock is set, in the middle of a run.
load ../helper

JUMPING_CLOCK_SO=${JUMPING_CLOCK_SO:-$TESTS_SOURCE/tests/fakes/jumping-clock.so}

# jumping SLEPT_S STEPPED_S: what to put before a command, in $with.
jumping() {
	[ -e "$JUMPING_CLOCK_SO" ] || skip 'no library to preload'
	with=(env LD_PRELOAD="$JUMPING_CLOCK_SO" ASAN_OPTIONS=verify_asan_link_order=0 JUMPING_CLOCK="$PWD/jumped" SLEPT_S="$1" STEPPED_S="$2")
}

@test "a suspend is a gap that says for how long, and the interval holds what it may hide" {
	need_machines
	jumping 100 0
	on server "${with[@]}" "$JOULECART" run -q -o "$db" -- sh -c 'sleep 1.2; touch jumped; sleep 1.2'
	has "$(sql "SELECT why FROM gap WHERE collector = 'clock'")" 'suspended for 100\.[0-9] s: up to [0-9]+ J'
	# package-0 and -1 draw 205 W at most, by their constraint
	between 20000 "$(sql "SELECT sum(joules_high - joules) FROM v_energy WHERE phase_ordinal = 0
		AND collector = 'powercap' AND counted")" 1000000
	is "$(sql "SELECT sum(joules IS NULL) FROM v_energy WHERE phase_ordinal = 0 AND counted")" 0
}

@test "the report names what happened, and not as something that the machine lacks" {
	jumping 100 3600
	"${with[@]}" "$JOULECART" run -q -o "$db" -- sh -c 'sleep 1.2; touch jumped; sleep 1.2'
	run joulecart report "$db"
	has "$output" 'clock: the machine was suspended for 100'
	has "$output" 'clock: the wall clock was set by \+3600'
	has_not "$output" 'not on this machine:[^(]* clock'
	joulecart report -o page.html "$db"
	has "$(cat page.html)" 'the machine was suspended for 100'
}

@test "a wall clock that is set is told, and changes no duration" {
	jumping 0 3600
	"${with[@]}" "$JOULECART" run -q -o "$db" -- sh -c 'sleep 1.2; touch jumped; sleep 1.2'
	has "$(sql "SELECT why FROM gap WHERE collector = 'clock'")" 'wall clock was set by \+3600\.[0-9] s'
	between 2 "$(sql 'SELECT seconds FROM v_trial')" 60
}

@test "a machine that stays awake has no such gap" {
	jumping 0 0
	"${with[@]}" "$JOULECART" run -q -o "$db" -- sleep 1.2
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'clock'")" 0
}
