#!/usr/bin/env bats
# The forms of `joulecart export`: each has its schema's form, and its figures are the report's.
load ../helper

check=$TESTS_SOURCE/tests/cli/forms-check.py
forms='cyclonedx spdx-ai boamps hf-card mlperf annex-xi sci-ai'
stated=(--organisation Lab --model-name shop --energy-supplier 'Grid Ltd' --model-version 1.0
	--release-date 2026-01-02 --download-location https://example.org/m --task textClassification
	--dataset-type text --infrastructure onPremise --country France --scenario offline
	--rationale 'as sold' --calls-per-execution 5 --parameter-basis effective)

make_file() {
	python3 -c 'import jsonschema, yaml' 2>/dev/null || skip 'no python3-jsonschema or python3-yaml'
	cd "$BATS_FILE_TMPDIR" || return
	stored_benchmark "$db"
	"$JOULECART" factors set --source test "$db" embodied=server share=0.01
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

form() { # FORMAT [OPTION]...
	rm -f out
	joulecart export --to "$1" -o out "${@:2}" "$db" 2>/dev/null
}

@test "each form is valid, and its figures are those of the views" {
	for variant in pruned-channel int8; do
		for format in $forms; do
			form "$format" "${stated[@]}" --variant "$variant"
			"$check" "$format" out "$db" "$variant" >compared
			[ -s compared ]
		done
	done
	form boamps "${stated[@]}" --variant int8 --activity training
	is "$(jq -r .task.taskStage out)" training
	"$check" boamps out "$db" int8
}

@test "CycloneDX's own schema takes the model card" {
	schema=${VIEWERS-}/cyclonedx-library/res/schema/bom-1.7.SNAPSHOT.schema.json
	[ -s "$schema" ] || skip 'no cyclonedx-library (scripts/fetch-viewers FOLDER, VIEWERS=FOLDER)'
	form cyclonedx "${stated[@]}" --variant int8
	"$check" cyclonedx out "$db" int8 --schema "$schema"
	sed -i 's/"kWh"/"J"/' out
	run ! "$check" cyclonedx out "$db" int8 --schema "$schema"
}

@test "each form says that the joules are estimated" {
	for format in $forms; do
		form "$format" "${stated[@]}" --variant int8
		has "$(cat out)" 'ESTIMATED'
		has_not "$(cat out)" 'read by'
	done
}

@test "what a sensor measured is said to be measured, and a draft's word for it is used" {
	sql "UPDATE channel SET provenance = 'measured', collector = 'powercap' WHERE counted"
	form mlperf "${stated[@]}" --variant int8
	is "$(jq -r .measurement_method out)" rapl
	form annex-xi "${stated[@]}" --variant int8
	is "$(jq -r .training_energy.way out)" measured
	has_not "$(cat out)" ESTIMATED
	has "$(jq -r .training_energy.methodology out)" 'measured, read by powercap\.'
	# two ways together: the draft has one word
	sql "UPDATE channel SET domain = 'gpu', collector = 'nvml' WHERE counted AND trial_id % 2"
	form annex-xi "${stated[@]}" --variant int8
	has "$(jq -r .training_energy.methodology out)" 'read by powercap and nvml\.'
	form mlperf "${stated[@]}" --variant int8
	is "$(jq -r .measurement_method out)" null
}

@test "a place without its country is not left out without a word" {
	form boamps "${stated[@]}" --variant int8 --location Paris
	is "$(jq -r .environment.location out)" Paris
	run -2 joulecart export --to boamps "${stated[@]:0:18}" --variant int8 --location Paris "$db"
	has "$output" 'give --country'
}

@test "what nobody can know is asked for by its option, and never invented" {
	while read -r format options; do
		run -2 form "$format" --variant int8
		run -2 joulecart export --to "$format" --variant int8 "$db"
		for option in $options; do
			has "$output" "$option"
		done
		has "$output" 'report\.ini'
	done <<-'EOF'
	cyclonedx --model-name --energy-supplier
	spdx-ai --organisation --model-name --model-version --release-date --download-location
	boamps --task --model-name --dataset-type --infrastructure
	mlperf --scenario
	annex-xi --organisation --model-name
	sci-ai --rationale
	EOF
	run -2 joulecart export --to hf-card "$db"
	run -2 joulecart export --to boamps --variant int8 "$db"
	has "$output" 'give --task, --model-name, --dataset-type, --infrastructure, or state'
	run -2 joulecart export --to hf-card "$db"
	has "$output" 'teacher, pruned-channel, int8, student \(name one with --variant\)'
}

@test "what has no figure is refused with the reason, and no number is written" {
	sql "DELETE FROM setting"
	run -1 joulecart export --to sci-ai "${stated[@]}" --variant int8 -o out "$db"
	has "$output" 'embodied carbon was not stated'
	[ ! -e out ]
	sql "UPDATE trial SET is_warmup = 1 WHERE job = 'train'"
	for format in hf-card annex-xi; do
		run -1 joulecart export --to "$format" "${stated[@]}" --variant int8 "$db"
		has "$output" "no training of 'int8' was measured"
	done
}

@test "report.ini beside the database states the same, and an option wins over it" {
	printf '; who reports\n[report]\nmodel-name = shop\nenergy-supplier = Grid\n' >report.ini
	form cyclonedx --variant int8
	is "$(jq -r '.components[0].name' out)" shop
	form cyclonedx --variant int8 --model-name other
	is "$(jq -r '.components[0].name' out)" other
	printf 'model = shop\n' >report.ini
	run -2 joulecart export --to cyclonedx --variant int8 "$db"
	has "$output" "line 1: there is no 'model' to state"
	printf 'base-year = soon\n' >report.ini
	run -2 joulecart export --to cyclonedx --variant int8 "$db"
	has "$output" 'expected a year'
	chmod a+w report.ini
	run -1 joulecart export --to cyclonedx --variant int8 "$db"
	has "$output" 'report\.ini.*others may write it'
}

@test "a command's activity is what the user says" {
	rm "$db"
	joulecart run -q -o "$db" -- true
	run -2 joulecart export --to hf-card "$db"
	has "$output" '--activity'
	# so short a run may have no joules at all: then that is said
	run joulecart export --to hf-card --activity training "$db"
	has "$output" 'co2_eq_emissions|is not known'
	run joulecart export --to mlperf --scenario server --activity inference "$db"
	has "$output" 'is not known: '
}

@test "hostile labels stay data in every form" {
	# shellcheck disable=SC2016
	hostile=$'"},\e[2J:\n- {x: <b>$(id)`#\xff\u202e'
	python3 - "$db" "$hostile" <<-'EOF'
	import os, sqlite3, sys
	db, text = sqlite3.connect(sys.argv[1]), os.fsencode(sys.argv[2])
	for table, column in [("trial", "variant"), ("host", "cpu_model"), ("host", "os"), ("metric", "name")]:
	    db.execute(f"UPDATE OR IGNORE {table} SET {column} = CAST(? AS TEXT)" +
	               (" WHERE variant = 'int8'" if table == "trial" else
	                " WHERE name = 'top5'" if table == "metric" else ""), (text,))
	db.commit()
	EOF
	printf 'organisation = %s\nmodel-name = %s\n' "${hostile//$'\n'/ }" "${hostile//$'\n'/ }" >report.ini
	for format in $forms; do
		form "$format" "${stated[@]:4}" --variant "$hostile"
		run ! grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae|\xff' out
		python3 - "$TESTS_SOURCE/tests/cli" "$format" <<-'EOF'
		import json, sys
		import jsonschema, yaml
		text = open("out", "rb").read().decode()
		given = yaml.safe_load(text.split("---\n")[1]) if sys.argv[2] == "hf-card" else json.loads(text)
		jsonschema.validate(given, json.load(open(sys.argv[1] + "/forms-schemas.json"))[sys.argv[2]])
		EOF
	done
}

@test "thousands of variants are named as far as there is room, in little memory" {
	python3 - "$db" "$JOULECART" <<-'EOF'
	import resource, sqlite3, subprocess, sys
	db = sqlite3.connect(sys.argv[1])
	names = [row[1] for row in db.execute("PRAGMA table_info(trial)")]
	trial = dict(zip(names, db.execute("SELECT * FROM trial WHERE job = 'infer' AND NOT is_warmup").fetchone()))
	for i in range(10000, 13000):
	    row = trial | {"trial_id": i, "ordinal": i, "block": i, "variant": "v" * 250 + str(i)}
	    db.execute(f"INSERT INTO trial VALUES ({','.join('?' * len(names))})", [row[name] for name in names])
	db.commit()
	done = subprocess.run([sys.argv[2], "export", "--to", "hf-card", sys.argv[1]], capture_output=True, text=True)
	assert done.returncode == 2 and "the campaign has teacher, " in done.stderr, done.stderr
	assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 800000 # KB: all names together would take 1.1 GB
	EOF
}

@test "a campaign that is not there is missed in the database that was named" {
	run -2 joulecart export --to hf-card --campaign 99 "$db"
	has "$output" "'$db': it has no campaign 99"
}

@test "options of one kind of format are refused with the other" {
	run -2 joulecart export --to csv --variant int8 "$db"
	has "$output" 'are for forms'
	run -2 joulecart export --to hf-card --regions "$db"
	has "$output" 'whole campaign'
}
