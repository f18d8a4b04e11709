#!/usr/bin/env bats
# A virtual machine whose processor libpfm4 knows and whose PMU is not there: PAPI offers hardware
# events that do not start. The PAPI is tests/fakes/libpapi-without-pmu.c.
load ../helper

PAPI_WITHOUT_PMU_FOLDER=${PAPI_WITHOUT_PMU_FOLDER:-$TESTS_SOURCE/tests/fakes/papi-without-pmu}

without_pmu() {
	LD_LIBRARY_PATH=$PAPI_WITHOUT_PMU_FOLDER "$@"
}

@test "doctor has the software events, and says why the hardware ones do not start" {
	need_mounts
	mkdir devices
	run -0 without_pmu alone sh -c 'mount --bind devices /sys/bus/event_source/devices && exec "$@"' \
		sh "$JOULECART" doctor --json
	has "$(jq -r '.collectors[] | select(.name == "papi") | .status + " " + .found' <<<"$output")" \
		'^ok 5 software events of own programs; no hardware ones: PAPI cannot start it \(invalid argument\): no core PMU is visible here \(let the virtual machine'
}

@test "a bundled model counts its software events there, and the run says what is missing" {
	export XDG_DATA_HOME=$PWD/data
	models=$(dirname "$JOULECART")/joulecart-models
	without_pmu "$JOULECART" run -q -o "$db" -- "$models" train bag-of-words --samples 640 --epochs 1
	is "$(sql "SELECT count(DISTINCT event) FROM v_event WHERE source = 'papi' AND value > 0
		AND event IN ('task-clock', 'minor-faults')")" 2
	is "$(sql "SELECT count(DISTINCT name) FROM gap WHERE collector = 'papi'
		AND name LIKE 'PAPI_TOT_%' AND why LIKE 'PAPI cannot start it (invalid argument)%'")" 2
}

@test "PAPI's own tests pass there" {
	test=$(dirname "$JOULECART")/tests/unit/collectors/papi/test-papi
	[ -x "$test" ] || skip 'not built here'
	without_pmu "$test"
}
