#!/usr/bin/env bats
# A database that may only be read, and a disk that becomes read-only under a run.
load ../helper

# An ordinary user, who may not write where the test's own user put things.
as_user() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	open=$(mktemp -d) # a folder that the user may enter
	cp "$JOULECART" "$open/joulecart"
	mkdir "$open/folder"
	chmod 755 "$open" "$open/folder"
}

teardown() {
	chmod 755 "$open/folder"
	rm -rf "$open"
}

@test "a database that may only be read is read" {
	joulecart run -q -o "$open/folder/$db" -- true
	chmod 444 "$open/folder/$db"
	chmod 555 "$open/folder"
	run -0 --separate-stderr as_user "$open/joulecart" report "$open/folder/$db"
	is "$stderr" ''
	run -0 --separate-stderr as_user "$open/joulecart" samples "$open/folder/$db"
	chmod 777 "$open/folder"
	run -0 --separate-stderr as_user "$open/joulecart" report "$open/folder/$db"
	is "$stderr" ''
}

@test "a log that cannot be read without writing is named, with what to do" {
	joulecart run -q -o "$open/folder/$db" -- true
	sqlite3 "$open/folder/$db" 'CREATE TABLE later (x)' '.shell cp '"$open/folder/$db-wal $open"
	mv "$open/$db-wal" "$open/folder/$db-wal"
	chmod 444 "$open/folder/$db"*
	chmod 555 "$open/folder"
	run -1 as_user "$open/joulecart" report "$open/folder/$db"
	has "$output" "cannot read .*-wal.*copy both files"
	has_not "$output" ' -o'
}

@test "when the disk becomes read-only the command goes on, and the failure is told" {
	run -3 --separate-stderr on_disk EROFS:@now "$JOULECART" run -q -o "$db" -- \
		sh -c 'sleep 1.5; echo >now; sleep 1.5; echo went-on >went-on; exit 3'
	has "$stderr" "^joulecart: cannot write '$db': disk I/O error"
	[ -e went-on ]
	is "$(sql 'PRAGMA integrity_check')" ok
	run -0 --separate-stderr joulecart report "$db"
	has "$output" 'cut off'
}
