#!/usr/bin/env bats
# A meter at the wall whose truth is known, 12 W + 1.25 times the packages (wall-meter.py): asked during the run, and
# imported from its log.
load ../helper

is_in_time() {
	[ "$(sql "SELECT count(*) FROM gap WHERE kind = 'lost-ticks' AND collector = 'powercap'")" = 0 ]
}

# Are there intervals enough to compare the two? A busy machine asks the meter more rarely.
is_compared() {
	"$JOULECART" meter --json "$db" | jq -e '.meters[0].intervals' >compared
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$fakes/mount-machine.sh" server -- true 2>/dev/null || return 0
	cat >wall.machine <<-END
		zone intel-rapl:0 package-0 power=square:20:80:1.7
		zone intel-rapl:1 package-1 power=sine:40:30:2.9
	END
	/usr/bin/env python3 "$BATS_TEST_DIRNAME/wall-meter.py" serve wall.machine . 14 3>&- &
	echo $! >meter.pid
	"$AWAIT" 20 test -s port
	# A machine that is much too busy gives a package a thread of its own, which reads it once a second.
	for seconds in 5 10 20; do
		rm -f "$db"
		on_described "$JOULECART" run -q -o "$db" --meter "tcp:127.0.0.1:$(<port)" -- sleep $seconds <wall.machine
		is_in_time && is_compared && break
	done
	/usr/bin/env python3 "$BATS_TEST_DIRNAME/wall-meter.py" log wall.machine "$db" -7.25 0.1 >log.csv
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/meter.pid" ] || kill "$(<"$BATS_FILE_TMPDIR/meter.pid")" || true
}

setup() {
	need_machines
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR"/{$db,log.csv} .
	is_in_time || skip 'this machine was too busy to read its counters in time'
}

certificate=(--model 'WT310E C3VB01' --certificate 'K-2026-118' --certified 2026-03-01 --laboratory 'A lab' --uncertainty 1%)

# meter JQ: of the first of --name's.
meter() {
	joulecart meter --json "$db" | jq -r ".meters[] | select(.name == \"$1\") | $2"
}

# The true share, by the counters' own joules.
true_share='(.counters_j / (12 * .seconds + 1.25 * .counters_j))'

@test "a meter that is read during the run stands beside the counters, and is not counted" {
	is "$(sql "SELECT name, domain, kind, unit, provenance, counted FROM channel WHERE collector = 'meter'")" \
		'wall|machine|gauge|W|measured|0'
	has "$(sql "SELECT uncertainty_basis FROM channel WHERE collector = 'meter'")" 'YOKOGAWA,WT310E,C3VB01,F1.04: no calib'
	is "$(meter wall "(.counters_of_wall.ci95[0] <= $true_share) and ($true_share <= .counters_of_wall.ci95[1])")" true
	is "$(meter wall '.counters_of_wall.value > 0.6 and .counters_of_wall.value < 0.8')" true
	joulecart verify "$db"
}

@test "a meter that hangs up leaves a gap with bounds, never a zero, and is read again" {
	has "$(sql "SELECT group_concat(kind || ': ' || why) FROM gap WHERE collector = 'meter'")" 'read-error'
	is "$(sql "SELECT sum(n_failed) > 0, sum(n) > 8, min(min_raw) > 40e6 FROM stretch JOIN channel USING (channel_id)
		WHERE collector = 'meter'")" '1|1|1'
	is "$(sql "SELECT joules_low < joules - 12, joules < joules_high - 12 FROM v_energy WHERE collector = 'meter' AND phase_ordinal = 0")" '1|1'
}

@test "a log is imported by the offset of its clock, and share, line and intervals are true" {
	run -0 joulecart meter --import log.csv --name logger --near -5 --within 5 "${certificate[@]}" "$db"
	has "$output" 'imported: [0-9]+ of [0-9]+ readings into 1 trial, 0 of them gaps'
	has "$output" 'WT310E C3VB01; certificate K-2026-118 of 2026-03-01, A lab: 1 % \(k = 2\)'
	has "$output" 'the counters saw [0-9.]+ % \([0-9.]+ to [0-9.]+\) of the wall'
	is "$(meter logger '(.offset_s + 7.25 | fabs) < 0.1 and .offset_s_ci95[0] < .offset_s_ci95[1]')" true
	is "$(meter logger "(.counters_of_wall.ci95[0] <= $true_share) and ($true_share <= .counters_of_wall.ci95[1])")" true
	is "$(meter logger ".counters_of_wall.value / $true_share - 1 | fabs < 0.005")" true
	# Of twenty 95 % intervals one misses: the truth is asked for within twice the half width.
	is "$(meter logger '.gain | (.value - 1.25 | fabs) <= .ci95[1] - .ci95[0] and (.value - 1.25 | fabs) < 0.05')" true
	is "$(meter logger '.base_w | (.value - 12 | fabs) <= .ci95[1] - .ci95[0]')" true
	is "$(sql "SELECT counted FROM channel WHERE name = 'logger'")" 0
	has "$(sql "SELECT new FROM change_log WHERE name = 'meter/logger'")" 'K-2026-118 of 2026-03-01, A lab, k2 0.01, file log.csv'
	joulecart verify "$db"
	# a file that it is merged into has all of it
	joulecart run -q -o all.db -- true
	joulecart merge -o all.db "$db"
	is "$(joulecart meter --json all.db | jq '.meters[] | select(.name == "logger") | .counters_of_wall.value, .certificate')" \
		"$(joulecart meter --json "$db" | jq '.meters[] | select(.name == "logger") | .counters_of_wall.value, .certificate')"
	joulecart verify all.db
	# again: the same once
	joulecart meter --import log.csv --name logger --offset -7.25 "$db"
	is "$(sql "SELECT count(*) FROM channel WHERE name = 'logger'")" 1
	is "$(meter logger '(.offset_s + 7.25 | fabs) < 1e-9 and (.offset_s_ci95 | not) and .certificate == "K-2026-118"')" true
}

@test "its share of the wall is the power supply's factor, with its source and its interval" {
	run -1 --separate-stderr joulecart meter --as-psu "$db"
	has "$stderr" 'how uncertain the meter is was not stated: --certificate and --uncertainty'
	run -0 joulecart meter --import log.csv --name logger --offset -7.25 "${certificate[@]}" --as-psu --by Jo "$db"
	local share half
	share=$(meter logger .counters_of_wall.value)
	half=$(meter logger '(.counters_of_wall.ci95[1] - .counters_of_wall.ci95[0]) / 2 / .counters_of_wall.value')
	within 0.01 "$(sql 'SELECT psu FROM v_account')" "$share"
	within 0.01 "$(sql 'SELECT 2 * u_psu FROM v_doubt')" "$half"
	within 0.01 "$(sql 'SELECT grams FROM v_carbon')" "$(sql "SELECT joules / $share / 3.6e6 * g_per_kwh FROM v_carbon")"
	has "$(sql 'SELECT psu_source FROM v_account')" "meter at the wall 'logger', WT310E C3VB01, certificate K-2026-118 of .* the counters saw"
	is "$(sql "SELECT group_concat(DISTINCT who) FROM change_log WHERE name IN ('psu', 'meter/logger')")" Jo
	joulecart verify "$db"
}

@test "what says nothing of this run, or not when, is refused, and the file stays as it was" {
	before=$(sql .dump | sha256sum)
	refused() {
		run -"$1" --separate-stderr joulecart meter "${@:3}" "$db"
		has "$stderr" "$2"
	}
	refused 1 'nowhere within 2 s around 900 s are 12 readings beside the run' --import log.csv --name l --near 900 --within 2
	refused 1 'covers no trial of campaign 1 from begin to end' --import log.csv --name l --offset 60
	refused 2 'a meter of that name was read during the run' --import log.csv --offset -7.25
	awk -F, 'NR > 1 { $3 = 50 } 1' OFS=, log.csv >flat.csv
	refused 1 'alike nowhere .*was the load steady' --import flat.csv --name l --near -7 --within 2
	printf 'time,watts\n1,2\n' >bad.csv
	refused 1 "row 2: '1' is no time" --import bad.csv --name l
	refused 2 'its name has more than 293 bytes' --import log.csv --offset -7.25 --name "$(printf '%0300d' 1)"
	refused 2 'a certificate has a number and an uncertainty' --certificate 7
	refused 2 'the date of the certificate is none' --certificate 7 --uncertainty 1% --certified 2026-13-01
	refused 2 'campaign 1 has no reading of it' --model x --name nobody
	refused 1 "the file has no reading of 'nobody'" --name nobody
	refused 2 'the file has none of that number' --model x --campaign 9
	refused 2 'columns, an offset and a limit are of a log' --offset 5
	refused 2 'where --offset is given none is looked for' --import log.csv --name l --offset 5 --near 3
	refused 2 'nothing is stated that --by could be of' --by Jo
	is "$(sql .dump | sha256sum)" "$before"
}

@test "the share of an estimate calibrates it, and is no factor of a power supply" {
	sql "UPDATE channel SET provenance = 'estimated' WHERE counted"
	run -0 joulecart meter "${certificate[@]}" "$db"
	has "$output" 'what was counted, an estimate, saw [0-9.]+ %'
	run -1 --separate-stderr joulecart meter --as-psu "$db"
	has "$stderr" 'an estimate, whose watts are those of the wall already'
}

@test "numbers that a file should not have are no crash, and text in it is no command to a terminal" {
	joulecart meter --import log.csv --name logger --offset -7.25 "$db"
	sql "UPDATE channel SET update_interval_ns = 4611686018427387904;
		UPDATE meter SET offset_ns = -4611686018427387904, offset_low_ns = -4611686018427387904,
			offset_high_ns = 4611686018427387904, correlation = 1, model = 'a' || char(27) || '[2J'"
	run -0 --separate-stderr joulecart meter "$db"
	has "$output" "meter 'logger'"
	has_not "$output" $'\e'
	sql "UPDATE trial SET begin_utc_ns = 4611686018427387904"
	run -0 --separate-stderr joulecart meter "$db"
	sql 'DELETE FROM chunk'
	run -0 --separate-stderr joulecart meter "$db"
	has "$output" 'not compared: no readings of what it counted are kept'
}

@test "an address that is none is said beside what was measured" {
	cd "$BATS_TEST_TMPDIR"
	# whatever it finds: once, and not for each of its trials
	run --separate-stderr joulecart compare -o other.db -r 2 --warmup 0 --idle 0 --meter tcp:127.0.0.1:1 -- true -- /bin/true
	is "$(grep -c 'warning: the meter' <<<"$stderr")" 1
	has "$stderr" "warning: the meter 'tcp:127.0.0.1:1' is not read: connection refused \(look at its address, and whether it is on\)"
	has "$(sqlite3 other.db "SELECT why FROM gap WHERE collector = 'meter'")" 'connection refused'
	is "$(sqlite3 other.db "SELECT count(*) FROM channel WHERE collector = 'meter'")" 0
}
