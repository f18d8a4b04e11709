#!/usr/bin/env bats
load ../helper

# Starts 'joulecart run' of a long command; sets $pid.
start() {
	# a background job of a script ignores SIGINT
	env --default-signal=INT "$JOULECART" run --rate 20 -o "$db" -- \
		sh -c 'echo $$ >ready; exec sleep 60' 2>messages 3>&- &
	pid=$!
	until_so 10 test -s ready
	until_so 30 has_readings 16
}

@test "SIGINT ends the command and keeps what was sampled, marked incomplete" {
	start
	kill -INT "$pid"
	ends_with 130 "$pid"
	run kill -0 "$(cat ready)"
	is "$status" 1
	is "$(sql 'SELECT state FROM trial')" incomplete
	has "$(sql 'SELECT why_incomplete FROM trial')" SIGINT
	[ "$(sql 'SELECT min(n) FROM (SELECT sum(n + n_failed) AS n FROM stretch
	          GROUP BY channel_id)')" -gt 15 ]
}

@test "a report of an interrupted run says that it is incomplete" {
	start
	kill -INT "$pid"
	wait "$pid" || :
	run -0 --separate-stderr joulecart report "$db"
	has "$output" 'interrupted|incomplete'
}

@test "a command that ignores SIGINT is killed by the second one" {
	env --default-signal=INT "$JOULECART" run -q -o "$db" -- \
		sh -c 'trap "" INT; echo $$ >ready; for i in $(seq 1200); do sleep 0.1; done; echo "no signal came" >&2' 3>&- &
	pid=$!
	until_so 10 test -s ready
	kill -INT "$pid"
	sleep 1.1 # sooner, it would be the first signal's echo
	kill -0 "$pid"
	kill -INT "$pid"
	ends_with 137 "$pid"
	is "$(sql 'SELECT state FROM trial')" incomplete
}
