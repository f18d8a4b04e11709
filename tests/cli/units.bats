#!/usr/bin/env bats
# Units beside queries (tokens) are figures wherever joules per query are: of a stored benchmark of two
# variants, whose queries are given tokens here.
load ../helper

make_file() {
	cd "$BATS_FILE_TMPDIR" || return
	small_benchmark "$db" 8
	# a query of the teacher's is answered in 10 tokens, of all others in 5, by one image each
	sql "INSERT INTO phase_units (phase_id, unit, n)
	     SELECT phase_id, unit, p.queries * iif(unit = 'images', 1, iif(variant = 'teacher', 10, 5))
	     FROM phase p JOIN trial USING (trial_id) JOIN (SELECT 'tokens' AS unit UNION ALL SELECT 'images')
	     WHERE p.queries IS NOT NULL"
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_FILE_TMPDIR" || return
}

# of VARIANT UNIT: its mean by the view
of() {
	sql "SELECT avg(joules_per_unit) FROM v_unit WHERE variant = '$1' AND unit = '$2' AND usable AND job = 'infer'"
}

csv() {
	sqlite3 :memory: ".import --csv $1 t" "$2"
}

@test "joules per unit are joules per query over its units, in JSON and in Python, with their interval" {
	joulecart report --format json "$db" >report.json
	for variant in teacher int8; do
		row=".variants[] | select(.variant == \"$variant\" and .job == \"infer\")"
		for unit in tokens images; do
			one="$row | .units[] | select(.unit == \"$unit\") | .joules_per_unit"
			within 0.000001 "$(jq "$one | .value" report.json)" "$(of "$variant" "$unit")"
			is "$(jq "$one | .ci95[0] < .value and .value < .ci95[1]" report.json)" true
			is "$(jq "$one | .provenance" report.json)" "$(jq "$row | .joules_per_query.provenance" report.json)"
		done
		# one image a query: the same in every part
		within 0.000001 "$(jq "$row | .units[] | select(.unit == \"images\") | .joules_per_unit.ci95[0]" report.json)" \
			"$(jq "$row | .joules_per_query.ci95[0]" report.json)"
		within 0.000001 "$(jq "$row | .units[] | select(.unit == \"images\") | .joules_per_unit.ci95[1]" report.json)" \
			"$(jq "$row | .joules_per_query.ci95[1]" report.json)"
		is "$(jq "$row | (.units[] | select(.unit == \"images\") | .n) == .queries" report.json)" true
	done
	# shellcheck disable=SC2016 # expands there
	run -0 env JOULECART="$JOULECART" PYTHONPATH="$TESTS_SOURCE/bindings/python" PYTHONDONTWRITEBYTECODE=1 \
		python3 -c 'import joulecart
one = joulecart.open("trial.db")["int8"]
tokens, query = one.units["tokens"], one.joules_per_query
assert sorted(one.units) == ["images", "tokens"]
assert abs(tokens.value * 5 / query.value - 1) < 1e-6 and tokens.low < tokens.value < tokens.high
assert tokens.provenance == query.provenance'
}

@test "CSV has columns of each unit, the same in each line" {
	joulecart report --format csv "$db" >report.csv
	within 0.000001 "$(csv report.csv "SELECT joules_of_tokens FROM t WHERE variant = 'int8' AND job = 'infer'")" \
		"$(of int8 tokens)"
	is "$(csv report.csv "SELECT n_of_tokens / n_of_images, joules_of_tokens_provenance = joules_per_query_provenance
	                      FROM t WHERE variant = 'teacher' AND job = 'infer'")" '10|1'
	is "$(csv report.csv "SELECT DISTINCT joules_of_tokens, joules_of_tokens_reason FROM t WHERE job = 'train'")" \
		'|it served none'
}

@test "text, Markdown and the audit report have a table of them" {
	run -0 --separate-stderr joulecart report "$db"
	has "$output" 'units of +unit +served +joules are +each +95 %'
	has "$output" 'int8 +tokens +[0-9]+ +[A-Za-z]+ +[0-9.]+ [^ ]*J +[0-9.]+'
	run -0 --separate-stderr joulecart report --format markdown "$db"
	has "$output" '\| units of \| unit \| served'
	has "$output" '\| teacher \| tokens \| [0-9]+ \|'
	run -0 --separate-stderr joulecart report --format html "$db"
	has "$output" 'Joules per unit'
	has "$output" 'J / tokens'
}

@test "compare sets them side by side; the verdict stays that of queries" {
	run -0 --separate-stderr joulecart compare "$db" teacher int8
	has "$output" 'per unit +images of int8: [0-9.]+ [^ ]*J each, was'
	joulecart compare --format json "$db" teacher int8 >compare.json
	change='.differences[0] | (.units[] | select(.unit == "tokens"))'
	within 0.000001 "$(jq "$change | .joules.value" compare.json)" "$(of int8 tokens)"
	within 0.000001 "$(jq "$change | .baseline_joules.value" compare.json)" "$(of teacher tokens)"
	# half as many tokens a query, and one image
	within 0.000001 "$(jq "$change | .ratio" compare.json)" "$(jq '.differences[0].ratio * 2' compare.json)"
	is "$(jq '.differences[0] | .ci95 == (.units[] | select(.unit == "images") | .ci95)' compare.json)" true
	is "$(jq '.differences[0] | .pairs == .units[0].pairs' compare.json)" true
	python3 - "$TESTS_SOURCE/doc/compare.schema.json" compare.json <<-'END'
		import json, sys
		try: import jsonschema
		except ImportError: sys.exit()
		jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
	END
	joulecart compare --format csv "$db" teacher int8 >compare.csv
	within 0.000001 "$(csv compare.csv "SELECT joules_of_tokens_ratio FROM t WHERE variant = 'int8'")" \
		"$(jq "$change | .ratio" compare.json)"
	within 0.000001 "$(csv compare.csv "SELECT joules_of_tokens FROM t WHERE variant = 'teacher'")" "$(of teacher tokens)"
	run -0 joulecart compare --format markdown "$db" teacher int8
	has "$output" 'tokens of int8: .* each, was'
}

# mistaken FROM TO PLACE: v_unit with that mistake is found by the second path
mistaken() {
	cp "$db" mistaken.db
	definition=$(sqlite3 mistaken.db "SELECT replace(sql, '$1', '$2') FROM sqlite_schema WHERE name = 'v_unit'")
	[ "$definition" != "$(sqlite3 mistaken.db "SELECT sql FROM sqlite_schema WHERE name = 'v_unit'")" ]
	sqlite3 mistaken.db "DROP VIEW v_unit; $definition"
	run -3 --separate-stderr "$RECOMPUTE_VIEWS" mistaken.db
	has "$stderr" "does not verify: $3 per unit"
}

@test "verify computes them a second time" {
	run -0 --separate-stderr "$RECOMPUTE_VIEWS" "$db"
	mistaken 'j.joules / j.n' 'j.joules / (j.n + 1)' joules
	mistaken 'j.low_j / (j.n + j.uncounted)' 'j.low_j / (j.n + j.uncounted + 1)' 'low of joules'
	mistaken 'j.high_j / j.n' '2 * j.high_j / j.n' 'high of joules'
	mistaken "name = ''steady''" "name = ''never''" joules
}

@test "a unit without joules says why" {
	run -0 --separate-stderr joulecart run -o short.db -- sh -c "\"$JOULECART\" mark units tokens 5"
	has "$stderr" 'per unit +tokens: unknown: '
	run -0 --separate-stderr joulecart report short.db
	has "$output" 'no joules of tokens of sh: '
}

@test "a unit of anybody's is text wherever it is shown" {
	cp "$db" hostile.db
	sqlite3 hostile.db "UPDATE phase_units SET unit = '=1+1,\"<b>' || char(27) || '[31m|x' WHERE unit = 'tokens'"
	for format in text markdown csv html json; do
		run -0 --separate-stderr joulecart report --format "$format" hostile.db
		has_not "$output" $'\033'
		[ "$format" != html ] || has_not "$output" '<b>'
		run -0 --separate-stderr joulecart compare --format "${format/html/text}" hostile.db teacher int8
		has_not "$output" $'\033'
	done
	joulecart report --format csv hostile.db >hostile.csv
	is "$(csv hostile.csv 'SELECT count(*) > 0 FROM t' 2>&1)" 1
}
