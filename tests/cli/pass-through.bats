#!/usr/bin/env bats
load ../helper

@test "standard input reaches the command, its output and error come through" {
	run -0 --separate-stderr joulecart run -q -o "$db" -- \
		sh -c 'cat; echo to-error >&2' <<<'to-output'
	is "$output" to-output
	is "$stderr" to-error
}

@test "the footer goes to standard error alone" {
	run -0 --separate-stderr joulecart run -o "$db" -- echo answer
	is "$output" answer
	has "$stderr" '^joulecart: '
}

@test "binary output comes through unchanged" {
	head -c 100000 /dev/urandom >in
	joulecart run -q -o "$db" -- cat <in >out
	cmp in out
}

@test "arguments are passed as they are" {
	run -0 --separate-stderr joulecart run -q -o "$db" -- printf '[%s]' 'a b' '' '*' -o
	is "$output" '[a b][][*][-o]'
	is "$(sql 'SELECT json_extract(command, "$[2]") FROM trial')" 'a b'
}

@test "SIGTERM and SIGUSR1 to joulecart reach the command" {
	cat >job <<-'END'
		trap 'echo usr1 >>caught' USR1
		trap 'echo term >>caught; exit 3' TERM
		echo $$ >ready
		for i in $(seq 6000); do sleep 0.02; done
		echo "no signal came" >&2
	END
	"$JOULECART" run -q -o "$db" -- sh job 3>&- &
	pid=$!
	until_so 10 test -s ready
	kill -USR1 "$pid"
	until_so 10 grep -q usr1 caught
	kill -TERM "$pid"
	ends_with 3 "$pid"
	has "$(cat caught)" term
}

@test "joulecart leaves the command's environment alone but for its own variables" {
	env -i PATH="$PATH" "$JOULECART" run -q -o "$db" -- env | sort >inside
	is "$(grep -vE '^JOULECART_' inside)" "PATH=$PATH"
}

@test "no descriptor but the marker socket leaks into the command" {
	joulecart run -q -o "$db" -- ls /proc/self/fd >inside 3>&-
	env ls /proc/self/fd >outside 3>&-
	grep -qx 0 inside
	[ $(($(wc -l <inside) - $(wc -l <outside))) -le 1 ]
}
