#!/usr/bin/env bats
# Each format of `joulecart export`, read by a reader of its own and held against the database's views.
load ../helper

MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}
check=$TESTS_SOURCE/tests/cli/export-check.py
formats='perfetto firefox pprof speedscope folded csv jsonl otlp'

# base.db: an estimate with regions, phases and events; and a second trial without any.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run -q --zone FR -o base.db -- "$MARKING_PROGRAM" regions 5 >/dev/null
	"$JOULECART" run -q --zone FR -o base.db -- sleep 0.1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/base.db" "$db"
}

holds() { # FORMAT [DATABASE]
	rm -f out
	joulecart export --to "$1" -o out "${2:-$db}"
	"$check" "$1" out "${2:-$db}"
}

@test "every format holds what the views say, of an estimate with regions" {
	is "$(sql "SELECT count(*) > 0 FROM v_region WHERE ordinal > 0")" 1
	for format in $formats; do
		holds "$format"
	done
}

@test "every format holds what the views say, of counters" {
	need_machines
	rm "$db"
	on server "$JOULECART" run -q -o "$db" -- "$MARKING_PROGRAM" regions 5 >/dev/null
	is "$(sql "SELECT count(*) > 2 FROM v_energy WHERE phase_ordinal = 0 AND joules > 0")" 1
	for format in $formats; do
		holds "$format"
	done
}

@test "a region that report --layers gives no figure has none in any export" {
	need_machines
	rm "$db"
	on constant "$JOULECART" run -q --rate 100 -o "$db" -- "$MARKING_PROGRAM" regions 40 >/dev/null
	# g as far shorter than a sensor resolves, and f far longer, however seldom the ticks came; g's joules
	# stay with what is outside
	sqlite3 "$db" "UPDATE region_time SET cpu_ns = iif((SELECT name = 'g' FROM region r
		WHERE r.region_id = region_time.region_id), 1000, 100000000000)"
	is "$(sql "SELECT group_concat(region) FROM v_layer WHERE ordinal > 0 AND reason IS NOT NULL")" g
	is "$(sql "SELECT group_concat(region) FROM v_layer WHERE ordinal > 0 AND reason IS NULL")" f
	for format in $formats; do
		holds "$format"
	done
	joulecart export --to csv "$db" >out.csv
	is "$(grep -cE '^region(-step)?,.*,g,' out.csv)" 0
	has "$(grep '^region,' out.csv)" 'at the (mean power of what ran|power of its own)'
	joulecart export --to folded "$db" >out.folded
	has "$(cat out.folded)" ', modelled, microjoules;f [0-9]+'
	run ! grep -E ';g [0-9]+$' out.folded
}

# as where the last stretch of a run is cut right behind another: it is empty, and has no length
@test "a step without length loses nothing, and prolongs nothing" {
	sqlite3 "$db" "INSERT INTO stretch SELECT channel_id, seq + 1, end_mono_ns, end_mono_ns, 0, 0,
			NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0
			FROM (SELECT *, max(seq) FROM stretch GROUP BY channel_id);
		UPDATE phase SET last_stretch = last_stretch + 1 WHERE ordinal = 0;
		INSERT INTO region_energy SELECT DISTINCT x.region_id, x.channel_id, s.seq, 0, 0, 0
			FROM region_energy x JOIN stretch s USING (channel_id)
			WHERE s.n = 0 AND s.begin_mono_ns = s.end_mono_ns"
	is "$(sql "SELECT count(*) > 0 FROM region_energy x JOIN stretch s USING (channel_id, seq)
		WHERE s.begin_mono_ns = s.end_mono_ns")" 1
	for format in $formats; do
		holds "$format"
	done
}

@test "an energy that is not the database's is found" {
	cp "$db" other.db
	sqlite3 other.db "UPDATE stretch SET advance = advance + 1 + advance / 10, advance_high = 2 * advance_high + 2"
	for format in $formats; do
		rm -f out
		joulecart export --to "$format" -o out "$db"
		run -1 "$check" "$format" out other.db
	done
}

@test "one trial alone, and several" {
	joulecart export --to csv "$db" >all.csv
	joulecart export --to csv --trial 2 "$db" >second.csv
	is "$(cut -d, -f2 all.csv | sort -u | paste -sd' ')" '1 2 trial'
	is "$(cut -d, -f2 second.csv | sort -u | paste -sd' ')" '2 trial'
	run -1 --separate-stderr joulecart export --to csv --trial 7 "$db"
	has "$stderr" "^joulecart: cannot export as csv: there is no trial 7 \("
}

@test "sqlite3 reads the table, and jq the lines" {
	joulecart export --to csv "$db" >out.csv
	joulecart export --to jsonl "$db" >out.jsonl
	joules=$(sql "SELECT printf('%.6f', sum(joules)) FROM v_energy WHERE phase_ordinal = 0")
	is "$(sqlite3 :memory: '.import --csv out.csv t' \
		"SELECT printf('%.6f', sum(value)) FROM t WHERE kind = 'channel-step'")" "$joules"
	is "$(jq -s '[.[] | select(.kind == "channel-step") | .value] | add | . * 1e6 | round / 1e6' out.jsonl |
		xargs printf '%.6f')" "$joules"
}

@test "what is asked for wrongly is refused, and nothing is written" {
	run -2 --separate-stderr joulecart export "$db"
	has "$stderr" 'no format is given \(say which: --to perfetto\)'
	run -2 --separate-stderr joulecart export --to parquet "$db"
	run -2 --separate-stderr joulecart export --to csv --merge x.json "$db"
	has "$stderr" '--merge is for --to firefox'
	: >there
	run -1 --separate-stderr joulecart export --to csv -o there "$db"
	has "$stderr" 'file exists'
	[ ! -s there ]
	run -0 --separate-stderr joulecart export --to csv --force -o there "$db"
	has "$stderr" 'Not sealed'
	[ -s there ]
	sqlite3 "$db" "UPDATE campaign SET zone = 'PL' WHERE campaign_id = 2"
	run -1 --separate-stderr joulecart export --to firefox -o grids.json "$db"
	has "$stderr" 'several grid intensities.*\(name one with --trial\)'
	[ ! -e grids.json ]
	joulecart export --to firefox --trial 2 -o grids.json "$db"
}

# --- beside another program's stacks -----------------------------------------------------------

# recorded VERSION: profile.json, as a sampling profiler would have made it of the first trial's time.
recorded() {
	python3 - "$1" "$db" >profile.json <<-'EOF'
	import json, sqlite3, sys
	version, db = int(sys.argv[1]), sqlite3.connect(sys.argv[2])
	utc, begin, end, pid = db.execute("""SELECT t.begin_utc_ns, t.begin_mono_ns, t.end_mono_ns, p.pid FROM trial t
	    JOIN phase p USING (trial_id) WHERE trial_id = 1 AND p.pid IS NOT NULL""").fetchone()
	strings = ["(root)", "h\u00e9 \U000f0041 \u0000"]
	ms = (end - begin) * 1e-6
	def thread(pid):
	    markers = {"data": [None], "name": [0], "startTime": [1.5], "endTime": [None], "phase": [0], "category": [0],
	               "length": 1, "threadId": [None]}
	    samples = {"stack": [None, None], "weight": None, "weightType": "samples", "length": 2}
	    samples.update({"timeDeltas": [0, ms]} if version >= 50 else {"time": [0, ms]})
	    one = {"name": "main", "pid": pid, "tid": 1, "isMainThread": True, "markers": markers, "samples": samples}
	    if version < 56:
	        one["stringArray"] = list(strings)
	    return one
	profile = {"meta": {"preprocessedProfileVersion": version, "startTime": utc / 1e6, "markerSchema": []},
	           "threads": [thread("1"), thread(str(pid))], "libs": [{"name": "x", "start": 12345678901234567}]}
	if version >= 56:
	    profile["shared"] = {"stringArray": strings}
	print(json.dumps(profile))
	EOF
}

add_to() { # FILE
	rm -f merged.json
	joulecart export --to firefox --trial 1 --merge "$1" -o merged.json "$db"
}

@test "energy goes into a profile that samply made, of each version, and the rest of it stays" {
	sqlite3 "$db" "VACUUM INTO 'first.db'"
	sqlite3 first.db "DELETE FROM stretch WHERE channel_id IN (SELECT channel_id FROM channel WHERE trial_id = 2)"
	for version in 48 54 57 62 70; do
		recorded "$version"
		add_to profile.json
		"$check" firefox merged.json first.db
		is "$(jq -c '.libs, .threads[0].name, .meta.startTime' merged.json)" \
			"$(jq -c '.libs, .threads[0].name, .meta.startTime' profile.json)"
		# phases stand with the process that marked them
		is "$(jq -c '[.threads[].markers.length]' merged.json)" '[1,2]'
		is "$(jq -c '[.counters[].pid] | unique' merged.json)" "$(jq -c '[.threads[1].pid]' profile.json)"
		is "$(jq -c '[.. | .stringArray? // empty | .[1]] | unique' merged.json)" \
			"$(jq -c '[.. | .stringArray? // empty | .[1]] | unique' profile.json)"
		is "$(jq -c '.counters[0].display.unit' merged.json)" \
			"$([ "$version" -ge 62 ] && echo '"pWh"' || echo null)"
	done
	gzip -k profile.json
	mv merged.json plain.json
	add_to profile.json.gz
	cmp merged.json plain.json
}

@test "a profile by another clock stands where the boot's own clock says" {
	recorded 57
	begin=$(sql "SELECT begin_mono_ns FROM trial WHERE trial_id = 1")
	# UTC was set by three seconds meanwhile
	jq -c ".meta.startTimeAsClockMonotonicNanosecondsSinceBoot = $begin | .meta.startTime += 3000" \
		profile.json >set.json
	add_to set.json
	jq -e '.counters[0].samples.time[0] | . >= 0 and . < 3000' merged.json
	# another boot's is not believed
	jq -c ".meta.startTimeAsClockMonotonicNanosecondsSinceBoot = $begin + 9e12" profile.json >boot.json
	add_to boot.json
	jq -e '.counters[0].samples.time[0] >= 0' merged.json
}

# refused PATTERN: profile.json is, and nothing is written.
refused() {
	rm -f merged.json
	run -1 --separate-stderr joulecart export --to firefox --merge profile.json -o merged.json "$db"
	has "$stderr" "^joulecart: cannot add to 'profile.json': $1"
	[ ! -e merged.json ]
}

@test "a profile that would take the memory is refused before it does" {
	python3 -c 'import gzip; gzip.open("profile.json", "wb").write(b"[[]" + b",[]" * 16000000 + b"]")'
	[ "$(stat -c %s profile.json)" -lt 100000 ]
	refused 'it holds more than 64 times its own size'
	python3 -c 'print("[" + "{}," * 9000000 + "{}]")' >profile.json
	refused 'it would take more than 2 GiB of memory'
	rm profile.json && mkfifo profile.json
	refused 'it is no file'
}

@test "what is no such profile is refused, and said why" {
	recorded 57
	cp profile.json good.json
	echo '{"meta":' >profile.json
	refused 'it is not JSON: '
	printf '\037\213\010\000garbage' >profile.json
	refused '.'
	head -c 100 good.json | gzip >whole.gz
	head -c -12 whole.gz >profile.json
	refused '.'
	echo '{}' >profile.json
	refused 'it is not a processed profile of the Firefox Profiler \('
	jq '.meta.preprocessedProfileVersion = 47' good.json >profile.json
	refused 'it has version 47, and 48 to 70 can be added to'
	jq '.meta.preprocessedProfileVersion = 4294967353' good.json >profile.json
	refused 'it has version 4294967353'
	jq '.meta.startTime += 1e7' good.json >profile.json
	refused 'no trial of the database ran while it was recorded'
	for change in '.threads = []' '.threads[1].markers = 5' 'del(.threads[0].markers.data)' \
		'.threads[0].markers.length = 9223372036854775807' '.threads[1].markers.name += [0]' \
		'.threads[1].pid = 7' 'del(.shared)' '.threads = {}' '.threads[0] = null' '.meta.startTime = "x"'; do
		jq "$change" good.json >profile.json
		refused 'it'
	done
	rm profile.json
	refused 'no such file'
}
