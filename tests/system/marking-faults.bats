#!/usr/bin/env bats
# Whatever a program that marks meets, its output, its status and its results are those that it has
# without joulecart, and no other process's phases are lost. FAULTS is how many; make check-slow has
# 10 000.
load ../helper

MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}
export MARKING_PROGRAM

n_workers=20

# kept: the phases that are there and ended, as EXPECTED has them
kept() {
	sql "SELECT rtrim(rtrim(name, '0123456789'), ' ') || '|' || n || '|' || queries FROM
	     (SELECT name, queries, replace(name, rtrim(name, '0123456789'), '') AS n FROM phase
	      WHERE ordinal > 0 AND queries IS NOT NULL AND end_lag_ns IS NOT NULL) WHERE n <> ''"
}

# compare SEED
compare() {
	local alone=0 status=0
	local program=(python3 "$fakes/marking/faults.py" "$1" "$n_workers")
	"${program[@]}" expected-alone >alone 2>&1 3>&- || alone=$?
	rm -f "$db"
	"$JOULECART" run -q -o "$db" -- "${program[@]}" expected >measured 2>&1 3>&- || status=$?
	is "$status" "$alone"
	diff alone measured || fail 'the output differs'
	sort expected >wanted
	kept | sort >found
	is "$(comm -23 wanted found | head -n 5)" ''
}

@test "no fault in marking changes the program, or loses another process's phases" {
	export PYTHONPATH=$TESTS_SOURCE/bindings/python PYTHONDONTWRITEBYTECODE=1
	local seed=${FAULTS_SEED:-1} n=$((${FAULTS:-200} / n_workers))
	for ((i = 0; i < n; i++)); do
		echo "seed $((seed + i))" # shown where it fails
		compare $((seed + i))
	done
}
