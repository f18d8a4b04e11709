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
