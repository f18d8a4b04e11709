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
	is "$(sql "SELECT group_concat(n, ' ') FROM (SELECT n FROM v_region WHERE phase_ordinal = 0 AND region IN ('f', 'g')
	           ORDER BY region)")" '30 60'
	# A passage counts where it ends, and the first ends 20 ms after the phase's mark: later than that the mark is
	# read only where the processor is taken.
	between 29 "$(figure_of n f)" 30
	between 59 "$(figure_of n g)" 60
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

# clocked P: for 3 s a machine draws 60 W in the first half of each P ms, while the program is in g if it runs, and 30 W
# in the second, while it is in f.
clocked() {
	rm -f "$db"
	run -0 on_described "$JOULECART" run -q --rate 1000 -o "$db" -- "$MARKING_PROGRAM" clocked "$1" 3 1 \
		<<<"zone intel-rapl:0 package-0 power=square:30:60:$(jq -n "$1 / 1000") max_power_w=205"
	cpu_f=${output% *} cpu_g=${output#* }
}

@test "two regions of known power are told apart, or the report says that they are not" {
	need_machines
	for period in 200 20 10; do
		clocked $period
		is "$(figure_of "low_j <= 30.0 * $cpu_f AND 30.0 * $cpu_f <= high_j" f)" 1
		is "$(figure_of "low_j <= 60.0 * $cpu_g AND 60.0 * $cpu_g <= high_j" g)" 1
		sum_to_the_phase
		run -0 "$JOULECART" verify "$db"
		# where they take turns slowly, the one of twice the power is seen to draw more, if the program ran half of the time
		[ $period != 200 ] || [ "$(jq -n "$cpu_f + $cpu_g > 1.5")" = false ] ||
			is "$(jq -n "$(figure_of 'split_j / cpu_s' g) > 1.25 * $(figure_of 'split_j / cpu_s' f)")" true
		run -0 "$JOULECART" report --layers "$db"
		# on a busy machine both may have run for less than what the sensors resolve
		[ "$(figure_of 'is_own OR is_separate' f)" = 1 ] ||
			has "$output" '(has the mean power of all that ran so|No figure for (g, )?f)'
	done
}

@test "a million regions a second keep the count and the sums" {
	need_machines
	run -0 on constant "$JOULECART" run -q --rate 1000 -o "$db" -- "$MARKING_PROGRAM" quick 20000000
	# of the whole run: a tick at the phase's edge may have seen some before it
	is "$(sql "SELECT group_concat(n, ' ') FROM v_region WHERE phase_ordinal = 0 AND ordinal > 0")" '20000000 20000000'
	# 40000000 regions in less than 40 s of CPU time; what is between them is outside
	is "$(jq -n "$output < 40")" true
	within 15 "$(sql "SELECT sum(cpu_s) FROM v_region WHERE phase_ordinal = 0 AND ordinal >= 0")" "$output"
	sum_to_the_phase
	run -0 "$JOULECART" verify "$db"
}

@test "verify finds a power that its sums do not give" {
	need_machines
	"$JOULECART" run -q -o "$db" -- "$MARKING_PROGRAM" regions 3 >/dev/null
	sqlite3 "$db" "INSERT INTO region_power SELECT channel_id, r.ordinal, 2, 2, 0.1, 0.1, 2.0 FROM channel c
			JOIN region r USING (trial_id) WHERE c.unit = 'J' AND c.counted;
		INSERT INTO region_product SELECT channel_id, ordinal, ordinal, 1.0 FROM region_power"
	sqlite3 "$db" "INSERT INTO region_product SELECT channel_id, 1, 2, 0.0 FROM region_power WHERE ordinal = 1"
	run -0 "$JOULECART" verify "$db"
	sqlite3 "$db" "UPDATE region_power SET fitted = 2.1, power = 2.1 WHERE ordinal = 2"
	run ! "$JOULECART" verify "$db"
	has "$output" 'the power of region 2 .* which is not what its sums have'
}

@test "the parts of an estimate sum to the run's joules, too" {
	run -0 "$JOULECART" run -q -o "$db" -- "$MARKING_PROGRAM" regions 15
	sum_to_the_phase
	run -0 "$JOULECART" verify "$db"
}

# The steps that it takes grow with the file, and have a bound (schema/database/guard.h).
@test "verify takes no more for a phase where there are a thousand" {
	"$JOULECART" run -q -o "$db" -- "$MARKING_PROGRAM" regions 5
	sqlite3 "$db" "WITH RECURSIVE k(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM k WHERE i < 1000)
		INSERT INTO phase (trial_id, ordinal, name, pid, begin_mono_ns, end_mono_ns, first_stretch, last_stretch,
			begin_lag_ns, end_lag_ns)
		SELECT trial_id, i, 'copy', pid, begin_mono_ns, end_mono_ns, first_stretch, last_stretch,
			begin_lag_ns, end_lag_ns FROM phase, k WHERE ordinal = 1"
	run -0 "$JOULECART" verify "$db"
	run -0 "$JOULECART" report --layers "$db"
}

@test "report --layers shows each region, and why one has no figure" {
	need_machines
	regions 5
	run -0 "$JOULECART" report --layers "$db"
	has "$output" 'is per query; '
	has "$output" '[(]outside[)]'
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

# bars FILE: "LAYER WIDTH" of each bar of a page.
bars() {
	python3 - "$1" <<-'END'
		import sys, xml.etree.ElementTree as xml
		for row in xml.parse(sys.argv[1]).iter("tr"):
		    bar = row.find("td/svg[@class='bar']/rect")
		    if bar is not None:
		        print(row.find("th").text, bar.get("width"))
	END
}

@test "the page draws a bar for each layer, as long as its joules, and none where nothing is marked" {
	need_machines
	regions 30
	"$JOULECART" report -o page.html "$db"
	xmllint --noout page.html
	sql "SELECT coalesce(region, iif(ordinal < 0, '(idle)', '(outside)')), split_j FROM v_layer
	     WHERE coalesce(joules_per_query, iif(queries IS NULL AND reason IS NULL, split_j, NULL)) IS NOT NULL" |
		tr '|' ' ' | sort >joules
	bars page.html | sort >bars
	is "$(cut -d ' ' -f 1 bars)" "$(cut -d ' ' -f 1 joules)"
	# all are to one scale, of 240 pixels at most, to a tenth
	run -0 join bars joules
	awk '{ width[NR] = $2; joules[NR] = $3; if ($3 > joules[most]) most = NR }
		END { for (i = 1; i <= NR; i++) { off = width[i] - joules[i] * width[most] / joules[most]
			if (off > 0.11 || off < -0.11 || width[i] > 240) exit 1 }
		exit NR < 2 }' <<<"$output"
	has "$(cat page.html)" 'id="layers"'
	run -0 on constant "$JOULECART" run -q -o none.db -- sleep 0.2
	"$JOULECART" report -o none.html none.db
	run ! grep -q 'id="layers"' none.html
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
