#!/usr/bin/env bats
# Power over time and the spread of trials, as characters and as pictures.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run -q -o two.db -- sleep 1.2
	"$JOULECART" compare -r 2 -o two.db -- 'sleep 0.05' -- 'sleep 0.1' >/dev/null || [ $? = 4 ]
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/two.db" "$db"
}

widest() {
	python3 -c 'import sys; print(max(len(line.rstrip("\n")) for line in sys.stdin))'
}

@test "the plot's highest watts are those of the highest second" {
	run -0 joulecart report --plot --campaign 1 "$db"
	has "$output" 'power of the machine, campaign 1, ESTIMATED; a run is charged its share'
	has "$output" 'Not sealed'
	local most drawn
	most=$(sql "SELECT max(watts) FROM (SELECT sum(per_second) AS watts FROM v_second
	            WHERE counted = 1 AND trial_id = 1 GROUP BY seq)")
	drawn=$(awk '$2 == "W" { print $1; exit }' <<<"$output")
	[ -n "$most" ]
	is "$(awk "BEGIN { d = $drawn - $most; print (d < 0 ? -d : d) < 0.02 * $most }")" 1
}

@test "80 columns, braille in UTF-8 and nothing but ASCII in C" {
	run -0 env LC_ALL=C.UTF-8 "$JOULECART" report --plot --campaign 1 "$db"
	has "$output" '⠉'
	[ "$(LC_ALL=C.UTF-8 widest <<<"$output")" -le 80 ]
	run -0 env LC_ALL=C "$JOULECART" report --plot --campaign 1 "$db"
	is "$(LC_ALL=C grep -c '[^ -~]' <<<"$output")" 0
}

@test "compare draws a dot for each trial, by the letters of its text" {
	LC_ALL=C run joulecart compare --plot "$db"
	[ "$status" = 0 ] || [ "$status" = 4 ]
	has "$output" "each trial's joules, ESTIMATED"
	has "$output" 'J/run'
	LC_ALL=C run joulecart compare -f json --plot=trials.svg "$db"
	jq . <<<"$output" >/dev/null # the plot is elsewhere
	has "$(cat trials.svg)" 'sleep 0.05'
}

@test "a picture by its suffix; no file is replaced unasked, and no other format" {
	run -0 joulecart report --plot -o p.svg "$db"
	xmllint --noout p.svg
	has "$(cat p.svg)" 'seal: none'
	run -0 joulecart report --plot -o p.png "$db"
	is "$(head -c 4 p.png | tail -c 3)" PNG
	run -1 joulecart report --plot -o p.png "$db"
	run -0 joulecart report --plot -o p.png --force "$db"
	run -2 joulecart report --plot -o p.txt "$db"
	run -2 joulecart report --plot -f json "$db"
	run -125 joulecart run --plot=p.txt -- true
	run -2 joulecart report --plot --campaign 9 "$db"
	has "$output" 'it has no campaign 9'
}

@test "a run draws what it measured, and keeps the command's status" {
	run -3 joulecart run -q -o own.db --plot=own.svg -- sh -c 'sleep 0.3; exit 3'
	xmllint --noout own.svg
	run -0 joulecart run -q -o own.db --plot -- sleep 0.3
	has "$output" 'power of the machine, campaign 2'
}

@test "no label of a database runs in gnuplot, or on the screen" {
	local label
	label=$(printf '!touch ran\n`touch ran`"\n!touch ran\033[2J')
	sql "UPDATE trial SET variant = '$label' WHERE variant = 'sleep 0.05'"
	run joulecart compare --plot=hostile.svg "$db"
	[ "$status" = 0 ] || [ "$status" = 4 ]
	xmllint --noout hostile.svg
	run joulecart compare --plot "$db"
	has_not "$output" $'\033'
	[ ! -e ran ]
}
