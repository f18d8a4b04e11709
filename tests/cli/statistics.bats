#!/usr/bin/env bats
# What compare and check say of the same trials, of few, of none and of the same queries: on the stored
# campaign of four variants in eight blocks.
load ../helper

make_file() {
	cd "$BATS_FILE_TMPDIR" || return
	stored_benchmark stored.db
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_FILE_TMPDIR" || return
	cp stored.db shop.db
}

# change SQL: another campaign of it
change() {
	sqlite3 shop.db "$1"
}

# compared: the interval of int8 to teacher in percent, as compare's JSON has it
compared() {
	joulecart compare -f json --no-null shop.db teacher int8 |
		jq -r '.differences[0].ci95 | map((. - 1) * 100) | "\(.[0]) \(.[1])"' |
		xargs printf '(%.1f to %.1f)'
}

@test "compare and check have one interval, though the baseline ran twice in each block" {
	change "UPDATE trial SET variant = 'teacher' WHERE variant = 'student' AND job = 'infer'"
	[ "$(joulecart compare -f json --no-null shop.db teacher int8 | jq '.differences[0].pairs')" = 8 ]
	run --separate-stderr joulecart check shop.db --against teacher --variant int8 --fail-if 'j_per_query > +0%'
	shown=${output//−/-}
	[[ ${shown//+/} == *" $(compared), limit "* ]]
}

@test "one block gives no verdict, whatever it holds" {
	change "UPDATE trial SET variant = 'teacher' WHERE variant = 'student' AND job = 'infer';
		UPDATE trial SET state = 'incomplete', why_incomplete = 'x' WHERE block > 1"
	run -4 --separate-stderr joulecart check shop.db --against int8 --variant teacher --fail-if 'j_per_query > +0%'
	has "$output" '^CANNOT TELL teacher: '
	run -4 joulecart compare --no-null shop.db teacher int8
	has "$output" 'one pair has no spread'
}

@test "a trial without joules is left out of both alike, and is no nan" {
	change "UPDATE stretch SET advance = 0, advance_low = 0, advance_high = 0 WHERE channel_id IN
		(SELECT channel_id FROM channel JOIN trial USING (trial_id)
		WHERE variant = 'teacher' AND block = 3 AND job = 'infer')"
	[ "$(joulecart compare -f json --no-null shop.db int8 teacher | jq '.differences[0].pairs')" = 7 ]
	run -3 --separate-stderr joulecart check shop.db --against int8 --variant teacher --fail-if 'j_per_query > +5%'
	has "$output" '^FAIL teacher: j_per_query \+2[0-9]{2}\.. %'
	has_not "$output" nan
}

@test "a share of some queries has their number, not that of all" {
	run joulecart compare -f json --quality cold_top1 shop.db teacher int8
	# n = 1.96^2 p (1 - p) / h^2, from the printed interval: some hundreds of 6000
	n=$(jq '.variants[0].quality | .value as $p | ((.ci95[1] - .ci95[0]) / 2) as $h |
		3.8416 * $p * (1 - $p) / ($h * $h) | round' <<<"$output")
	asked=$(sqlite3 shop.db "SELECT max(n) FROM answers WHERE name = 'cold_top1'")
	[ "$((n * 100))" -gt "$((asked * 98))" ]
	[ "$((n * 100))" -lt "$((asked * 103))" ]
}

@test "the gate on quality of check's own help can be decided: the same queries pair the two" {
	has "$(joulecart check --help)" "check shop.db --against teacher --fail-if 'top1 < -0.5'"
	run -0 --separate-stderr joulecart check shop.db --variant int8 --against teacher --fail-if 'top1 < -0.5'
	has "$output" '^PASS int8: top1 '
	change 'DELETE FROM answers'
	run -4 --separate-stderr joulecart check shop.db --variant int8 --against teacher --fail-if 'top1 < -0.5'
}
