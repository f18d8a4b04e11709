#!/usr/bin/env bats
# Reading leaves a folder as it was: no empty log, no index beside the database, and none taken away.
load ../helper

listing() {
	find "$1" -type f -printf '%f %s %T@\n' | grep -v -- '-shm ' | sort
	find "$1" -name '*-shm' -printf '%f\n' | sort # that of a file in use is written to
}

# every_reading_command FOLDER [PREFIX...]: each command that reads FOLDER/trial.db, alone and with itself.
every_reading_command() {
	local file=$1/$db before command
	shift
	before=$(listing "${file%/*}")
	while read -r command; do
		# shellcheck disable=SC2086 # its words
		run --separate-stderr "$@" "$JOULECART" ${command//@/"$file"}
		[ "$status" -le 4 ] && [ "$status" != 2 ] || fail "$command: status $status, $stderr"
		is "$(listing "${file%/*}")" "$before" || fail "after $command"
	done <<-'END'
		report @
		report --format json @
		report -o page.html @
		report --layers @
		report --phases @
		report --functions @
		report --plot @
		samples @
		verify @
		verify --json @
		compare @
		report --front @
		check --budget 1MJ @
		check --baseline @ --fail-if j_per_run>+5% @
		whatif @
		factors list @
		factors show GB @
		export --to csv @
		export --to perfetto -o trace.json @
		merge -o merged.db @ @
		merge -o merged.db @
	END
}

@test "a folder is as it was after each reading command" {
	mkdir folder
	joulecart run -q -o "folder/$db" -- true
	is "$(ls folder)" "$db"
	every_reading_command "$PWD/folder"
	ln -s "folder/$db" link.db
	joulecart report link.db >/dev/null
	is "$(ls folder)" "$db"
	[ ! -e link.db-wal ] && [ ! -e link.db-shm ]
}

@test "a log that was left beside a database stays, byte for byte, and no index joins it" {
	mkdir folder
	joulecart run -q -o "$db" -- true
	sqlite3 "$db" "UPDATE trial SET variant = 'in the log'" ".shell cp $db $db-wal folder"
	[ -s "folder/$db-wal" ]
	cp "folder/$db-wal" kept-wal
	every_reading_command "$PWD/folder"
	is "$(ls folder)" "$db
$db-wal"
	cmp "folder/$db-wal" kept-wal
	joulecart report --format json "folder/$db" | grep -q '"variant": "in the log"' || fail 'the log was not read'
}

@test "an empty log and an index that were there stay" {
	mkdir folder
	joulecart run -q -o "folder/$db" -- true
	: >"folder/$db-wal"
	: >"folder/$db-shm"
	joulecart report "folder/$db" >/dev/null
	is "$(ls folder | tr '\n' ' ')" "$db $db-shm $db-wal "
}

@test "in a folder or of a file that may only be read, nothing is left either" {
	[ "$(id -u)" = 0 ] || skip 'needs root, to be another user'
	local open
	open=$(mktemp -d)
	mkdir "$open/folder"
	joulecart run -q -o "$open/folder/$db" -- true
	cp "$JOULECART" "$open/joulecart"
	chmod 755 "$open" "$open/folder"
	chmod 644 "$open/folder/$db"
	for mode in 555 777; do
		chmod $mode "$open/folder"
		for command in report samples verify; do
			run -0 --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups \
				"$open/joulecart" $command "$open/folder/$db"
			is "$(ls "$open/folder")" "$db"
		done
	done
	rm -rf "$open"
}

@test "the log and the index of a run that goes on stay, and it and another reader go on" {
	mkdir folder
	joulecart run -q -o "folder/$db" -- "$AWAIT" 300 [ -e "$PWD/over" ] &
	local writer=$!
	until_so 300 test -s "folder/$db-wal"
	for _ in 1 2 3; do
		joulecart report --format json "folder/$db" >/dev/null 2>&1 || :
		[ -s "folder/$db-wal" ] && [ -e "folder/$db-shm" ] || fail "gone: $(ls folder)"
	done
	: >over
	wait "$writer"
	is "$(ls folder)" "$db"
	# A reader that stays: who reads beside it does not take its index away.
	mkfifo say
	sqlite3 -readonly "folder/$db" <say >said 2>&1 &
	local reader=$!
	exec 7>say
	echo 'BEGIN; SELECT count(*) FROM trial;' >&7
	until_so 300 test -s said
	joulecart report "folder/$db" >/dev/null
	[ -e "folder/$db-shm" ] || fail "the reader's index is gone"
	sqlite3 "folder/$db" 'UPDATE trial SET queries = 9'
	echo 'SELECT queries IS 9 FROM trial; COMMIT; SELECT queries FROM trial;' >&7
	exec 7>&-
	wait "$reader"
	is "$(tr '\n' ' ' <said)" '1 0 9 '
	is "$(sqlite3 "folder/$db" 'PRAGMA integrity_check')" ok
}
