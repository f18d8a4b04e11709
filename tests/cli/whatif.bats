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

@test "what was changed is said, and that the file is as it was" {
	run -0 --separate-stderr joulecart whatif --grid 88.36 --pue 1.1 --life 6y "$db"
	has "$output" 'g CO2e per .*queries +stored +what if +change'
	has "$output" 'grid 44.18 .*88.36 g/kWh +PUE 1.2 .*1.1 +service life 4 .*6 years'
	has "$output" '\+83 %'
	has "$output" 'changed nothing in it'
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
	has "$(tr -s ' \n' ' ' <<<"$output")" 'FR: 88.36 g/kWh at the hours of the run .*average, direct.*100 % of its energy covered'
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
	has "$output" 'cloud +95 % +Smartphone +95 %'
	has "$(tr -s ' \n' ' ' <<<"$output")" 'device: PUE 1, charger 0.855, battery 0.95; joules ASSUMED as many as stored'
	has "$output" 'network: 0.06 kWh/GB \(0.0013 to 0.06; 2015\), 2000 bytes a query'
	run -2 --separate-stderr joulecart whatif --device toaster "$db"
	is "$output" '' # nothing of what is refused
	is "$stderr" "joulecart: unknown device 'toaster': devices are laptop, smart-mirror, smart-speaker, smartphone, tablet (name one of them)"
}

@test "each figure beside a device has its interval, in 80 columns" {
	state() { joulecart factors set "$db" "$@" --source test; }
	state embodied=server share=0.01
	run -0 --separate-stderr joulecart whatif --device smart-speaker --bytes 2000 "$db"
	local pair='[0-9.]+ +[0-9.]+\.\.[0-9.]+'
	has "$output" "compute +$pair +$pair"
	has "$output" "network +$pair +[-–]"
	has "$output" "embodied +$pair +$pair"
	has "$output" "total +$pair +$pair"
	[ "$(wc -L <<<"$output")" -le 80 ] || fail "$output"
	# joules that are stated are exact, the grid is not
	run -0 --separate-stderr joulecart whatif --device smart-speaker --device-energy 0.5 "$db"
	has "$output" "compute +$pair +$pair"
	# a sum is as wide as the wider of its parts at least
	run -0 --separate-stderr joulecart whatif --json --device smart-speaker --bytes 2000 "$db"
	jq -e '.campaigns[0].device | .per == "query" and .joules_as_stored and (.cloud, .local | . as $all
	       | .total_g.ci95 as $sum | [.compute_g, .network_g, .embodied_g | select(.ci95)]
	       | all(.ci95[0] <= .value and .value <= .ci95[1]
	             and .ci95[1] - .value <= ($sum[1] - $all.total_g.value) * 1.000001))' <<<"$output"
}

@test "a run that states no queries stands beside the device as a whole, and has no year" {
	joulecart run -q --zone FR --pue 1.2 -o none.db -- sleep 0.1
	run -0 --separate-stderr joulecart whatif --device laptop --bytes 2000 --per-day 1000 none.db
	has "$output" 'g CO2e per run +cloud +95 % +Laptop +95 %'
	has "$output" 'network: .*2000 bytes a run'
	has "$output" 'no year: the runs do not say how many queries they served'
	has_not "$output" 'a year of'
	run -0 --separate-stderr joulecart whatif --json --device laptop --per-day 1000 none.db
	jq -e '.campaigns[0] | .device.per == "run" and .device.cloud.total_g.value > 0
	       and (.rows[0].cases[1].gco2e_per_year | .value == null and .reason != null)' <<<"$output"
	run -2 --separate-stderr joulecart whatif --json --device toaster none.db
}

@test "a column has the digits that the report gives it" {
	local i
	for i in 1 2 3 4; do
		joulecart run -q --queries 100 --zone FR --pue 1.2 --name "$([ $((i % 2)) = 1 ] && echo teacher || echo small)" \
			-o two.db -- sleep 0.6
	done
	# two variants of one campaign, the second of which needs a sixtieth
	sqlite3 two.db "UPDATE trial SET campaign_id = 1, ordinal = trial_id, block = (trial_id + 1) / 2, job = 'infer', workload = 'w';
	                DELETE FROM campaign WHERE campaign_id > 1;
	                UPDATE stretch SET advance = a, advance_low = a, advance_high = a FROM (SELECT channel_id AS id,
	                  iif(t.variant = 'small', 1000000000, 60000000000) / count(*) OVER (PARTITION BY channel_id) AS a
	                  FROM channel c JOIN trial t USING (trial_id) JOIN stretch s USING (channel_id)
	                  WHERE c.collector = 'estimate') WHERE channel_id = id;
	                -- whatever else the machine does: no share of it
	                UPDATE channel SET provenance = 'measured', uncertainty_k2 = 0.05 WHERE collector = 'estimate'"
	joulecart report two.db | awk '$2 == "measured" { print $1, $NF }' >report.txt
	joulecart whatif --zones DE two.db | awk '$1 ~ /teacher|small/ { print $1, $2 }' >whatif.txt
	is "$(wc -l <report.txt)" 2
	is "$(cat whatif.txt)" "$(cat report.txt)"
	has "$(cat whatif.txt)" '\.[0-9]'
}

@test "a small change is shown as one, and none as none" {
	run -0 --separate-stderr joulecart whatif --pue 1.203 "$db"
	has "$output" ' \+0\.25 %'
	run -0 --separate-stderr joulecart whatif --pue 1.2 "$db"
	has "$output" ' 0 %'
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
