#!/usr/bin/env bats
# joulecart live on a machine whose power is known: package 0 and 1, two dram zones, and more.
load ../helper

# field NAME: of the last line of seen
field() {
	awk -F '\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ value = $at[name] } END { print value }' seen
}

@test "live --csv has a header and a line a second, with the watts that the machine draws" {
	need_machines
	on server "$JOULECART" live --csv --seconds 3 >seen
	is "$(wc -l <seen)" 4
	has "$(head -n 1 seen)" $'^seconds\t.*package-0_w\t.*total_w\ttotal_j\tco2e_g'
	is "$(field provenance)" measured
	between 100 "$(field total_w)" 200
	within 1 "$(field total_j)" "$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "total_w") at = i; next }
		{ joules += $at * ($1 - last); last = $1 } END { print joules }' seen)"
}

@test "a counter that cannot be read has no watts in live --csv, not zero" {
	need_machines
	on eio "$JOULECART" live --csv --seconds 3 >seen || skip 'no such machine'
	run awk -F '\t' 'NR > 1 && /\t0\.000\t/' seen
	is "$output" ''
}

@test "live --csv where nothing measures says that it estimates" {
	"$JOULECART" live --seconds 2 --events cycels,page-faults >seen 2>said
	has "$(cat said)" "warning: 'cycels' is not counted: .*[(]did you mean 'cycles'[?][)]"
	is "$(wc -l <seen)" 3
	has "$(field provenance)" '(estimated|measured|modelled)'
	has "$(field total_w)" '^[0-9.]+$'
}

@test "live stores nothing, and needs no folder that it may write to" {
	mkdir here && cd here
	"$JOULECART" live --csv --seconds 1 >../seen
	is "$(ls -A)" ''
	chmod 500 .
	unprivileged "$JOULECART" live --csv --seconds 1 >../seen
	is "$(wc -l <../seen)" 2
}

@test "live ends well at a signal" {
	"$JOULECART" live --csv >seen 3>&- &
	pid=$!
	until_so 10 grep -q '^1' seen
	kill -TERM "$pid"
	ends_with 0 "$pid"
}

# q_after FILE PATTERN: types q when the view in that file shows it.
q_after() {
	for _ in $(seq 300); do
		! grep -qs -- "$2" "$1" || break
		sleep 0.1
	done
	printf q
}

@test "live fills a terminal of 80 columns and ends at q" {
	command -v script >/dev/null || skip 'no script(1)'
	q_after screen 'W ' | TERM=xterm COLUMNS=80 LINES=24 timeout 60 script -qec "$JOULECART live --zone GB" \
		/dev/null >screen
	has "$(cat screen)" 'joulecart live'
	has "$(cat screen)" 'so far'
	has "$(cat screen)" 'GB [0-9]+ g/kWh'
	has "$(cat screen)" 'W '
}

@test "live takes the width that its terminal has" {
	command -v script >/dev/null || skip 'no script(1)'
	for columns in 60 120; do
		q_after "screen.$columns" '##' | TERM=vt100 LC_ALL=C timeout 60 \
			script -qec "stty cols $columns rows 24; $JOULECART live" /dev/null >"screen.$columns"
	done
	# nothing is lost where it is narrow; a bar is as wide as what is left
	has "$(cat screen.60)" 'highest'
	[ "$(grep -o '##*' screen.120 | awk '{ print length }' | sort -n | tail -1)" -gt \
		"$(grep -o '##*' screen.60 | awk '{ print length }' | sort -n | tail -1)" ]
}

@test "live on a terminal that is not known says to use --csv" {
	command -v script >/dev/null || skip 'no script(1)'
	run script -qec "env TERM=no-such-terminal $JOULECART live" /dev/null
	has "$output" "cannot show power: the terminal 'no-such-terminal' is not known \(use --csv\)"
}

@test "live tells what the machine does, whoever asks, and IPC is empty where nothing counts" {
	unprivileged "$JOULECART" live --csv --seconds 2 >seen
	has "$(head -n 1 seen)" $'missed\t.*context-switches_per_s\tinterrupts_per_s\tforks_per_s\tpage-faults_per_s.*\tipc$'
	between 1 "$(field context-switches_per_s)" 100000000
	[ -d /sys/bus/event_source/devices/cpu ] || is "$(field ipc)" ''
}

# At 1 and 2 the whole machine may be counted by who has CAP_PERFMON alone.
need_perfmon_to_matter() {
	[ "$(id -u)" = 0 ] || skip 'only root can give a capability'
	[[ $(cat /proc/sys/kernel/perf_event_paranoid) =~ ^[12]$ ]] || skip 'here it changes nothing'
	live=$(dirname "$JOULECART")/joulecart-live
	[ -x "$live" ] || skip 'joulecart-live is installed elsewhere'
	folder=$(mktemp -d /tmp/joulecart-live-XXXXXX) # bats' own folders are closed to others
	chmod 755 "$folder"
	cp "$JOULECART" "$live" "$folder"
	chmod 755 "$folder"/joulecart*
	setcap cap_perfmon=ep "$folder/joulecart" 2>/dev/null || skip 'no capabilities of files here'
}

as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

@test "live counts the machine with a capability of its own, which doctor proposes and live drops" {
	need_perfmon_to_matter
	cd "$folder" # bats' own folder is closed to who is not root
	as_nobody "$folder/joulecart" live --csv --seconds 1 --events cpu-migrations >without
	run -0 as_nobody "$folder/joulecart" doctor --fix
	local fix=$output
	setcap cap_perfmon=ep "$folder/joulecart-live"
	# not by as_nobody: a function in the background is a shell of its own
	setpriv --reuid 65534 --regid 65534 --clear-groups "$folder/joulecart" live --csv \
		--events cpu-migrations >seen 3>&- &
	pid=$!
	until_so 10 grep -q '^1' seen
	grep -E '^Cap(Prm|Eff|Inh|Amb)' "/proc/$pid/status" >rights
	kill -TERM "$pid"
	ends_with 0 "$pid"
	has_not "$(head -n 1 without)" cpu-migrations
	has "$fix" 'setcap cap_perfmon=ep .*joulecart-live'
	has_not "$fix" 'setcap cap_perfmon=ep [^ ]*joulecart$'
	has "$(head -n 1 seen)" 'cpu-migrations_per_s'
	has "$(field cpu-migrations_per_s)" '^[0-9.]+$'
	is "$(awk '{ print $2 }' rights | sort -u)" 0000000000000000
	cd .. && rm -r "$folder"
}
