#!/usr/bin/env bats
load ../helper

@test "an unknown zone is refused with near names, and nothing runs" {
	run -125 --separate-stderr joulecart run --zone UK -o "$db" -- touch started
	has "$stderr" "^joulecart: unknown zone 'UK': .*'GB'"
	[ ! -e started ]
}

@test "a PUE below 1 is refused with the reason" {
	run -125 --separate-stderr joulecart run --pue 0.9 -o "$db" -- true
	has "$stderr" "^joulecart: invalid --pue '0.9': PUE is .*1"
}

@test "a rate of 0, counts below 1 and words for numbers are refused" {
	run -125 joulecart run --rate 0 -o "$db" -- true
	run -125 joulecart run --queries 0 -o "$db" -- true
	run -125 joulecart run --trials -1 -o "$db" -- true
	run -125 joulecart run --queries 3x -o "$db" -- true
}

@test "an unknown format is refused with the known ones" {
	joulecart run -q -o "$db" -- true
	run -2 --separate-stderr joulecart report --format pdf "$db"
	has "$stderr" 'json'
}

@test "an error is one line that begins with joulecart:" {
	run --separate-stderr joulecart report no-such-file.db
	is "${#stderr_lines[@]}" 1
	has "$stderr" "^joulecart: cannot read 'no-such-file.db': "
	is "$output" ''
}

@test "an event that nothing counts is named before the run, with the one that was meant" {
	run -0 --separate-stderr joulecart run -q --events task-clock,instrctions -- true
	has "$stderr" "^joulecart: warning: 'instrctions' is not counted: .*\\(did you mean 'instructions'\\?\\)$"
	run -0 --separate-stderr joulecart run -q --events task-clock -- true
	is "$stderr" ''
}
