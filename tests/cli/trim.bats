#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --rate 2000 -r 2 -o "$db" -- sleep 1.1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

@test "trim drops the readings, keeps every figure, and says so in the file" {
	joulecart run -q -r 60 -o "$db" -- true # so many chunks fill some pages
	joulecart report --format json "$db" >before
	size=$(stat -c %s "$db")
	n=$(sql 'SELECT sum(n) FROM chunk')
	run -0 joulecart trim "$db"
	has "$(tr -s ' \n' ' ' <<<"$output")" "^$db: dropped $n raw readings .* of 62 trials; figures are kept"
	joulecart report --format json "$db" | cmp before -
	[ "$(stat -c %s "$db")" -lt "$size" ]
	is "$(sql 'SELECT sum(n_readings) FROM trimmed')" "$n"
	is "$(sql 'SELECT count(*) FROM chunk')" 0
}

@test "what trim saved is never nothing" {
	joulecart run -q --rate 100 -o brief.db -- true
	run -0 joulecart trim brief.db
	has "$(tr -s ' \n' ' ' <<<"$output")" 'raw readings .[0-9]+ chunks?, [1-9][0-9]* bytes. of 1 trial'
}

@test "the database of one short command is under 225 kB" {
	joulecart run -q --rate 1000 -o short.db -- sleep 0.5
	[ "$(stat -c %s short.db)" -lt 225000 ]
}

@test "the readings of a trimmed trial are missed with their reason, others are there" {
	joulecart trim --trial 1 "$db"
	run -1 joulecart samples --trial 1 "$db"
	has "$output" "no raw readings of trial 1 .* dropped by trim on .*v_second"
	joulecart samples --trial 2 "$db" | grep -q cputime
	run -1 joulecart trim --trial 3 "$db"
	is "$output" "joulecart: no trial 3 in '$db': it holds 1, 2 (name one of those)"
}

@test "prune says where each of two things is" {
	run -2 joulecart prune teacher
	has "$output" "'joulecart trim'.*'joulecart bench'"
}
