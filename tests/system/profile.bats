#!/usr/bin/env bats
# Which functions of a program that was not changed used the joules: run --profile, report --functions.
load ../helper

PROFILED_PROGRAM=${PROFILED_PROGRAM:-$TESTS_SOURCE/tests/fakes/profiled/program}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	run "$JOULECART" run --profile -q -o refused.db -- true
	[ "$status" -eq 0 ] || skip "this machine lets nobody sample stacks: $output"
	rm -f refused.db
}

# profile MODE AMOUNT [HZ]: stacks of the program, or of $program.
profile() {
	rm -f "$db"
	run -0 "$JOULECART" run "--profile=${3:-997}" -q -o "$db" -- "${program:-$PROFILED_PROGRAM}" "$1" "$2"
}

# rows FILTER: of report --functions, as JSON.
rows() {
	"$JOULECART" report --functions --format json "$db" | jq -r "$1"
}

samples_in() { # FUNCTION
	rows "[.rows[] | select(.function == \"$1\") | .samples_total] | add // 0 | round"
}

all_samples() {
	sql 'SELECT sum(n) FROM profile'
}

# What is in no function is outside, and the parts are the whole.
sums_hold() {
	is "$(sql "SELECT count(*) FROM v_profile
	           WHERE abs(sampled_j + outside_j - joules) <= 1e-9 * joules AND outside_j >= 0")" 1
	is "$(rows '([.rows[] | select(.row != "whole") | .self_j] | add) as $parts
	            | [.rows[] | select(.row == "whole") | .self_j][0] as $whole
	            | ($parts - $whole | fabs) <= 1e-9 * $whole')" true
	run -0 "$JOULECART" verify "$db"
}

# holds FUNCTION SECONDS: 1 if the interval of its total share holds its part of the run's CPU time, by the
# program's own clock; else 0.
holds() {
	rows "[.rows[] | select(.function == \"$1\")][0] as \$f
	      | [.rows[] | select(.row == \"whole\") | .self_j][0] as \$whole
	      | ($2 / $(sql 'SELECT counted * 1e-9 FROM profile')) as \$truth
	      | (\$f.total_j / \$whole / \$f.share) as \$scale
	      | if \$f.share_low95 * \$scale <= \$truth and \$truth <= \$f.share_high95 * \$scale
	        then 1 else 0 end"
}

# parts_hold MODE RUNS: each of three parts in 95 of 100 runs. Parts of one run miss together. Of 9 in
# 3 runs, 4 or fewer come in less than one of 1000; so do, of 300 in 100 runs, fewer than 270.
parts_hold() {
	local held=0 round a b c
	for ((round = 1; round <= $2; round++)); do
		rm -f "$db"
		run -0 "$JOULECART" run --profile=997 -q -o "$db" -- "$PROFILED_PROGRAM" "$1" 0.7 "$round"
		read -r a b c <<<"$output"
		held=$((held + $(holds seventy "$a") + $(holds twenty "$b") + $(holds ten "$c")))
	done
	echo "# $1: $held of $((3 * $2)) parts lie within their intervals" >&3
	((held * 100 >= ($2 < 100 ? 50 : 90) * 3 * $2))
}

@test "70, 20 and 10 % of the CPU time are 70, 20 and 10 % of the joules" {
	parts_hold split "${PROFILE_RUNS:-3}"
	sums_hold
}

# Samples at even distances meet the same parts of each round: perf record's shares are off by eight
# of seventy here, and counting alone says by one and a half.
@test "a program that keeps step with the samples has intervals that hold it" {
	parts_hold round "${PROFILE_RUNS:-3}"
	sums_hold
}

@test "a stripped file's functions have no names, and its joules are told all the same" {
	cp "$PROFILED_PROGRAM" stripped
	strip stripped
	program=$PWD/stripped profile split 0.2
	is "$(samples_in seventy)" 0
	is "$(rows '[.rows[] | select(.lack == "no-symbols" and (.module // "" | endswith("/stripped")))] | length')" 1
	run -0 "$JOULECART" report --functions "$db"
	[[ $output == *'(no symbols) (stripped)'* ]]
	sums_hold
}

# libdwfl opens what a file names as its debug information, whatever lies there.
@test "debug information beside a file is read, and a FIFO in its place is not waited for" {
	cp "$PROFILED_PROGRAM" linked
	objcopy --only-keep-debug linked linked.debug
	strip linked
	cp linked unlinked
	objcopy --add-gnu-debuglink=linked.debug linked
	program=$PWD/linked profile split 0.3
	(($(samples_in seventy) > 100))
	mkdir .debug
	for place in linked.debug .debug/linked.debug .debug/linked; do
		[ "$place" != .debug/linked ] || cp unlinked linked
		rm -f linked.debug .debug/linked.debug
		mkfifo "$place"
		program=$PWD/linked profile split 0.1
		is "$(samples_in seventy)" 0
		is "$(rows '[.rows[] | select(.lack == "no-symbols" and (.module // "" | endswith("/linked")))] | length')" 1
		is "$(rows '[.rows[] | select(.lack == "not-readable")] | length')" 0
	done
	sums_hold
}

@test "a file that is gone, or was replaced, is said to be" {
	cp "$PROFILED_PROGRAM" gone
	cat >go <<-'END'
		#!/bin/sh
		(./gone split 0.2) # and then it goes
		rm gone
	END
	chmod +x go
	rm -f "$db"
	run -0 "$JOULECART" run --profile=997 -q -o "$db" -- ./go
	is "$(rows '[.rows[] | select(.lack == "file-gone" and (.module // "" | contains("/gone")))] | length')" 1
	cp "$PROFILED_PROGRAM" gone
	sed -i 's/^rm gone/rm gone; cp \/bin\/true gone/' go
	rm -f "$db"
	run -0 "$JOULECART" run --profile=997 -q -o "$db" -- ./go
	is "$(rows '[.rows[] | select(.lack == "file-replaced" and (.module // "" | contains("/gone")))] | length')" 1
	sums_hold
}

# The container's files are gone for everybody else when it ends.
@test "a program of a container's file system keeps its joules, and says why it has no names" {
	mkdir inside
	cat >contain <<-END
		mount -t tmpfs none inside && cp "$PROFILED_PROGRAM" inside/contained && inside/contained split 0.2
	END
	unshare -r -m true 2>/dev/null || skip 'this machine lets nobody make a mount namespace'
	run -0 "$JOULECART" run --profile=997 -q -o "$db" -- unshare -r -m sh ./contain
	is "$(rows '[.rows[] | select(.lack == "file-gone" and (.module // "" | endswith("/contained")))] | length')" 1
	sums_hold
}

@test "a program that becomes another has the functions of both" {
	profile exec 0.3
	(($(samples_in before_exec) > 100))
	(($(samples_in seventy) > 100))
	sums_hold
}

@test "of processes too short to be sampled the joules are outside, and none is lost" {
	profile many "${PROFILE_PROCESSES:-500}" 99
	sums_hold
}

@test "a stack deeper than the kernel follows it says so" {
	profile deep 0.3
	(($(sql 'SELECT n_cut FROM profile') > 100))
	(($(samples_in at_the_bottom) > 100))
	run -0 "$JOULECART" report --functions "$db"
	[[ $output == *'stacks were deeper than the kernel follows'* ]]
	sums_hold
}

# chain HOW [FILE]...: how many of a program without frame pointers' stacks lead from the worker to main by way of
# all its callers, and how many are in the worker: the program's start, long under sanitizers, has stacks too. It maps
# each file. On a busy machine it runs for longer.
chain() {
	local seconds
	for seconds in 0.5 1 2 4; do
		rm -f "$db"
		run -0 "$JOULECART" run --profile=997 --stacks "$1" -q -o "$db" -- \
			"${PROFILED_PROGRAM%/*}/without-frame-pointers" chain "$seconds" "${@:2}"
		[ "$(sql 'SELECT n > 200 FROM profile')" != 1 ] || break
	done
	"$JOULECART" export --to folded "$db" >folded
	sql "WITH RECURSIVE up(leaf, node, n, path) AS (
	       SELECT ordinal, parent, n, function FROM v_profile_node WHERE n > 0
	       UNION ALL
	       SELECT leaf, v.parent, u.n, v.function || '>' || u.path FROM up u JOIN v_profile_node v ON v.ordinal = u.node
	       WHERE v.function IS NOT NULL)
	     SELECT total(n) FILTER (WHERE path LIKE 'main>outer>middle>inner%at_the_bottom'),
	            total(n) FILTER (WHERE path = 'at_the_bottom')
	     FROM up" | tr '|' ' '
}

@test "stacks without frame pointers are whole with --stacks dwarf, and cut without" {
	case $(uname -m) in x86_64 | aarch64) ;; *) skip 'the registers of this processor are not known' ;; esac
	read -r whole all <<<"$(chain dwarf)"
	((${all%.*} > 100 && ${whole%.*} * 10 > ${all%.*} * 9))
	is "$(sql 'SELECT stack_bytes FROM profile')" 8192
	grep -q 'main .*;outer .*;middle .*;inner .*;at_the_bottom' folded
	sums_hold
	read -r whole all <<<"$(chain frame-pointers)"
	((${all%.*} > 100))
	is "$whole" 0.0
	is "$(sql 'SELECT stack_bytes FROM profile')" 0
}

# foreign FILE OFFSET BYTE: a program with that byte in its header, of which the first part is code.
foreign() {
	python3 - "$PROFILED_PROGRAM" "$@" <<-'END'
		import struct, sys
		elf = bytearray(open(sys.argv[1], "rb").read())
		begin, n = struct.unpack_from("<Q", elf, 32)[0], struct.unpack_from("<H", elf, 56)[0]
		for at in range(begin, begin + 56 * n, 56):
		    if struct.unpack_from("<I", elf, at)[0] == 1:
		        struct.pack_into("<I", elf, at + 4, 5)
		elf[int(sys.argv[3])] = int(sys.argv[4])
		open(sys.argv[2], "wb").write(elf)
	END
}

@test "a file of another machine that a program maps leaves its stacks whole" {
	case $(uname -m) in x86_64 | aarch64) ;; *) skip 'the registers of this processor are not known' ;; esac
	foreign arm 18 40
	foreign none 18 99
	foreign object 16 1
	foreign bits 4 1
	read -r whole all <<<"$(chain dwarf arm none object bits)"
	((${all%.*} > 100 && ${whole%.*} * 10 > ${all%.*} * 9))
}

@test "of a program that maps hundreds of files one after another the stacks are whole" {
	case $(uname -m) in x86_64 | aarch64) ;; *) skip 'the registers of this processor are not known' ;; esac
	foreign code 0 127 # as it was
	mkdir many
	for ((i = 0; i < 400; i++)); do ln code "many/$i"; done
	chain dwarf many/* >/dev/null
	is "$(sql 'SELECT n > 300 AND n_cut * 10 < n FROM profile')" 1
}

@test "a stack that is longer than what is kept of it is cut, and says so" {
	case $(uname -m) in x86_64 | aarch64) ;; *) skip 'the registers of this processor are not known' ;; esac
	rm -f "$db"
	run -0 "$JOULECART" run --profile=997 --stacks dwarf,1024 -q -o "$db" -- "$PROFILED_PROGRAM" deep 0.3
	(($(sql 'SELECT n_cut FROM profile') > 100))
	(($(samples_in at_the_bottom) > 100))
	run -0 "$JOULECART" report --functions "$db"
	has "$output" 'longer than the +1024 bytes'
	rm -f "$db"
	run -0 "$JOULECART" run --profile=997 --stacks dwarf,32768 -q -o "$db" -- "$PROFILED_PROGRAM" deep 0.3
	is "$(sql 'SELECT n > 100 AND n_cut * 10 < n FROM profile')" 1
	is "$(sql 'SELECT count(*) > 290 FROM v_profile_node WHERE function = "descend"')" 1
	sums_hold
}

@test "--stacks takes what it can do, and belongs to --profile" {
	for how in dwarf,1000 dwarf,1028 dwarf,65536 'dwarf,' fast ''; do
		run -125 "$JOULECART" run --profile --stacks "$how" -o no.db -- true
		has "$output" 'frame-pointers, dwarf or dwarf,BYTES'
	done
	run -125 "$JOULECART" run --stacks dwarf -o no.db -- true
	has "$output" 'add --profile'
	[ ! -e no.db ]
}

@test "code that a program makes is named by its map, and not by another's" {
	[ "$(uname -m)" = x86_64 ] || skip 'the code is for x86-64'
	profile made 0.3
	map=$output
	(($(samples_in made_loop) > 100))
	rm -f "$map"
	profile unnamed 0.1
	is "$(samples_in made_loop)" 0
	is "$(rows '[.rows[] | select(.lack == "not-named")] | length')" 1
	sums_hold
}

# dumped_then COMMAND [SECONDS]: the program describes its code in a file, with which COMMAND ("$1" is it) does something before the
# names are asked for.
dumped_then() {
	cat >go <<-END
		#!/bin/sh
		set -- \$("$PROFILED_PROGRAM" dumped ${2-0.3})
		$1
	END
	chmod +x go
	rm -rf jit-* other "$db"
	run -0 "$JOULECART" run --profile=997 -q -o "$db" -- ./go
}

@test "code that a program makes is named by the jitdump that it maps, if that is a file of its own" {
	[ "$(uname -m)" = x86_64 ] || skip 'the code is for x86-64'
	dumped_then :
	(($(samples_in dumped_function) > 100))
	sums_hold
	# a file of any length: what is behind is not read
	dumped_then 'truncate -s 20G "$1"'
	(($(samples_in dumped_function) > 100))
	for replaced in 'mv "$1" other; ln -s other "$1"' 'rm "$1"; mkfifo "$1"' 'rm "$1"; mkdir "$1"' \
		'rm "$1"; ln -s /dev/zero "$1"' 'rm "$1"' 'touch -d 2020-01-01 "$1"' 'echo other >"$1"'; do
		dumped_then "$replaced" 0.1
		is "$(samples_in dumped_function)" 0
		is "$(rows '[.rows[] | select(.lack == "not-named")] | length')" 1
	done
}

# CPU time in a function of JavaScript that is compiled while it runs
write_script() {
	cat >work.js <<-'END'
		function joulesInHere(n) { let x = 1; for (let i = 0; i < n; i++) x = (x * 48271) % 2147483647; return x; }
		console.log(process.pid);
		for (let until = process.cpuUsage().user + 4e5; process.cpuUsage().user < until;) joulesInHere(1e6);
	END
}

@test "functions of Node have their names by its map, and by its jitdump" {
	command -v node >/dev/null || skip 'Node is not installed'
	write_script
	for how in --perf-basic-prof --perf-prof; do
		rm -f "$db"
		node --v8-options | grep -qe "$how " || continue # a build may lack the one or the other
		run -0 "$JOULECART" run --profile=997 -q -o "$db" -- node "$how" work.js
		(($(rows '[.rows[] | select(.function // "" | contains("joulesInHere")) | .samples] | add // 0 | round') > 100))
		rm -f "/tmp/perf-$output.map" jit-*.dump
	done
}

@test "a run that sampled says how many stacks, and where they are seen" {
	rm -f 'a run.db'
	run -0 "$JOULECART" run --profile=997 -o 'a run.db' -- "$PROFILED_PROGRAM" split 0.3
	[[ $output == *"  profile      $(sqlite3 'a run.db' 'SELECT n FROM profile') stacks; joulecart report --functions 'a run.db'"* ]]
	run -0 "$JOULECART" run -o 'a run.db' -- true
	[[ $output != *profile* ]]
}

@test "without the right to sample, the reason and what to do are said, and nothing is run" {
	run "$WITHOUT_PERF" "$JOULECART" run --profile -q -o no.db -- touch ran
	is "$status" 125
	[[ $output == *'cannot sample stacks: permission denied'*'perf_event_paranoid'* ]]
	[ ! -e ran ]
}

@test "a file's functions are forms of one table; hostile names harm none of them" {
	profile split 0.3
	sqlite3 "$db" "UPDATE profile_frame SET name = char(27) || '[31m<script>|=1+1' || char(10) WHERE name = 'ten'"
	for format in text markdown csv json; do
		run -0 "$JOULECART" report --functions --format "$format" "$db"
		[[ $output != *$'\e'* ]]
		[ "$format" != text ] || [ "$(wc -L <<<"$output")" -le 80 ]
	done
	run -0 "$JOULECART" report --functions "$db"
	has "$output" 'Not sealed'
	run -2 "$JOULECART" report --functions --trust none "$db"
	run "$JOULECART" report --functions --format html "$db"
	is "$status" 2
	run "$JOULECART" report --functions "$TESTS_SOURCE/tests/data/none.db"
	[ "$status" -ne 0 ]
}

# within_phase NAME FILTER [OPTION]...: of report --functions --phase, as JSON, through jq.
within_phase() {
	"$JOULECART" report --functions --phase "$1" --format json "$db" | jq -r "${@:3}" "$2"
}

@test "of a phase the functions are those that ran in it, and they sum to what it drew" {
	# on a busy machine a line is read a while after it was written, and a phase begins where it is read
	cat >go <<-END
		echo first; "$PROFILED_PROGRAM" split 0.4
		echo second; sleep 0.5; "$PROFILED_PROGRAM" exec 0.2; echo over; sleep 0.5; "$PROFILED_PROGRAM" deep 0.1
	END
	run -0 "$JOULECART" run --profile=997 -q -o "$db" --phase-pattern '1st=^first' --phase-pattern '2nd=^second' \
		--phase-end '^over' -- sh ./go
	count='[.rows[] | select(.function == $name) | .samples_total] | add // 0 | round'
	for phase in 1st 2nd; do
		(($(within_phase $phase "\"seventy\" as \$name | $count") > 100))
		is "$(within_phase $phase "\"at_the_bottom\" as \$name | $count")" 0
		is "$(within_phase $phase '[.rows[].phase] | unique | join(" ")')" $phase
		is "$(within_phase $phase "(\$joules - (.rows[] | select(.row == \"whole\") | .self_j) | fabs) <= 1e-9 * \$joules
			and ([.rows[] | select(.row != \"whole\") | .self_j] | add - \$joules | fabs) <= 1e-9 * \$joules" \
			--argjson joules "$(sql "SELECT joules FROM v_phase WHERE phase = '$phase'")")" true
	done
	is "$(within_phase 1st "\"before_exec\" as \$name | $count")" 0
	(($(within_phase 2nd "\"before_exec\" as \$name | $count") > 50))
	run -0 "$JOULECART" report --functions --phase 2nd "$db"
	has "$output" "Within the phase '2nd': [0-9]+ stacks"
	has "$output" '[(]whole phase[)]'
	run -1 --separate-stderr "$JOULECART" report --functions --phase 3rd "$db"
	has "$stderr" "no complete trial with a profile has a phase '3rd'.*--phases"
	for wrong in '--phase 1st' '--functions --diff --phase 1st' '--layers --phase 1st'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$JOULECART" report $wrong "$db"
		has "$stderr" '--phase is about functions'
	done
	sqlite3 "$db" "UPDATE phase SET name = '2nd' WHERE ordinal > 0;
		UPDATE phase SET begin_mono_ns = (SELECT begin_mono_ns + 1 FROM phase WHERE ordinal = 1) WHERE ordinal = 2"
	run -1 --separate-stderr "$JOULECART" report --functions --phase 2nd "$db"
	has "$stderr" "phases '2nd' overlap"
	sqlite3 "$db" 'DELETE FROM profile_chunk_energy; DELETE FROM profile_chunk; UPDATE phase SET name = "1st" WHERE ordinal = 1'
	run -1 --separate-stderr "$JOULECART" report --functions --phase 1st "$db"
	has "$stderr" 'have no times.*measure again'
}

# changed FILTER: of report --functions --diff, as JSON.
changed() {
	"$JOULECART" report --functions --diff old new --format json "$db" | jq -r "$1"
}

# The new program, whose file is called otherwise, works in one function more.
@test "what changed between two variants is told function by function" {
	cp "$PROFILED_PROGRAM" one
	cp "$PROFILED_PROGRAM" other
	"$JOULECART" run --profile=997 -q --name old -o "$db" -- ./one split 0.5
	"$JOULECART" run --profile=997 -q --name new -o "$db" -- ./other exec 0.5
	is "$(changed '[.rows[] | select(.function == "before_exec") | .verdict] | join(" ")')" more
	is "$(changed '[.rows[] | select(.function == "seventy") | .samples > 0 and .baseline_samples > 0] | join(" ")')" true
	is "$(changed '.rows as $rows | ["baseline_self_j", "self_j", "change_j"] | map(. as $column
		| ($rows | map(select(.row != "whole")[$column]) | add) as $parts
		| ($rows[] | select(.row == "whole")[$column]) | . - $parts | fabs < 1e-9) | all')" true
	run -0 "$JOULECART" report --functions --diff old new "$db"
	has "$output" 'From old to new [(]command[)]: one trial each'
	has "$output" 'The second run needs (less in .*; )?more in (.*, )?before_exec'
	has "$output" 'it tells these runs apart, not yet the variants'
	sqlite3 "$db" "UPDATE profile_frame SET name = char(27) || '[31m<script>|=1+1' || char(10) WHERE name = 'ten'"
	for format in text markdown csv json; do
		run -0 "$JOULECART" report --functions --diff old new --format "$format" "$db"
		[[ $output != *$'\e'* ]]
		[ "$format" != text ] || [ "$(wc -L <<<"$output")" -le 80 ]
	done
	run -2 --separate-stderr "$JOULECART" report --functions --diff old none "$db"
	has "$stderr" "no complete trial of 'none' has a profile"
	run -2 "$JOULECART" report --functions --diff old old "$db"
	run -2 "$JOULECART" report --functions --diff "$db"
	run -2 --separate-stderr "$JOULECART" report --diff old new "$db"
	has "$stderr" 'joulecart compare'
	sqlite3 "$db" "UPDATE trial SET workload = variant"
	run -1 --separate-stderr "$JOULECART" report --functions --diff old new "$db"
	has "$stderr" 'different workloads, old and new'
}

# A sample a second of so short a run: all is outside, and the unit is that of what is shown.
@test "runs without any stack have the joules of the whole run, not 0 J" {
	for name in old new; do
		"$JOULECART" run --profile=1 -q --name "$name" -o "$db" -- true
	done
	run -0 "$JOULECART" report --functions "$db"
	[[ ! $output =~ whole\ run\)\ +0\  ]]
	run -0 "$JOULECART" report --functions --diff old new "$db"
	[[ ! $output =~ whole\ run\)\ +0\ +0\  ]]
	has "$output" 'No function has at least [0-9]+ stacks in both together'
}

@test "what was lost is told, and makes the intervals wider" {
	profile split 0.3
	sqlite3 "$db" 'UPDATE profile SET n_lost = 0'
	run -0 "$JOULECART" report --functions "$db"
	[[ $output != *'Records are lost'* ]]
	high='[.rows[] | select(.function == "ten")][0].share_high95'
	before=$(rows "$high")
	sqlite3 "$db" 'UPDATE profile SET n_lost = n'
	run -0 "$JOULECART" report --functions "$db"
	[[ $output == *'Records are lost where stacks come faster'* ]]
	run -0 awk "BEGIN { exit !($(rows "$high") > $before + 0.3) }"
}

# joulecart hands signals on to its command, and blocks them meanwhile.
@test "the program that names functions ends in time, whatever signals were blocked or ignored" {
	symbols=$(dirname "$JOULECART")/joulecart-symbols
	[ -x "$symbols" ] || skip 'joulecart-symbols is installed elsewhere'
	mkfifo nothing
	exec {open}<>nothing
	for how in --block-signal=ALRM --ignore-signal=ALRM; do
		env "$how" "$symbols" <nothing >answers 3>&- &
		pid=$!
		"$AWAIT" 120 bash -c "kill -ALRM $pid 2>/dev/null; ! kill -0 $pid 2>/dev/null"
		run -142 wait "$pid"
	done
	exec {open}>&-
}
