#!/usr/bin/env bats
load ../helper

@test "a command of a millisecond is stored with at least two readings a channel" {
	run -0 joulecart run -q -o "$db" -- true
	is "$(sql 'SELECT state, exit_code FROM trial')" 'complete|0'
	is "$(sql 'SELECT count(*) FROM (SELECT channel_id FROM stretch GROUP BY channel_id
	           HAVING sum(n + n_failed) < 2)')" 0
}

@test "a command of a millisecond gets no figure per query, and the reason is said" {
	run -0 --separate-stderr joulecart run --queries 1 -o "$db" -- true
	is "$(sql 'SELECT joules_per_query IS NULL, reason IS NOT NULL FROM v_query')" '1|1'
	has "$stderr" 'below'
}

@test "on a measured machine the interval of a 50 ms job holds the truth" {
	need_machines
	run_on server sleep 0.05
	between "$(sql 'SELECT interval_low_j FROM v_phase WHERE phase_ordinal = 0')" \
		"$(true_joules server intel-rapl:0 intel-rapl:0:1 intel-rapl:1 intel-rapl:1:1)" \
		"$(sql 'SELECT interval_high_j FROM v_phase WHERE phase_ordinal = 0')"
}
