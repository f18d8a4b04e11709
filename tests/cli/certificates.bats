#!/usr/bin/env bats
# Certificates by the hour against what was used in it, and how large what is left out may be.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --queries 100 --zone FR --pue 1.5 -o "$db" -- sleep 0.1
	# as if it had run from 11:59:59.95 to 12:00:00.05 UTC
	sql "UPDATE trial SET begin_utc_ns = 1767268799950000000; UPDATE campaign SET begin_utc_ns = 1767268799000000000,
	     end_utc_ns = 1767268801000000000"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

certificates() {
	printf 'hour,kwh,g_per_kwh,technology,certificate_id\n' >c.csv
	printf '%s\n' "$@" >>c.csv
	joulecart factors import --zone FR --source 'a registry' "$db" c.csv
}

row() {
	joulecart report --format json "$db" | jq -r ".hourly_matching.rows[0] | $1"
}

@test "what certificates of the hour do not have stands apart, at the grid's factor or the residual mix" {
	run -0 certificates 2026-01-01T11:00:00Z,1000,10,wind,GO-1
	has "$output" '^certificates: zone FR, 1 row, 1000 kWh'
	is "$(row '.kwh > 0 and .matched_kwh > 0 and .unmatched_kwh > 0')" true
	is "$(row '(.matched_kwh + .unmatched_kwh - .kwh) / .kwh | fabs < 1e-7')" true
	is "$(row '(.matched_g / .matched_kwh - 10 | fabs) < 1e-7 and (.unmatched_g / .unmatched_kwh - 44.18 | fabs) < 1e-6')" true
	has "$(row .unmatched_basis)" "lifecycle factor: no residual mix is known for zone FR"
	# the same kWh as everywhere else
	is "$(joulecart report --format json "$db" | jq '.hourly_matching.rows[0].kwh / .carbon_accounts.ghg_protocol[0].kwh - 1 | fabs < 1e-6')" true
	run -0 joulecart report "$db"
	has "$output" 'not matched: .* 44.18 g/kWh'
	joulecart factors set --year 2025 --method residual --scope direct --source AIB --edition 2025 "$db" grid/FR/intensity_residual=60
	is "$(row '.unmatched_is_residual_mix and (.unmatched_g / .unmatched_kwh - 60 | fabs) < 1e-6')" true
	is "$(sql "SELECT value, publisher FROM v_factor_used WHERE role = 'grid residual'")" '60.0|AIB'
	run -0 joulecart report --format html "$db"
	has "$output" 'What is not matched has 60 g/kWh: residual mix, AIB, 2025'
}

@test "in no hour is more matched than was used or certified" {
	run -0 certificates 2026-01-01T11:00:00Z,3,10,wind,GO-1 2026-01-01T12:00:00Z,1,40,sun,GO-1 2026-01-01T11:00:00Z,1,50,sun,GO-2 \
		2026-01-01T13:00:00Z,1,0,sun,GO-1
	is "$(row '(.matched_kwh / .kwh - 1 | fabs < 1e-7) and .unmatched_kwh < 1e-12 * .kwh + 1e-30')" true
	run -0 joulecart report --format json "$db"
	# each has the same part of its hour; that of 13:00 has none
	jq -e '.hourly_matching.certificates | length == 3' <<<"$output"
	jq -e '[.hourly_matching.certificates[] | select(.hour == "2026-01-01T11:00Z") | .matched_kwh / .kwh]
	       | length == 2 and (.[0] / .[1] - 1 | fabs) < 1e-7' <<<"$output"
	jq -e '([.hourly_matching.certificates[].matched_kwh] | add) / .hourly_matching.rows[0].kwh - 1 | fabs < 1e-7' <<<"$output"
}

@test "certificates of another zone match nothing, and it is said" {
	printf 'hour,kwh,g_per_kwh,technology,certificate_id,zone\n2026-01-01T11:00:00Z,9,0,wind,G,DE\n' >c.csv
	joulecart factors import --source r "$db" c.csv
	is "$(row '.matched_kwh == 0 and .unmatched_kwh == .kwh and (.zone_has_certificates | not)')" true
	run -0 joulecart report "$db"
	has "$output" 'none of which is of[[:space:]]+zone FR'
}

@test "an hour of a certificate cannot be brought by two files; a file again replaces itself" {
	certificates 2026-01-01T11:00:00Z,3,10,wind,GO-1
	certificates 2026-01-01T11:00:00Z,3,10,wind,GO-1
	is "$(sql 'SELECT count(*) FROM certificate')" 1
	printf '2026-01-01T12:00:00Z,3,10,wind,GO-1\n' >>c.csv
	run -2 --separate-stderr joulecart factors import --zone FR --source r "$db" c.csv
	has "$stderr" "row 2: certificate 'GO-1' has 2026-01-01T11:00Z already from 'c.csv'"
	is "$(sql 'SELECT count(*) FROM certificate')" 1
	run -2 --separate-stderr joulecart factors import --zone FR "$db" c.csv
	has "$stderr" 'where the certificates are from is missing'
	run -1 --separate-stderr certificates 2026-01-01T11:20:00Z,3,10,wind,GO-3
	has "$stderr" "row 2: '2026-01-01T11:20:00Z' is no whole hour of UTC"
}

@test "what is left out has a size where something bounds it" {
	run -0 joulecart report --format json "$db"
	jq -e '.exclusions | length > 3 and all(.[]; (.basis | length > 5) and (.low == null) == (.high == null))' <<<"$output"
	jq -e '[.exclusions[] | select(.component == "network and end-user devices") | .high] == [null]' <<<"$output"
	jq -e '[.exclusions[] | select(.component | startswith("cooling"))] == []' <<<"$output" # --pue was given
	joulecart run -q -o bare.db -- sleep 0.1
	run -0 joulecart report --format json bare.db
	jq -e '[.exclusions[] | select(.component | startswith("cooling")) | .high * 100 | round] == [54]' <<<"$output"
	run -0 joulecart report bare.db
	has "$output" 'not counted: .*of unknown size: '
	run -0 joulecart report --format html bare.db
	has "$output" 'up to 54 % more joules: nothing outside of a data centre; PUE 1.54'
}
