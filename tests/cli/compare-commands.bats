#!/usr/bin/env bats
# Commands that compare runs itself. The burner counts in the shell: its CPU time is its argument.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	printf 'i=0\nwhile [ $i -lt $1 ]; do i=$((i+1)); done\n' >burn
	joulecart compare --trials 5 -o "$db" --name base --name twice --queries 10 \
		-- 'sh burn 20000' -- sh burn 60000 >table 2>messages || [ $? = 4 ] || { cat messages >&2 && return 1; }
	joulecart compare --no-null --format json "$db" base twice >json || [ $? = 4 ]
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "a command that burns three times the CPU time needs more energy" {
	has "$(cat table)" 'twice needs [0-9.]+ % more energy (per query )?than base\.'
	has "$(cat table)" 'ESTIMATED|measured'
}

@test "each block holds each command once, and the baseline twice" {
	is "$(sql "SELECT DISTINCT variant || count(*) FROM trial WHERE job = 'command' AND NOT is_warmup
	           GROUP BY block, variant ORDER BY 1")" $'base2\ntwice1'
}

@test "the order within blocks is drawn, and the same for the same seed" {
	is "$(sql "SELECT count(DISTINCT places) > 1 FROM (SELECT group_concat(variant) AS places FROM
	           (SELECT * FROM trial WHERE NOT is_warmup AND job = 'command' ORDER BY ordinal) GROUP BY block)")" 1
	for name in one other; do
		joulecart compare --trials 4 --no-null -o $name.db -- true -- 'exit 0' >/dev/null 2>&1 || :
	done
	order='SELECT group_concat(variant) FROM (SELECT variant FROM trial ORDER BY ordinal)'
	is "$(sqlite3 one.db "$order")" "$(sqlite3 other.db "$order")"
}

@test "read from the file, the baseline is the command that was given first" {
	for seed in 2 3 4; do
		rm -f first.db
		joulecart compare -r 2 -w 0 --no-null --seed $seed -o first.db -- 'sleep 0.03; :' -- 'sleep 0.01; :' \
			-- 'sleep 0.02; :' >/dev/null 2>&1 || :
		joulecart compare -f json first.db >first.json || :
		is "$(jq -r '.variants[0].variant' first.json)" 'sleep 0.03; :'
	done
}

@test "warm-up trials are stored and kept out" {
	is "$(sql 'SELECT variant, count(*) FROM trial WHERE is_warmup GROUP BY 1')" $'base|1\ntwice|1'
	is "$(jq '.variants[1].trials' json)" 5
}

@test "the JSON is what its schema says" {
	python3 -c 'import jsonschema' 2>/dev/null || skip 'python3-jsonschema is not installed'
	python3 - "$TESTS_SOURCE/doc/compare.schema.json" json <<-'END'
		import json, sys, jsonschema
		schema, given = (json.load(open(name)) for name in sys.argv[1:])
		jsonschema.Draft202012Validator.check_schema(schema)
		jsonschema.Draft202012Validator(schema).validate(given)
	END
}

@test "the SQL of --explain gives the same ratio and interval" {
	joulecart compare --explain --no-null "$db" base twice >explained || [ $? = 4 ]
	sed -n '/^WITH/,/;$/p' explained >explained.sql
	sqlite3 "$db" <explained.sql >figures
	IFS='|' read -r pairs ratio low high <figures
	is "$pairs" "$(jq '.differences[0].pairs' json)"
	within 0.0001 "$ratio" "$(jq '.differences[0].ratio' json)"
	within 0.0001 "$low" "$(jq '.differences[0].ci95[0]' json)"
	within 0.0001 "$high" "$(jq '.differences[0].ci95[1]' json)"
}

@test "exports hold a line for each variant, and CSV the ratio of the JSON" {
	joulecart compare --export-json a.json --export-csv a.csv --export-markdown a.md "$db" base twice \
		>/dev/null || [ $? = 4 ]
	is "$(jq '.differences[0].ratio' a.json)" "$(jq '.differences[0].ratio' json)"
	is "$(sqlite3 :memory: '.import --csv a.csv t' 'SELECT count(*) FROM t')" 2
	within 0.0001 "$(sqlite3 :memory: '.import --csv a.csv t' "SELECT ratio FROM t WHERE variant = 'twice'")" \
		"$(jq '.differences[0].ratio' json)"
	has "$(cat a.md)" '^\| variant \|.*'
	has "$(cat a.md)" '\| twice \|'
}

@test "one command against itself is two, and --null wants but one" {
	run --separate-stderr joulecart compare --null --trials 3 -o null.db -- 'sh burn 20000'
	has "$output" 'sh burn 20000 \(2\)'
	[ "$status" = 0 ] || [ "$status" = 4 ]
}

@test "a parameter runs each command for each of its values" {
	joulecart compare --trials 1 --no-null -w 0 -o list.db -L n 10,20 -- 'sh burn {n}' >/dev/null 2>&1 || [ $? = 4 ]
	is "$(sqlite3 list.db 'SELECT DISTINCT variant FROM trial ORDER BY 1')" $'sh burn 10\nsh burn 20'
}

@test "--prepare and --cleanup stand around each trial" {
	joulecart compare --trials 2 --no-null -w 0 -o around.db --prepare 'echo p >>log' --cleanup 'echo c >>log' \
		-- 'echo r >>log' -- 'echo r >> log' >/dev/null 2>&1 || [ $? = 4 ]
	is "$(tr -d '\n' <log)" prcprcprcprc
}

@test "commands are measured as run would: by events, zone and PUE that were asked for" {
	joulecart compare --trials 2 --no-null --idle 0 --events task-clock --zone FR --pue 1.25 -o how.db \
		-- true -- 'exit 0' >/dev/null 2>&1 || :
	is "$(sqlite3 how.db 'SELECT zone, pue FROM campaign')" 'FR|1.25'
	is "$(sqlite3 how.db "SELECT DISTINCT name FROM channel WHERE collector = 'hwevents'")" task-clock
}

@test "a trial that fails is left out and counted, and the comparison goes on" {
	printf '#!/bin/sh\nn=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n; [ $((n%%3)) = 2 ] && exit 22; sleep 0.05\n' >flaky
	chmod +x flaky
	run --separate-stderr joulecart compare --trials 6 --no-null -w 0 -o flaky.db -- ./flaky -- 'sleep 0.05'
	[ "$status" = 0 ] || [ "$status" = 4 ]
	n=$(sqlite3 flaky.db "SELECT count(*) FROM trial WHERE exit_code = 22")
	[ "$n" -gt 0 ]
	has "$stderr" "$n trials? failed and (is|are) left out"
	is "$(sqlite3 flaky.db "SELECT max(block) FROM trial WHERE job = 'command'")" 6
}

@test "a command that fails each time ends the comparison, unless that is to be ignored" {
	run -1 --separate-stderr joulecart compare --trials 2 -o fail.db -- true -- 'exit 3'
	has "$stderr" "joulecart: cannot compare 'exit 3': it failed with exit status 3"
	run --separate-stderr joulecart compare --ignore-failure --trials 2 -o fail.db -- true -- 'exit 3'
	has "$stderr" 'stored: campaign'
}

@test "a command that is not there is said" {
	run --separate-stderr joulecart compare -o none.db -- true -- ./no-such-thing
	[ "$status" != 0 ]
	has "$stderr" "joulecart: cannot run './no-such-thing'"
}

@test "it stops when the intervals are as tight as asked, after 8 blocks at least" {
	joulecart compare --precision 99% --no-null -w 0 -o tight.db -- 'sh burn 5000' -- 'sh burn 9000' \
		>/dev/null 2>stopped || [ $? = 4 ]
	blocks=$(sqlite3 tight.db 'SELECT max(block) FROM trial')
	between 8 "$blocks" 30
	has_not "$(cat stopped)" 'was reached before'
}

@test "a limit of time ends it, and says that the precision was not reached" {
	joulecart compare --precision 0.0001% --max-time 1 --no-null -w 0 -o time.db -- 'sh burn 5000' -- 'sh burn 9000' \
		>/dev/null 2>stopped || [ $? = 4 ]
	has "$(cat stopped)" 'joulecart: --max-time was reached before'
}

@test "--plan says how many pairs an effect takes" {
	run --separate-stderr joulecart compare --plan 5% "$db" base twice
	has "$output" 'To see 5 % between base and twice takes about [0-9]+ pairs?'
}

@test "one run that is long enough for joules per query does not leave out all others" {
	cat >once-slow <<-'END'
		i=0
		while [ $i -lt $1 ]; do i=$((i+1)); done
		echo >>$2
		[ $(wc -l <$2) != 3 ] || sleep 0.5
	END
	# short work: on a busy machine, too, the others stay below what is long enough
	joulecart compare --no-null --trials 4 -o slow.db --name base --name twice --queries 10 --format json \
		-- 'sh once-slow 200 a' -- 'sh once-slow 600 b' >slow.json 2>/dev/null || [ $? = 4 ]
	[ "$(sqlite3 slow.db 'SELECT 2 * count(joules_per_query) < count(*) FROM v_query')" = 1 ] ||
		skip 'this machine is so busy that most of the short runs were long enough'
	is "$(jq '.differences[0].pairs' slow.json)" 4
	is "$(jq '[.variants[].left_out] | add' slow.json)" 0
}

@test "long commands are called A and B, below a legend, and sentences stay short" {
	run -4 --separate-stderr joulecart compare -r 3 -w 0 --idle 0 --cool-down 0 -- \
		'sleep 0.01; : as long as a command line is' -- 'sleep 0.01; : as long as another one is'
	has "${lines[0]}" '^ A  sleep 0.01; : as long as a command line is$'
	has "${lines[1]}" '^ B  sleep 0.01; : as long as another one is$'
	has "$output" 'between B and A'
	[ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 80 ]
	joulecart compare --format json joulecart.db >all.json || [ $? = 4 ]
	is "$(jq -r '.variants[1].variant' all.json)" 'sleep 0.01; : as long as another one is'
}

@test "no difference is said to be detectable that the interval leaves open" {
	# so short that the meter's own steps make the interval
	run joulecart compare -r 5 -o "$db" -f json -- \
		sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done' -- \
		sh -c 'i=0; while [ $i -lt 30000 ]; do i=$((i + 1)); done'
	[ "$status" = 0 ] || [ "$status" = 4 ]
	output=$(joulecart compare -f json "$db") || [ $? = 4 ]
	is "$(jq '.differences[0] | .ci95[0] != null and (.detectable_ratio | log) >= ((.ci95[1] | log) - (.ci95[0] | log)) / 2 - 1e-9' <<<"$output")" true
}
