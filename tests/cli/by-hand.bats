#!/usr/bin/env bats
# doc/by-hand.md: its own commands give every figure of the report, to the last digit that is printed.
load ../helper

check=$TESTS_SOURCE/tests/cli/by-hand-check.py
page=$TESTS_SOURCE/doc/by-hand.md

make_file() {
	need bc bc
	cd "$BATS_FILE_TMPDIR" || return
	stored_benchmark "$db"
	sed -n '/^```sh$/,/^```$/{ /^```/d; p }' "$page" >commands.sh
	grep -q figures.csv commands.sh
	! grep -E 'joulecart|\<v_' commands.sh
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

# Prints how many figures of the benchmark agree.
by_hand() { # [SETTING]...
	[ $# = 0 ] || joulecart factors set --source lab "$db" "$@"
	db=$db bash -e "$BATS_FILE_TMPDIR/commands.sh" >out 2>&1 || fail "$(cat out)" || return
	joulecart report --format csv "$db" >report.csv
	joulecart report --format json "$db" >report.json
	"$check" report.csv report.json .
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
	run -1 "$check" other.csv report.json .
	jq '.carbon_accounts.budget[3].u_rel *= 1.00001' report.json >other.json
	run -1 "$check" report.csv other.json .
	sqlite3 "$db" 'UPDATE stretch SET advance = advance + 1000000, advance_high = advance_high + 1000000
		WHERE channel_id = (SELECT channel_id FROM channel WHERE trial_id = 7 AND counted) AND seq = 6'
	joulecart report --format csv "$db" >report.csv
	run -1 "$check" report.csv report.json .
	has "$output" pruned-channel
}

# Phases of that name in turn, at once, and none; queries that may not have been counted; a counter that stands still, and
# memory's, which is then left out.
@test "phases that overlap, stuck counters and uncounted queries" {
	sql "UPDATE phase SET begin_mono_ns = begin_mono_ns - 1000000 WHERE phase_id = (SELECT max(phase_id) FROM phase WHERE name = 'steady');
		INSERT INTO phase SELECT phase_id + 10000, trial_id, ordinal + 100, name, pid, begin_mono_ns + 1, end_mono_ns, first_stretch,
			last_stretch, 0, 0, 500, 0, 0 FROM phase WHERE name = 'steady' AND trial_id % 3 = 0;
		UPDATE trial SET queries_uncounted = 7, queries = 6000 WHERE job = 'infer' AND trial_id % 3 <> 2;
		UPDATE phase SET name = 'serve' WHERE name = 'steady' AND trial_id % 3 = 1;
		INSERT INTO channel SELECT channel_id + 1000000, trial_id, 'powercap', 'dram', 'dram', NULL, 'counter', 'J', 'measured', 1, 1e-6, NULL,
			1000000, NULL, 0.05, NULL, NULL FROM channel WHERE counted AND trial_id % 2;
		INSERT INTO stretch SELECT channel_id + 1000000, seq, begin_mono_ns, end_mono_ns, n, 0, 5, 5, 5, 5, 5, 0, 0, 0, 0 FROM stretch
			JOIN channel USING (channel_id) WHERE counted AND channel_id < 1000000 AND trial_id % 2"
	[ "$(sql "SELECT sum(is_stuck) FROM v_energy WHERE domain = 'dram'")" -gt 20 ]
	is "$(sql "SELECT count(DISTINCT span) FROM v_query WHERE usable")" 2
	run -0 by_hand
	[ "$output" -ge 600 ] || fail "$output"
	sql "UPDATE channel SET domain = 'package' WHERE domain = 'dram' AND trial_id > 20"
	is "$(sql "SELECT count(*) > 5 FROM v_query WHERE reason LIKE '%gave no usable reading'")" 1
	run -0 by_hand
	[ "$output" -ge 300 ] || fail "$output"
}

@test "the readings of a counter are its seconds" {
	joulecart run -q -o x.db -- sleep 0.3
	sed -n '/^## 9/,$ s/^    //p' "$page" >readings.sh
	PATH=$(dirname "$JOULECART"):$PATH run -0 bash -e readings.sh
	is "${lines[0]}" "${lines[1]}"
	[ "${lines[0]}" -gt 0 ]
}
