#!/usr/bin/env bats
# Three nodes of four ranks and two jobs at once, by real mpiruns over a network: what the jobs drew and what nobody
# did add up to the nodes' true joules, whatever is lost meanwhile. A node is a machine of known energy in namespaces
# of its own (mounts, host name, network), whose one wire leads to a switch.
load ../helper
load ../jobs

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_nodes
	need mpirun openmpi-bin
	need ip iproute2
	unshare --net true 2>/dev/null || skip 'cannot make a network namespace'
	hold switch unshare --net
	within_node switch ip link add name bridge type bridge
	within_node switch ip link set bridge up
	# what mpirun calls instead of ssh: HOST COMMAND...
	cat >enter <<-END
		#!/bin/sh
		host=\$1
		shift
		exec nsenter --target "\$(cat "$PWD/\$host.pid")" --mount --uts --net -- sh -c "\$*"
	END
	# work JOB SECONDS ROUNDS: works so much, waits, and writes down the CPU seconds that it had
	mkfifo silent
	cat >work <<-END
		#!/bin/bash
		for ((i = 0; i < \$3; i++)); do :; done
		read -rt "\$2" <>"$PWD/silent"
		times >"$PWD/\$1-\$HOSTNAME-\$\$.times"
	END
	chmod +x enter work
}

teardown() {
	local name
	for name in n1 n2 n3 switch; do
		kill_node "$name"
	done
}

# hold NAME COMMAND [ARG]...: runs the command on a program that sleeps, and notes its number.
hold() {
	local name=$1
	shift
	# shellcheck disable=SC2016 # expands there
	"$@" sh -c 'echo $$ >"$1.new" && mv "$1.new" "$1.pid" && exec sleep 3600' sh "$name" 3>&- &
	until_so 60 test -e "$name.pid"
}

within_node() { # NAME COMMAND [ARG]...
	local name=$1
	shift
	nsenter --target "$(cat "$name.pid")" --mount --uts --net -- "$@"
}

start_nodes() { # whose machines are as the function $1 makes them: 'machine', or 'processors'
	local i
	for i in 1 2 3; do
		"$1" n$i $((50 + 15 * i))
		start_node $i
	done
}

# processors NAME: a package that draws what the processors of the real machine do: 3 W of each that idles, and
# $busy_w of one that works, for whomever.
busy_w=20
processors() {
	echo "zone intel-rapl:0 package-0 power=processors:3:$busy_w max_power_w=205" >"$1.machine"
}

start_node() { # NUMBER
	local name=n$1 address=10.77.0.$1
	hold "$name" on_node "$name" unshare --net
	ln -s "$name.pid" "$address.pid"
	within_node switch ip link add "$name" type veth peer name wire netns "$(cat "$name.pid")"
	within_node switch ip link set "$name" master bridge up
	within_node "$name" ip link set lo up
	within_node "$name" ip address add "$address/24" dev wire
	within_node "$name" ip link set wire up
}

# All that runs in the node's namespaces, at once, as when the power fails.
kill_node() { # NAME
	local pid of all=()
	pid=$(cat "$1.pid" 2>/dev/null) && of=$(readlink "/proc/$pid/ns/net") || return 0
	for pid in /proc/[0-9]*; do
		[ "$(readlink "$pid/ns/net" 2>/dev/null)" != "$of" ] || all+=("${pid#/proc/}")
	done
	[ "${#all[@]}" = 0 ] || kill -KILL "${all[@]}" 2>/dev/null || true
}

# kill_mpirun SIGNAL JOB: of the node n1 alone: a node sees all processes of the machine, and other people's mpirun too.
kill_mpirun() {
	local pid of
	of=$(readlink "/proc/$(cat n1.pid)/ns/net")
	for pid in $(pgrep -f "mpirun.* --name $2 "); do
		[ "$(readlink "/proc/$pid/ns/net")" != "$of" ] || kill "-$1" "$pid" || true
	done
}

# job NAME SECONDS: twelve ranks on three nodes, each of which works for $rounds and then waits.
rounds=50000
job() {
	within_node n1 env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
		mpirun --mca plm_rsh_agent "$PWD/enter" --mca btl_tcp_if_include wire --mca oob_tcp_if_include wire \
		--oversubscribe -H 10.77.0.1:4,10.77.0.2:4,10.77.0.3:4 --map-by node -n 12 \
		"$JOULECART" run -q --name "$1" -o "$PWD/%h.db" -- "$PWD/work" "$1" "$2" "$rounds" 3>&- 2>>"mpirun-$1.err"
}

two_jobs_at_once() {
	job first "${1-3}" &
	first=$!
	sleep 1
	job second "${1-3}" &
	second=$!
}

# have_begun N: so many ranks of each node are in its file, and of each something is stored.
have_begun() {
	local name
	for name in n1 n2 n3; do
		[ "$(sqlite3 -readonly "$name.db" 'SELECT count(*) FROM trial t WHERE EXISTS (SELECT 1 FROM channel k
			JOIN stretch s USING (channel_id) WHERE k.trial_id = t.trial_id AND k.counted)' 2>/dev/null)" = "$1" ] ||
			return
	done
}

are_complete() { # FILE N
	[ "$(sqlite3 -readonly "$1" "SELECT count(*) FROM trial WHERE state = 'complete'")" = "$2" ]
}

# Each node of the files adds up, and each job's bounds are around its part.
adds_up() { # NODE...
	local node
	joulecart job -f csv "${@/%/.db}" >job.csv
	for node in "$@"; do
		within 1 "$(job_figure joules "level = 'machine' AND node = '$node'")" \
			"$(true_joules_of "$node" "$node.db" 1 intel-rapl:0 intel-rapl:0:1)"
		within 1 "$(job_figure "total(own_j) + (SELECT others_j + idle_j FROM job m WHERE m.level = 'machine'
			AND m.node = '$node')" "level = 'node' AND node = '$node'")" \
			"$(true_joules_of "$node" "$node.db" 1 intel-rapl:0 intel-rapl:0:1)"
	done
	is "$(job_figure 'count(*)' "level = 'job'")" 2
	is "$(job_figure 'count(*)' "own_low_j + 0 > own_j + 0 OR own_high_j + 0 < own_j + 0")" 0
	is "$(job_figure 'count(*)' "level = 'node' AND own_high_j + 0 > joules_high + 0")" 0
}

@test "two jobs at once on three nodes: what they drew, what others did and idling are the nodes' joules" {
	start_nodes machine
	two_jobs_at_once
	wait "$first"
	wait "$second"
	adds_up n1 n2 n3
	is "$(job_figure 'group_concat(n_ranks || " " || ranks_stated || " " || n_nodes)' "level = 'job'")" \
		'12 12 3,12 12 3'
	has_not "$(joulecart job n1.db n2.db n3.db)" missing
	for node in n1 n2 n3; do
		run -0 joulecart verify $node.db
	done
	# and in one file
	run -0 joulecart merge -o all.db n1.db n2.db n3.db
	is "$(joulecart job -f csv all.db | sort)" "$(sort job.csv)"
}

# taken BEFORE AFTER: of the busy time between two first lines of /proc/stat, what interrupts and a hypervisor took.
taken() {
	printf '%s\n' "$1" "$2" | awk '{ took = $7 + $8 + $9 - took; busy = $2 + $3 + $4 + $7 + $8 - busy }
		END { print took / busy }'
}

# What a job's processes drew is known where every busy second of a processor draws the same: the kernel tells
# each one its CPU seconds. It leaves out what was taken from it meanwhile, which joulecart's event counts and which
# may hit one twice as hard as all, and the millisecond or two that it has to end.
@test "two jobs at once on three nodes: the bounds of each hold what its processes drew" {
	local before
	before=$(head -n 1 /proc/stat)
	rounds=150000
	start_nodes processors
	two_jobs_at_once
	wait "$first"
	wait "$second"
	joulecart job -f csv n1.db n2.db n3.db >job.csv
	local node job true_j most_j where
	for node in n1 n2 n3; do
		for job in first second; do
			true_j=$(cat $job-$node-*.times | awk -F '[ms ]+' -v w=$busy_w '{ s += 60 * ($1 + $3) + $2 + $4 }
				END { printf "%.3f", s * w }')
			most_j=$(awk -v j="$true_j" -v taken="$(taken "$before" "$(head -n 1 /proc/stat)")" -v w=$busy_w \
				'BEGIN { print j * (1 + 2 * taken) + 4 * 0.002 * w }')
			where="level = 'node' AND node = '$node'
				AND job = (SELECT job FROM job WHERE command = '$job')"
			echo "# $node, $job: $true_j to $most_j of $(job_figure "printf('%.2f J, in %.2f..%.2f', joules,
				own_low_j, own_high_j)" "$where")" >&3
			is "$(job_figure "own_low_j + 0 <= $most_j
				AND $true_j <= own_high_j + 0" "$where")" 1
			is "$(job_figure "own_high_j + 0 < joules / 2" "$where")" 1
		done
	done
}

@test "a rank that reads is killed: mpirun ends its job, and what was measured is kept and said" {
	start_nodes machine
	two_jobs_at_once 30
	until_so 120 have_begun 8
	local reader
	reader=$(sqlite3 -readonly n2.db "SELECT r.rank FROM job_rank r JOIN trial t USING (trial_id)
		WHERE t.variant = 'first' AND r.read_from_mono_ns IS NOT NULL")
	for pid in $(pgrep -f "$JOULECART run -q --name first"); do
		! grep -qzx "OMPI_COMM_WORLD_RANK=$reader" "/proc/$pid/environ" || kill -KILL "$pid"
	done
	wait "$first" || true
	sleep 1
	kill_mpirun TERM second
	wait "$second" || true
	adds_up n1 n2 n3
	is "$(job_figure state "level = 'rank' AND rank = '$reader' AND command = 'first'")" 'cut off'
	has "$(joulecart job n1.db n2.db n3.db)" 'cut off or interrupted'
	is "$(job_figure 'count(*)' "level = 'rank' AND joules + 0 > 0")" 24
}

@test "a node fails: its last stored second is kept, the others are whole, and without its file it is missing" {
	start_nodes machine
	two_jobs_at_once 30
	until_so 120 have_begun 8
	sleep 1
	kill_node n3
	wait "$first" || true
	wait "$second" || true
	adds_up n1 n2 n3
	is "$(job_figure 'count(*)' "level = 'rank' AND node = 'n3' AND state = 'cut off'")" 8
	has "$(joulecart job n1.db n2.db n3.db | tr -s ' \n' ' ')" 'were cut off or interrupted'
	adds_up n1 n2
	has "$(joulecart job n1.db n2.db | tr -s ' \n' ' ')" '4 of 12 ranks are missing'
}

@test "the network fails: each node measures on by itself" {
	start_nodes machine
	two_jobs_at_once 4
	until_so 120 have_begun 8
	within_node switch ip link set n3 down
	# mpirun does not hear of the end of those ranks
	until_so 120 are_complete n3.db 8
	kill_mpirun KILL first
	kill_mpirun KILL second
	wait "$first" "$second" || true
	adds_up n1 n2 n3
	is "$(job_figure 'count(*)' "level = 'rank' AND node = 'n3' AND state = ''")" 8
}
