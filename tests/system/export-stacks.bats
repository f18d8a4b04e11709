#!/usr/bin/env bats
# Sampled stacks in each format of `joulecart export`, read by a reader of its own and held against the database's views.
load ../helper

PROFILED_PROGRAM=${PROFILED_PROGRAM:-$TESTS_SOURCE/tests/fakes/profiled/program}
MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}
check=$TESTS_SOURCE/tests/cli/export-check.py
formats='perfetto firefox pprof speedscope folded csv jsonl'

# base.db: a trial with stacks and lost records, one with regions, and one with both.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run --profile -q -o refused.db -- true || return 0
	"$JOULECART" run --profile=997 -q --zone FR -o base.db -- "$PROFILED_PROGRAM" split 0.5 >/dev/null
	"$JOULECART" run -q --zone FR -o base.db -- "$MARKING_PROGRAM" regions 5 >/dev/null
	"$JOULECART" run --profile=997 -q --zone FR -o base.db -- "$MARKING_PROGRAM" regions 5 >/dev/null
	sqlite3 base.db "UPDATE profile SET n_lost = 7 WHERE trial_id = 1"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	[ -e "$BATS_FILE_TMPDIR/base.db" ] || skip 'this machine lets nobody sample stacks'
	cp "$BATS_FILE_TMPDIR/base.db" "$db"
}

# every_format_holds: each is left in the file of its name
every_format_holds() {
	for format in $formats; do
		joulecart export --to "$format" -o "$format" "$db"
		"$check" "$format" "$format" "$db"
	done
}

@test "every format has each stack's joules and samples, what is outside, and what was lost" {
	is "$(sql 'SELECT count(*) FROM v_profile')" 2
	every_format_holds
	joulecart export --to folded "$db" >out.folded
	has "$(cat out.folded)" ';main [(]program[)];.*;seventy [(]program[)] [1-9][0-9]*'
	has "$(cat out.folded)" ';[(]outside every stack[)] [0-9]+'
	has "$(cat out.folded)" ';[(]records that were lost[)] 0'
}

@test "a stack's joules that are not the database's are found" {
	sqlite3 "$db" "VACUUM INTO 'other.db'"
	sqlite3 other.db "UPDATE profile_energy SET advance = advance * 9 / 10 - 1
		WHERE (trial_id, node) = (SELECT trial_id, node FROM profile_energy ORDER BY advance DESC LIMIT 1)"
	for format in $formats; do
		rm -f out
		joulecart export --to "$format" -o out "$db"
		run -1 "$check" "$format" out other.db
		has "$output" 'a stack'
	done
}

@test "--regions has the stacks of regions instead" {
	joulecart export --to folded --regions --trial 3 "$db" >out.folded
	run ! grep -q 'outside every stack' out.folded
	has "$(cat out.folded)" 'outside any region'
	joulecart export --to csv --regions "$db" >out.csv
	is "$(grep -c '^stack,' out.csv || :)" 0
}

@test "sqlite3 and python3 read the stacks of the table, which sum to the run" {
	joulecart export --to csv "$db" >out.csv
	joulecart export --to jsonl "$db" >out.jsonl
	joules=$(sql "SELECT printf('%.9f', joules) FROM v_profile WHERE trial_id = 1")
	is "$(sqlite3 :memory: '.import --csv out.csv t' \
		"SELECT printf('%.9f', sum(value)) FROM t WHERE kind = 'stack' AND trial = 1")" "$joules"
	is "$(python3 -c 'import json
rows = [row for row in map(json.loads, open("out.jsonl")) if row["kind"] == "stack" and row["trial"] == 1]
print("%.9f" % sum(row["value"] for row in rows))
assert all(row["low"] is None or row["low"] <= row["value"] <= row["high"] for row in rows)
assert sum("seventy" in row["name"] for row in rows)')" "$joules"
	# each of them by its own CPU time: together what the run had
	is "$(sqlite3 :memory: '.import --csv out.csv t' \
		"SELECT abs(total(cpu_s) FILTER (WHERE kind = 'stack') / max(cpu_s) FILTER (WHERE kind = 'trial') - 1) < 0.1
		 FROM t WHERE trial = 1")" 1
}

@test "where nobody counted how much was to be sampled, CPU time is left empty" {
	sqlite3 "$db" "UPDATE profile SET event = 'cycles', counted = 0 WHERE trial_id = 1"
	joulecart export --to csv --trial 1 "$db" >out.csv
	is "$(sqlite3 :memory: '.import --csv out.csv t' \
		"SELECT count(*) > 1, group_concat(DISTINCT cpu_s) FROM t WHERE kind = 'stack' AND name NOT LIKE '%were lost%'")" '1|'
	has "$(joulecart report --functions "$db")" 'an unknown part of its cycles [(]none was counted[)]'
}

@test "names of functions and files that somebody else wrote harm no format" {
	python3 - "$db" <<-'EOF'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1])
	labels = [b"a\x1b]0;owned\x07", b"a\n::error::owned", b"caf\xe9", b"\xff\xfe\xfd", "\u202egpj.exe".encode(),
	          b"<script>alert(1)</script>", b"\" onmouseover=\"x'()", b"=cmd|' /C calc'!A0", b"a;b;c 99", b"x" * 1000000,
	          b"\xc3" * 1000000, b"\r\n", b" ", b"%s%n", "\ufffe\uffff".encode()]
	rows = db.execute("SELECT trial_id, ordinal FROM profile_frame WHERE name IS NOT NULL").fetchall()
	for i, row in enumerate(rows):
	    # a megabyte is as hostile once as in each fifteenth name
	    longest = 1000000 if i < len(labels) else 2000
	    label, module = labels[i % len(labels)][:longest], labels[i * 7 % len(labels)][:longest]
	    # no two names are alike, also where a format cuts them: stacks of the same names are one in some formats
	    name = b"%d " % i + label if len(label) > 1000 else label + b" %d" % i
	    db.execute("UPDATE profile_frame SET name = CAST(? AS TEXT), module = CAST(? AS TEXT), file = CAST(? AS TEXT), line = 7"
	               " WHERE (trial_id, ordinal) = (?, ?)", (name, module, label) + row)
	db.commit()
	EOF
	every_format_holds
	for format in $formats; do
		[ "$(stat -c %s "$format")" -lt $((7 * $(stat -c %s "$db"))) ] || fail "$format is large"
	done
	LC_ALL=C run ! grep -q "$(printf '\033')" speedscope folded csv jsonl firefox
}

# A tree of 20000 nodes below each other, each with a sample: all stacks written out would be 200 million frames.
@test "a tree that is as deep as it is large ends in frames that say so, and no joule is lost" {
	sqlite3 "$db" "DELETE FROM profile_chunk_energy WHERE trial_id = 1; DELETE FROM profile_chunk WHERE trial_id = 1;
		DELETE FROM profile_energy WHERE trial_id = 1 AND node > 1; DELETE FROM profile_node WHERE trial_id = 1 AND ordinal > 1;
		WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO profile_node SELECT 1, i, i - 1, (SELECT min(ordinal) FROM profile_frame WHERE trial_id = 1), 1 FROM n"
	for format in $formats; do
		rm -f out
		joulecart export --to "$format" --trial 1 -o out "$db"
		[ "$(stat -c %s out)" -lt 600000000 ] || fail "$format is large: $(stat -c %s out)"
	done
	joulecart export --to folded --trial 1 "$db" >out.folded
	[ "$(grep -c ';(deeper) [0-9]*$' out.folded)" -ge 1 ]
	is "$(python3 -c '
import sys
print(max(len(line.split(";")) for line in open("out.folded")) <= 1026)')" True
	joulecart export --to csv --trial 1 "$db" >out.csv
	is "$(sqlite3 :memory: '.import --csv out.csv t' "SELECT sum(n) FROM t WHERE kind = 'stack'")" \
		"$(sql 'SELECT sum(n) + 7 FROM profile_node WHERE trial_id = 1')"
}

@test "a profile that samply made keeps its own stacks, and takes the joules of a run with a profile" {
	python3 - "$db" >profile.json <<-'EOF'
	import json, sqlite3, sys
	utc, begin, end = sqlite3.connect(sys.argv[1]).execute(
	    "SELECT begin_utc_ns, begin_mono_ns, end_mono_ns FROM trial WHERE trial_id = 1").fetchone()
	markers = {"data": [], "name": [], "startTime": [], "endTime": [], "phase": [], "category": [], "length": 0}
	thread = {"name": "main", "pid": "1", "tid": 1, "isMainThread": True, "markers": markers,
	          "samples": {"stack": [0, 0, 0], "weight": [1, 5, 1], "weightType": "samples",
	                      "time": [0, 1, (end - begin) * 1e-6], "length": 3},
	          "stackTable": {"frame": [0], "prefix": [None], "length": 1},
	          "frameTable": {"func": [0], "length": 1}, "funcTable": {"name": [0], "length": 1}}
	print(json.dumps({"meta": {"preprocessedProfileVersion": 57, "startTime": utc / 1e6, "markerSchema": []},
	                  "threads": [thread], "libs": [], "shared": {"stringArray": ["own"]}}))
	EOF
	joulecart export --to firefox --trial 1 --merge profile.json -o merged.json "$db"
	for part in samples stackTable frameTable funcTable; do
		is "$(jq -c ".threads[0].$part" merged.json)" "$(jq -c ".threads[0].$part" profile.json)"
	done
	is "$(jq -c '.threads | length' merged.json)" 1
	is "$(jq -r '.counters[0].samples.count | add | . * 3600e-12 * 1e6 | round' merged.json)" \
		"$(sql "SELECT CAST(round(joules * 1e6) AS INTEGER) FROM v_energy WHERE trial_id = 1 AND phase_ordinal = 0
			AND joules IS NOT NULL ORDER BY channel_id LIMIT 1")"
}

@test "what has no stacks takes no option about them" {
	run -2 "$JOULECART" export --to otlp --regions "$db"
	has "$output" '--to otlp has no stacks, .*leave --regions out'
}
