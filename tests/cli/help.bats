#!/usr/bin/env bats
load ../helper

@test "joulecart alone, -h, --help and help print the same to standard output" {
	run -0 --separate-stderr joulecart --help
	is "$stderr" ''
	general=$output
	has "$general" '^Usage: joulecart COMMAND'
	for word in '' -h help; do
		# shellcheck disable=SC2086 # the empty word is no argument
		run -0 --separate-stderr joulecart $word
		is "$output" "$general"
	done
}

# commands [models]: what completion offers, a line each
commands() {
	"$JOULECART" --complete "$@" '' | sed 1d | cut -f 1 | grep -vx help
}

@test "each command's help goes to standard output and exits with 0, in each form" {
	for command in $(commands); do
		run -0 --separate-stderr joulecart help "$command"
		has "$output" "^Usage: joulecart $command"
		is "$stderr" ''
		text=$output
		run -0 --separate-stderr joulecart "$command" --help
		is "$output" "$text"
		run -0 --separate-stderr joulecart "$command" -h
		is "$output" "$text"
	done
}

@test "help is printed whatever else is given" {
	run -0 joulecart run --rate 5 --help -- true
	has "$output" '^Usage: joulecart run'
}

# each_help: of every command, and of those of models.
each_help() {
	{ echo && commands && commands models | sed 's/^/models /'; } | while read -r command; do
		# shellcheck disable=SC2086 # words
		"$JOULECART" $command --help </dev/null
	done
}

@test "no line of help is wider than 80 columns" {
	each_help >help.txt
	[ "$(wc -L <help.txt)" -le 80 ] || fail "$(awk 'length > 80' help.txt)"
	[ "$(wc -l <help.txt)" -gt 300 ]
	for command in audit-sample job 'models serve'; do
		grep -q "^Usage: joulecart $command " help.txt
	done
}

@test "on a terminal of 60 columns help is wrapped, and a broken example is still a command" {
	need script bsdutils
	# a file: a function does not survive the shell that script starts
	{ declare -f commands each_help && echo each_help; } >each-help
	script -qec "stty cols 60 rows 24; JOULECART='$JOULECART' bash each-help" /dev/null | tr -d '\r' >help.txt
	[ "$(wc -L <help.txt)" -le 60 ] || fail "$(awk 'length > 60' help.txt)"
	each_help >wide.txt
	is "$(grep -oE '^  joulecart (run|check|samples) .*' <<<"$(sed -z 's/ \\\n */ /g' help.txt)")" \
		"$(grep -oE '^  joulecart (run|check|samples) .*' wide.txt)"
}

@test "--version begins with a line of constant form" {
	run -0 joulecart --version
	has "${lines[0]}" '^joulecart [0-9]+\.[0-9]+\.[0-9]+$'
}

@test "--version names the commit that was built, not the one that was configured" {
	[ -e "$TESTS_SOURCE/.git" ] || skip 'not in a clone'
	revision=$(git -C "$TESTS_SOURCE" describe --always 2>/dev/null) || skip 'git does not say'
	run -0 joulecart --version
	is "${lines[1]%-dirty}" "revision $revision"
}

@test "a mistyped command is guessed and not run" {
	run -2 --separate-stderr joulecart reprot
	has "$stderr" "^joulecart: 'reprot' is not a command: did you mean 'report'\?"
	is "$output" ''
}

@test "a misspelt option or variant is answered with the one that was meant" {
	run -2 --separate-stderr joulecart report --ouput x.html x.db
	has "$stderr" "^joulecart: unknown option '--ouput': did you mean '--output'\?"
	run -2 --separate-stderr joulecart models infer techer
	has "$stderr" "^joulecart: unknown variant 'techer': did you mean 'teacher'\?"
	run -2 --separate-stderr joulecart models trian teacher
	has "$stderr" "^joulecart: unknown command 'models trian': did you mean 'train'\?"
	run -2 --separate-stderr joulecart bench --variants techer
	has "$stderr" "did you mean 'teacher'\?"
}

@test "the manual names the version of the database that is written" {
	joulecart run -q -o "$db" -- true
	has "$(cat "$TESTS_SOURCE/man/joulecart.5")" "version of the schema, now $(sql 'PRAGMA user_version')[.]"
}
