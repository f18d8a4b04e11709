#!/usr/bin/env bats
# doc/by-hand.md: its own commands give every figure of the report, to the last digit that is printed.
load ../helper

check=$TESTS_SOURCE/tests/cli/by-hand-check.py
page=$TESTS_SOURCE/doc/by-hand.md

setup_file() {
	need bc bc
	cd "$BATS_FILE_TMPDIR" || return
	stored_benchmark "$db"
	sed -n '/^```sh$/,/^```$/{ /^```/d; p }' "$page" >commands.sh
	grep -q figures.csv commands.sh
	! grep -E 'joulecart|\<v_' commands.sh
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

# Prints how many figures of the benchmark agree.
by_hand() { # [SETTING]...
	[ $# = 0 ] || joulecart factors set --source lab "$db" "$@"
	db=$db bash -e "$BATS_FILE_TMPDIR/commands.sh" >out 2>&1 || fail "$(cat out)" || return
	joulecart report --format csv "$db" >report.csv
	"$check" report.csv .
}

@test "a benchmark of which nothing was stated" {
	run -0 by_hand
	[ "$output" -ge 225 ] || fail "$output"
}

@test "one with grid, PUE, power supply, device, share, contract, water and training spread out" {
	run -0 by_hand zone=FR pue=1.3 embodied=server share=0.01 training_queries=1e6 psu=0.92 wue=0.3 market=20
	[ "$output" -ge 333 ] || fail "$output"
}

@test "one with a direct factor, losses of the grid, and a device of one's own" {
	run -0 by_hand zone=GB pue=1.05 embodied=900 share=0.5 life=3 upstream=60 wue=1
	[ "$output" -ge 333 ] || fail "$output"
}

@test "a figure that does not follow is found" {
	by_hand pue=1.2 >/dev/null
	sed 's/,472\.94,/,472.95,/' report.csv >other.csv
	run ! cmp -s report.csv other.csv
	run -1 "$check" other.csv .
	sqlite3 "$db" 'UPDATE stretch SET advance = advance + 1000000, advance_high = advance_high + 1000000
		WHERE channel_id = (SELECT channel_id FROM channel WHERE trial_id = 7 AND counted) AND seq = 6'
	joulecart report --format csv "$db" >report.csv
	run -1 "$check" report.csv .
	has "$output" pruned-channel
}

@test "the readings of a counter are its seconds" {
	joulecart run -q -o x.db -- sleep 0.3
	sed -n '/^## 8/,$ s/^    //p' "$page" >readings.sh
	PATH=$(dirname "$JOULECART"):$PATH run -0 bash -e readings.sh
	is "${lines[0]}" "${lines[1]}"
	[ "${lines[0]}" -gt 0 ]
}
