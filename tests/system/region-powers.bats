#!/usr/bin/env bats
# Functions of known power that take turns, on a machine that draws what they do (tests/fakes/drawn-page.h): do the
# intervals of their regions hold what they drew? With REGION_RUNS=200 (make check-slow) each period is judged by
# itself; the few runs of 'make check' together.
load ../helper

ALTERNATING_PROGRAM=${ALTERNATING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/alternating}
runs=${REGION_RUNS:-2}
seconds=${REGION_SECONDS:-0.3}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
}

# Before all else that wants the processors, for a full series alone. Threads that share processors by such a rule
# would do so in long turns.
come_first() {
	[ "$runs" -lt 100 ] || [ "$1" != 1 ] || chrt -r -p 1 "$BASHPID" 2>/dev/null || true
}

# alternate MS THREADS: so many seeded runs, in f for so many milliseconds and then in g
alternate() {
	rm -f "$db" page truth
	truncate -s 4096 page
	(
		come_first "$2"
		# shellcheck disable=SC2016 # expands there
		on_described bash -c 'for ((seed = 1; seed <= $1; seed++)); do
			"$JOULECART" run -q --rate 1000 -o "$2" -- "$3" page "$4" "$5" "$6" $seed >>truth || exit
		done' bash "$runs" "$db" "$ALTERNATING_PROGRAM" "$1" "$seconds" "$2" \
			<<<"zone intel-rapl:0 package-0 power=drawn:$PWD/page max_power_w=205"
	)
	sum_up
	echo "# $1 ms, $2 threads: of $runs runs the interval holds $held_f times what f drew, $held_g times g; the power" \
		"is its own in $own runs, and true in $true_own, two to one in $two_to_one" >&3
}

# $held_f, $held_g, $own (both regions'), $true_own, $two_to_one, $apart: of how many runs.
sum_up() {
	sqlite3 :memory: <<-END >sums
		CREATE TABLE line (f_s REAL, g_s REAL, f_j REAL, g_j REAL);
		.separator ' '
		.import truth line
		ATTACH '$db' AS measured;
		CREATE TABLE run AS
		SELECT f.low_j <= f_j AND f_j <= f.high_j AS f_held, g.low_j <= g_j AND g_j <= g.high_j AS g_held,
		       f.is_own AND g.is_own AS own, f.is_separate OR g.is_separate OR f.is_own OR g.is_own AS apart,
		       f.low_j / f.cpu_s AS f_low, f.high_j / f.cpu_s AS f_high,
		       g.low_j / g.cpu_s AS g_low, g.high_j / g.cpu_s AS g_high
		FROM measured.v_region f JOIN measured.v_region g USING (trial_id, phase) JOIN line l ON l.rowid = trial_id
		WHERE phase = 'steady' AND f.region = 'f' AND g.region = 'g';
		SELECT count(*), sum(f_held), sum(g_held), sum(own),
		       sum(own AND f_low <= 30 AND 30 <= f_high AND g_low <= 60 AND 60 <= g_high),
		       sum(own AND g_low <= 2 * f_high AND 2 * f_low <= g_high), sum(apart)
		FROM run;
	END
	# shellcheck disable=SC2034 # $apart
	read -r n held_f held_g own true_own two_to_one apart <sums
	is "$n" "$runs"
}

# most COUNT OF: in 93 of 100; of a few, all but one.
most() {
	(($1 >= ($2 >= 100 ? ($2 * 93 + 99) / 100 : $2 - 1))) || fail "$1 of $2"
}

@test "the intervals of functions in turn hold what they drew, and an own power is the true one" {
	local periods='5 2' all=0 held=0 all_own=0 own_true=0
	[ "$runs" -lt 100 ] || periods='10 5 2 1'
	for threads in 1 4; do
		for period in $periods; do
			alternate "$period" "$threads"
			[ "$runs" -lt 100 ] || { most "$held_f" "$runs" && most "$held_g" "$runs"; }
			all=$((all + 2 * runs)) held=$((held + held_f + held_g))
			all_own=$((all_own + 2 * own)) own_true=$((own_true + true_own + two_to_one))
		done
	done
	most "$held" "$all"
	most "$own_true" "$all_own"
	run -0 "$JOULECART" verify "$db"
}

@test "functions that take turns faster than the sensor tells apart are said to, and have no power of their own" {
	for threads in 1 4; do
		alternate 0.5 "$threads"
		is "$apart" 0
		most "$((held_f + held_g))" "$((2 * runs))"
		run -0 "$JOULECART" report --layers "$db"
		has "$output" '(has the mean power of all that ran so|No figure for (g, )?f)'
	done
}
