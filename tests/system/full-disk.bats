#!/usr/bin/env bats
load ../helper

# with_small_disk SCRIPT: runs it where the folder ./disk has $disk_kib, else 1800, KiB.
with_small_disk() {
	mkdir -p disk
	alone sh -eu -c "
		mount -t tmpfs -o size=${disk_kib-1800}k none disk
		status=0
		( $1 ) || status=\$?
		rm -f disk/filler
		cp disk/* .
		exit \$status"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_mounts
	cat >fill <<-END
		is_stored() {
			[ "\$(sqlite3 -readonly disk/$db 'SELECT count(*) > 0 FROM stretch' 2>&1)" = 1 ]
		}
		tries=0
		until is_stored; do
			[ \$((tries += 1)) -le 1200 ] || { echo "nothing was stored in two minutes" >&2; exit 1; }
			sleep 0.1
		done
		cat /dev/zero >disk/filler 2>/dev/null
		yes x | head -n 300 # a phase each: more than fits into the blocks kept for last words
		sleep 2.5
		echo went-on >went-on
	END
}

# Fills the disk once the first second of readings is stored, however long a loaded machine takes.
filling='sh fill'

@test "when the disk fills up the command goes on to its end" {
	with_small_disk "'$JOULECART' run -q --phase-pattern='x=^x' -o disk/$db -- sh -c '$filling; exit 3'" || :
	[ -e went-on ]
}

@test "when the disk fills up a failing command's own status is returned" {
	run -3 --separate-stderr with_small_disk \
		"'$JOULECART' run -q --phase-pattern='x=^x' -o disk/$db -- sh -c '$filling; exit 3'"
	has "$stderr" '^joulecart: cannot .*disk/trial.db.*full'
}

@test "when the disk fills up the success of a command is not reported as a success" {
	run -125 with_small_disk "'$JOULECART' run -q --phase-pattern='x=^x' -o disk/$db -- sh -c '$filling'"
}

@test "when the disk fills up what was stored before is whole and readable" {
	with_small_disk "'$JOULECART' run -q --phase-pattern='x=^x' -o disk/$db -- sh -c '$filling'" || :
	is "$(sql 'PRAGMA integrity_check')" ok
	[ "$(sql 'SELECT max(n) FROM (SELECT sum(n) AS n FROM stretch GROUP BY channel_id)')" -ge 8 ]
	run -0 joulecart report "$db"
}

@test "what fits, one phase after another, leaves room for the last words" {
	sed -i 's/^yes x.*/for i in $(seq 60); do echo x; sleep 0.03; done/' fill
	local disk_kib
	# how much is left when the last phase fits differs with the size
	for disk_kib in 1800 1812 1816 1820; do
		rm -f "$db"*
		with_small_disk "'$JOULECART' run -q --phase-pattern='x=^x' -o disk/$db -- sh -c '$filling; exit 3'" || :
		is "$(sql "SELECT state || '|' || why_incomplete FROM trial")" \
			'incomplete|storing failed: database or disk is full'
	done
}

@test "when the disk fills up the trial says so, and so does the report" {
	with_small_disk "'$JOULECART' run -q --phase-pattern='x=^x' -o disk/$db -- sh -c '$filling; exit 3'" || :
	is "$(sql "SELECT state || '|' || why_incomplete || '|' || exit_code FROM trial")" \
		'incomplete|storing failed: database or disk is full|3'
	run -0 --separate-stderr joulecart report "$db"
	output=$(tr -s ' \n' ' ' <<<"$output") # its lines are wrapped
	has "$output" 'storing failed: database or disk is full'
}

@test "a disk that is full from the start is refused before anything runs" {
	run -125 --separate-stderr with_small_disk "cat /dev/zero >disk/filler 2>/dev/null || :
		'$JOULECART' run -o disk/$db -- touch started"
	has "$stderr" '^joulecart: cannot '
	[ ! -e started ]
}
