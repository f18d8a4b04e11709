#!/usr/bin/env bats
# Who changed what was stated, when, and from what to what.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --queries 100 --zone FR -o "$db" -- sleep 0.1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

@test "each change of a setting and of a factor is noted once, with what stood there" {
	joulecart factors set --by Anna --source 'data sheet' "$db" psu=0.9
	joulecart factors set --by Bo --source meter --campaign 1 "$db" psu=0.92
	joulecart factors set --by Anna --source 'data sheet' "$db" psu=0.9
	joulecart factors set --by Bo --source meter "$db" psu=0.91
	joulecart factors set --by Bo --year 2025 --method average --scope direct --source RTE "$db" grid/FR/intensity=50
	is "$(sql "SELECT group_concat(who || '|' || kind || '|' || name || '|' || campaign_id || '|'
	           || coalesce(old, '-') || '|' || new, '
') FROM change_log WHERE kind = 'setting'")" \
		'Anna|setting|psu|0|-|0.9, says data sheet
Bo|setting|psu|1|-|0.92, says meter
Bo|setting|psu|0|0.9, says data sheet|0.91, says meter'
	has "$(sql "SELECT old || ' -> ' || new FROM change_log WHERE kind = 'factor'")" \
		'^44.18 gCO2e/kWh, Ember.* -> 50 gCO2e/kWh, RTE, not stated, of 2025, RTE$'
	run -0 joulecart report --changes "$db"
	has "$output" 'UTC  Bo  setting psu of campaign 1: nothing -> 0.92, says[[:space:]]+meter'
	run -0 joulecart report --format json "$db"
	is "$(jq -r '[.carbon_accounts.changes[] | .who] | join(" ")' <<<"$output")" 'Anna Bo Bo Bo'
	is "$(jq -r '.carbon_accounts.changes[2].old' <<<"$output")" '0.9, says data sheet'
	run -0 joulecart report --format html "$db"
	has "$output" '4 changes of what was stated'
	has "$output" '0.92, says meter'
}

@test "without --by the account is named, and what fails leaves no note" {
	run -2 joulecart factors set --source s "$db" psu=0.9 pue=0.5
	is "$(sql 'SELECT count(*) FROM change_log')" 0
	run -0 joulecart report --changes "$db"
	has "$output" 'No setting or factor of this file was changed'
	joulecart factors set --source s "$db" psu=0.9
	is "$(sql 'SELECT who FROM change_log')" "$(id -un)"
	is "$(sql "SELECT abs(made_utc_ns / 1e9 - unixepoch()) < 600 FROM change_log")" 1
	run -2 --separate-stderr joulecart report --changes --format csv "$db"
	has "$stderr" 'leave --changes out'
}

@test "a hostile name stays data in each report" {
	joulecart factors set --by $'<b>\e[31m' --source $'"&\t=1' "$db" psu=0.9
	run -0 joulecart report --changes "$db"
	has_not "$output" $'\e'
	run -0 joulecart report --format html "$db"
	has "$output" '&lt;b&gt;'
	has_not "$output" '<b>'
	run -0 joulecart report --format json "$db"
	is "$(jq -r '.carbon_accounts.changes[0].who' <<<"$output")" $'<b>\e[31m'
}

@test "an import is noted, and diff shows what only one of the logs has" {
	cp "$db" old.db
	printf 'timestamp,carbon_intensity\n2024-05-01T00:00:00Z,100\n2024-05-01T01:00:00Z,200\n' >h.csv
	for times in once again; do
		joulecart factors import --by Anna --zone FR --method average --scope direct --source "$times" "$db" h.csv
	done
	has "$(sql 'SELECT new FROM change_log')" '^FR, average, direct, 2 values, SHA-256 '
	run -3 joulecart diff old.db "$db"
	has "$output" 'UTC, Anna, series h.csv: only in the new file: nothing -> FR, average'
	run -0 joulecart diff "$db" "$db"
	has "$output" 'change log
  no difference'
}

@test "settings that are merged are noted, a seal covers the log" {
	joulecart factors set --by Anna --source meter --campaign 1 "$db" psu=0.92
	joulecart run -q -o other.db -- sleep 0.1
	joulecart merge -o other.db "$db"
	is "$(sqlite3 other.db "SELECT name || ' of ' || campaign_id || ': ' || new FROM change_log")" \
		"psu of 2: 0.92, says meter, merged from $db"
	run -0 joulecart verify other.db
	joulecart sign "$db"
	sql "UPDATE change_log SET who = 'Eve'"
	run ! joulecart verify "$db"
	has "$output" change_log
}
