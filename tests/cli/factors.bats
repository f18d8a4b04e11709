#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --queries 100 --zone FR -o "$db" -- sleep 0.1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

@test "every bundled factor is shown with its publisher, edition, licence and file hash" {
	run -0 --separate-stderr joulecart factors show --json GB
	jq -e '.schema == "joulecart-factors-1" and (.rows | length) >= 3' <<<"$output"
	jq -e 'all(.rows[]; .publisher and .edition and .licence and .source and .boundary
	                    and (.sha256 | length) == 64 and .retrieved)' <<<"$output"
}

@test "what list names is what show takes" {
	local name
	name=$(joulecart factors list --kind cpu | grep -o '^cpu/EPYC 3rd Gen.*max_w_per_thread')
	run -0 joulecart factors show "$name"
	has "$output" 'parameter +max_w_per_thread'
	has_not "$output" min_w_per_thread
	run -0 joulecart factors show grid/gb/intensity
	has "$output" 'key +GB'
}

@test "every bundled factor has an address, and the day it was compared or that it was not" {
	run -0 --separate-stderr joulecart factors list --json
	jq -e '(.rows | length) > 400 and all(.rows[]; .compared | test("^(no|20[0-9]{2}-[0-9]{2}-[0-9]{2})$"))' <<<"$output"
	for key in GB US-CAMX server cpu-package internet grid-annual life unknown smartphone; do
		run -0 --separate-stderr joulecart factors show --json "$key"
		jq -e 'all(.rows[]; (.address or .publisher == "joulecart")
		           and ((.compared == null) != (.compared_reason == null))
		           and (.unit | contains("CO2e") | not) or (.gwp == null) != (.gwp_reason == null))' <<<"$output"
	done
	run -0 joulecart factors show GB
	has "$output" 'compared_reason +not compared with its primary source'
	has "$output" 'gwp_reason +the edition of the GWP is not stated'
	run -0 joulecart factors show US-CAMX
	has "$output" 'gwp +AR5'
	has "$output" 'gases +CO2, CH4, N2O'
	run -0 joulecart factors show internet
	has "$output" 'compared +2026-11-29'
	run -0 joulecart factors show grid-annual
	has "$output" 'compared_reason +an assumption'
}

@test "a factor without an address stops the build" {
	head -n 1 "$TESTS_SOURCE/schema/factors/water.tsv" >one.tsv
	grep -m 1 '^water' "$TESTS_SOURCE/schema/factors/water.tsv" | awk -F '\t' -v OFS='\t' '{ $20 = ""; print }' >>one.tsv
	run -1 awk -f "$TESTS_SOURCE/scripts/factors-to-header.awk" one.tsv
	has "$output" 'one.tsv:2: no address'
}

@test "where a factor that was set can be read, and when it was compared, are kept" {
	joulecart factors set "$db" grid/FR/intensity=50 --year 2025 --method average --scope direct --source RTE \
		--address https://www.rte-france.com/eco2mix --place 'annual table' --gwp AR6 --gases CO2 --compared 2026-11-20
	is "$(sql "SELECT address || ' ' || place || ' ' || gwp || ' ' || gases || ' ' || compared FROM v_factor
	           WHERE key = 'FR' AND parameter = 'intensity'")" \
		'https://www.rte-france.com/eco2mix annual table AR6 CO2 2026-11-20'
	run -2 joulecart factors set "$db" grid/FR/intensity=50 --year 2025 --method average --scope direct --source RTE --gwp AR9
	run -2 joulecart factors set "$db" grid/FR/intensity=50 --year 2025 --method average --scope direct --source RTE --compared soon
}

@test "the numbers that an interval is made of are among the factors of the report" {
	joulecart factors set "$db" embodied=server share=0.01 --source test
	run -0 joulecart report --format json "$db"
	for role in grid water embodied 'service life' uncertainty; do
		jq -e --arg role "$role" '[.carbon_accounts.factors[] | select(.role == $role)] | length > 0' <<<"$output"
	done
	is "$(jq -r '[.carbon_accounts.factors[] | select(.role == "uncertainty") | .key] | sort | join(" ")' <<<"$output")" \
		'grid-annual life'
	jq -e 'all(.carbon_accounts.factors[]; (.compared == null) != (.compared_reason == null))' <<<"$output"
	joulecart factors set "$db" life=5 embodied=1000 pue=1.2 --source test
	run -0 joulecart report --format json "$db"
	is "$(jq -r '[.carbon_accounts.factors[] | select(.role == "uncertainty") | .key] | sort | join(" ")' <<<"$output")" \
		'embodied grid-annual life pue'
	is "$(jq '[.carbon_accounts.factors[] | select(.role == "service life")] | length' <<<"$output")" 0
}

@test "the zones and the kinds are listed, for people and for programs" {
	run -0 --separate-stderr joulecart factors --zones
	has "$output" 'GB +215.79 lifecycle'
	has "$output" 'US-CAMX +195.03.* direct'
	run -0 --separate-stderr joulecart factors list --kind water --plain
	has "${lines[0]}" $'^kind\tkey\tparameter'
	run -2 --separate-stderr joulecart factors list --kind nuclear
	is "$stderr" "joulecart: no factor of kind 'nuclear' ('joulecart factors list' shows all)"
}

@test "an unknown zone leads to the nearest and to the list" {
	run -125 --separate-stderr joulecart run --zone UK -o "$db" -- true
	is "$stderr" "joulecart: unknown zone 'UK': zones are ISO 3166 codes (did you mean 'GB'? see joulecart factors --zones)"
}

@test "a file holds the factors that its campaigns use, and brings those of a zone that is stated later" {
	is "$(sql "SELECT group_concat(DISTINCT key) FROM factor WHERE kind = 'grid'")" FR
	is "$(sql 'SELECT g_per_kwh FROM v_carbon')" "$(joulecart factors show --plain FR |
		awk -F'\t' '$3 == "intensity" { print $4 }')"
	run -0 --separate-stderr joulecart factors show --json JP "$db"
	jq -e '.rows | length >= 1' <<<"$output"
	for zone in JP US-CAL; do
		joulecart factors set "$db" zone=$zone --source 'it moved'
		is "$(sql 'SELECT g_per_kwh IS NOT NULL AND offsite_reason IS NULL FROM v_account')" 1
	done
	joulecart factors set "$db" embodied=server --source 'data sheet'
	is "$(sql 'SELECT te_kg > 100 FROM v_account')" 1
	run -0 joulecart verify "$db"
}

@test "a factor that was set stands before the bundled one, which stays" {
	before=$(sql 'SELECT grams FROM v_carbon')
	joulecart factors set "$db" grid/FR/intensity=88.36 --year 2025 --method average \
		--scope lifecycle --source 'my own'
	within 0.001 "$(sql 'SELECT grams FROM v_carbon')" "$(awk "BEGIN { printf \"%.12g\", 2 * $before }")"
	is "$(sql "SELECT group_concat(origin) FROM factor WHERE key = 'FR' AND kind = 'grid'")" bundled,set
	is "$(sql "SELECT source FROM v_carbon")" 'my own'
}

@test "a factor without what makes it comparable is refused, and nothing is written" {
	run -2 --separate-stderr joulecart factors set "$db" psu=0.9 grid/FR/intensity=50 --source x
	has "$stderr" '--method'
	run -2 joulecart factors set "$db" psu=1.2 --source x
	run -2 joulecart factors set "$db" psu=0.9
	run -2 joulecart factors set "$db" embodied=toaster --source x
	run -2 joulecart factors set "$db" no_such_thing=1 --source x
	is "$(sql 'SELECT count(*) FROM setting')" 0
}

@test "SCI holds the embodied share of a machine put together from its parts" {
	joulecart factors set "$db" embodied='dimm:32x2+gpu-l4' life=4 share=1 --source 'parts list'
	within 0.00001 "$(sql "SELECT te_kg FROM v_account")" 237.1902
	within 0.00001 "$(sql 'SELECT run_m_g / (end_mono_ns - begin_mono_ns) * 3.6e12
	                       FROM v_sci JOIN trial USING (trial_id)')" \
		"$(awk 'BEGIN { printf "%.9f", 237.1902 * 1000 / 4 / 8760 }')"
}

@test "a file of hourly intensities is imported once, however often" {
	printf 'timestamp,carbon_intensity\n2024-05-01T00:00:00Z,100\n2024-05-01T01:00:00Z,200\n' >h.csv
	run -1 --separate-stderr joulecart factors import "$db" h.csv
	is "$stderr" "joulecart: cannot import 'h.csv': the file does not say its zone (give it with --zone)"
	for times in once again; do
		run -0 joulecart factors import --zone FR --method average --scope direct \
			--source "RTE, $times" "$db" h.csv
		is "$output" 'generic-csv: zone FR, average, direct, 2 values, one each 60 min'
	done
	is "$(sql 'SELECT count(*) FROM grid_series')" 1
	is "$(sql 'SELECT count(*) FROM grid_point')" 2
	is "$(sql 'SELECT sha256 FROM grid_series')" "$(sha256sum h.csv | cut -d ' ' -f 1)"
}

@test "of every factor in use the report says whether it was compared with its publisher's text" {
	joulecart run -q --queries 10 --zone FR -o used.db -- true
	local form
	for form in text markdown; do
		has "$(joulecart report -f "$form" used.db | tr -s ' \n' ' ')" \
			"not compared: (estimate, )?grid, water; joulecart's own assumptions: (estimate, )?uncertainty"
	done
	joulecart factors set used.db grid/FR/intensity=45 --year 2025 --method average --scope lifecycle --source RTE \
		--compared 2026-11-20
	for form in text markdown; do
		has "$(joulecart report -f "$form" used.db | tr -s ' \n' ' ')" \
			"factors compared with their publishers' text: (estimate .in part. on [-0-9]+, )?grid on 2026-11-20; not compared: water; joulecart's own"
	done
}

@test "diff lists each factor that changed, by how much, why, and which figures it enters" {
	cp "$db" new.db
	run -0 joulecart factors diff "$db" new.db
	is "$output" ''
	run -0 joulecart factors diff "$db"
	joulecart factors set new.db grid/FR/intensity=46.389 --year 2025 --method average --scope lifecycle --source RTE
	run -3 joulecart factors diff "$db" new.db
	has "$output" 'grid/FR/intensity: 44.18 gCO2e/kWh -> 46.389 gCO2e/kWh \(\+5 %\)'
	has "$output" 'set instead of bundled: RTE'
	has "$output" 'enters o_g, sci_g, amortised_g'
	has "$output" '1 difference '
	cp "$db" old.db
	sqlite3 old.db "UPDATE factor SET edition = 'Yearly Data 2022', year = 2021, value = 58.9 WHERE kind = 'grid' AND
		key = 'FR' AND parameter = 'intensity'"
	run -3 joulecart factors diff old.db
	has "$output" '58.9 gCO2e/kWh -> 44.18 gCO2e/kWh \(-25 %\)'
	has "$(tr -s ' \n' ' ' <<<"$output")" 'another edition of Ember: .*instead of Yearly Data 2022, data of 2021'
	sqlite3 old.db "UPDATE factor SET publisher = char(27) || '[2J<b>' WHERE key = 'FR'"
	run -3 joulecart factors diff old.db
	has_not "$output" $'\e\\[2J'
	run -2 joulecart factors diff
}

@test "reports mark factors that are stale, and those that a newer edition has superseded" {
	local form line
	sqlite3 "$db" "UPDATE factor SET edition = 'Yearly Data 2022', year = 2021 WHERE kind = 'grid' AND key = 'FR'
		AND parameter = 'intensity'"
	for form in text markdown; do
		line=$(joulecart report -f "$form" "$db" | tr -s ' \n' ' ')
		has "$line" 'older than three years: grid .2021.?., water .2020'
		has "$line" 'of another edition than this joulecart has: grid'
	done
	joulecart report -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" '2021: stale, [0-9]+ years old'
	joulecart factors set "$db" grid/FR/intensity=45 --year 2026 --method average --scope lifecycle --source RTE
	line=$(joulecart report "$db" | tr -s ' \n' ' ')
	has "$line" 'older than three years: water'
	has_not "$line" 'another edition'
}
