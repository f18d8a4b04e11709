#!/usr/bin/env bats
# Debian's PAPI loads AMD's library for one of its components wherever that is installed. On a machine without graphics
# the library cannot work, and says so on standard error itself.
load ../helper

ROCM_LOUD_FOLDER=${ROCM_LOUD_FOLDER:-$TESTS_SOURCE/tests/fakes/rocm-loud}

# Beside the loud library, on a machine of which /sys/class has nothing but what classes/ has.
with_classes() {
	mkdir -p classes
	LD_LIBRARY_PATH=$ROCM_LOUD_FOLDER alone sh -c 'mount --bind classes /sys/class && exec "$@"' sh "$@"
}

@test "where there are graphics PAPI loads the library" {
	need_mounts
	mkdir -p classes/drm
	run -0 --separate-stderr with_classes "$JOULECART" doctor --json
	# shellcheck disable=SC2154 # set by run
	has "$stderr" 'loud'
}

@test "doctor says nothing but its own" {
	need_mounts
	run -0 --separate-stderr with_classes "$JOULECART" doctor --json
	is "$stderr" ''
	is "$(jq -r '.collectors[] | select(.name == "papi") | .name' <<<"$output")" papi
}

@test "who asks for such an event is told why there is none" {
	need_mounts
	run -0 with_classes "$JOULECART" run -q --papi-events rocm_smi:::energy -o "$db" -- true
	is "$output" "joulecart: warning: cannot read PAPI's events: 'rocm_smi:::energy': PAPI's component rocm_smi is \
off: this machine shows no graphics (/sys/class/drm)"
}
