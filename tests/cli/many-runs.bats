#!/usr/bin/env bats
# A file into which somebody measures each day: what a command does must grow with the file, not with its square. The
# limit of steps (schema/database/guard.c), by which a damaged file is told, grows with the file too.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	for _ in {1..200}; do
		"$JOULECART" run -q --queries 1000 --name shop -o "$db" -- true
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "a file of 200 runs verifies" {
	run -0 joulecart verify "$db"
	has "$output" 'figures of 200 trials recomputed'
}

@test "a file of 200 runs is reported, run by run" {
	run -0 joulecart report "$db"
	run -0 joulecart report --format csv "$db"
	joulecart report --format json "$db" >report.json
	is "$(jq '.campaigns | length' report.json)" 200
}

@test "what if all of 200 runs had been elsewhere" {
	joulecart whatif --pue 1.5 --zone DE --json "$db" >whatif.json
	is "$(jq '.campaigns | length' whatif.json)" 200
}

@test "a sample, an export, a comparison of two files and a page are made of 200 runs" {
	run -0 joulecart audit-sample -n 5 "$db"
	run -0 joulecart export --to csv -o export.csv "$db"
	run -0 joulecart diff "$db" "$db"
	run -0 joulecart report -f html -o report.html "$db"
}
