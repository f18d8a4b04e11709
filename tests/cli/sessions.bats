#!/usr/bin/env bats
# Whole sessions of an agent are a unit like any other: of a stored benchmark of four variants, whose queries are
# made the calls of sessions here, five each.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	small_benchmark "$db"
	sql "INSERT INTO phase_units (phase_id, unit, n) SELECT phase_id, 'sessions', queries / 5
	     FROM phase WHERE queries % 5 = 0 AND queries > 0"
	joulecart factors set "$db" embodied=server share=0.5 zone=FR pue=1.2 training_queries=10M --source 'a test'
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

csv() {
	sqlite3 :memory: ".import --csv $1 t" "$2"
}

# figure VARIANT JOB FIGURE COLUMN: of the view
figure() {
	sql "SELECT $4 FROM v_figure WHERE variant = '$1' AND job = '$2' AND figure = '$3'
	     AND per = iif('$2' = 'infer', 'query', 'run')"
}

@test "a session's joules and grams are those of its queries; with the training spread over the horizon" {
	joulecart report --format json --sessions-per-day 1M "$db" >report.json
	for variant in teacher int8; do
		one=".variants[] | select(.variant == \"$variant\" and .job == \"infer\") | .units[0]"
		is "$(jq -r "$one | .unit" report.json)" sessions
		is "$(jq "$one | .queries_per_unit" report.json)" 5
		within 0.000001 "$(jq "$one | .joules_per_unit.value" report.json)" \
			"$(sql "SELECT avg(joules_per_query) * 5 FROM v_query WHERE variant = '$variant' AND job = 'infer' AND usable")"
		within 0.000001 "$(jq "$one | .gco2e_per_unit.value" report.json)" \
			"$(bc -l <<<"5 * $(figure $variant infer sci_g "printf('%.15f', value)")")"
		within 0.000001 "$(jq "$one | .gco2e_per_unit.ci95[1]" report.json)" \
			"$(bc -l <<<"5 * $(figure $variant infer sci_g "printf('%.15f', high)")")"
		is "$(jq "$one | .gco2e_has_embodied" report.json)" true
		# a training's grams over ten million queries, of which a session takes five
		training=$(sql "SELECT printf('%.20f', value / 1e7 * 5) FROM v_figure WHERE variant = '$variant'
		                AND job = 'train' AND per = 'run' AND figure = 'sci_g'")
		within 0.000001 "$(jq "$one | .training_gco2e_per_unit.value" report.json)" "$training"
		within 0.000001 "$(jq "$one | .gco2e_per_unit_with_training.value" report.json)" \
			"$(jq "$one | .gco2e_per_unit.value + $training" report.json)"
		within 0.000001 "$(jq "$one | .kgco2e_per_year.value" report.json)" \
			"$(jq "$one | .gco2e_per_unit_with_training.value * 365e6 / 1000" report.json)"
		within 0.000001 "$(jq "$one | .kwh_per_year.value" report.json)" \
			"$(bc -l <<<"5 * 365 * 10^6 * $(figure $variant infer e_kwh "printf('%.20f', value)")")"
	done
}

@test "why the training is in no session is said once for all variants" {
	cp "$db" bare.db
	sqlite3 bare.db "DELETE FROM setting WHERE name = 'training_queries'"
	said=$(joulecart report bare.db | tr -s ' \n' ' ')
	is "$(grep -o 'without their training' <<<"$said" | wc -l)" 1
	has "$said" 'sessions of teacher, int8 without their training: over how many queries was not stated'
}

@test "CSV, text, Markdown and the audit report have the same, with and without a year" {
	joulecart report --format csv --sessions-per-day 1M "$db" >report.csv
	for column in gco2e_of_sessions gco2e_with_training_of_sessions kgco2e_per_year_of_sessions; do
		key=$(sed 's/_of_sessions/_per_unit/; s/gco2e_with_training_per_unit/gco2e_per_unit_with_training/
		           s/kgco2e_per_year_per_unit/kgco2e_per_year/' <<<"$column")
		within 0.000001 "$(csv report.csv "SELECT $column FROM t WHERE variant = 'int8' AND job = 'infer'")" \
			"$(jq ".variants[] | select(.variant == \"int8\" and .job == \"infer\") | .units[0].$key.value" report.json)"
	done
	run -0 --separate-stderr joulecart report --sessions-per-day 1M "$db"
	has "$output" 'sessions of +queries each .*kgCO2e/year'
	has "$output" 'int8 +5 +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+'
	run -0 --separate-stderr joulecart report --format markdown "$db"
	has "$output" '\| sessions of \|'
	has_not "$output" 'kgCO2e/year'
	run -0 --separate-stderr joulecart report --format html --sessions-per-day 1M "$db"
	has "$output" 'id="sessions"'
	has "$output" 'Carbon of a year'
	run -0 --separate-stderr joulecart report --format html "$db"
	has "$output" 'Carbon of 1000 sessions'
	has_not "$output" 'Carbon of a year'
}

@test "SCI for AI has them as executions of the agent's workflow, unless another number was stated" {
	joulecart export --to sci-ai --variant int8 --rationale 'a shopper sees a session' "$db" -o sci.json
	scores='.consumer.scores[] | select(.functional_unit | startswith("execution"))'
	is "$(jq -r "$scores | .functional_unit" sci.json)" "execution of an agent's workflow (5 queries)"
	within 0.000001 "$(jq "$scores | .gCO2e.value" sci.json)" \
		"$(jq '.variants[] | select(.variant == "int8" and .job == "infer") | .units[0].gco2e_per_unit.value' report.json)"
	joulecart export --to sci-ai --variant int8 --rationale x --calls-per-execution 7 "$db" -o seven.json
	is "$(jq -r "$scores | .functional_unit" seven.json)" "execution of an agent's workflow (7 queries)"
}

@test "sessions of other phases than the queries have joules and no grams" {
	cp "$db" other.db
	sqlite3 other.db "DELETE FROM phase_units;
		INSERT INTO phase_units (phase_id, unit, n) SELECT phase_id, 'sessions', 10 FROM phase WHERE ordinal = 0"
	joulecart report --format json other.db >other.json
	one='.variants[] | select(.variant == "int8" and .job == "infer") | .units[0]'
	is "$(jq "$one | .joules_per_unit.value > 0" other.json)" true
	is "$(jq "$one | .gco2e_per_unit.value" other.json)" null
	has "$(jq -r "$one | .gco2e_per_unit.reason" other.json)" 'not of the same phases'
}

@test "what is said of sessions that are not asked for is refused" {
	run -2 --separate-stderr joulecart models infer rules --think 2
	has "$stderr" '^joulecart: --mix or --think without --sessions: both are of sessions \(add --sessions\)'
	run -2 --separate-stderr joulecart models infer rules --mix 3:1
	has "$stderr" 'add --sessions'
}
