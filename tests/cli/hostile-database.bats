#!/usr/bin/env bats
# Files that somebody prepared: each command refuses them and says why, or is right all the same.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --name a --queries 1000 --zone FR --rate 200 -o "$db" -- sleep 0.3
	joulecart sign --new-key lab.key >public
	joulecart sign --new-key other.key >other-public
	sql 'PRAGMA journal_mode = DELETE' >/dev/null
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/"{"$db",lab.key,other.key,public,other-public} .
}

key_of() {
	sed 's/.* //' "$1"
}

# change SQL: what STRICT, CHECK or a foreign key would not let in
change() {
	sqlite3 -cmd 'PRAGMA ignore_check_constraints = ON' "$db" "$1"
}

# untyped TABLE SQL: a value of a type that the table does not take
untyped() {
	change "PRAGMA writable_schema = ON; CREATE TEMP TABLE k AS SELECT sql FROM sqlite_schema WHERE name = '$1';
		UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = '$1';
		PRAGMA writable_schema = RESET; $2; PRAGMA writable_schema = ON;
		UPDATE sqlite_schema SET sql = (SELECT sql FROM temp.k) WHERE name = '$1'"
}

# refused WHY: by every command that opens a file, reading and writing, with the same reason
refused() {
	for command in 'report' 'report --front' 'compare' 'check --budget 1kJ' 'whatif --zone DE' samples \
		'export --to csv' 'factors list' 'trim' 'sign' 'report -f html' 'merge -o all.db'; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr timeout 10 "$JOULECART" $command "$db"
		has "$stderr" "$1"
	done
	run -1 --separate-stderr timeout 10 "$JOULECART" factors set "$db" pue=1.2 --source=x
	has "$stderr" "$1"
	run -125 --separate-stderr timeout 10 "$JOULECART" run -q -o "$db" -- touch started
	has "$stderr" "$1"
	[ ! -e started ]
}

@test "what is not a file is refused at once, by every command" {
	rm "$db"
	mkfifo "$db"
	refused 'it is a FIFO, not a file'
	rm "$db"
	mkdir "$db"
	refused 'it is a folder, not a file'
	rmdir "$db"
	ln -s /dev/zero "$db"
	refused 'it is a device, not a file'
}

@test "what lies beside a database must be files as well" {
	for suffix in wal shm journal; do
		mkfifo "$db-$suffix"
		refused "'[^ ]*-$suffix': it is a FIFO, not a file"
		rm "$db-$suffix"
		ln -s lab.key "$db-$suffix"
		refused "'[^ ]*-$suffix': it is a symbolic link, not a file"
		rm "$db-$suffix"
	done
	has "$(cat lab.key)" 'joulecart signing key'
}

@test "a journal of a transaction that was not finished is refused by every command" {
	printf '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\xff\xff\xff\xff%500s' ' ' >"$db-journal"
	before=$(sha256sum <"$db")
	refused 'journal.* holds a transaction that was not finished'
	is "$(sha256sum <"$db")" "$before"
	head -c 512 /dev/zero >"$db-journal"
	joulecart report "$db"
}

@test "a log is read with its file, also through a symbolic link" {
	sqlite3 "$db" 'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
		UPDATE trial SET variant = '"'in the log'"';' ".shell cp $db kept.db; cp $db-wal kept.db-wal" >/dev/null
	mkdir elsewhere
	ln -s ../kept.db elsewhere/link.db
	has "$(joulecart report kept.db)" 'in the log'
	has "$(joulecart report elsewhere/link.db)" 'in the log'
}

@test "objects that are not joulecart's are named, and none of them runs" {
	cp "$db" sound.db
	for object in 'TRIGGER t AFTER UPDATE OF end_mono_ns ON trial BEGIN UPDATE trial SET queries = 10 * queries; END' \
		'TRIGGER sqliteXt AFTER INSERT ON trimmed BEGIN UPDATE trial SET queries = 1; END' \
		'TRIGGER f AFTER INSERT ON setting BEGIN UPDATE factor SET value = 0; END' \
		'TABLE json_each (value, key)' 'VIEW v_mine AS SELECT 1' 'INDEX i ON trial (queries)' \
		'TABLE sqliteX (x)' 'TABLE pragma_user_version (user_version)' \
		'TABLE pragma_application_id (application_id)' 'TABLE pragma_page_count (page_count)'; do
		cp sound.db "$db"
		sql "CREATE $object"
		name=$(cut -d ' ' -f 2 <<<"$object")
		run -1 --separate-stderr joulecart report "$db"
		has "$stderr" " $name is not one of joulecart's"
		run -1 --separate-stderr joulecart trim "$db"
		run -1 --separate-stderr joulecart factors set "$db" pue=1.1 --source=x
		run -125 --separate-stderr joulecart run -q --queries 10 -o "$db" -- true
		has "$stderr" " $name is not one of joulecart's"
		run -3 --separate-stderr joulecart verify "$db"
		has "$stderr" " $name is not one of joulecart's"
	done
}

@test "no SQL of a file that names a table as one of SQLite's functions runs" {
	sql "CREATE TABLE pragma_user_version (x, user_version AS
		(printf('%.*c', 100000, 'a') LIKE '%' || printf('%.*c', 49990, 'a') || 'b'));
		INSERT INTO pragma_user_version (x) VALUES (1)"
	run -1 --separate-stderr timeout 4 "$JOULECART" report "$db"
	has "$stderr" ' pragma_user_version is not one of'
	run -3 --separate-stderr timeout 4 "$JOULECART" verify "$db"
}

@test "statistics of a planner, changed tables and missing ones are named" {
	cp "$db" sound.db
	sql ANALYZE
	refused 'table sqlite_stat1 is not one of'
	cp sound.db "$db"
	sql 'ALTER TABLE metric RENAME TO metric_1; CREATE VIEW metric AS SELECT * FROM metric_1'
	refused 'depart from its schema'
	cp sound.db "$db"
	sql 'DROP TABLE merged'
	refused 'table merged is missing'
	cp sound.db "$db"
	sql 'PRAGMA user_version = 8'
	refused 'is changed, and [0-9]+ more depart'
}

@test "despite its schema, a report is of what is joulecart's, and says so" {
	joulecart report -f csv "$db" >before
	sql 'CREATE TABLE notes (x); CREATE TRIGGER t AFTER INSERT ON trial BEGIN SELECT 1; END;
		DROP VIEW v_query; CREATE VIEW v_query AS SELECT 1 AS joules_per_query'
	for format in text markdown html json; do
		run -0 joulecart report --despite-schema -f $format "$db"
		# Markdown escapes what would be a mark
		has "${output//\\/}" 'table notes is not one of joulecart.*view v_query is changed'
	done
	# CSV says it in its last column, and nothing else of it changes.
	joulecart report --despite-schema -f csv "$db" >after
	grep -q 'table notes is not one of' after
	cmp <(sed 's/,[^,]*,[^,]*,[^,]*$//' before) <(sed 's/,[^,]*,[^,]*,"table notes.*$//; 1s/,[^,]*,[^,]*,[^,]*$//' after)
	sql 'CREATE INDEX i ON trial (queries)'
	run -1 joulecart report --despite-schema "$db"
	has "$output" 'index i is not one of'
}

@test "each command that reads a file reads what is joulecart's, and says what it left aside" {
	for name in a b a b; do
		"$JOULECART" run -q --rate 20 --queries 100 --name $name -o both.db -- sleep 0.4
	done
	sqlite3 both.db "UPDATE trial SET campaign_id = 1, ordinal = trial_id, block = 1 + (trial_id - 1) / 2;
		DELETE FROM campaign WHERE campaign_id > 1"
	cp both.db foreign.db
	sqlite3 foreign.db 'CREATE TABLE notes (x); CREATE VIEW extra AS SELECT 1'
	reading=('compare FILE a b' 'compare -f json FILE a b' 'compare -f csv FILE a b' 'compare -f markdown FILE a b'
		'check FILE --budget 1kJ' 'check both.db --baseline FILE --fail-if j_per_query>+90%'
		'whatif --grid 50 FILE' 'whatif --grid 50 --json FILE' 'samples FILE' 'samples -f jsonl FILE'
		'export --to perfetto FILE' 'export --to firefox FILE' 'export --to speedscope FILE' 'export --to folded FILE'
		'export --to csv FILE' 'export --to jsonl FILE'
		'factors list --plain FILE' 'factors list --json FILE' 'factors list FILE' 'factors show FR FILE'
		'report FILE' 'report -f json FILE' 'report -f csv FILE' 'report -f markdown FILE' 'report -f html FILE')
	for words in "${reading[@]}"; do
		read -ra words <<<"$words"
		run joulecart "${words[@]/FILE/foreign.db}"
		[ "$status" -eq 1 ]
		has "$output" 'is not one of joulecart.*--despite-schema'
		run joulecart "${words[@]/FILE/foreign.db}" --despite-schema
		[ "$status" -eq 0 ] || [ "$status" -eq 4 ]
		has "$(tr -d '\\' <<<"$output" | tr -s '\n ' ' ')" 'table notes is not one of joulecart'
		run joulecart "${words[@]/FILE/both.db}"
		has_not "$output" 'left aside, by|is not one of'
	done
}

@test "every format of each report states what the seal is worth" {
	"$JOULECART" sign --new-key seal.key >key
	for name in a b a b; do
		"$JOULECART" run -q --rate 20 --queries 100 --name $name -o seal.db -- sleep 0.4
	done
	sqlite3 seal.db "UPDATE trial SET campaign_id = 1, ordinal = trial_id, block = 1 + (trial_id - 1) / 2;
		DELETE FROM campaign WHERE campaign_id > 1"
	states() { # WORD OF CSV AND JSON, SENTENCE OF TEXT
		for format in csv json; do
			run joulecart report -f $format seal.db
			has "$output" "\"$1\""
			run joulecart compare -f $format seal.db a b
			has "$output" "\"$1\""
		done
		run joulecart whatif --grid 50 --json seal.db
		has "$output" "\"state\": \"$1\""
		for words in 'compare seal.db a b' 'compare -f markdown seal.db a b' 'check seal.db --budget 1kJ --junit j.xml' \
			'whatif --grid 50 seal.db' 'report seal.db' 'report -f markdown seal.db'; do
			read -ra words <<<"$words"
			run joulecart "${words[@]}"
			has "$(tr -s '\n ' ' ' <<<"$output")" "$2"
		done
		grep -q "name=\"seal\" value=\"$2" j.xml
	}
	states none 'Not sealed: '
	joulecart sign --key-file seal.key seal.db
	states signed 'Signed by an unknown key'
	sqlite3 seal.db 'UPDATE trial SET queries = 99 WHERE trial_id = 1'
	states broken 'The seal is broken: '
}

@test "text in another encoding is refused" {
	joulecart report "$db" >/dev/null
	sqlite3 "$db" .dump >dump
	{ echo "PRAGMA encoding = 'UTF-16le';"; cat dump; } | sqlite3 wide.db
	sqlite3 wide.db "PRAGMA application_id = $(sql 'PRAGMA application_id'); PRAGMA user_version = $(sql 'PRAGMA user_version')"
	run -1 joulecart report wide.db
	has "$output" 'its text is not in UTF-8'
}

@test "a value that joulecart would not write is named with its row" {
	cp "$db" sound.db
	change 'UPDATE trial SET queries = -7'
	run -1 joulecart report "$db"
	has "$output" 'queries of trial 1 is not positive'
	cp sound.db "$db"
	untyped trial "UPDATE trial SET queries = 'many'"
	run -1 joulecart report "$db"
	has "$output" 'queries of trial 1 is of another type'
	cp sound.db "$db"
	change "INSERT INTO metric VALUES (1, 'top1', 9e999)"
	run -1 joulecart report "$db"
	has "$output" 'value of metric 1, top1 is not finite'
	cp sound.db "$db"
	change "UPDATE channel SET provenance = 'sworn' WHERE channel_id = 1"
	run -1 joulecart samples "$db"
	has "$output" 'provenance of channel 1 is not one of its words'
	run -3 joulecart verify "$db"
	has "$output" 'does not verify: provenance of channel 1'
	# and once it is read in one go, which no file is that has just been written
	sleep 0.2
	run -3 joulecart verify "$db"
	has "$output" 'does not verify: provenance of channel 1'
}

@test "chunks that claim more readings than there is room for do not take the memory" {
	! is_sanitized || skip 'a sanitizer takes terabytes of addresses for itself'
	size=$(stat -c %s "$db")
	change "UPDATE chunk SET n = 1048576; UPDATE chunk SET format = 2"
	run -1 env bash -c "ulimit -v 1500000; exec '$JOULECART' samples '$db'"
	[ "$size" -lt 2000000 ]
}

@test "a number in a seal does not crash what reads it" {
	joulecart sign --key-file lab.key "$db"
	cp "$db" sound.db
	for change in "n = 1 << 61, rows = x''" 'n = -1' 'n = 1 << 62' "rows = x'00'" 'sha256 = zeroblob(32)' \
		'channel_id = -9223372036854775807' "table_name = replace(hex(zeroblob(60)), '0', 'x')"; do
		cp sound.db "$db"
		change "UPDATE seal_link SET $change WHERE table_name = 'trial'"
		run -3 --separate-stderr joulecart verify "$db"
		has "$stderr" 'does not verify: '
		has "$(joulecart report "$db")" 'The seal is broken'
	done
	cp sound.db "$db"
	change 'UPDATE seal SET made_utc_ns = 9223372036854775807'
	run -3 joulecart verify "$db"
	cp sound.db "$db"
	change 'UPDATE seal SET n_links = -1'
	run -3 joulecart verify "$db"
}

@test "what a message takes from a file does nothing on a terminal" {
	joulecart sign "$db"
	change "INSERT INTO metric VALUES (1, CAST(x'1b5d303b6f776e07ff' AS TEXT), 1)"
	run -3 joulecart verify "$db"
	has "$output" 'metric trial_id 1, name .]0;own..'
	has_not "$(joulecart report "$db" | head -3 | cat -v)" '\^\['
	sql "CREATE TABLE \"$(printf 'a\033[2Jb')\" (x)"
	run -1 joulecart report "$db"
	has "$output" 'table a.\[2Jb is not one'
}

@test "a file of thousands of objects is refused" {
	{ echo 'BEGIN;'; for i in {1..3000}; do echo "CREATE TABLE t$i (x);"; done; echo 'COMMIT;'; } | sqlite3 "$db"
	run -1 timeout 10 "$JOULECART" report "$db"
	has "$output" 'table t1 is not one'
}

# says FORMAT...: in each of these the first page says of the seal what $1 is
says() {
	for format in text markdown html json; do
		joulecart report -f $format "$db" | tr -s '\n ' '  ' | tr -d '\\' >page
		grep -qE "$1" page || { echo "$format lacks '$1'"; return 1; }
		has_not "$(cat page)" "${2:-no such words}"
	done
}

@test "nobody is named as signer whose signature does not hold" {
	key=$(key_of public)
	says 'Not sealed: '
	joulecart sign "$db"
	says 'Sealed without a signature'
	change "UPDATE seal SET public_key = x'$key', signature = zeroblob(64)"
	says 'The seal is broken' "$key"
	joulecart sign --key-file lab.key "$db"
	has "Signed by an unknown key, $key"
	cp "$db" signed.db
	change 'UPDATE trial SET queries = 100000'
	says 'The seal is broken: .*trial trial_id 1' "$key"
	cp signed.db "$db"
	change 'UPDATE seal SET public_key = NULL, signature = NULL'
	says 'The seal is broken' "$key"
	cp signed.db "$db"
	change 'DELETE FROM seal'
	says 'Not sealed: ' "$key"
	cp signed.db "$db"
	change "UPDATE seal SET public_key = x'$(key_of other-public)'"
	says 'The seal is broken' "$key"
}

@test "a seal of another file is not one of this" {
	joulecart run -q -o foreign.db -- true
	joulecart sign --key-file lab.key foreign.db
	sql "ATTACH 'foreign.db' AS f; INSERT INTO seal SELECT * FROM f.seal; INSERT INTO seal_link SELECT * FROM f.seal_link"
	run -3 joulecart verify "$db"
	says 'The seal is broken' "$(key_of public)"
}

@test "whose key it is, the reader's own list says" {
	joulecart sign --key-file lab.key "$db"
	printf '# known\n%s Institute of Tests\n' "$(key_of public)" >trusted
	printf '%s Others\n' "$(key_of other-public)" >others
	run -0 joulecart verify --require-sealed --trust trusted "$db"
	has "$output" "signed +by $(key_of public), Institute of Tests"
	run -3 --separate-stderr joulecart verify --trust others "$db"
	has "$stderr" 'signed with a key that is not on the list'
	has "$(joulecart report --trust trusted "$db")" 'Signed by Institute of Tests'
	has "$(joulecart report -f html --trust trusted "$db")" 'Signed by Institute of Tests'
	is "$(joulecart report -f json --trust trusted "$db" | jq -r .seal.signer)" 'Institute of Tests'
	is "$(joulecart report -f json --trust others "$db" | jq -r .seal.signer)" null
	echo 'not a key' >wrong
	run -2 joulecart verify --trust wrong "$db"
	has "$output" 'line 1 is not 64 hexadecimal digits'
	joulecart sign "$db"
	run -3 --separate-stderr joulecart verify --trust trusted "$db"
	has "$stderr" 'it is not signed'
}

@test "another version number is found by the seal" {
	joulecart sign --key-file lab.key "$db"
	version=$(sql 'PRAGMA user_version')
	sql "PRAGMA user_version = $((version - 1))"
	run -3 joulecart verify "$db"
}

@test "a full disk leaves no key behind" {
	need_mounts
	mkdir small
	run -1 alone sh -c "mount -t tmpfs -o size=4k,nr_inodes=3 none small && head -c 4096 /dev/zero >small/full &&
		'$JOULECART' sign --new-key small/k; code=\$?; ls small; exit \$code"
	has "$output" 'cannot write .*small/k.*nothing was written'
	has_not "$output" '(^|[[:space:]])k($|\.)'
}

# A tree of stacks as deep as it is long, and a long name for each of its nodes: both are read once.
@test "a deep tree of stacks and long names cost no more than their size" {
	sql "INSERT INTO profile VALUES (1, 'cycles', 97, 300000, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0);
		INSERT INTO profile_frame VALUES (1, 1, 'process', 'sh', NULL, NULL, NULL, NULL),
			(1, 2, 'function', printf('%.*c', 300000, 'x'), '/x', NULL, NULL, NULL);
		WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300000)
		INSERT INTO profile_node SELECT 1, i, nullif(i - 1, 0), iif(i = 1, 1, 2), 1 FROM c"
	! is_sanitized || skip 'a sanitizer takes terabytes of addresses for itself'
	for format in text csv json; do
		run -0 --separate-stderr bash -c "ulimit -t 60 -v 4000000; '$JOULECART' report --functions -f $format $db | tail -c 3000"
		has "$output" 299999
	done
}

@test "an index that hides its table's rows crashes no command" {
	# what an empty index looks like, for the others to point at
	sqlite3 "$db" "CREATE TABLE none (x UNIQUE);
		SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_none_1';
		PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE tbl_name = 'none'" >page
	sqlite3 "$db" "INSERT INTO region SELECT trial_id, trial_id, 1, 'f', 1e6, NULL FROM trial;
		INSERT INTO region_time SELECT DISTINCT r.region_id, s.seq, 1000, 1
			FROM region r JOIN channel USING (trial_id) JOIN stretch s USING (channel_id);
		INSERT INTO region_energy SELECT 1, channel_id, seq, advance / 2, advance / 4, advance
			FROM stretch JOIN channel USING (channel_id) WHERE unit = 'J'"
	sqlite3 "$db" "SELECT name FROM sqlite_schema WHERE type = 'index'" >indices
	[ "$(wc -l <indices)" -gt 5 ]
	while read -r index; do
		cp "$db" hides.db
		sqlite3 hides.db "PRAGMA writable_schema = ON;
			UPDATE sqlite_schema SET rootpage = $(cat page) WHERE name = '$index'"
		for command in report 'report --layers' 'report --functions' 'report -f html' 'report -f json' compare \
			samples 'export --to csv' 'export --to perfetto' verify; do
			# shellcheck disable=SC2086
			run "$JOULECART" $command hides.db
			[ "$status" -lt 128 ] || fail "$command ends with $status where $index hides rows"
		done
	done <indices
}
