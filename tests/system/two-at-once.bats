#!/usr/bin/env bats
# Runs that write to one file at the same time.
load ../helper

@test "runs that create the same database at once all store their trial" {
	local pids=()
	for i in 1 2 3 4 5 6; do
		joulecart run -q -o "$db" --name "run-$i" -- sleep 0.2 2>"error-$i" &
		pids+=($!)
	done
	wait "${pids[@]}"
	is "$(cat error-*)" ''
	is "$(sql "SELECT count(*) FROM trial WHERE state = 'complete'")" 6
	is "$(sql 'PRAGMA integrity_check')" ok
}

@test "runs at the same time are said to share their joules" {
	joulecart run -q -o "$db" -- true
	joulecart run -q -o "$db" -- sleep 1 &
	local other=$!
	joulecart run -q -o "$db" -- sleep 1
	wait "$other"
	is "$(sql 'SELECT sum(is_shared) FROM v_trial')" 2
	has "$(joulecart report "$db")" 'the same joules are in both'
}
