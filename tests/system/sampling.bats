#!/usr/bin/env bats
load ../helper

# Deadlines of the last trial, served or passed over.
deadlines() {
	sql 'SELECT ticks + ticks_missed FROM trial ORDER BY trial_id DESC LIMIT 1'
}

@test "by itself it reads a short run more often than a long one would need" {
	need_machines
	run_on server sleep 1
	[ "$(deadlines)" -ge 100 ]
	is "$(sql 'SELECT rate_begin_hz FROM sampler')" 100.0
}

@test "a rate that is asked for is kept" {
	run -0 joulecart run -q -o "$db" --rate 20 -- sleep 1
	[ "$(deadlines)" -le 40 ]
	is "$(sql 'SELECT rate_begin_hz, rate_end_hz FROM sampler')" '20.0|20.0'
}

# How many readings of the collector's first channel are stored.
readings() {
	sql "SELECT sum(n + n_failed) FROM stretch WHERE channel_id =
	     (SELECT min(channel_id) FROM channel WHERE collector = '$1')"
}

@test "at a fast rate what counts by itself rests between edges, and the zones do not" {
	need_machines
	run -0 on server "$JOULECART" run -q -o "$db" --rate 1000 -- sleep 1
	between 3 "$(readings cputime)" 60
	between 3 "$(readings hwevents)" 120
	[ "$(readings powercap)" -gt $((2 * $(readings hwevents))) ]
}

@test "the report says how late the readings were and what they cost" {
	run -0 joulecart run -q -o "$db" --rate 100 -- sleep 0.3
	run -0 joulecart report "$db"
	has "$output" 'sampler: [0-9]+ ticks, [0-9]+ missed; delay: median [0-9.]+ us'
	run -0 joulecart report --format json "$db"
	is "$(jq '.campaigns[0].sampler | .ticks > 20 and .late_p50_ns <= .late_p99_ns and
	          .late_p99_ns <= .late_max_ns and .cpu_s > 0' <<<"$output")" true
}

@test "the sampler stays on the processor that is asked for" {
	run -0 joulecart run -q -o "$db" --pin-sampler 0 -- true
	is "$(sql 'SELECT pinned_cpu, why_not_pinned FROM sampler')" '0|'
	run -125 joulecart run -q -o "$db" --pin-sampler 100000 -- true
	has "$output" "invalid --pin-sampler '100000'"
}

@test "without the right to real-time priority it measures all the same, and says so" {
	local drop=()
	[ "$(id -u)" != 0 ] || drop=(setpriv '--bounding-set=-sys_nice')
	run -0 prlimit --rtprio=0 -- "${drop[@]}" "$JOULECART" run -q -o "$db" -- true
	has "$(sql 'SELECT why_not_real_time FROM sampler')" 'not permitted'
	run -0 joulecart report "$db"
	has "$output" 'not at real-time priority'
}
