#!/usr/bin/env bats
# Energy and power of PAPI's components, by name. The PAPI is tests/fakes/libpapi-standin.c, or that
# in $PAPI_FOLDER: built with --with-components=powercap it must pass the same, but for 'board'.
load ../helper

PAPI_FOLDER=${PAPI_FOLDER:-$TESTS_SOURCE/tests/fakes/papi}
zone0='powercap:::ENERGY_UJ:ZONE0'

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	ls "$PAPI_FOLDER"/libpapi.so* >/dev/null 2>&1 || skip 'no PAPI to ask'
}

# papi_run LIST COMMAND [ARG]...
papi_run() {
	local list=$1
	shift
	LD_LIBRARY_PATH=$PAPI_FOLDER "$JOULECART" run -o "$db" --papi-events "$list" -- "$@"
}

need_board() {
	[ -z "$(find "$PAPI_FOLDER" -name 'libpapi.so.*.*.*')" ] || skip 'a real PAPI has no such component'
}

# on_server LIST COMMAND [ARG]...
on_server() {
	local list=$1
	shift
	LD_LIBRARY_PATH=$PAPI_FOLDER on server "$JOULECART" run -q -o "$db" --papi-events "$list" -- "$@"
}

# papi_energy CHANNEL COLUMN
papi_energy() {
	sql "SELECT $2 FROM v_energy WHERE phase_ordinal = 0 AND collector = 'papi-power' AND channel = '$1'
	     ORDER BY trial_id DESC LIMIT 1"
}

# The range is passed 1.5 s after the start.
@test "a RAPL zone that PAPI names has that zone's joules, over a wrap too, and is not added" {
	need_machines
	on_server "$zone0,${zone0}_SUBZONE1" sleep 2.5
	within 1 "$(papi_energy "$zone0" joules)" "$(truth papi-power server intel-rapl:0)"
	between "$(papi_energy "$zone0" joules_low)" "$(truth papi-power server intel-rapl:0)" \
		"$(papi_energy "$zone0" joules_high)"
	within 1 "$(papi_energy "${zone0}_SUBZONE1" joules)" "$(truth papi-power server intel-rapl:0:1)"
	is "$(papi_energy "$zone0" domain)" package
	is "$(sql "SELECT sum(counted) FROM channel WHERE collector = 'papi-power'")" 0
	is_within_interval "$(true_joules server intel-rapl:0 intel-rapl:0:1 intel-rapl:1 intel-rapl:1:1)"
}

@test "no trial's command gets a descriptor of PAPI's" {
	need_machines
	LD_LIBRARY_PATH=$PAPI_FOLDER on server "$JOULECART" run -q -o "$db" --trials 2 \
		--papi-events "$zone0" -- sh -c 'readlink /proc/self/fd/*; true' >seen
	has_not "$(cat seen)" energy
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'papi-power'")" 2
}

@test "a zone that may not be read is refused, of which PAPI says nothing" {
	need_machines
	run on_copy server env LD_LIBRARY_PATH="$PAPI_FOLDER" sh -c 'chmod 000 /sys/class/powercap/*/energy_uj
		"$@"' sh setpriv --bounding-set=-all --inh-caps=-all "$JOULECART" run -q -o "$db" \
		--papi-events "$zone0" -- true
	has "$output" "warning: .*$zone0.*[Pp]ermission denied"
	is "$(sql "SELECT count(*) FROM channel WHERE collector = 'papi-power'")" 0
}

@test "units are those of PAPI's event info: joules are counted, watts integrated" {
	need_board
	papi_run board:::energy,board:::power sleep 2
	local s
	s=$(sql "SELECT seconds FROM v_energy WHERE channel = 'board:::energy' AND phase_ordinal = 0")
	within 3 "$(papi_energy board:::energy joules)" "$(awk -v s="$s" 'BEGIN { print 50 * s }')"
	within 3 "$(papi_energy board:::power joules)" "$(awk -v s="$s" 'BEGIN { print 50 * s }')"
	is "$(sql "SELECT group_concat(unit || ' ' || kind || ' ' || counted, ', ') FROM channel
		WHERE collector = 'papi-power'")" 'J counter 0, W gauge 0'
}

@test "what is no energy, what is off and what PAPI does not know are said before the run" {
	need_board
	run -0 --separate-stderr papi_run 'board:::temperature,late:::x,nosuch:::y,board:::z,board:::energy' true
	has "$stderr" "warning: 'board:::temperature' is not read: neither joules nor watts: PAPI says its unit is C"
	has "$stderr" "'late:::x' is not read: PAPI's component late is off: no such meter"
	has "$stderr" "'nosuch:::y' is not read: PAPI has no such component"
	has "$stderr" "'board:::z' is not read: PAPI: Event does not exist"
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'papi-power'")" 4
}

@test "a component that does not start takes no other with it, and a negative power is no reading" {
	need_board
	papi_run 'refusing:::energy,board:::energy,board:::negative' sleep 1
	is "$(sql "SELECT group_concat(name, ' ') FROM channel WHERE collector = 'papi-power'")" \
		'board:::energy board:::negative'
	has "$(sql "SELECT why FROM gap WHERE name = 'refusing:::energy'")" '^PAPI cannot start it: '
	within 3 "$(papi_energy board:::energy joules)" "$(sql "SELECT 50 * seconds FROM v_energy
		WHERE channel = 'board:::energy' AND phase_ordinal = 0")"
	is "$(papi_energy board:::negative 'joules IS NULL')" 1
}

@test "a meter of PAPI's that is absurd, no number, stuck or jumps counts no nonsense" {
	need_board
	papi_run 'board:::energy,board:::absurd,board:::no-number,board:::stuck,board:::jumps' sleep 1.5
	is "$(sql "SELECT group_concat(channel, ' ') FROM (SELECT channel FROM v_energy WHERE phase_ordinal = 0
		AND collector = 'papi-power' AND joules IS NULL ORDER BY channel)")" \
		'board:::absurd board:::no-number board:::stuck'
	is "$(papi_energy board:::jumps 'joules < 1.1 * 50 * seconds')" 1
	is "$(sql "SELECT group_concat(DISTINCT name || ' ' || kind) FROM (SELECT name, kind FROM gap
		WHERE collector = 'papi-power' AND kind <> 'lost-ticks' ORDER BY name)")" \
		'board:::absurd implausible-step,board:::jumps implausible-step,board:::no-number read-error,board:::stuck stuck'
	within 5 "$(papi_energy board:::energy joules)" "$(papi_energy board:::energy '50 * seconds')"
	joulecart verify "$db"
}

@test "doctor says what PAPI's components can tell" {
	need_board
	run -0 env LD_LIBRARY_PATH="$PAPI_FOLDER" "$JOULECART" doctor
	has "$output" 'ok +papi-power [0-9]+ events for --papi-events, as'
}

@test "PAPI is not loaded for a run that does not ask for it" {
	LD_DEBUG=files joulecart run -q -o "$db" -- true 2>loaded
	has_not "$(cat loaded)" libpapi
}
