#!/usr/bin/env bats
# Phases and queries of a program that cannot be changed, found in what it prints.
load ../helper

# watched OPTION... -- COMMAND [ARG]...
watched() {
	rm -f "$db"
	"$JOULECART" run -q -o "$db" "$@"
}

gaps() {
	sql "SELECT why FROM gap WHERE collector = 'markers'"
}

@test "lines begin and end phases, and count queries, on either stream" {
	need_machines
	cat >program <<-'END'
		echo loading
		echo 'epoch 1 begin'; for i in 1 2 3; do echo "answered $i"; done; sleep 1; echo done >&2
		echo 'epoch 2 begin' >&2; sleep 0.5; echo 'answered 4'; echo done
		echo 'answered 5'
	END
	run -0 on constant "$JOULECART" run -q -o "$db" --phase-pattern 'load=^loading' \
		--phase-pattern 'steady=^epoch \d+ begin' --phase-end '^done$' \
		--query-pattern '^answered' -- sh program
	is "$(sql "SELECT group_concat(name || ' ' || ifnull(queries, '-'), ', ') FROM phase
	           WHERE ordinal > 0 ORDER BY ordinal")" 'load -, steady 3, steady 1'
	within 2 "$(sql "SELECT sum(joules) / sum(seconds) FROM v_phase WHERE phase = 'steady'")" 100
	is "$(sql 'SELECT span, queries FROM v_query')" 'steady|4'
	is "$(sql 'SELECT queries FROM trial')" 5
	is "$(gaps)" ''
	run -0 joulecart verify "$db"
}

@test "how late a line may have been seen widens its phase's interval" {
	need_machines
	on constant "$JOULECART" run -q -o "$db" --phase-pattern 'steady=^go' -- sh -c 'echo go; sleep 1'
	[ "$(sql 'SELECT begin_early_ns > 0 FROM phase WHERE ordinal = 1')" = 1 ]
	edge="SELECT edge_j FROM v_energy WHERE phase_ordinal = 1 AND channel = 'package-0'"
	before=$(sql "$edge")
	sqlite3 "$db" 'UPDATE phase SET begin_early_ns = begin_early_ns + 100000000 WHERE ordinal = 1'
	# 0.1 s of three times what was drawn: 100 W, and on a busy machine what the readings' times make of it
	watts=$(sql "SELECT watts FROM v_energy WHERE phase_ordinal = 1 AND channel = 'package-0'")
	within 1 "$(awk -v a="$(sql "$edge")" -v b="$before" 'BEGIN { print a - b }')" \
		"$(awk -v w="$watts" 'BEGIN { print 0.1 * 3 * w }')"
}

@test "a group that holds a number says how many queries the line stands for" {
	watched --query-pattern 'answered (\d+) of' -- sh -c 'echo answered 30 of 90; echo answered 60 of 90'
	is "$(sql 'SELECT queries FROM trial')" 90
}

@test "output passes byte for byte, whatever it holds" {
	head -c 3000000 /dev/urandom >bytes
	watched --phase-pattern 'a=^x' --query-pattern y -- cat bytes >out
	cmp bytes out
	printf 'no end' >bytes
	watched --query-pattern 'no end$' -- cat bytes >out
	cmp bytes out
	is "$(sql 'SELECT queries FROM trial')" 1
	watched --query-pattern x -- sh -c 'cat bytes; cat bytes >&2' >out 2>errors
	cmp bytes out && cmp bytes errors
}

@test "standard output and standard error keep their order where they are one file" {
	# shellcheck disable=SC2016 # expands there
	watched --query-pattern x -- sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done' >both 2>&1
	is "$(tr -d '\n' <both)" o1e1o2e2o3e3o4e4o5e5o6e6o7e7o8e8o9e9
}

@test "a program sees a terminal where joulecart has one, and a pipe where it has none" {
	seen='[ -t 1 ] && echo terminal || echo pipe; stty size <&1 2>/dev/null; true'
	run -0 watched --query-pattern x -- sh -c "$seen"
	is "$output" pipe
	# shellcheck disable=SC2016 # expands there
	run -0 python3 -c 'import os, pty, sys, fcntl, termios, struct
out = b""
def read(fd):
    global out
    data = os.read(fd, 1024)
    out += data
    return data
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try:
        data = os.read(fd, 1024)
    except OSError:
        break
    if not data: break
    out += data
os.waitpid(pid, 0)
print(out)' "$JOULECART" run -q -o "$db" --query-pattern 'terminal' -- sh -c "$seen"
	is "$output" "b'terminal\\r\\n33 77\\r\\n'"
	is "$(sql 'SELECT queries FROM trial ORDER BY trial_id DESC LIMIT 1')" 1
}

@test "who reads the output may go: the program ends as it would have without joulecart" {
	run -0 timeout 20 bash -c "'$JOULECART' run -q -o '$db' --query-pattern x -- yes | head -n 1"
	is "$output" y
	is "$(sql 'SELECT exit_signal FROM trial')" 13
}

@test "a reader that reads no more is waited for, until joulecart is told to end" {
	mkfifo stalled
	exec 8<>stalled
	for order in TERM HUP; do
		rm -f ran "$db"
		"$JOULECART" run -q -o "$db" --query-pattern x -- \
			sh -c 'head -c 80000 /dev/zero; touch ran' >stalled 3>&- 8>&- &
		until_so 30 test -e ran
		kill -s "$order" $!
		wait $! || true # by the signal, where the command itself had not quite ended
		has "$(gaps)" 'nobody read the end of the output'
		has "$(sql 'SELECT why_incomplete FROM trial')" "interrupted by SIG$order"
		run -0 joulecart verify "$db"
		dd bs=64k count=1 iflag=nonblock of=/dev/null <&8 status=none
	done
}

@test "who does not read standard output holds up nothing of standard error" {
	mkfifo stalled
	exec 8<>stalled
	"$JOULECART" run -q -o "$db" --query-pattern x -- \
		sh -c 'head -c 500000 /dev/zero & sleep 0.2; echo said >&2; wait' >stalled 2>errors 3>&- 8>&- &
	run_pid=$!
	until_so 30 grep -q said errors
	cat stalled >all 3>&- 8>&- &
	reader=$!
	ends_with 0 "$run_pid"
	exec 8>&-
	wait "$reader"
	is "$(stat -c %s all)" 500000
}

@test "a terminal that is suspended, and a run that is, lose nothing of the output" {
	cat >suspended.py <<-'END'
		import os, pty, signal, sys, time
		pid, fd = pty.fork()
		if pid == 0:
		    os.execvp(sys.argv[1], sys.argv[1:])
		out, n_stops = b"", 0
		while True:
		    if n_stops < 3 and len(out) > 20000 * n_stops:
		        # Nobody reads: the command and joulecart block in their writes. Then both are stopped, too.
		        time.sleep(0.3)
		        os.kill(pid, (signal.SIGTSTP, signal.SIGSTOP, signal.SIGTSTP)[n_stops])
		        time.sleep(0.3)
		        os.kill(pid, signal.SIGCONT)
		        n_stops += 1
		    try:
		        data = os.read(fd, 1024)
		    except OSError:
		        break
		    if not data:
		        break
		    out += data
		status = os.waitpid(pid, 0)[1]
		print(n_stops, status, out.count(b"\n"), out.split()[-1].decode())
	END
	run -0 python3 suspended.py "$JOULECART" run -q -o "$db" --query-pattern '^[0-9]*0$' -- seq 1 20000
	is "$output" '3 0 20000 20000'
	is "$(sql 'SELECT queries FROM trial')" 2000
}

@test "a slow reader gets all of it" {
	head -c 300000 /dev/urandom >bytes
	watched --query-pattern x -- cat bytes | python3 -c 'import os, time
while data := os.read(0, 4096):
    os.write(1, data)
    time.sleep(0.01)' >out
	cmp bytes out
	is "$(gaps | grep -c 'nobody read')" 0
}

@test "what was left behind and never stops writing does not keep joulecart" {
	mkfifo slow
	# never as fast as it writes
	python3 -c 'import os, time
while os.read(0, 4096): time.sleep(0.005)' <slow 3>&- &
	reader=$!
	"$JOULECART" run -q -o "$db" --query-pattern x -- \
		sh -c '(trap "" TERM; touch writes; exec yes) & exit 0' >slow 3>&- &
	run=$!
	until_so 30 test -e writes
	# the command itself has ended, and only what it left behind runs
	until_so 30 bash -c "! pgrep -P $run -x sh"
	kill "$run"
	ends_with 143 "$run"
	wait "$reader"
}

@test "a line without end costs no memory, and a zero in it hides nothing" {
	limit='ulimit -v 600000'
	bash -c "$limit; '$JOULECART' --version" >/dev/null 2>&1 || limit=: # a sanitizer reserves more
	run -0 --separate-stderr bash -c "$limit; '$JOULECART' run -q -o '$db' --query-pattern 'x\$' -- \
		sh -c 'head -c 700000000 /dev/zero; echo; printf \"\\0x\\n\"' | wc -c"
	is "$output" 700000004
	is "$(sql 'SELECT queries FROM trial')" 1
}

@test "a pattern that matches nothing, or takes too long, is said" {
	watched --phase-pattern 'steady=^never' -- echo hello
	has "$(gaps)" "no line of the output matches 'steady=\^never'"
	watched --query-pattern '^(a+)+$' -- sh -c "printf '%s!\n' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	has "$(gaps)" '1 lines took a pattern too many steps'
}

@test "a program that writes in blocks is said to be late" {
	watched --query-pattern '^answered' -- sh -c "yes answered | head -c 8192"
	has "$(gaps)" 'writes its output in blocks'
}

@test "a wrong pattern is refused before the command runs" {
	run -125 --separate-stderr watched --phase-pattern 'steady=(' -- touch ran
	has "$stderr" "cannot look for lines '\(': missing closing parenthesis.* at character 2"
	run -125 --separate-stderr watched --phase-pattern '^begin' -- touch ran
	has "$stderr" 'a name of 1 to 31 bytes'
	run -125 watched --queries-from json: -- touch ran
	[ ! -e ran ]
}

# queries_from WHERE COMMAND: the trial's queries
queries_from() {
	watched --queries-from "$1" -- sh -c "$2" >out
	sql "SELECT ifnull(queries, 'none: ' || (SELECT why FROM gap WHERE collector = 'markers')) FROM trial"
}

@test "the number of queries is read where the program left it" {
	is "$(queries_from last-number 'echo served 1,234 of int8 in 2.5 s')" 1234
	is "$(queries_from json:stats.requests 'echo "{\"stats\": {\"requests\": 77}}"; echo bye')" 77
	is "$(cat out)" "$(printf '{"stats": {"requests": 77}}\nbye')"
	is "$(queries_from count 'echo 42 >count')" 42
	local missing="none: cannot read the number of queries from"
	has "$(queries_from count true)" "$missing 'count': it was not written in this run"
	has "$(queries_from json:n 'echo "{}"')" "$missing 'n': no line of the output is a JSON object that has it"
	has "$(queries_from last-number 'echo int8 -3 0')" "$missing the last number: no line"
	mkfifo pipe
	has "$(queries_from pipe true)" "$missing 'pipe': it is no file"
}

@test "each trial has its own phases and queries" {
	watched --trials 3 --phase-pattern 'steady=^go' --query-pattern '^q' -- sh -c 'echo go; echo q; echo q'
	is "$(sql 'SELECT group_concat(queries) FROM trial')" 2,2,2
	is "$(sql "SELECT count(*), sum(queries) FROM phase WHERE name = 'steady'")" '3|6'
}
