#!/usr/bin/env bats
# What --help lists and what the man page describes must be the same options.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Examples aside.
help_options() {
	joulecart help "$1" | grep -v '^  joulecart ' | grep -oE -- '--[a-z][a-z-]+' | sort -u
}

man_options() {
	grep -E '^\.(It|Op) ' "$TESTS_SOURCE/man/joulecart-$1.1" |
		grep -oE 'Fl -[a-z][a-z-]+' | sed 's/Fl -/--/' | sort -u
}

@test "every option in the help of a command is in its man page, and the reverse" {
	for command in run bench compare check report samples factors whatif doctor verify sign; do
		is "$(help_options "$command")" "$(man_options "$command")"
	done
}

@test "man pages have no errors" {
	command -v mandoc >/dev/null || skip 'mandoc is not installed'
	mandoc -T lint -W error "$TESTS_SOURCE"/man/*.[157]
}

@test "joulecart.5 tells the version of the schema that a new file has" {
	joulecart run -q -o "$db" -- true
	has "$(tr '\n' ' ' <"$TESTS_SOURCE/man/joulecart.5")" \
		"user_version is the version of the schema, now $(sql 'PRAGMA user_version')\\."
}
