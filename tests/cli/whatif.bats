#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q --queries 100 --zone FR --pue 1.2 --name serve -o "$db" -- sleep 0.6
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

# grams CASE: of the first row.
grams() {
	jq -r ".campaigns[0].rows[0].cases[] | select(.case == \"$1\") | .gco2e.value" <<<"$output"
}

# hours VALUE...: of FR, from the last full hour on.
hours() {
	local at
	at=$(($(date +%s) / 3600 * 3600 - 3600))
	echo 'timestamp,carbon_intensity'
	for value; do
		date -u -d "@$at" "+%Y-%m-%dT%H:%M:%SZ,$value"
		at=$((at + 3600))
	done
}

import_hours() {
	joulecart factors import --zone FR --method average --scope direct --source RTE "$db" "$1"
}

@test "another grid, PUE and zone change grams as they must, and store nothing" {
	before=$(sha256sum "$db")
	run -0 --separate-stderr joulecart whatif --json --pue 1.8 "$db"
	within 0.0001 "$(grams 'what if')" "$(awk "BEGIN { printf \"%.12g\", $(grams stored) * 1.5 }")"
	run -0 --separate-stderr joulecart whatif --json --zones FR,DE,US-CAL "$db"
	within 0.0001 "$(grams FR)" "$(grams stored)"
	within 0.0001 "$(grams DE)" "$(awk "BEGIN { printf \"%.12g\", $(grams FR) / 44.18 * 342.06 }")"
	within 0.0001 "$(grams US-CAMX)" "$(awk "BEGIN { printf \"%.12g\", $(grams FR) / 44.18 * 195.037 }")"
	within 0.0001 "$(grams stored)" "$(sql 'SELECT grams_per_query FROM v_carbon')"
	is "$(sha256sum "$db")" "$before"
}

@test "what was changed is said, and that nothing was stored" {
	run -0 --separate-stderr joulecart whatif --grid 88.36 --pue 1.1 --life 6y "$db"
	has "$output" 'g CO2e per .*queries +stored +what if +change'
	has "$output" 'grid 44.18 .*88.36 g/kWh +PUE 1.2 .*1.1 +service life 4 .*6 years'
	has "$output" '\+83 %'
	has "$output" 'nothing was stored'
}

@test "direct and lifecycle figures never stand side by side without a word" {
	run -0 --separate-stderr joulecart whatif --zones DE,US-CAL "$db"
	has "$output" 'DE: DE 342.06 g/kWh, lifecycle'
	has "$output" 'US-CAMX: US-CAMX 195.037 g/kWh, direct'
	has "$output" 'do not compare'
	run -0 --separate-stderr joulecart whatif --zones DE,FR "$db"
	has_not "$output" 'do not compare'
}

@test "a year is its queries times the query, with an interval" {
	run -0 --separate-stderr joulecart whatif --json --per-day 1000 "$db"
	jq -e '.campaigns[0].rows[0].cases[1] | .gco2e_per_year.value / .gco2e.value
	       | . > 364999 and . < 365001' <<<"$output"
	jq -e '.campaigns[0].rows[0].cases[1].gco2e_per_year.ci95 | .[0] < .[1]' <<<"$output"
	run -0 --separate-stderr joulecart whatif --per-day 1000000 "$db"
	has "$output" 'a year of 365 days at 365000000 queries'
}

@test "hours count at the run's own clock, with their coverage" {
	run -1 --separate-stderr joulecart whatif --hours "$db"
	has "$stderr" "no hourly intensities for zone 'FR'"
	hours 88.36 88.36 88.36 88.36 >even.csv
	import_hours even.csv
	run -0 --separate-stderr joulecart whatif --json --hours "$db"
	within 0.0001 "$(grams 'what if')" "$(awk "BEGIN { printf \"%.12g\", 2 * $(grams stored) }")"
	jq -e '.campaigns[0].rows[0].cases[1].coverage == 1' <<<"$output"
	run -0 --separate-stderr joulecart whatif --hours "$db"
	has "$output" 'FR: 88.36 g/kWh at the hours of the run .*average, direct.*100 % of its energy covered'
}

@test "hours that the file does not have are refused, allowed or not" {
	printf 'timestamp,carbon_intensity\n2020-05-01T00:00:00Z,100\n2020-05-01T01:00:00Z,200\n' >old.csv
	import_hours old.csv
	run -1 --separate-stderr joulecart whatif --hours "$db"
	has "$stderr" "cannot weigh the run by the hours of zone 'FR': the series has no value from .*, and 0 % of the energy"
	run -1 joulecart whatif --hours --allow-gaps "$db"
}

@test "a query on a device stands beside the cloud's, with the network's share" {
	run -0 --separate-stderr joulecart whatif --device smartphone --bytes 2000 "$db"
	has "$output" 'cloud +Smartphone'
	has "$output" 'device: PUE 1, charger 0.855, battery 0.95; joules ASSUMED as many as stored'
	has "$output" 'network: 0.06 kWh/GB \(0.0013 to 0.06; 2015\), 2000 bytes a query'
	run -2 --separate-stderr joulecart whatif --device toaster "$db"
	is "$stderr" "joulecart: unknown device 'toaster': devices are laptop, smart-mirror, smart-speaker, smartphone, tablet"
}

@test "columns stay in line whatever the names are, and one run is in small units" {
	joulecart run -q -o long.db --name 'a command with a very long name indeed' -- true
	run -0 joulecart whatif long.db --zones FR
	has "$output" '[mun]g CO2e per run +stored +FR +change'
	is "$(grep -oE '.*per run +stored' <<<"$output" | wc -L)" \
		"$(grep -oE '.*indeed +[0-9.]+' <<<"$output" | wc -L)"
}

@test "an impossible number or zone is a usage error" {
	run -2 --separate-stderr joulecart whatif --pue 0.9 "$db"
	is "$stderr" "joulecart: invalid --pue '0.9': PUE is from 1 to 10 (use 1 for a machine outside a data centre)"
	run -2 --separate-stderr joulecart whatif --zones FR,UK "$db"
	has "$stderr" "did you mean 'GB'"
	run -2 joulecart whatif --psu 92 "$db"
	run -2 joulecart whatif
}
