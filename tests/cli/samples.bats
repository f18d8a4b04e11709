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

@test "samples of a stretch of time are those between its ends" {
	joulecart samples --channel busy "$db" | tail -n +2 | cut -d, -f4 >all
	begin=$(sql 'SELECT begin_mono_ns FROM trial')
	joulecart samples --channel busy --from 0.1 --to 0.3 "$db" | tail -n +2 | cut -d, -f4 >some
	awk -v begin="$begin" '$1 - begin >= 1e8 && $1 - begin <= 3e8' all | cmp - some
	[ "$(wc -l <some)" -gt 3 ]
	is "$(joulecart samples --channel busy --from 100 "$db" | wc -l)" 1
}

@test "samples as JSON lines say what the CSV says" {
	joulecart samples --format jsonl "$db" |
		jq -r '[.trial, .collector, .channel, .mono_ns, .half_width_ns, .raw,
		        .error // ""] | join(",")' >json
	joulecart samples "$db" | tail -n +2 | cut -d, -f1-6,9 | tr -d '"' | cmp - json
}

@test "a trial or channel that is not there is an error that names those that are" {
	run -1 joulecart samples --trial 999 "$db"
	is "$output" "joulecart: no trial 999 in '$db': it holds 1 (name one of those)"
	run -1 joulecart samples --channel nothing "$db"
	has "$output" "joulecart: no channel 'nothing' in '$db': it holds "
	has "$output" cputime/busy
}

@test "samples that cannot be written are an error" {
	run -1 sh -c '"$0" samples "$1" >/dev/full' "$JOULECART" "$db"
	has "$output" 'cannot write to standard output'
	is "${#lines[@]}" 1
}

@test "the extension gives any SQLite the same readings" {
	joulecart samples "$db" | tail -n +2 | cut -d, -f1-6 | tr -d '"' >csv
	sqlite3 -csv -cmd ".load $JOULECART_EXTENSION" "$db" "SELECT trial_id, collector, channel, mono_ns,
		half_width_ns, raw FROM joulecart_samples" | tr -d '"\r' | cmp csv -
	is "$(sqlite3 -cmd ".load $JOULECART_EXTENSION" "$db" "SELECT count(*), min(at_s) >= 0.1,
		max(at_s) <= 0.3 FROM joulecart_samples(1, 'cputime/busy', 0.1, 0.3)")" \
		"$(joulecart samples --channel busy --from 0.1 --to 0.3 "$db" | tail -n +2 |
			wc -l)|1|1"
	is "$(sqlite3 -cmd ".load $JOULECART_EXTENSION" "$db" \
		'SELECT count(*) FROM joulecart_samples WHERE trial_id = 2')" 0
}

@test "the extension says that another database is none of ours" {
	run ! sqlite3 -cmd ".load $JOULECART_EXTENSION" other.db 'SELECT * FROM joulecart_samples'
	has "$output" 'not a joulecart database'
}
