#!/usr/bin/env bats
# What federated-dp says it tells of a shop, against the same computed in Python from its record.
load ../helper

models=$(dirname "${JOULECART:-$PWD/joulecart}")/joulecart-models

@test "epsilon agrees with an independent computation to three digits" {
	for epsilon in 0.3 1 8 60; do
		for share in "" "--participation 50%" "--participation 10%"; do
			# shellcheck disable=SC2086 # words
			run -0 "$models" train federated-dp --samples 640 --epochs 3 --level $epsilon $share \
				--data-dir "$BATS_TEST_TMPDIR/$epsilon${share: -3:2}"
		done
	done
	run -0 "$models" train federated-dp --samples 640 --epochs 40 --participation 5% --data-dir "$BATS_TEST_TMPDIR/many"
	run -0 python3 "$TESTS_SOURCE/tests/slow/privacy.py" "$BATS_TEST_TMPDIR"/*/federated-dp-*.safetensors
	[ "$(grep -c 'rounds of' <<<"$output")" -eq 13 ]
	# shellcheck disable=SC2001 # line by line
	sed 's/^/# /' <<<"$output" >&3
}
