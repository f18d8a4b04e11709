#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --rate 100 -r 2 -o a.db -- sleep 0.2
	joulecart run -q --rate 100 -o b.db -- sleep 0.2
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/?.db .
}

# What a file says, without the numbers of its trials.
figures() {
	sqlite3 "$1" 'SELECT uuid, ordinal, joules, seconds, ticks, s.late_p99_ns FROM v_trial
	              JOIN campaign USING (campaign_id) LEFT JOIN sampler s USING (trial_id)'
	joulecart samples "$1" | tail -n +2 | cut -d, -f2-
}

@test "a merged file has every figure and reading of both" {
	run -0 joulecart merge -o all.db a.db b.db
	is "${lines[0]}" 'a.db: 1 campaign with 2 trials copied, 0 already there'
	is "$(sqlite3 all.db 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok
	{ figures a.db; figures b.db; } | sort >apart
	figures all.db | sort | cmp apart -
	is "$(sqlite3 all.db 'SELECT group_concat(source) FROM merged')" a.db,b.db
	run -0 joulecart report all.db
}

@test "the merged file has the factors of both" {
	joulecart run -q --zone JP -o c.db -- true
	joulecart merge -o all.db a.db c.db
	is "$(sqlite3 all.db "SELECT group_concat(coalesce(g_per_kwh, 'none'), ' ') FROM v_account")" \
		"$(sqlite3 a.db 'SELECT g_per_kwh FROM v_account') $(sqlite3 c.db 'SELECT g_per_kwh FROM v_account')"
}

@test "merging again copies nothing" {
	joulecart merge -o all.db a.db b.db
	figures all.db >before
	run -0 joulecart merge -o all.db a.db
	is "$output" 'a.db: 0 campaigns with 0 trials copied, 1 already there'
	figures all.db | cmp before -
}

@test "what cannot be merged leaves the other file as it was" {
	echo none of ours >c.db
	run -1 joulecart merge -o all.db a.db c.db
	has "$output" "'c.db': not a joulecart database"
	[ ! -e all.db ]
	run -2 joulecart merge a.db
}

@test "a campaign that is there already with other contents is named, and nothing is copied" {
	joulecart merge -o all.db a.db
	joulecart run -q --rate 100 -o a.db -- true
	sqlite3 a.db 'UPDATE trial SET queries = 5 WHERE trial_id = 1'
	figures all.db >before
	run -1 --separate-stderr joulecart merge -o all.db a.db
	has "$stderr" "cannot merge 'a.db': campaign [0-9a-f-]+ is there already, and its rows of trial differ"
	figures all.db | cmp before -
	joulecart merge -o all.db b.db
	sqlite3 b.db 'DELETE FROM chunk WHERE chunk_id = (SELECT max(chunk_id) FROM chunk)'
	run -1 --separate-stderr joulecart merge -o all.db b.db
	has "$stderr" 'its rows of chunk differ'
}
