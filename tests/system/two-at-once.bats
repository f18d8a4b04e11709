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

@test "runs at the same time are said to share their joules, which are counted once together" {
	need_machines
	export db
	on server sh -c '"$JOULECART" run -q -o "$db" -- true
		"$JOULECART" run -q -o "$db" -- sleep 1 &
		"$JOULECART" run -q -o "$db" -- sleep 1
		wait $!'
	is "$(sql 'SELECT sum(is_shared) FROM v_trial')" 2
	has "$(joulecart report "$db" | tr -d '\n')" 'the same joules are in both.* together *2 trials of'
	# 1 where they ran at the same time all along; a busy machine may begin one later
	within 50 "$(sql 'SELECT 2 * sum(joules_once) / sum(joules) FROM v_once WHERE trial_id > 1')" \
		"$(sql 'SELECT 2.0 * (max(end_mono_ns) - min(begin_mono_ns)) / sum(end_mono_ns - begin_mono_ns)
			FROM trial WHERE trial_id > 1')"
}

@test "runs at the same time know of each other though each has a file of its own" {
	need_machines
	# shellcheck disable=SC2016 # expands there
	on server sh -c '"$JOULECART" run -q -o a.db -- sh -c \
			": >begun; \"\$AWAIT\" 120 test -e ended" &
		other=$!
		"$AWAIT" 120 test -e begun
		"$JOULECART" run -q -o b.db -- sleep 0.5 # ends while the other goes on
		: >ended
		wait $other
		"$JOULECART" run -q -o c.db -- true'
	has "$(joulecart report a.db | tr -d '\n')" 'process [0-9]+ wrote to another *file'
	has "$(joulecart report b.db | tr -d '\n')" 'process [0-9]+ wrote to another *file'
	is "$(sqlite3 c.db 'SELECT is_shared FROM v_trial')" 0
	run -0 joulecart merge -o "$db" a.db b.db
	is "$(sql 'SELECT group_concat(is_shared || is_elsewhere) FROM v_overlap')" 10,10
	# The union of the two is the time of the first.
	within 2 "$(sql 'SELECT sum(joules_once) FROM v_once')" \
		"$(true_joules server intel-rapl:0 intel-rapl:0:1 intel-rapl:1 intel-rapl:1:1)"
	between 1.1 "$(sql 'SELECT sum(joules) / sum(joules_once) FROM v_once')" 2
	run -0 joulecart verify "$db"
}

@test "what is estimated from a command's own CPU time is shared with nobody" {
	"$JOULECART" run -q -o "$db" -- sleep 0.5 &
	local other=$!
	joulecart run -q -o "$db" -- sleep 0.5
	wait "$other"
	is "$(sql 'SELECT sum(is_shared) FROM v_trial')" 2
	[ "$(sql 'SELECT DISTINCT provenance FROM v_trial')" = estimated ] || skip 'it is measured here'
	has_not "$(joulecart report "$db")" 'the same joules'
}
