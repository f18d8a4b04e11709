#!/usr/bin/env bats
# One small campaign of two variants, and what must be so in it.
load ../helper

# Each trial answers all test queries: of a file there are few.
few=(--quick --samples 160 --data queries)

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	export XDG_DATA_HOME=$PWD/data
	joulecart models data --json --n 160 >queries
	joulecart bench "${few[@]}" --variants teacher,int8 --trials 2 --seconds 1 --zone DE \
		-o "$db" >table 2>messages || { cat messages >&2 && return 1; }
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "bench --variants that names none is wrong usage" {
	run -2 --separate-stderr joulecart bench --variants '' -o "$db"
	has "$stderr" "^joulecart: invalid --variants ''"
}

@test "progress is silent when standard error is no terminal" {
	is "$(cat messages)" ''
}

@test "the table names each variant with its provenance" {
	has "$(cat table)" teacher
	has "$(cat table)" int8
	has "$(cat table)" 'ESTIMATED|measured|modelled'
}

@test "it ends with the front: each variant is on it, or dominated by a named one" {
	has "$(cat table)" 'break-even, queries'
	has "$(cat table)" '(\*|●) +(teacher|int8)'
}

@test "the SQL of --explain gives the joules behind the front" {
	joulecart report --front --explain "$db" | sed -n '/^SELECT\|^WITH/,/;$/p' >explained.sql
	sqlite3 -bail "$db" <explained.sql >explained
	[ "$(wc -l <explained)" -ge 8 ]
}

@test "training and inference are trials of their own" {
	is "$(sql 'SELECT job, variant, count(*) FROM trial GROUP BY 1, 2 ORDER BY 1, 2')" \
		$'infer|int8|2\ninfer|teacher|2\ntrain|int8|1\ntrain|teacher|1'
}

@test "a variant is trained before what is made from it" {
	is "$(sql "SELECT variant FROM trial WHERE job = 'train' ORDER BY ordinal")" \
		$'teacher\nint8'
}

@test "each block of inference holds each variant once" {
	is "$(sql "SELECT block, count(DISTINCT variant) FROM trial WHERE job = 'infer'
	           GROUP BY block ORDER BY block")" $'1|2\n2|2'
}

@test "load, warm-up and steady phases are stored apart" {
	is "$(sql "SELECT DISTINCT p.name FROM phase p JOIN trial USING (trial_id)
	           WHERE job = 'infer' ORDER BY 1")" $'batch-32\nload\nsteady\nwarm-up\nwhole'
}

@test "joules per query come from the steady phase" {
	is "$(sql "SELECT DISTINCT span FROM v_query WHERE job = 'infer'")" steady
	is "$(sql "SELECT count(*) FROM v_query WHERE job = 'infer' AND joules_per_query > 0")" 4
}

@test "all variants answered the same work" {
	is "$(sql "SELECT count(DISTINCT workload), count(workload) FROM trial
	           WHERE job = 'infer'")" '1|4'
}

@test "the report of the file says what bench printed" {
	is "$(joulecart report "$db"; echo; joulecart report --front "$db" | grep -v "^ Not sealed")" "$(cat table)"
	is "$(joulecart report --front "$db" | grep -c '^ Not sealed')" 1
	run -2 joulecart report --front -f json "$db"
}

@test "a command that is run into the file afterwards does not hide the front" {
	cp "$db" more.db
	joulecart run -q -o more.db -- true
	is "$(joulecart report --front more.db)" "$(joulecart report --front "$db")"
}

@test "grams follow from joules, PUE and the zone's factor" {
	is "$(sql "SELECT count(*) FROM v_carbon c JOIN v_trial t USING (trial_id)
	           WHERE abs(c.grams / (t.joules / 3.6e6 * c.pue * c.g_per_kwh) - 1) > 1e-9")" 0
	is "$(sql 'SELECT DISTINCT zone_assumed FROM v_carbon')" 0
}

@test "--json is one valid object with a figure for each variant" {
	run -0 --separate-stderr joulecart report --format json "$db"
	is "$(jq -r '[.. | .variant? // empty | strings] | unique | join(" ")' <<<"$output")" \
		'int8 teacher'
}

@test "progress on a terminal says what runs and which of how many" {
	command -v script >/dev/null || skip 'script (bsdutils) is not installed'
	export XDG_DATA_HOME=$PWD/data
	script -qec "'$JOULECART' bench ${few[*]} --no-train --variants teacher --trials 2 \
		--seconds 1 -o terminal.db" typescript >/dev/null </dev/null
	has "$(cat typescript)" 'trial 2 of 2 .*teacher'
}

@test "an unknown variant is refused with the near name" {
	run -2 --separate-stderr joulecart bench --variants studnet -o other.db
	has "$stderr" "^joulecart: no variant 'studnet': did you mean 'student'"
}

@test "--require-measured exits with 3 where nothing measures" {
	[ ! -e /sys/class/powercap/intel-rapl:0 ] || skip 'this machine has counters'
	export XDG_DATA_HOME=$PWD/data
	run -3 --separate-stderr joulecart bench --quick --no-train --require-measured -o other.db
	has "${stderr##*$'\n'}" '^joulecart: refused to run: --require-measured'
}

@test "a parent that is missing is trained in a trial of its own, not in its child's" {
	export XDG_DATA_HOME=$PWD/empty
	joulecart bench "${few[@]}" --variants student --trials 2 --seconds 1 -o first.db >first
	is "$(sqlite3 first.db "SELECT job, variant FROM trial ORDER BY ordinal")" \
		$'train|teacher\ntrain|student\ninfer|student\ninfer|student'
	is "$(sqlite3 first.db "SELECT count(*) FROM phase WHERE name LIKE 'parent-%'")" 0
	joulecart bench "${few[@]}" --variants student --trials 1 --seconds 1 -o second.db >second
	is "$(sqlite3 second.db "SELECT job, variant FROM trial ORDER BY ordinal")" \
		$'train|student\ninfer|student'
}

@test "what a model took to make counts what its parent took, where that is in the file" {
	is "$(sqlite3 first.db "SELECT s.n_trainings, abs(s.total_j - s.joules - t.joules) < 1e-6
	           FROM v_training s JOIN v_training t
	           WHERE s.variant = 'student' AND t.variant = 'teacher'")" '2|1'
	is "$(sqlite3 second.db "SELECT n_trainings, total_j IS NULL, reason FROM v_training")" \
		'1|1|a training that it starts from is not in this file'
}

@test "one's own queries are trained on and served, whatever the file is called" {
	joulecart models data --json --n 64 >"own's.jsonl"
	joulecart bench --quick --variants student-hard --samples 64 --data "own's.jsonl" --trials 1 \
		--seconds 1 -o own.db >own
	is "$(sqlite3 own.db "SELECT queries > 0, queries % 64 FROM phase WHERE name = 'steady'")" '1|0'
}

@test "a variant that this CPU cannot run is left out, and said to be" {
	# Nothing is trained here, so that it ends with the first variant.
	export ONEDNN_MAX_CPU_ISA=AVX2 XDG_DATA_HOME=$BATS_TEST_TMPDIR
	run -1 --separate-stderr joulecart bench --no-train --samples 1600 --seconds 1 \
		--trials 1 -o left-out.db
	[[ "$stderr" == *"joulecart: left out: bf16: this CPU has no bf16 arithmetic"* ]]
	run -1 joulecart bench --variants teacher,bf16 --samples 1600 --no-train -o left-out.db
	[[ "$output" == "joulecart: cannot measure 'bf16': this CPU has no bf16 arithmetic, and emulating it would save nothing \
(leave it out of --variants)" ]]
}

@test "bench --sessions serves whole ones in the mix that was asked for, with its pauses in none" {
	joulecart bench --quick --samples 640 --variants student-hard --trials 1 --seconds 3 --sessions \
		--mix 3:1,7:1 --think 0.05 -o visits.db >visits 2>messages || { cat messages >&2 && return 1; }
	# as many of three calls as of seven: five on average; whole rounds of all 6000 test queries
	is "$(sqlite3 visits.db "SELECT DISTINCT p.name, p.queries % 6000, u.unit, 1.0 * p.queries / u.n
	                         FROM phase_units u JOIN phase p USING (phase_id)")" 'steady|0|sessions|5.0'
	is "$(sqlite3 visits.db "SELECT sum(name = 'steady') - sum(name = 'think'), sum(name = 'batch-32') FROM phase")" '1|0'
	# an idle machine may answer its rounds faster than the estimate can resolve
	is "$(sqlite3 visits.db "SELECT coalesce(abs(u.joules_per_unit / q.joules_per_query - 5) < 1e-9, q.reason LIKE 'lasted % below the %')
	                         FROM v_unit u JOIN v_query q USING (trial_id)")" 1
	has "$(cat visits)" 'sessions of'
}

@test "a mix that is none is refused, and one without sessions" {
	run -2 --separate-stderr joulecart bench --mix 3:1 -o "$db"
	has "$stderr" '^joulecart: --mix without --sessions: a mix is one of sessions'
	# before anything is trained
	run -2 --separate-stderr timeout 20 "$JOULECART" bench --sessions --mix "8:1' x" --variants teacher -o new.db
	has "$stderr" "invalid --mix '8:1' x'"
	[ ! -e new.db ]
	run -2 --separate-stderr joulecart models infer int8 --sessions --mix 8:1
	has "$stderr" "invalid --mix '8:1': .*CALLS:PARTS"
	run -2 --separate-stderr joulecart models infer int8 --sessions --batch 8
	has "$stderr" 'come one after the other'
}
