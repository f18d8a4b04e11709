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

# On one processor, beside a command that works all the time.
@test "where no processor is idle it says so, and what it took" {
	local one
	one=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	run -124 taskset -c "$one" "$JOULECART" run -q -o "$db" --rate 10000 -- \
		timeout 4 sh -c 'while :; do :; done'
	has "$(sql "SELECT why FROM gap WHERE collector = 'sampler' AND name = 'an idle processor'")" \
		'all were busy [0-9]+ % of the times that it looked; it took [0-9.]+ % of a processor'
	run -0 joulecart report "$db"
	has "$output" 'an idle processor unavailable'
}

# It is asked for a processor: there is nothing to look for.
@test "where it is told its processor it says nothing of idle ones" {
	run -124 joulecart run -q -o "$db" --rate 10000 --pin-sampler 0 -- \
		timeout 2 sh -c 'while :; do :; done'
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'sampler' AND name IS NOT NULL")" 0
}

# The largest of the process's life, in KiB, and its file's, in bytes.
@test "it stays small" {
	! is_sanitized || skip 'a sanitizer takes memory for itself'
	local kib
	joulecart run -q -o "$db" --rate 1000 -- sh -c '
		sleep 3
		sed -n "s/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$PPID/status" >"$1"' sh "$BATS_TEST_TMPDIR/kib"
	kib=$(cat "$BATS_TEST_TMPDIR/kib")
	[ "$kib" -gt 1000 ]
	[ "$kib" -lt 12288 ]
	rm -f "$db"
	joulecart run -q -o "$db" -- sleep 1
	# more than half is the schema: bench/RESULTS.md
	[ "$(stat -c %s "$db")" -lt 200000 ]
}

# Each second has its transaction, and waits for the disk once; beginning and end have their own.
@test "it writes no more often than once a second" {
	command -v strace >/dev/null || skip 'no strace'
	local begin end seconds syncs
	begin=$(date +%s)
	ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" run -0 strace -f -qq -o "$BATS_TEST_TMPDIR/syncs" -e trace=fdatasync,fsync -- \
		"$JOULECART" run -q -o "$db" --rate 1000 -- sleep 6
	end=$(date +%s)
	seconds=$((end - begin))
	syncs=$(grep -cE '(fdatasync|fsync)\(' "$BATS_TEST_TMPDIR/syncs")
	[ "$syncs" -ge 3 ]
	[ "$syncs" -le $((seconds + 12)) ]
}

@test "without the right to real-time priority it measures all the same, and says so" {
	local drop=()
	[ "$(id -u)" != 0 ] || drop=(setpriv '--bounding-set=-sys_nice')
	run -0 prlimit --rtprio=0 -- "${drop[@]}" "$JOULECART" run -q -o "$db" -- true
	has "$(sql 'SELECT why_not_real_time FROM sampler')" 'not permitted'
	run -0 joulecart report "$db"
	has "$output" 'not at real-time priority'
}
