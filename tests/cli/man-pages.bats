#!/usr/bin/env bats
# What --help lists and what the man page describes must be the same options.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	joulecart --list-options >options
}

# options_of COMMAND COLUMN: of every table that the program parses by; 2 is the option's name, 7 the
# other name that works and is not shown.
options_of() {
	awk -F'\t' -v of="$1" -v column="$2" \
		'($1 == of || index($1, of " ") == 1) && $column != "-" && $8 != "-" {
			print "--" $column }' options | sort -u
}

man_options() {
	grep -E '^\.(It|Op) ' "$TESTS_SOURCE/man/joulecart-$1.1" |
		grep -oE 'Fl -[a-z][a-z-]*' | sed 's/Fl -/--/' | sort -u
}

commands() {
	sed 's/[ \t].*//' options | uniq
}

@test "every option that a command has is in its man page, and the reverse" {
	[ "$(commands | wc -l)" -ge 15 ]
	for command in $(commands); do
		options_of "$command" 2 | grep -qx -- --help
		is "$(comm -23 <(options_of "$command" 2 | grep -v '^--help$') \
			<(man_options "$command"))" ''
		is "$(comm -13 <(sort -u <(options_of "$command" 2) <(options_of "$command" 7)) \
			<(man_options "$command"))" ''
	done
}

@test "every command has a man page, and joulecart(1) lists them all" {
	joulecart --help >help
	for command in $(commands); do
		grep -qE "^([A-Z][a-z]+)? +$command " help
		[ -e "$TESTS_SOURCE/man/joulecart-$command.1" ]
		grep -q "^\.Xr joulecart-$command 1" "$TESTS_SOURCE/man/joulecart.1"
	done
}

@test "--help shows every option of the table" {
	local help='' of=''
	awk -F'\t' '$8 != "-" { print $1 "\t--" $2 }' options >shown
	[ "$(wc -l <shown)" -gt 150 ]
	while IFS=$'\t' read -r command option; do
		# shellcheck disable=SC2086 # "models train" is two words
		[ "$command" = "$of" ] || help=$(joulecart $command --help | tr '\n' ' ')
		of=$command
		has "$help" " ${option}[=[ ]"
	done <shown
}

@test "man pages have no errors" {
	command -v mandoc >/dev/null || skip 'mandoc is not installed'
	mandoc -T lint -W error "$TESTS_SOURCE"/man/*.[157]
}

@test "every man page has examples, and names this program and version below" {
	version=$(joulecart --version | sed -n '1s/joulecart //p')
	for page in "$TESTS_SOURCE"/man/*.[157]; do
		grep -qx '\.Sh EXAMPLES' "$page"
		grep -qx "\.Os joulecart $version" "$page"
		# groff writes BSD where this string is not set
		grep -qx '\.ds doc-volume-operating-system joulecart' "$page"
	done
}

@test "the sqlite3 examples of the documents run, and fit a screen" {
	joulecart run -q --queries 1000 --zone GB -- true
	examples=$(sed -nE "s/^(\\.Dl|   ) sqlite3 (-[a-z]+ joulecart.db '[^']*').*/\\2/p" \
		"$TESTS_SOURCE/README.md" "$TESTS_SOURCE/man/joulecart.5")
	[ "$(wc -l <<<"$examples")" -ge 3 ]
	while read -r example; do
		run -0 sh -c "sqlite3 $example"
		[ -n "$output" ]
		[ "${#lines[@]}" -le 40 ]
		[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 80 ]
	done <<<"$examples"
}

@test "joulecart.5 tells the version of the schema that a new file has" {
	joulecart run -q -o "$db" -- true
	has "$(tr '\n' ' ' <"$TESTS_SOURCE/man/joulecart.5")" \
		"user_version is the version of the schema, now $(sql 'PRAGMA user_version')\\."
}
