#!/usr/bin/env bats
# How far each input moves the grams: the same as 'whatif' with that input, of a stored benchmark.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	small_benchmark "$db"
	joulecart factors set "$db" embodied=server share=0.3 zone=FR pue=1.2 training_queries=10M --source 'a test'
	joulecart whatif --sensitivity --json "$db" >tornado.json
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# ends INPUT: its two ends and the grams there
ends() {
	jq -r ".campaigns[0].sensitivity.inputs[] | select(.input == \"$1\") | [.low, .gco2e_at_low, .high, .gco2e_at_high] | @tsv" tornado.json
}

# agrees INPUT OPTION
agrees() {
	variant=$(jq -r '.campaigns[0].sensitivity.variant' tornado.json)
	read -r low at_low high at_high <<<"$(ends "$1")"
	for pair in "$low $at_low" "$high $at_high"; do
		read -r value grams <<<"$pair"
		within 0.000001 "$grams" "$(joulecart whatif "--$2" "$value" --json "$db" |
			jq ".campaigns[0].rows[] | select(.variant == \"$variant\" and .job == \"infer\") | .cases[1].gco2e.value")"
	done
}

@test "each row is what whatif says of that input at either end" {
	agrees 'grid intensity' grid
	agrees PUE pue
	agrees 'embodied carbon' embodied
	agrees 'service life' life
	agrees 'share of the device' share
}

@test "an estimate is allocated by CPU time, and how much more all of the machine would be stands beside" {
	read -r low at_low high at_high <<<"$(ends 'allocation of the machine')"
	within 0.000001 "$low" "$(sql "SELECT avg(cpu_share) FROM v_share JOIN v_query USING (trial_id) WHERE variant = 'teacher' AND
		job = 'infer' AND phase = 'steady' AND usable")"
	is "$high" 1
	within 0.000001 "$at_low" "$(jq '.campaigns[0].sensitivity.gco2e.value' tornado.json)"
	# the electricity of one query at all of the machine's joules, and what is embodied as it was
	within 0.000001 "$at_high" "$(sql "SELECT printf('%.20f', sum(value * iif(figure = 'o_g', 1 / $low, 1))) FROM v_figure WHERE
		variant = 'teacher' AND job = 'infer' AND per = 'query' AND figure IN ('o_g', 'm_g')")"
	# what counters saw is all of the machine
	cp "$db" counted.db
	sqlite3 counted.db "UPDATE channel SET provenance = 'measured' WHERE counted"
	is "$(joulecart whatif --sensitivity --json counted.db | jq '.campaigns[0].sensitivity.inputs[] |
		select(.input == "allocation of the machine") | .stored == 1 and .gco2e_at_low < .gco2e_at_high')" true
}

@test "ranges are those of the uncertainty budget, and a choice is called one" {
	read -r low _ high _ <<<"$(ends 'grid intensity')"
	within 0.000001 "$low" "$(sql 'SELECT g_per_kwh * grid_down FROM v_account JOIN v_doubt USING (campaign_id)')"
	within 0.000001 "$high" "$(sql 'SELECT g_per_kwh * grid_up FROM v_account JOIN v_doubt USING (campaign_id)')"
	is "$(jq -c '[.campaigns[0].sensitivity.inputs[] | select(.is_choice) | .input] | sort' tornado.json)" '["allocation of the machine","share of the device"]'
}

@test "what moves the grams most stands first, on the screen and in the audit report, with a picture" {
	is "$(jq '[.campaigns[0].sensitivity.inputs[] | .gco2e_at_high - .gco2e_at_low | fabs] | . == (sort | reverse)' tornado.json)" true
	run -0 --separate-stderr joulecart whatif --sensitivity "$db"
	has "$output" 'what moves the grams'
	has "$output" "$(jq -r '.campaigns[0].sensitivity.inputs[0].input' tornado.json)"
	run -0 --separate-stderr joulecart report --format html "$db"
	has "$output" 'id="sensitivity"'
	has "$output" 'id="tornado-wide'
}

@test "of sessions the training, its horizon and their length are in it" {
	cp "$db" visits.db
	sqlite3 visits.db "INSERT INTO phase_units (phase_id, unit, n) SELECT phase_id, 'sessions', queries / 5
	                   FROM phase WHERE queries % 5 = 0 AND queries > 0"
	joulecart whatif --sensitivity --json visits.db >visits.json
	one='.campaigns[0].sensitivity'
	is "$(jq -r "$one.per" visits.json)" session
	is "$(jq "[$one.inputs[].input] | contains([\"training horizon\", \"queries of a session\"])" visits.json)" true
	# the grams of seven queries are seven fifths of those of five
	within 0.000001 "$(jq "$one.inputs[] | select(.input == \"queries of a session\") | .gco2e_at_high" visits.json)" \
		"$(jq "$one.gco2e.value * 7 / 5" visits.json)"
	# half the horizon doubles the training's part
	joulecart report --format json visits.db >report.json
	variant=$(jq -r "$one.variant" visits.json)
	within 0.000001 "$(jq "$one.inputs[] | select(.input == \"training horizon\") | .gco2e_at_low" visits.json)" \
		"$(jq ".variants[] | select(.variant == \"$variant\" and .job == \"infer\") | .units[0]
		       | .gco2e_per_unit.value + 2 * .training_gco2e_per_unit.value" report.json)"
}
