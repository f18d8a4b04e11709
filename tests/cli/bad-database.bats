#!/usr/bin/env bats
load ../helper

@test "a file that is no database is refused and left as it is" {
	echo 'timestamp,emissions' >emissions.csv
	run -1 --separate-stderr joulecart report emissions.csv
	has "$stderr" "^joulecart: cannot read 'emissions.csv': "
	run -125 joulecart run -o emissions.csv -- touch started
	[ ! -e started ]
	is "$(cat emissions.csv)" 'timestamp,emissions'
}

@test "another program's database is refused and left as it is" {
	sqlite3 other.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
	before=$(sha256sum other.db)
	run -1 --separate-stderr joulecart report other.db
	has "$stderr" 'not a joulecart database'
	run -125 joulecart run -o other.db -- touch started
	[ ! -e started ]
	is "$(sha256sum other.db)" "$before"
}

@test "a database of a newer schema is refused and says so" {
	joulecart run -q -o "$db" -- true
	sql 'PRAGMA user_version = 999'
	run -1 --separate-stderr joulecart report "$db"
	has "$stderr" '999'
	run -125 --separate-stderr joulecart run -o "$db" -- touch started
	has "$stderr" '999'
	[ ! -e started ]
}

@test "an empty file is refused by report, and run may fill it" {
	: >empty.db
	run -1 joulecart report empty.db
	run -0 joulecart run -q -o empty.db -- true
	run -0 joulecart report empty.db
}

@test "a folder that does not exist is refused before anything runs" {
	run -125 --separate-stderr joulecart run -o no/such/folder/x.db -- touch started
	has "$stderr" '^joulecart: cannot '
	[ ! -e started ]
}

@test "a file system that may not be written is refused before anything runs" {
	need_mounts
	mkdir fixed
	joulecart run -q -o "fixed/$db" -- true
	run -125 --separate-stderr alone sh -c "mount --bind fixed fixed &&
		mount -o remount,bind,ro fixed && '$JOULECART' run -o fixed/$db -- touch started"
	has "$stderr" "^joulecart: cannot .*'fixed/$db'"
	[ ! -e started ]
}

@test "a report can be made from a file system that may not be written" {
	need_mounts
	mkdir fixed
	joulecart run -q --name something -o "fixed/$db" -- true
	run -0 alone sh -c "mount --bind fixed fixed && mount -o remount,bind,ro fixed &&
		'$JOULECART' report fixed/$db"
	has "$output" something
}
