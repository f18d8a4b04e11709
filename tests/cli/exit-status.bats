#!/usr/bin/env bats
load ../helper

@test "run exits with the command's own status" {
	run -0 joulecart run -o "$db" -- true
	run -1 joulecart run -o "$db" -- false
	run -42 joulecart run -o "$db" -- sh -c 'exit 42'
}

@test "run exits with 128+N when signal N killed the command, and stores it" {
	run -137 joulecart run -o "$db" -- sh -c 'kill -KILL $$'
	run -143 joulecart run -o "$db" -- sh -c 'kill -TERM $$'
	is "$(sql 'SELECT exit_code, exit_signal FROM trial')" $'|9\n|15'
}

@test "run exits with 127 when there is no such command" {
	run -127 --separate-stderr joulecart run -o "$db" -- ./serv
	has "$stderr" "^joulecart: cannot run './serv': no such file"
	run -127 joulecart run -o "$db" -- no-such-command-anywhere
}

@test "run exits with 126 when the command is not executable" {
	touch plain
	run -126 --separate-stderr joulecart run -o "$db" -- ./plain
	has "$stderr" "^joulecart: cannot run './plain': permission denied"
	run -126 joulecart run -o "$db" -- /
}

@test "run exits with 126 when the interpreter of a script is not there" {
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	run joulecart run -o "$db" -- ./script
	has "$status" '^12[67]$'
	has "$output" "cannot run './script'"
}

@test "run exits with 125 when it is used wrongly" {
	run -125 joulecart run --no-such-option -- true
	run -125 joulecart run --rate never -- true
	run -125 joulecart run
}

@test "other commands exit with 2 when they are used wrongly" {
	run -2 joulecart no-such-command
	run -2 joulecart report
	run -2 joulecart report --no-such-option x.db
	run -2 joulecart doctor --no-such-option
	run -2 joulecart samples
	run -2 joulecart bench --trials none
}

@test "other commands exit with 1 when they cannot" {
	run -1 joulecart report no-such-file.db
	run -1 joulecart samples no-such-file.db
}

@test "run's exit status is the command's own where only the report could not be written" {
	for code in 0 3; do
		run -"$code" --separate-stderr joulecart run -q -o "$db" --json=no/such/folder.json -- \
			sh -c "exit $code"
		has "$stderr" 'no/such/folder.json'
		run -"$code" sh -c "'$JOULECART' run -q -o '$db' --json -- sh -c 'exit $code' >/dev/full"
		has "$output" 'cannot write'
	done
	is "$(sql 'SELECT count(*) FROM trial')" 4
}
