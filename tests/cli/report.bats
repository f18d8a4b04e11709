#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --queries 100 --zone GB --name first -o "$db" -- sleep 0.3
	joulecart run -q --name 'second, "quoted"' -o "$db" -- sh -c 'exit 4' || :
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "the JSON report is one valid object that names its schema" {
	run -0 --separate-stderr joulecart report --format json "$db"
	jq -e 'type == "object" and has("schema")' <<<"$output"
	has_not "$output" 'NaN|Infinity'
}

@test "the CSV report has the same number of fields in each line" {
	run -0 --separate-stderr joulecart report --format csv "$db"
	printf '%s\n' "$output" >table.csv
	is "$(sqlite3 :memory: '.import --csv table.csv t' 'SELECT count(*) > 0 FROM t' 2>&1)" 1
}

@test "the Markdown report has a table" {
	run -0 --separate-stderr joulecart report --format markdown "$db"
	has "$output" '\|( *:?-+:? *\|)+'
}

@test "the text report names each thing that ran, the provenance and joulecart's own cost" {
	run -0 --separate-stderr joulecart report "$db"
	has "$output" first
	has "$output" second
	has "$output" 'ESTIMATED|measured|modelled'
	has "$output" 'own|joulecart'
}

@test "the report needs nothing but the file, which it does not change" {
	cp "$db" copy.db
	chmod 444 copy.db
	before=$(sha256sum copy.db)
	first=$(joulecart report "$db")
	second=$(joulecart report copy.db)
	is "$(sha256sum copy.db)" "$before"
	is "${second//copy.db/$db}" "$first"
}

@test "a report into a closed pipe or a full device does not pass as done" {
	[ -c /dev/full ] || skip 'there is no /dev/full'
	run joulecart report "$db" >/dev/full
	run -1 sh -c "'$JOULECART' report '$db' >/dev/full"
}

@test "no colour codes go into a file, nor with NO_COLOR" {
	for variable in NO_COLOR=1 TERM=xterm-256color TERM=dumb; do
		run -0 env "$variable" "$JOULECART" report "$db"
		has "$output" first
		has_not "$output" $'\033'
	done
}

@test "what a run says as JSON names its database, and is null with a reason where unknown" {
	cd "$BATS_TEST_TMPDIR"
	run -0 --separate-stderr joulecart run --json -o "$db" -- true
	is "$(jq -r .database <<<"$output")" "$db"
	jq -e '.variants[0] | .queries == null and (.queries_reason | length) > 0' <<<"$output"
}

@test "JSON that does not fit on the disk is no lack of memory" {
	[ -c /dev/full ] || skip 'there is no /dev/full'
	cd "$BATS_TEST_TMPDIR"
	run --separate-stderr joulecart run --json=/dev/full -o "$db" -- true
	has "$stderr" 'no space left on device'
	has_not "$stderr" 'memory'
}

@test "the JSON report has the carbon accounts, each figure null with its reason or known" {
	run -0 --separate-stderr joulecart report --format json "$db"
	jq -e '.carbon_accounts | .sci[0].m_reason and (.sci[0].i_scope == "lifecycle")' <<<"$output"
	jq -e '.carbon_accounts.ghg_protocol[0] | .scope2_location_g > 0
	       and .scope2_market_g == null and .scope2_market_reason' <<<"$output"
	jq -e '.carbon_accounts.budget | map(.share // 0) | add > 0.99' <<<"$output"
	jq -e '.carbon_accounts.factors | all(.[]; .publisher and .licence and .score)' <<<"$output"
}

@test "what hardware events say together is in the text and, for programs, in JSON" {
	local db=events.db
	joulecart run -q -o "$db" --queries 100 -- ls /
	# counts of this machine, under the names of events that it may lack
	sqlite3 "$db" "UPDATE channel SET name = 'instructions' WHERE name LIKE 'page-faults%';
		UPDATE channel SET name = 'cycles' WHERE name LIKE 'minor-faults%'"
	run -0 joulecart report "$db"
	has "$output" 'events of ls \(command\): [0-9.]+ instructions a cycle; a query: [0-9.]+ instructions'
	run -0 joulecart report --format json "$db"
	is "$(jq '.variants[0].events | [.scope, .instructions_per_cycle > 0.5, .flop_per_joule == null]' -c <<<"$output")" \
		'["all",true,true]'
}

@test "where no hardware event was counted nothing is said of them" {
	local db=none.db
	joulecart run -q -o "$db" --events task-clock -- true
	run -0 joulecart report "$db"
	has_not "$output" 'events of'
	run -0 joulecart report --format json "$db"
	is "$(jq '.variants[0].events' <<<"$output")" null
}

@test "a table is no wider than a narrow terminal: what all rows share stands below" {
	command -v script >/dev/null || skip 'no script(1)'
	joulecart run -q -o narrow.db -- true
	wide=$(joulecart report narrow.db)
	narrow=$(script -qec "stty cols 60; $(printf %q "$JOULECART") report narrow.db" /dev/null | tr -d '\r')
	has "$wide" 'joules  '
	has "$narrow" 'joules are (ESTIMATED|measured|modelled)'
	[ "$(sed -n '/^command/,/^joules are/p' <<<"$narrow" | LC_ALL=C.UTF-8 wc -L)" -le 60 ]
}

@test "what is noted of one campaign is not said again of the next, unless something differs" {
	rm -f two.db
	joulecart run -q --zone GB -o two.db -- true
	joulecart run -q --zone GB -o two.db -- true
	run -0 joulecart report two.db
	is "$(grep -c 'carbon: GB' <<<"$output")" 1
	is "$(grep -c 'own cost:' <<<"$output")" 2
	is "$(grep -c 'all other notes are those of the campaign above' <<<"$output")" 1
	joulecart run -q --zone FR -o two.db -- true
	run -0 joulecart report two.db
	is "$(grep -c 'carbon: FR' <<<"$output")" 1
	is "$(grep -c 'all other notes' <<<"$output")" 1
}
