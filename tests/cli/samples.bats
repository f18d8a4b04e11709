#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --rate 50 -o "$db" -- sleep 0.5
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "samples begins with the names of its columns" {
	run -0 --separate-stderr joulecart samples "$db"
	is "${lines[0]}" \
		trial,collector,channel,mono_ns,half_width_ns,raw,unit_per_raw,unit,error
}

@test "samples prints each reading of each channel" {
	n=$(sql 'SELECT sum(n + n_failed) FROM stretch')
	[ "$n" -gt 40 ]
	is "$(joulecart samples "$db" | tail -n +2 | wc -l)" "$n"
}

@test "samples of a channel rise in time and agree with its stretches" {
	joulecart samples --channel cputime/busy "$db" | tail -n +2 >busy
	[ "$(wc -l <busy)" -gt 20 ]
	sort -t, -k4,4n -c busy
	is "$(tail -n 1 busy | cut -d, -f6)" \
		"$(sql "SELECT last_raw FROM stretch JOIN channel USING (channel_id)
		        WHERE name = 'busy' ORDER BY seq DESC LIMIT 1")"
}

@test "the first reading is taken before the command starts, the last after it ended" {
	joulecart run -q -o edges.db -- sh -c 'date +%s%N >begin; sleep 0.2; date +%s%N >end'
	read -r first last < <(sqlite3 -separator ' ' edges.db \
		"SELECT begin_utc_ns, begin_utc_ns + end_mono_ns - begin_mono_ns FROM trial")
	[ "$first" -lt "$(cat begin)" ]
	[ "$last" -gt "$(cat end)" ]
}
