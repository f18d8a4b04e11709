#!/usr/bin/env bats
load ../helper

@test "a range that is passed 2.7 times in 3 s loses nothing" {
	need_machines
	run_in_time_on small-range sleep 3
	within 1 "$(stored_joules)" "$(true_joules small-range intel-rapl:0)"
	# Two or three times, by where the counter stood at first.
	is "$(sql "SELECT group_concat(wraps = (first + advance) / (wrap_range + 1) AND wraps >= 2)
		   FROM (SELECT sum(first_raw) FILTER (WHERE seq = 0) AS first, sum(advance) AS advance,
			 sum(wraps) AS wraps, wrap_range
			 FROM stretch JOIN channel USING (channel_id) WHERE collector = 'powercap')")" 1
}
