#!/usr/bin/env bats
# attach: a service that runs already, with its own count of requests and tokens.
load ../helper

server=$fakes/marking/server.py

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	pids=()
}

teardown() {
	[ "${#pids[@]}" = 0 ] || kill "${pids[@]}" 2>/dev/null || true
	[ -z "${group-}" ] || rmdir "$group" 2>/dev/null || true
}

# serve FORM: the service's PID is $service, its address $url
serve() {
	python3 "$server" "$1" port 3>&- &
	service=$!
	pids+=("$service")
	until_so 20 test -s port
	url=http://127.0.0.1:$(cat port)
}

# ask N: N requests one after the other, in the background; the first of them is answered when it returns
ask() {
	rm -f answered
	python3 - "$url/work" "$1" 3>&- <<-'END' &
		import sys, urllib.request
		for _ in range(int(sys.argv[2])):
		    try:
		        urllib.request.urlopen(sys.argv[1]).read()
		        open("answered", "w").close()
		    except OSError: __import__("time").sleep(0.05)
	END
	pids+=($!)
	until_so 60 test -e answered
}

unit() {
	sql "SELECT n FROM v_unit WHERE unit = '$1'"
}

@test "joules per request and per token of a service are the machine's over what it counted" {
	need_machines
	serve vllm
	ask 100000
	# a busy machine answers few requests in a while, and needs a longer one
	for seconds in 3 6 12 24; do
		rm -f "$db"*
		run -0 on constant "$JOULECART" attach --pid "$service" --for "$seconds" --queries-url "$url/metrics" -o "$db"
		[ "$(sql 'SELECT queries FROM trial')" -le 100 ] || break
	done
	[ "$(sql 'SELECT queries FROM trial')" -gt 10 ]
	within 3 "$(sql 'SELECT joules_per_query * queries / seconds FROM v_query')" 100
	is "$(unit 'prompt tokens')" "$(sql 'SELECT 10 * queries FROM trial')"
	is "$(unit 'generated tokens')" "$(sql 'SELECT 20 * queries FROM trial')"
	within 0.01 "$(sql "SELECT joules_per_unit * 20 FROM v_unit WHERE unit = 'generated tokens'")" \
		"$(sql 'SELECT joules_per_query FROM v_query')"
	is "$(sql 'SELECT usable FROM v_query')" 1
	run -0 joulecart verify "$db"
}

@test "the service's share is its CPU time, in bounds" {
	need_machines
	serve own
	ask 100000
	# a busy machine lets the service work little in a while
	for seconds in 2 4 8 16; do
		rm -f "$db"*
		before=$(awk '{ print $14 + $15 }' "/proc/$service/stat")
		run -0 on constant "$JOULECART" attach --pid "$service" --for "$seconds" -o "$db"
		after=$(awk '{ print $14 + $15 }' "/proc/$service/stat")
		[ $((after - before)) -lt 5 ] || break
	done
	has "$(tr -s ' \n' ' ' <<<"$output")" \
		" its share [0-9.]+ % \([0-9.]+\.\.[0-9.]+\) of the machine's CPU time: [0-9.]+ m?J "
	# in ticks of 10 ms; the attachment itself takes a while to begin and end
	used=$(sql "SELECT si FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0")
	between 0.01 "$used" "$(awk -v t=$((after - before)) 'BEGIN { print t / 100 + 0.05 }')"
	is "$(sql 'SELECT joules_low <= joules AND joules <= joules_high AND cpu_share > 0 FROM v_share')" 1
}

@test "a service that works less than a tick at a time has its time, too" {
	python3 -c 'import time
open("works", "w").close()
while True:
    end = time.process_time() + 0.002
    while time.process_time() < end: pass
    time.sleep(0.1)' 3>&- &
	service=$!
	pids+=("$service")
	until_so 30 test -e works
	local before after used
	before=$(cut -d ' ' -f 1 "/proc/$service/schedstat")
	joulecart attach -q --pid "$service" --for 2 -o "$db"
	after=$(cut -d ' ' -f 1 "/proc/$service/schedstat")
	used=$(sql "SELECT si * 1e9 FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0")
	awk -v u="$used" -v t=$((after - before)) 'BEGIN { exit !(u > 2e6 && u <= t + 1e6) }'
	[ "$(sql 'SELECT joules > 0 FROM v_phase WHERE phase_ordinal = 0')" = 1 ]
}

@test "the counters of each known server are found by themselves" {
	for form in sglang tgi trtllm; do
		rm -f port "$db"
		serve "$form"
		ask 100000
		for seconds in 1.5 3 6 12; do
			rm -f "$db"*
			joulecart attach -q --pid "$service" --for "$seconds" --queries-url "$url/metrics" -o "$db"
			# fewer: a busy machine
			[ "$(sql 'SELECT coalesce(queries, 0) FROM trial')" -le 5 ] || break
		done
		[ "$(sql 'SELECT coalesce(queries, 0) FROM trial')" -gt 5 ]
		[ "$form" = trtllm ] ||
			is "$(unit 'generated tokens')" "$(sql 'SELECT 20 * queries FROM trial')"
		kill "$service"
	done
	is "$(sql 'SELECT count(*) FROM v_unit')" 0
}

@test "a counter is named with its labels; one that is not there is an error with near names" {
	serve own
	ask 100000
	for seconds in 1 2 4 8 16; do
		rm -f "$db"*
		joulecart attach -q --pid "$service" --for "$seconds" -o "$db" \
			--queries-url "$url/metrics#shop_answers_total{kind=\"compare\"}"
		# none: a busy machine let the service answer only once
		[ "$(sql 'SELECT coalesce(queries, 0) FROM trial')" -le 1 ] || break
	done
	[ "$(sql 'SELECT coalesce(queries, 0) FROM trial')" -gt 0 ]
	run -1 --separate-stderr joulecart attach --pid "$service" --for 1 --queries-url "$url/metrics#shop_answer_total" -o "$db"
	has "$stderr" "no counter 'shop_answer_total' \(near it are: shop_answers_total"
	run -1 --separate-stderr joulecart attach --pid "$service" --for 1 --queries-url "$url/metrics#shop_answers_total{kind=\"x\"}" -o "$db"
	has "$stderr" 'with the labels kind="x"'
	run -1 --separate-stderr joulecart attach --pid "$service" --for 1 --queries-url "$url/metrics" -o "$db"
	has "$stderr" 'no server that is known'
	run -1 --separate-stderr joulecart attach --pid "$service" --for 1 --queries-url "$url/huge#x" -o "$db"
	has "$stderr" 'larger than 16 MB'
	run -1 --separate-stderr joulecart attach --pid "$service" --for 1 --queries-url "$url/nul#x" -o "$db"
	has "$stderr" 'no page of metrics'
	run -1 --separate-stderr joulecart attach --pid "$service" --for 1 --queries-url "$url/moved#x" -o "$db"
	has "$stderr" 'no page of metrics'
	run -1 joulecart attach --pid "$service" --for 1 --queries-url "file:///etc/passwd#x" -o "$db"
	run -1 joulecart attach --pid "$service" --for 1 --queries-url "http://127.0.0.1:1/metrics#x" -o "$db"
	is "$(sql 'SELECT count(*) FROM trial')" 1
}

@test "a service that is started again is counted on, and that is said" {
	serve own
	ask 100000
	"$JOULECART" attach -q --pid $$ --for 15 --queries-url "$url/metrics#shop_answers_total" -o "$db" 3>&- &
	attach=$!
	until_so 30 has_readings 1
	sleep 4 # looks are a second apart: the new service must not have caught up at the next
	kill "$service" && wait "$service" || true
	serve own
	wait "$attach"
	[ "$(sql 'SELECT queries FROM trial')" -gt 20 ]
	has "$(sql "SELECT group_concat(why) FROM gap WHERE collector = 'metrics'")" 'counters began anew 1 time:'
}

@test "a series that is no number now and then is not counted again each time, and that is said" {
	serve flicker
	ask 100000
	joulecart attach -q --pid "$service" --for 5 -o "$db" --queries-url "$url/metrics#shop_answers_total"
	[ "$(sql 'SELECT queries FROM trial')" -gt 5 ]
	[ "$(sql 'SELECT queries FROM trial')" -lt 100000 ]
	has "$(sql "SELECT group_concat(why) FROM gap WHERE collector = 'metrics'")" 'was missing or no number'
}

@test "a service that goes on has no exit status" {
	sleep 100 3>&- &
	pids+=($!)
	run -0 joulecart attach --pid "${pids[0]}" --for 0.3 -o "$db"
	has "${lines[0]}" '^joulecart: [0-9.]+ s, attached$'
}

@test "it ends with the process, and with a signal, and keeps what it measured" {
	"$AWAIT" 120 test -e go 3>&- &
	"$JOULECART" attach -q --pid $! -o "$db" 3>&- &
	attach=$!
	until_so 30 has_readings 1
	touch go
	ends_with 0 "$attach"
	sleep 600 3>&- &
	service=$!
	pids+=("$service")
	# a background job of a script ignores SIGINT
	env --default-signal=INT "$JOULECART" attach -q --pid "$service" -o "$db" 3>&- &
	attach=$!
	until_so 60 eval '[ "$(sql "SELECT count(*) FROM trial" 2>/dev/null)" = 2 ]'
	sleep 0.5
	kill -INT "$attach"
	ends_with 0 "$attach"
	kill -0 "$service"
	is "$(sql "SELECT group_concat(state) FROM trial")" complete,complete
}

# as_much EVENT: the CPU time that the events of the service counted is what /proc or its group says, but for the
# ticks of that and the moments between two readings.
as_much() {
	awk -v a="$(sql "SELECT si FROM v_rollup WHERE channel = '$1' AND phase_ordinal = 0")" \
		-v b="$(sql "SELECT si FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0")" \
		'BEGIN { d = a - b; print a, b; exit !(a > 0.05 && (d < 0 ? -d : d) < 0.05 + 0.05 * b) }'
}

# need_events EVENTS: where this user may count them.
need_events() {
	joulecart attach -q --pid $$ --events "$1" --for 0.1 -o events.db
	[ "$(sqlite3 events.db "SELECT count(*) FROM gap WHERE collector = 'hwevents'")" = 0 ] ||
		skip "$(sqlite3 events.db "SELECT why FROM gap WHERE collector = 'hwevents'")"
}

@test "a service's events are those of all its threads and of what they start" {
	need_events task-clock,page-faults,context-switches
	python3 -c 'import subprocess, threading, time
def work(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end: pass
thread = threading.Thread(target=work, args=(1e9,), daemon=True)
thread.start()
child = subprocess.Popen("timeout 60 yes".split(), stdout=subprocess.DEVNULL)
open("works", "w").close()
while True:
    bytearray(1 << 22) # which the system has to fill with pages
    threading.Thread(target=work, args=(0.02,)).start()
    subprocess.run(["sh", "-c", "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done"])' 3>&- &
	service=$!
	pids+=("$service")
	until_so 30 test -e works
	pids+=("$(cut -d ' ' -f 1 "/proc/$service/task/$service/children")")
	joulecart attach -q --pid "$service" --for 2 -o "$db"
	as_much task-clock
	[ "$(sql "SELECT si > 0 FROM v_rollup WHERE channel = 'page-faults' AND phase_ordinal = 0")" = 1 ]
	[ "$(sql "SELECT si > 0 FROM v_rollup WHERE channel = 'context-switches' AND phase_ordinal = 0")" = 1 ]
	run -0 joulecart verify "$db"
}

@test "the events of another user's service are refused with a reason" {
	[ "$(id -u)" = 0 ] || skip 'root alone may be somebody else'
	[ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt -1 ] || skip 'everybody may here'
	sleep 60 3>&- &
	pids+=($!)
	theirs=$(mktemp -d /tmp/attach.XXXXXX) # the tests' own folder is closed to others
	chmod 777 "$theirs"
	run -0 env HOME="$theirs" setpriv --reuid 65534 --regid 65534 --clear-groups "$JOULECART" attach -q \
		--pid $! --events page-faults --for 0.2 -o "$theirs/other.db"
	sqlite3 "$theirs/other.db" "SELECT why, todo FROM gap WHERE collector = 'hwevents'" >gaps
	rm -r "$theirs"
	has "$(cat gaps)" "'page-faults': permission denied"
	has "$(cat gaps)" "run joulecart attach as the service's user"
}

@test "a control group is measured over the service's restart" {
	group=/sys/fs/cgroup
	[ "$(stat -f -c %T $group)" = cgroup2fs ] || group=$group/unified
	group=$group/test-attach-$$
	mkdir "$group" 2>/dev/null || skip 'no control group can be made here'
	busy() { sh -c "echo \$\$ >$group/cgroup.procs; exec timeout $1 sh -c 'while :; do :; done'" 3>&- & }
	busy 10
	first=$!
	sleep 0.3
	"$JOULECART" attach -q --cgroup "test-attach-$$" --for 4 -o "$db" 3>&- &
	attach=$!
	until_so 30 has_readings 1
	kill "$first" && wait "$first" || true
	until_so 10 rmdir "$group" 2>/dev/null
	sleep 0.5
	mkdir "$group"
	busy 10
	pids+=($!)
	wait "$attach"
	used=$(sql "SELECT si FROM v_rollup WHERE channel = 'tree' AND phase_ordinal = 0")
	kill "$!" 2>/dev/null
	awk -v u="$used" 'BEGIN { exit !(u > 0.02 && u < 4) }'
	has "$(sql "SELECT group_concat(why) FROM gap WHERE collector = 'cputime'")" 'started again 1 time;'
	# The events of both, where the kernel lets them be counted: the second group's from when it was seen, the first
	# one's to its end, of which the CPU time lacks what came after the last reading.
	counted=$(sql "SELECT si FROM v_rollup WHERE channel = 'task-clock' AND phase_ordinal = 0")
	if [ -n "$counted" ]; then
		awk -v c="$counted" -v u="$used" 'BEGIN { exit !(c > 0.02 && c < u + 0.5) }'
		has "$(sql "SELECT group_concat(why) FROM gap WHERE collector = 'hwevents'")" 'started again 1 time:'
	fi
	until_so 10 rmdir "$group" 2>/dev/null
}

@test "what is not there is refused with its reason" {
	run -1 --separate-stderr joulecart attach --pid 4194303 --for 1
	has "$stderr" 'cannot attach to process 4194303: no such process'
	run -1 --separate-stderr joulecart attach --cgroup no/such --for 1
	has "$stderr" "cannot attach to control group 'no/such'"
	# a folder that is none, where whoever reads the file would wait for ever
	mkdir fake && mkfifo fake/cpu.stat
	run -1 --separate-stderr timeout 60 "$JOULECART" attach --cgroup "/sys/fs/cgroup/../../..$PWD/fake" --for 1
	has "$stderr" 'it is no control group of version 2'
	run -1 --separate-stderr joulecart attach --unit no-such-thing --for 1
	has "$stderr" "cannot attach to unit 'no-such-thing'"
	run -2 joulecart attach --for 1
	run -2 joulecart attach --pid 1 --unit x --for 1
	[ ! -e joulecart.db ]
}

@test "what did nothing drew nothing by an estimate, and verifies" {
	sleep 60 3>&- &
	pids+=($!)
	run -0 joulecart attach -q --pid $! --for 0.2 -o "$db"
	run -0 joulecart verify "$db"
}

@test "who started the process says how it ended, and its signals end nothing before" {
	run -0 python3 - "$JOULECART" "$db" <<-'END'
		import signal, socket, subprocess, sys, time
		def measure(words):
		    here, there = socket.socketpair()
		    task = subprocess.Popen(["sleep", "60"])
		    run = subprocess.Popen([sys.argv[1], "attach", "-q", "--pid", str(task.pid), "--starter",
		                            str(there.fileno()), "-o", sys.argv[2]], pass_fds=[there.fileno()])
		    there.close()
		    assert here.recv(100) == b"measuring\n"
		    run.send_signal(signal.SIGTERM)
		    time.sleep(0.3)
		    assert run.poll() is None
		    task.kill(); task.wait()
		    here.sendall(words)
		    here.shutdown(socket.SHUT_WR)
		    assert here.recv(100) == b""
		    assert run.wait() == 0
		for words in b"exit 3\n", b"signal 9\n", b"", b"exit 3000\n", b"x" * 31:
		    measure(words)
	END
	is "$(sql "SELECT group_concat(coalesce(exit_code, '-') || coalesce(exit_signal, '-'), ' ') FROM trial")" \
		'3- -9 -- -- --'
	run -2 joulecart attach --cgroup / --starter 0
	has "$output" 'only a process is started by somebody'
}
