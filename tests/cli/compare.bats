#!/usr/bin/env bats
# Which is cheaper? Commands of a known difference, run apart and side by side.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	# one burns CPU, the other sleeps: no noise can hide that
	joulecart run -q --trials 3 --name busy -o "$db" -- timeout 0.3 sh -c 'while :; do :; done' || :
	joulecart run -q --trials 3 --name idle -o "$db" -- sleep 0.05
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "what ran in campaigns of its own is compared, and said not to be interleaved" {
	run --separate-stderr joulecart compare --ignore-failure "$db" busy idle
	has "$output" 'busy'
	has "$output" 'two campaigns: differences between'
}

@test "no line of a comparison is wider than 80 columns" {
	LC_ALL=C run --separate-stderr joulecart compare --ignore-failure "$db" busy idle
	has "$output" '###'
	awk 'length > 80 { print; wide = 1 } END { exit wide }' <<<"$output"
}

@test "a variant that is not there is a usage error that lists those that are" {
	run -2 --separate-stderr joulecart compare "$db" busy idel
	is "$stderr" "joulecart: no variant 'idel' in '$db': it holds busy, idle (did you mean 'idle'?)"
}

@test "one variant alone cannot be compared" {
	run -2 --separate-stderr joulecart compare "$db" busy
	has "$stderr" '^joulecart: compare needs FILE.db, and two variants or none'
}

@test "where no campaign has two variants, the one that was looked at is named" {
	run -1 --separate-stderr joulecart compare "$db"
	has "$stderr" "^joulecart: cannot compare what is in '$db': campaign 2 holds only 'idle'"
}

@test "trials that failed do not count, and the reason is said" {
	run -1 --separate-stderr joulecart compare "$db" busy idle
	has "$stderr" "^joulecart: cannot compare 'busy': its one trial does not count: the command failed"
}

@test "colour is only where it was asked for or a terminal wants it" {
	run --separate-stderr joulecart compare --ignore-failure "$db" busy idle
	has_not "$output" $'\033'
	run --separate-stderr joulecart compare --ignore-failure --color=always "$db" busy idle
	has "$output" $'\033\\[1m'
	run -2 --separate-stderr joulecart compare --color=blue "$db" busy idle
	has "$stderr" "^joulecart: invalid --color 'blue'"
}
