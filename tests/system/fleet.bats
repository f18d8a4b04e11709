#!/usr/bin/env bats
# push, pull and fleet, against a real PostgreSQL: what comes back is what was pushed, nobody changes what is
# there, and bad days lose nothing.
load ../helper
load ../fleet

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	[ -n "$(fleet_bin)" ] || return 0
	fleet_begin
	"$JOULECART" fleet init --at "$fleet" >init.out
	"$JOULECART" run -q -o int8.db --name int8 --queries 100 --zone DE -- sleep 0.3
	"$JOULECART" run -q -o int8.db --name fp32 --queries 100 -- sleep 0.2
	"$JOULECART" run -q -o other.db --name int8 --zone FR -- sleep 0.2
	"$JOULECART" sign --new-key lab.key >/dev/null
}

teardown_file() {
	fleet_end
}

# same FILE FILE: every row of every table, and the schema, byte for byte
same() {
	sqlite3 "$1" .dump | LC_ALL=C sort >"$1.dump"
	sqlite3 "$2" .dump | LC_ALL=C sort | cmp "$1.dump" -
	[ "$(wc -l <"$1.dump")" -gt 200 ]
}

# fresh FILE: a copy of it as $db, of campaigns that nobody pushed
fresh() {
	rm -f "$db"
	cp "$BATS_FILE_TMPDIR/$1" "$db"
	serial=$((${serial-0} + 65536))
	sql "UPDATE campaign SET uuid = '$(printf '%08x' $((serial + BATS_TEST_NUMBER)))' || substr(uuid, 9, 26) || printf('%02x', campaign_id)"
}

uuids() {
	sql 'SELECT uuid FROM campaign ORDER BY campaign_id'
}

@test "a file that was pushed comes back as it was, seal and all, and is not pushed twice" {
	need_fleet
	fresh int8.db
	run -0 joulecart push --to "$fleet" --team vision "$db"
	has "$output" "2 campaigns with [1-9][0-9]* readings pushed, 0 already there"
	run -0 joulecart push --to "$fleet" --team vision "$db"
	has "$output" '0 campaigns with 0 readings pushed, 2 already there'
	joulecart sign --key "$BATS_FILE_TMPDIR/lab.key" "$db"
	joulecart push --to "$fleet" --team vision "$db"
	run -0 joulecart pull --from "$fleet" --where "campaign_uuid IN ('$(uuids | sed -n 1p)')" -o out.db
	has "$output" '2 campaigns of 1 pushed file'
	has "$output" '1 of them came along'
	has "$output" 'its seal holds'
	same out.db "$db"
	run -0 joulecart verify out.db
	has "$output" 'rows as sealed'
	mv out.db again.db
	(cd "$(mktemp -d)" && cp "$OLDPWD/$db" . && joulecart report --format json "$db") >report.json
	mv again.db "$db"
	joulecart report --format json "$db" | cmp - report.json
}

@test "the fleet's views say what the file's own say, row by row" {
	need_fleet
	fresh int8.db
	joulecart push --to "$fleet" --team vision "$db"
	run -0 python3 "$TESTS_SOURCE/tests/system/fleet-figures.py" "$db"
	has "$output" 'rows of 6 views agree'
	is "$(ask "SELECT sum(n_readings) FROM joulecart.reading_piece WHERE campaign_uuid IN ('$(uuids | sed -n 1p)', '$(uuids | sed -n 2p)')")" \
		"$(sql 'SELECT sum(n) FROM chunk')"
	# what is packed is not tried again, in the months that are there neither
	is "$(ask "SELECT DISTINCT attstorage FROM pg_attribute WHERE attname = 'data' AND attrelid::regclass::text LIKE 'joulecart.%chunk_page%'")" e
	is "$(ask "SELECT DISTINCT attstorage FROM pg_attribute WHERE attname = 'data' AND attrelid::regclass::text LIKE 'joulecart.reading_piece%'")" p
}

@test "months are summed from kept sums, which are those of the rows, or status says so" {
	need_fleet
	fresh int8.db
	joulecart push --to "$fleet" --team sums "$db"
	is "$(ask "SELECT count(*) FROM joulecart.campaign_sum_differs")" 0
	is "$(ask "SELECT sum(n_trials) FROM joulecart.fleet_month WHERE team = 'sums'")" "$(sql 'SELECT count(*) FROM trial')"
	month="SELECT variant, joules::numeric, grams::numeric, n_unknown, provenance FROM joulecart.fleet_month WHERE team = 'sums' ORDER BY variant"
	was=$(ask "$month")
	is "$(ask "SELECT abs(joules / $(sql "SELECT printf('%.17g', joules) FROM v_carbon WHERE variant = 'int8'") - 1) < 1e-9
		FROM joulecart.fleet_month WHERE team = 'sums' AND variant = 'int8'")" t
	run -0 joulecart fleet status --at "$fleet"
	run ! grep sums <<<"$output"
	ask "UPDATE joulecart.kept_month SET joules = joules * 1.001 WHERE campaign_uuid = '$(uuids | sed -n 1p)';
		DELETE FROM joulecart.kept_month WHERE campaign_uuid = '$(uuids | sed -n 2p)'"
	run -0 joulecart fleet status --at "$fleet"
	has "$output" "sums        of 2 rows of fleet_month are not those of their trials: 'joulecart fleet upgrade'"
	joulecart fleet upgrade --at "$fleet"
	is "$(ask "$month")" "$was"
	# a sum that is not there is another one, too
	ask "UPDATE joulecart.kept_month SET grams = NULL WHERE campaign_uuid = '$(uuids | sed -n 1p)'"
	run -0 joulecart fleet status --at "$fleet"
	has "$output" 'sums        of 1 row of fleet_month are not those of their trials'
	# and follow where figures are made anew
	ask "UPDATE joulecart.pushed SET formulas = 'others'; UPDATE joulecart.kept_carbon SET joules = joules + 1 WHERE team = 'sums';
		UPDATE joulecart.kept_month SET joules = joules + 1 WHERE team = 'sums'"
	joulecart fleet upgrade --at "$fleet"
	is "$(ask "$month")" "$was"
}

@test "no key reaches over campaigns, so that they can be on several servers" {
	need_fleet
	# the tables that doc/fleet.md gives to each server whole
	whole="'fleet', 'member', 'retired', 'envelope', 'source'"
	has "$(cat "$TESTS_SOURCE/doc/fleet.md")" "NOT IN \\($whole, 'pushed'\\)"
	tables="FROM pg_class c WHERE c.relnamespace = 'joulecart'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
		AND c.relname NOT IN ($whole)"
	[ "$(ask "SELECT count(*) $tables")" -gt 35 ]
	column="(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'campaign_uuid' AND a.attnotnull)"
	is "$(ask "SELECT c.relname $tables AND NOT EXISTS $column")" ''
	is "$(ask "SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
		WHERE (i.indisunique OR i.indisexclusion) AND c.oid IN (SELECT c.oid $tables) AND NOT $column = ANY (i.indkey)")" ''
	is "$(ask "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('f', 'x') AND connamespace = 'joulecart'::regnamespace")" ''
	is "$(ask "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.oid IN (SELECT c.oid $tables) AND a.attidentity <> ''")" ''
}

@test "a condition chooses campaigns of several files, which are joined as merge joins them" {
	need_fleet
	fresh other.db
	one=$(uuids)
	joulecart push --to "$fleet" --team vision "$db"
	cp "$db" one.db
	fresh int8.db
	joulecart push --to "$fleet" --team vision "$db"
	all=$({ echo "$one" && uuids; } | sed "s/.*/'&'/" | paste -sd,)
	run -0 joulecart pull --from "$fleet" --where "variant = 'int8' AND begun >= '2020-01-01' AND campaign_uuid IN ($all)" -o out.db
	has "$output" '2 campaigns of 2 pushed files'
	db=out.db
	is "$(sql 'SELECT DISTINCT variant FROM trial')" int8
	joulecart verify out.db
	run -1 joulecart pull --from "$fleet" --where "variant = 'none'" -o none.db
	has "$output" 'no campaign that this login may see fulfils --where'
	[ ! -e none.db ]
	run -1 joulecart pull --from "$fleet" -o out.db
	has "$output" "cannot write 'out.db': file exists"
}

@test "files of two versions of the database are pushed in one go" {
	need_fleet
	profile="INSERT INTO profile VALUES (1, 'cycles', 97, 300, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0)"
	fresh other.db
	sql "$profile"
	mv "$db" new.db
	fresh other.db
	sql "$profile"
	sql "SELECT 'DROP VIEW ' || name || ';' FROM sqlite_schema WHERE type = 'view'" >drop.sql
	sqlite3 "$db" <drop.sql
	sql 'ALTER TABLE profile DROP COLUMN stack_bytes; DROP TABLE profile_chunk_energy; DROP TABLE profile_chunk;
		DROP TABLE profile_thread; DROP TABLE job_rank; DROP TABLE certificate; DROP TABLE certificate_file; DROP TABLE change_log; DROP TABLE meter; ALTER TABLE sampler DROP COLUMN slowdown; ALTER TABLE sampler DROP COLUMN slowdown_low;
		ALTER TABLE sampler DROP COLUMN slowdown_high; PRAGMA user_version = 17'
	mv "$db" old.db
	joulecart push --to "$fleet" --team vision old.db new.db old.db
	for name in old new; do
		joulecart pull --from "$fleet" --where "campaign_uuid = '$(sqlite3 "$name.db" 'SELECT uuid FROM campaign')'" -o "$name-out.db"
		same "$name-out.db" "$name.db"
	done
}

# paged TABLE CAMPAIGN: its rows in pages of arrays, as versions before pieces had rollups and readings
paged() {
	local columns names
	columns=$(sql "SELECT name FROM pragma_table_info('$1') ORDER BY cid")
	names=$(sed 's/.*/"&"/' <<<"$columns" | paste -sd,)
	sqlite3 -csv "$db" "SELECT $(sed "s/^data\$/'\\\\x' || hex(data)/; s/^mean_raw\$/iif(mean_raw IS NULL, NULL, printf('%!.17g', mean_raw))/" <<<"$columns" | paste -sd,)
		FROM $1
		WHERE channel_id IN (SELECT channel_id FROM channel JOIN trial USING (trial_id) WHERE campaign_id = $2)
		ORDER BY channel_id, seq" >rows.csv
	psql -qX -v ON_ERROR_STOP=1 -d older <<-END
		CREATE TEMP TABLE r AS SELECT $(sed 's/.*/unnest("&") AS "&"/' <<<"$columns" | paste -sd,) FROM joulecart.${1}_page LIMIT 0;
		ALTER TABLE r ADD COLUMN row_no bigserial;
		\\copy r ($names) FROM rows.csv (FORMAT csv)
		INSERT INTO joulecart.${1}_page (campaign_uuid, team, begun, page_no, page_rows, $names)
		SELECT p.campaign_uuid, p.team, p.begun, (r.row_no - 1) / 512, count(*), $(sed 's/.*/array_agg(r."&" ORDER BY r.row_no)/' <<<"$columns" | paste -sd,)
		FROM r, joulecart.pushed p JOIN joulecart.campaign c USING (campaign_uuid) WHERE c.campaign_id = $2
		GROUP BY 1, 2, 3, 4;
	END
}

@test "what an older joulecart pushed comes back as it was, before and after the upgrade" {
	need_fleet
	fresh int8.db
	joulecart sign --key "$BATS_FILE_TMPDIR/lab.key" "$db"
	psql -qd postgres -c 'CREATE DATABASE older'
	older="postgresql:///older?host=$fleet_folder"
	joulecart fleet init --at "$older"
	joulecart push --to "$older" --team vision "$db"
	# a store of version 1, which knew no pieces, nor sums by month
	for campaign in 1 2; do
		paged stretch $campaign
		paged chunk $campaign
	done
	psql -qXd older -c 'SET client_min_messages = error; DROP TABLE joulecart.reading_piece, joulecart.kept_month CASCADE;
		UPDATE joulecart.fleet SET version = 1'
	is "$(PGDATABASE=older ask 'SELECT sum(r) FROM (SELECT page_rows AS r FROM joulecart.chunk_page UNION ALL SELECT page_rows FROM joulecart.stretch_page) p')" \
		"$(sql 'SELECT (SELECT count(*) FROM chunk) + (SELECT count(*) FROM stretch)')"
	run -1 joulecart pull --from "$older" -o out.db
	has "$output" "joulecart fleet upgrade"
	joulecart fleet upgrade --at "$older"
	joulecart pull --from "$older" --where 'true' -o out.db
	same out.db "$db"
	run -0 joulecart verify out.db
	has "$output" 'rows as sealed'
	# its months are summed, it is not pushed again, and what comes now is in pieces beside it
	is "$(PGDATABASE=older ask 'SELECT sum(n_trials) FROM joulecart.fleet_month')" "$(sql 'SELECT count(*) FROM trial')"
	run -0 joulecart push --to "$older" --team vision "$db"
	has "$output" '0 campaigns with 0 readings pushed, 2 already there'
	is "$(PGDATABASE=older ask 'SELECT count(*) FROM joulecart.reading_piece')" 0
	cp "$db" first.db
	fresh other.db
	joulecart push --to "$older" --team vision "$db"
	joulecart pull --from "$older" --where "campaign_uuid = '$(uuids)'" -o other-out.db
	same other-out.db "$db"
	# pages that somebody changed are found
	PGDATABASE=older ask "UPDATE joulecart.stretch_page SET wraps[1] = wraps[1] + 1"
	run -0 joulecart pull --from "$older" --where "campaign_uuid = '$(db=first.db uuids | sed -n 1p)'" -o changed.db
	has "$output" 'not what was pushed'
	run ! joulecart verify changed.db
	has "$output" 'stretch [0-9]+ of .* is not as it was sealed'
	PGDATABASE=older ask "UPDATE joulecart.chunk_page SET page_rows = page_rows + 1"
	run -1 joulecart pull --from "$older" --where "campaign_uuid = '$(db=first.db uuids | sed -n 1p)'" -o refused.db
	has "$output" 'the rows of chunk that it sends are malformed'
}

@test "nobody may do what is not theirs" {
	need_fleet
	ask "CREATE ROLE w1 LOGIN IN ROLE joulecart_writer; CREATE ROLE w2 LOGIN IN ROLE joulecart_writer;
		CREATE ROLE r1 LOGIN IN ROLE joulecart_reader; CREATE ROLE a1 LOGIN IN ROLE joulecart_auditor;
		CREATE ROLE nobody1 LOGIN; CREATE ROLE w3 LOGIN IN ROLE joulecart_writer;
		INSERT INTO joulecart.member VALUES ('w1', 'red'), ('w2', 'blue'), ('r1', 'red')"
	fresh other.db
	uuid=$(uuids)
	PGUSER=w1 joulecart push --to "$fleet" "$db"
	# its team's alone are seen
	for who in w1=1 r1=1 a1=1 w2=0; do
		is "$(PGUSER=${who%=*} ask "SELECT count(*) FROM joulecart.v_query WHERE campaign_uuid = '$uuid'")" "${who#*=}"
		is "$(PGUSER=${who%=*} ask "SELECT count(*) > 0 FROM joulecart.reading_piece WHERE campaign_uuid = '$uuid'")" \
			"$([ "${who#*=}" = 1 ] && echo t || echo f)"
	done
	run -1 env PGUSER=w2 "$JOULECART" pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o out.db
	PGUSER=r1 joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o reader.db
	same reader.db "$db"
	# who pushes for another team, for none, without the role, or what another team has
	run -1 env PGUSER=w2 "$JOULECART" push --to "$fleet" "$db"
	has "$output" 'is there already, and another team pushed it'
	fresh other.db
	for who in w2 r1 a1 nobody1; do
		run -1 env PGUSER=$who "$JOULECART" push --to "$fleet" --team red "$db"
	done
	run -1 env PGUSER=w3 "$JOULECART" push --to "$fleet" "$db"
	has "$output" 'this login is of no team'
	is "$(ask "SELECT count(*) FROM joulecart.pushed WHERE campaign_uuid = '$(uuids)'")" 0
	# what is there stays: no role changes a row, takes one away, or adds one
	tables=$(ask "SELECT relname FROM pg_class WHERE relnamespace = 'joulecart'::regnamespace
		AND relkind IN ('r', 'p') AND relname NOT IN ('fleet', 'member', 'retired')")
	[ "$(wc -l <<<"$tables")" -gt 40 ]
	for table in $tables; do
		for who in w1 r1 a1; do
			for change in "UPDATE joulecart.$table SET team = team" "DELETE FROM joulecart.$table" "TRUNCATE joulecart.$table" \
				"DROP TABLE joulecart.$table"; do
				echo "\\echo $table $who $change"
				echo "SET ROLE $who; $change; RESET ROLE;"
			done
		done
	done >changes.sql
	psql -qtAX -f changes.sql >changes.out 2>&1
	is "$(grep -c 'psql:.*ERROR' changes.out)" "$(grep -c echo changes.sql)"
	is "$(grep -c 'psql:.*ERROR' changes.out)" "$(grep -c 'ERROR:  \(permission denied\|must be owner\)' changes.out)"
	for table in trial kept_carbon reading_piece; do
		run ! env PGUSER=w1 psql -qX -v ON_ERROR_STOP=1 -c "INSERT INTO joulecart.$table SELECT * FROM joulecart.$table WHERE team = 'red' LIMIT 1"
		has "$output" 'row-level security|duplicate key'
	done
	run ! env PGUSER=w1 psql -qX -v ON_ERROR_STOP=1 -c "INSERT INTO joulecart.metric (campaign_uuid, team, trial_id, name, value) VALUES ('$uuid', 'red', 1, 'new', 1)"
	has "$output" 'row-level security'
	run ! env PGUSER=w1 psql -qX -v ON_ERROR_STOP=1 -c "INSERT INTO joulecart.pushed (campaign_uuid, team, begun, tool_version, rows_digest, readings_digest, figures_digest, n_readings, transaction) VALUES ('$uuid', 'red', now(), '', '', '', '', 0, '3')"
	has "$output" 'permission denied'
	# nor one to whom the owner gave a place for operators of his own
	ask 'CREATE SCHEMA evil AUTHORIZATION w1'
	PGUSER=w1 ask 'CREATE FUNCTION evil.yes(xid8, xid8) RETURNS boolean LANGUAGE sql RETURN true;
		CREATE OPERATOR evil.= (LEFTARG = xid8, RIGHTARG = xid8, FUNCTION = evil.yes)'
	run ! env PGUSER=w1 psql -qX -v ON_ERROR_STOP=1 -c 'SET search_path = evil, pg_catalog' -c "INSERT INTO joulecart.metric (campaign_uuid, team, trial_id, name, value) VALUES ('$uuid', 'red', 1, 'new', 1)"
	has "$output" 'row-level security'
	for who in r1 a1 w1 nobody1; do
		run ! env PGUSER=$who psql -qX -v ON_ERROR_STOP=1 -c "INSERT INTO joulecart.member VALUES ('$who', 'blue')"
		has "$output" 'permission denied'
		run -1 env PGUSER=$who "$JOULECART" fleet retire --older-than 1d --at "$fleet"
	done
	run ! env PGUSER=r1 psql -qX -v ON_ERROR_STOP=1 -c "SELECT joulecart.need_month('2001-01-01')"
}

@test "a row that the superuser changes is said by pull, and named by verify" {
	need_fleet
	fresh int8.db
	joulecart sign --key "$BATS_FILE_TMPDIR/lab.key" "$db"
	joulecart push --to "$fleet" --team vision "$db"
	uuid=$(uuids | sed -n 1p)
	ask "UPDATE joulecart.trial SET queries = 101 WHERE campaign_uuid = '$uuid'"
	run -0 --separate-stderr joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o out.db
	has "$stderr" "campaign $uuid is not what was pushed"
	has "$stderr" 'a seal is broken: .*trial'
	run ! joulecart verify out.db
	has "$output" "trial trial_id 1 is not as it was sealed"
	ask "UPDATE joulecart.trial SET queries = 100 WHERE campaign_uuid = '$uuid';
		UPDATE joulecart.reading_piece SET data = set_byte(data, length(data) - 1, 2) WHERE campaign_uuid = '$uuid'" # wraps
	run -0 joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o rollup.db
	run ! joulecart verify rollup.db
	has "$output" 'stretch [0-9]+ of .* is not as it was sealed'
	# what no file may hold is refused, and leaves nothing
	ask "UPDATE joulecart.trial SET state = 'gone' WHERE campaign_uuid = '$uuid'"
	run -1 joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o refused.db
	has "$output" 'a row of trial: CHECK constraint failed'
	ask "UPDATE joulecart.trial SET state = 'complete' WHERE campaign_uuid = '$uuid';
		UPDATE joulecart.reading_piece SET data = substring(data FOR length(data) - 1) WHERE campaign_uuid = '$uuid'"
	run -1 joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o refused.db
	has "$output" 'a page of readings that it sends is damaged'
	ask "UPDATE joulecart.reading_piece SET n_readings = NULL WHERE campaign_uuid = '$uuid'"
	run -1 joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o refused.db
	has "$output" 'the pages of readings are not whole'
	ls >left
	run ! grep -F refused.db left
}

@test "labels are values, whatever they are" {
	need_fleet
	fresh other.db
	i=0
	for label in "x'); DROP SCHEMA joulecart CASCADE; --" $'caf\xe9' $'\xed\xa0\x80' 'joulecart-bytes:00' '\N' '{a,"b"}' \
		'$1' "E'\\\\047'" $'tab\tand\nline' '"; SELECT 1; "' '%s%n'; do
		i=$((i + 1))
		hex=$(printf %s "$label" | od -An -v -tx1 | tr -d ' \n')
		sql "INSERT INTO metric SELECT max(trial_id), CAST(x'$hex' AS TEXT), $i FROM trial"
		sql "UPDATE trial SET variant = CAST(x'$hex' AS TEXT), why_incomplete = variant"
		sql "UPDATE host SET hostname = CAST(x'$hex' AS TEXT)"
		sql "UPDATE campaign SET zone = CAST(x'$hex' AS TEXT), uuid = substr(uuid, 1, 34) || printf('%02x', $i)"
		joulecart push --to "$fleet" --team "it's" "$db"
		joulecart pull --from "$fleet" --where "campaign_uuid = '$(uuids)'" -o "out$i.db"
		same "out$i.db" "$db"
	done
	[ "$(ask 'SELECT count(*) FROM joulecart.fleet')" = 1 ]
	mv "$db" "it's; \$(touch x) \"y\".db"
	joulecart push --to "$fleet" --team "it's" "it's; \$(touch x) \"y\".db"
	run -1 joulecart pull --from "$fleet" --where "variant = 'x'; DROP SCHEMA joulecart CASCADE" -o none.db
	run -1 joulecart pull --from "$fleet" --where "joulecart.need_month('2003-03-03') IS NULL" -o none.db
	has "$output" 'read-only transaction'
}

@test "bad days: two pushes at once, a clock that is wrong, another version, a campaign that changed" {
	need_fleet
	fresh int8.db
	for i in 1 2 3 4; do
		"$JOULECART" push --to "$fleet" --team vision "$db" >"push$i" 2>&1 3>&- &
		pids+=" $!"
	done
	# shellcheck disable=SC2086 # several
	for pid in $pids; do wait "$pid"; done
	is "$(cat push[1-4] | sed 's/.*db: \([0-9]*\) campaign.*/\1/' | awk '{ n += $1 } END { print n }')" 2
	joulecart pull --from "$fleet" --where "campaign_uuid::text IN ('$(uuids | sed -n 1p)', '$(uuids | sed -n 2p)')" -o out.db
	same out.db "$db"
	# one that still runs is left for later
	"$JOULECART" run -q -o running.db -- sh -c 'echo; exec sleep 1000' >begun 2>/dev/null 3>&- &
	running=$!
	until_so 300 test -s begun
	run -0 joulecart push --to "$fleet" --team vision running.db
	has "$output" '0 campaigns with 0 readings pushed, 0 already there 1 is still running'
	kill "$running"
	wait "$running" || :
	run -0 joulecart push --to "$fleet" --team vision running.db
	has "$output" '1 campaign with'
	# it went on, or somebody changed it
	sql "UPDATE trial SET queries = 99 WHERE trial_id = 1"
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" 'is there already, and its rows differ'
	# trim drops readings of a trial that it notes, and no others are missed unseen
	readings='DELETE FROM chunk WHERE channel_id IN (SELECT channel_id FROM channel WHERE trial_id ='
	fresh int8.db
	joulecart push --to "$fleet" --team vision "$db"
	sql "INSERT INTO trimmed VALUES (1, 1, 'x', 1, 1, 1); $readings 1)"
	run -0 joulecart push --to "$fleet" --team vision "$db"
	has "$output" '2 already there 1 of them has its raw readings only there'
	sql "$readings 2)"
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" 'is there already, and its raw readings differ'
	# clocks: 1970 is stored as it is, the far future refused
	fresh other.db
	sql 'UPDATE campaign SET begin_utc_ns = 5000000000, end_utc_ns = 6000000000'
	joulecart push --to "$fleet" --team vision "$db"
	is "$(ask "SELECT begun FROM joulecart.pushed WHERE campaign_uuid = '$(uuids)'")" '1970-01-01 00:00:05+00'
	fresh other.db
	sql "UPDATE campaign SET begin_utc_ns = 4102444800000000000"
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" "began at 2100-01-01 00:00:00\\+00, and it is .* here: its host's clock is wrong \\(set that clock"
	# versions
	fresh other.db
	ask 'UPDATE joulecart.fleet SET version = 4'
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" 'is of version 4, and this joulecart knows up to 3'
	for form in init upgrade; do
		run -1 joulecart fleet $form --at "$fleet"
		has "$output" 'is of version 4, and this joulecart knows up to 3'
	done
	ask 'UPDATE joulecart.fleet SET version = 0; CREATE VIEW public.mine AS SELECT * FROM joulecart.v_carbon'
	run -1 joulecart fleet upgrade --at "$fleet"
	has "$output" "what others made on joulecart's views stands in the way"
	ask 'DROP VIEW public.mine'
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" "joulecart fleet upgrade"
	joulecart fleet upgrade --at "$fleet"
	ask "UPDATE joulecart.fleet SET formulas = 'others'"
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" 'by formulas of another joulecart'
	joulecart fleet init --at "$fleet"
	joulecart push --to "$fleet" --team vision "$db"
	# figures by other formulas are made anew by the owner
	uuid=$(uuids)
	ask "UPDATE joulecart.pushed SET formulas = 'others' WHERE campaign_uuid = '$uuid';
		UPDATE joulecart.kept_carbon SET grams = 2 * grams WHERE campaign_uuid = '$uuid'"
	has "$(joulecart fleet status --at "$fleet")" 'of 1 campaign by other formulas'
	has "$(joulecart fleet upgrade --at "$fleet")" 'figures of 1 campaign were made anew'
	run -0 python3 "$TESTS_SOURCE/tests/system/fleet-figures.py" "$db"
	has_not "$(joulecart fleet status --at "$fleet")" 'other formulas'
	ask "UPDATE joulecart.pushed SET formulas = 'others' WHERE campaign_uuid = '$uuid';
		UPDATE joulecart.trial SET queries = 7 WHERE campaign_uuid = '$uuid'"
	run -1 joulecart fleet upgrade --at "$fleet"
	has "$output" "campaign $uuid is not what was pushed: no figures are made of it"
	# and keep no others from theirs
	fresh other.db
	joulecart push --to "$fleet" --team vision "$db"
	ask "UPDATE joulecart.pushed SET formulas = 'others' WHERE campaign_uuid = '$(uuids)'"
	has "$(joulecart fleet status --at "$fleet")" 'of 2 campaigns by other formulas'
	run -1 joulecart fleet upgrade --at "$fleet"
	has "$output" "campaign $uuid is not what was pushed: no figures are made of it"
	has "$(joulecart fleet status --at "$fleet")" 'of 1 campaign by other formulas'
	ask "UPDATE joulecart.trial SET queries = NULL WHERE campaign_uuid = '$uuid'"
	joulecart fleet upgrade --at "$fleet"
	run -0 joulecart push --to "$fleet" --team vision "$db"
	has "$output" '1 already there'
	# a password, a server that is not there, a database without a fleet
	run -2 joulecart push --to postgresql://me:secret@/fleet "$db"
	has "$output" 'a password on the command line is seen by every user'
	has_not "$output" secret
	run -1 joulecart push --to "postgresql:///fleet?host=$PWD" "$db"
	run -1 joulecart push --to "postgresql:///postgres?host=$fleet_folder" "$db"
	has "$output" 'no fleet is there yet'
}

@test "a campaign that is refused is named, and those behind it are pushed all the same" {
	need_fleet
	fresh int8.db
	joulecart push --to "$fleet" --team vision "$db"
	# the first changed since; the second is new to the fleet, and its clock was right
	sql "UPDATE trial SET queries = 99 WHERE trial_id = 1;
		UPDATE campaign SET uuid = 'f' || substr(uuid, 2) WHERE campaign_id = 2"
	cp "$db" first.db
	fresh other.db
	sql "UPDATE campaign SET begin_utc_ns = 4102444800000000000"
	cp "$db" second.db
	fresh other.db
	long=$(head -c 20000 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
	sql "INSERT INTO metric SELECT trial_id, '$long', 1 FROM trial"
	cp "$db" third.db
	fresh other.db
	run -1 joulecart push --to "$fleet" --team vision first.db second.db third.db "$db"
	has "$output" "cannot push 'first.db': campaign $(sqlite3 first.db 'SELECT uuid FROM campaign WHERE campaign_id = 1') is there already, and its rows differ"
	has "$output" 'first.db: 1 campaign with [1-9][0-9]* readings pushed, 0 already there 1 was refused'
	has "$output" "cannot push 'second.db': campaign $(sqlite3 second.db 'SELECT uuid FROM campaign'): the campaign says"
	has "$output" "cannot push 'third.db': campaign $(sqlite3 third.db 'SELECT uuid FROM campaign'): index row requires .* \(a name or text in it is longer"
	has "$output" "$db: 1 campaign with"
	is "$(grep -c 'rows differ' <<<"$output")" 1
	is "$(grep -c 'clock is wrong' <<<"$output")" 1
	is "$(ask "SELECT count(*) FROM joulecart.pushed WHERE campaign_uuid = '$(sqlite3 first.db 'SELECT uuid FROM campaign WHERE campaign_id = 2')'")" 1
}

@test "retired months lose their readings and keep their figures, and say so" {
	need_fleet
	fresh int8.db
	sql 'UPDATE campaign SET begin_utc_ns = begin_utc_ns - 1000000000 * 86400 * 4000'
	joulecart push --to "$fleet" --team vision "$db"
	before=$(ask "SELECT * FROM joulecart.v_carbon WHERE campaign_uuid = '$(uuids | sed -n 1p)'")
	[ -n "$before" ]
	run -2 joulecart fleet retire --at "$fleet"
	run -0 joulecart fleet retire --older-than 3900d --at "$fleet"
	has "$output" 'months? with [0-9]+ campaigns? retired'
	is "$(ask "SELECT * FROM joulecart.v_carbon WHERE campaign_uuid = '$(uuids | sed -n 1p)'")" "$before"
	is "$(ask "SELECT count(*) FROM joulecart.reading_piece WHERE campaign_uuid = '$(uuids | sed -n 1p)'")" 0
	run -1 joulecart pull --from "$fleet" --where "campaign_uuid = '$(uuids | sed -n 1p)'" -o out.db
	has "$output" 'all campaigns that fulfil --where are retired'
	fresh int8.db
	sql 'UPDATE campaign SET begin_utc_ns = begin_utc_ns - 1000000000 * 86400 * 4000'
	run -1 joulecart push --to "$fleet" --team vision "$db"
	has "$output" 'that month was retired \(keep the file'
	run -0 joulecart fleet retire --older-than 3900d --at "$fleet"
	has "$output" 'nothing to retire: no month with readings ended more than 3900 days ago'
}

@test "what is sealed with a retired campaign comes without the seal, and as it was" {
	need_fleet
	fresh int8.db
	sql 'UPDATE campaign SET begin_utc_ns = begin_utc_ns - 1000000000 * 86400 * 5000 WHERE campaign_id = 1'
	joulecart sign --key "$BATS_FILE_TMPDIR/lab.key" "$db"
	joulecart push --to "$fleet" --team vision "$db"
	joulecart fleet retire --older-than 4900d --at "$fleet"
	uuid=$(uuids | sed -n 2p)
	run -0 joulecart pull --from "$fleet" --where "campaign_uuid = '$uuid'" -o out.db
	has "$output" '1 campaign of 1 pushed file'
	has "$output" '1 seal was left out: it is of retired campaigns as well'
	has_not "$output" 'not what was pushed|a seal is broken'
	run -0 joulecart verify out.db
	is "$(sqlite3 out.db 'SELECT uuid, (SELECT count(*) FROM stretch) > 0 FROM campaign')" "$uuid|1"
	# its figures can be made anew
	ask "UPDATE joulecart.pushed SET formulas = 'others' WHERE campaign_uuid = '$uuid'"
	has "$(joulecart fleet upgrade --at "$fleet")" 'figures of 1 campaign were made anew'
}

@test "a team's name is never cut, and --older-than is of retire alone" {
	run -1 joulecart push --to "$fleet" --team "$(printf 'x%.0s' {1..300})" "$db"
	has "$output" 'no team has a name of more than 199 bytes \(say a shorter one: --team NAME\)'
	for form in init status upgrade; do
		run -2 joulecart fleet $form --older-than 400d --at "$fleet"
		has "$output" "cannot use --older-than with '$form': it is of 'retire' alone"
	done
}

@test "what is wrong with --where is said, with what helps" {
	need_fleet
	for where in "variant = 'int8" 'variant' 'begun = 1' "campaign_uuid = 'x'" 'variants = 1'; do
		run -1 joulecart pull --from "$fleet" --where "$where" -o none.db
		has "$output" '--where is a condition in SQL on the columns of joulecart.fleet_trial'
	done
}

# a_lock_is CONDITION: there is one such on kept_figure
a_lock_is() {
	[ "$(ask "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'joulecart.kept_figure'::regclass AND $1")" = t ]
}

@test "a server that stops in the middle of a push leaves nothing of the campaign, and the next push goes on" {
	need_fleet
	fresh int8.db
	# the first campaign waits for the lock, with all that it began
	psql -qtAX -c 'BEGIN; LOCK TABLE joulecart.kept_figure IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)' >lock.log 2>&1 3>&- &
	until_so 300 a_lock_is "mode = 'AccessExclusiveLock' AND granted"
	"$JOULECART" push --to "$fleet" --team vision "$db" >push.log 2>&1 3>&- &
	push=$!
	until_so 300 a_lock_is 'NOT granted'
	fleet_stop immediate
	status=0
	wait "$push" || status=$?
	is "$status" 1
	has "$(cat push.log)" "cannot push '$db': .*(terminat|connection|closed)"
	fleet_start
	is "$(ask "SELECT count(*) FROM joulecart.pushed WHERE campaign_uuid::text IN ('$(uuids | sed -n 1p)', '$(uuids | sed -n 2p)')")" 0
	run -0 joulecart push --to "$fleet" --team vision "$db"
	has "$output" '2 campaigns with'
}

# What runs where the server's disk is small.
on_small_disk() {
	fleet_log=$(mktemp -d /tmp/joulecart-fleet-log.XXXXXX)
	chown nobody:nogroup "$fleet_log"
	# lazy: the server says that it ended a moment before it leaves its folder
	trap 'fleet_stop immediate || :; rm -rf "$fleet_log"; umount --lazy "$fleet_folder"; rmdir "$fleet_folder"' EXIT
	fleet_begin
	"$JOULECART" fleet init --at "$fleet" >/dev/null
	cat /dev/zero >"$fleet_folder/filler" 2>/dev/null || :
	! "$JOULECART" push --to "$fleet" --team vision full.db >full.out 2>&1 || return 1
	rm "$fleet_folder/filler"
	ask 'SELECT count(*) FROM joulecart.pushed, joulecart.trial' >count.out
	"$JOULECART" push --to "$fleet" --team vision full.db >again.out
	"$JOULECART" pull --from "$fleet" -o full-out.db >/dev/null
}

@test "a full disk there is said, keeps nothing of the campaign, and the next push goes on" {
	need_fleet
	[ "$(id -u)" = 0 ] || skip 'a server on a small disk needs root'
	need_mounts
	fresh int8.db
	mv "$db" full.db
	declare -f >functions
	printf '%s\n' 'set -eu' '. ./functions' 'fleet_disk=80M' on_small_disk >script
	JOULECART=$JOULECART BATS_FILE_TMPDIR=$PWD alone bash script 3>&-
	has "$(cat full.out)" "cannot push 'full.db': could not .*: No space left on device"
	has "$(cat full.out)" "the server's disk is full and nothing of this campaign was kept there"
	is "$(cat count.out)" 0
	has "$(cat again.out)" '2 campaigns with'
	same full-out.db full.db
}
