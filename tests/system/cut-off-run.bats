#!/usr/bin/env bats
# kill -9 of joulecart itself, as the kernel's out-of-memory killer does.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run --rate 100 -o "$db" -- sh -c 'echo $$ >ready; exec sleep 60' 3>&- &
	until_so 10 test -s ready
	until_so 30 has_readings 100
	kill -KILL $!
	wait $! || :
	kill "$(cat ready)" || :
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "the database is whole" {
	is "$(sql 'PRAGMA integrity_check')" ok
	is "$(sql 'PRAGMA foreign_key_check')" ''
}

@test "all but the last second of readings is there" {
	# what could be read before is still there
	has_readings 100
	between 1 "$(sql 'SELECT (max(end_mono_ns) - min(begin_mono_ns)) * 1e-9 FROM stretch')" 60
}

@test "every reading that is stored can be unpacked" {
	is "$(joulecart samples "$db" | tail -n +2 | wc -l)" \
		"$(sql 'SELECT sum(n + n_failed) FROM stretch')"
}

@test "a report finds the trial cut off" {
	run -0 --separate-stderr joulecart report "$db"
	has "$output" 'cut off'
	is "$(sql 'SELECT usable FROM v_query')" 0
}

@test "the next run adds its trial to the same file" {
	cp "$db" again.db
	joulecart run -q -o again.db -- true
	is "$(sqlite3 again.db "SELECT state FROM trial ORDER BY trial_id DESC LIMIT 1")" complete
}
