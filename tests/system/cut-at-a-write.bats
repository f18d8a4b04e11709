#!/usr/bin/env bats
# kill -9 in the middle of a write to the database, at writes drawn by chance: CUTS of them [20].
load ../helper

# The writes of a whole run, so that the cuts fall on all of them.
writes_of() {
	FAILING_DISK_LOG=$PWD/writes on_disk kill:1000000 "$JOULECART" run -q --rate 200 -o whole.db -- \
		sleep 1.3
	cat writes
}

# cut_at N: what is left must open, be whole, and hold what was committed.
cut_at() {
	mkdir "cut-$1"
	on_disk "kill:$1" "$JOULECART" run -q --rate 200 -o "cut-$1/$db" -- sleep 1.3 2>/dev/null || :
	[ -s "cut-$1/$db" ] || return 0 # nothing was begun yet
	is "$(sqlite3 "cut-$1/$db" 'PRAGMA integrity_check; PRAGMA foreign_key_check')" ok &&
		is_begun "cut-$1/$db" || fail "cut at write $1"
	rm -rf "cut-$1"
}

# Either it holds no trials yet, or a report and every reading can be had.
is_begun() {
	[ "$(sqlite3 "$1" "SELECT count(*) FROM sqlite_schema WHERE name = 'trial'")" = 1 ] &&
		[ "$(sqlite3 "$1" 'SELECT count(*) FROM trial')" = 1 ] || return 0
	joulecart report "$1" >report.txt && joulecart samples "$1" >samples.csv
}

@test "a run that is killed at any of its writes leaves a whole database" {
	n=$(writes_of)
	[ "$n" -gt 50 ]
	RANDOM=1
	for _ in $(seq "${CUTS:-20}"); do
		cut_at $((RANDOM % n + 1))
	done
}
