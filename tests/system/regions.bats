#!/usr/bin/env bats
# Which region of a program used the joules: through the library, the socket and the database.
load ../helper

MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# regions N: run on a machine of 100 W, at 1 kHz. $cpu_f and $cpu_g: CPU seconds by the program's own clock.
regions() {
	rm -f "$db"
	run -0 on constant "$JOULECART" run -q --rate 1000 -o "$db" -- "$MARKING_PROGRAM" regions "$1"
	cpu_f=${output% *} cpu_g=${output#* }
}

figure_of() { # COLUMN REGION
	sql "SELECT $1 FROM v_region WHERE phase = 'steady' AND region = '$2'"
}

sum_to_the_phase() {
	is "$(sql "SELECT count(*) FROM (SELECT sum(r.split_j) AS j, v.joules FROM v_region r
	           JOIN v_phase v USING (trial_id, phase_ordinal) GROUP BY trial_id, phase_ordinal)
	           WHERE abs(j - joules) <= 1e-9 * joules")" 2
}

@test "a region has the machine's joules while it runs, and the parts sum to the whole" {
	need_machines
	regions 30
	is "$(figure_of n f) $(figure_of n g)" '30 60'
	within 10 "$(figure_of cpu_s f)" "$cpu_f"
	within 10 "$(figure_of cpu_s g)" "$cpu_g"
	# 100 W while it had the processor. How near the split comes is the sampler's punctuality, which a busy
	# machine takes away; the interval grows with it and holds the truth all the same.
	is "$(figure_of "low_j <= 100 * $cpu_f AND 100 * $cpu_f <= high_j" f)" 1
	is "$(figure_of "low_j <= 100 * $cpu_g AND 100 * $cpu_g <= high_j" g)" 1
	is "$(figure_of 'low_j <= split_j AND split_j <= high_j' f)" 1
	is "$(figure_of flop g) $(figure_of weight_bytes g)" '60000000.0 245760.0'
	sum_to_the_phase
	run -0 "$JOULECART" verify "$db"
}

@test "the parts of an estimate sum to the run's joules, too" {
	run -0 "$JOULECART" run -q -o "$db" -- "$MARKING_PROGRAM" regions 15
	sum_to_the_phase
	run -0 "$JOULECART" verify "$db"
}

@test "report --layers shows each region, and why one has no figure" {
	need_machines
	regions 5
	run -0 "$JOULECART" report --layers "$db"
	[[ $output == *'per query; '* && $output == *'(outside)'* ]]
	has "$output" 'Not sealed'
	run -0 --separate-stderr "$JOULECART" report --layers --format json "$db"
	has "$stderr" 'Not sealed'
	# and idle, if the run waited at all
	is "$(jq -r '.rows | map(.region // .ordinal) | map(select(. != -1) | tostring) | sort | join(" ")' \
		<<<"$output")" '0 f g'
	rows=$(sql 'SELECT count(*) FROM v_layer')
	# the same figures as CSV, for a spreadsheet, and as Markdown
	run -0 "$JOULECART" report --layers -o layers.csv "$db"
	is "$(sqlite3 :memory: '.import --csv layers.csv t' \
		"SELECT count(*), max(region), printf('%.9g', sum(split_j)) FROM t")" \
		"$(sql "SELECT $rows, 'g', printf('%.9g', sum(split_j)) FROM v_layer")"
	run -0 "$JOULECART" report --layers -o layers.md "$db"
	"$TESTS_SOURCE/tests/cli/hostile-output.py" markdown layers.md
	is "$(grep -c '^| [fg(]' layers.md)" "$rows"
	run -2 --separate-stderr "$JOULECART" report --layers -f html "$db"
	has "$stderr" 'shown as text, json, csv or markdown'
	run -2 --separate-stderr "$JOULECART" report --layers --front "$db"
	has "$stderr" 'cannot show both the front and the layers'
	sqlite3 "$db" "UPDATE region_time SET cpu_ns = 1000"
	run -0 "$JOULECART" report --layers "$db"
	[[ $output == *'No figure for f, g (of the first: it ran for '* ]]
}

@test "report --layers says that nothing is marked, and how it is" {
	"$JOULECART" run -q -o "$db" -- true
	run -1 --separate-stderr "$JOULECART" report --layers "$db"
	[[ $stderr == *'no trial in it has marked regions'*'joulecart_region_begin'* ]]
}

@test "verify finds a region that was given what the readings do not give" {
	need_machines
	regions 5
	sqlite3 "$db" "UPDATE region_energy SET advance = advance + 5000000000,
	               advance_high = advance_high + 5000000000"
	run ! "$JOULECART" verify "$db"
	[[ $output == *"the regions' parts of rollup"* ]]
}

@test "merge takes regions along" {
	need_machines
	regions 3
	"$JOULECART" run -q -o other.db -- true
	"$JOULECART" merge -o both.db other.db "$db"
	is "$(sqlite3 both.db 'SELECT group_concat(region) FROM v_layer WHERE region IS NOT NULL')" 'f,g'
}
