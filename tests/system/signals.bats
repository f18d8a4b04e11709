#!/usr/bin/env bats
# What joulecart makes of signals, and of the state in which it was started.
load ../helper

# A command that needs half a second to end well.
write_job() {
	cat >job <<-'END'
		trap 'echo asked >>asked; sleep 0.5; echo ended >ended; exit 0' INT TERM
		echo $$ >ready
		for i in $(seq 6000); do sleep 0.02; done
		echo "no signal came" >&2
	END
}

state() {
	sql 'SELECT state FROM trial'
}

@test "the same signal twice at once is one request: the command ends as it wants to" {
	write_job
	"$JOULECART" run -q -o "$db" -- sh job 3>&- &
	pid=$!
	until_so 10 test -s ready
	kill -TERM "$pid"
	until_so 10 test -e asked
	kill -TERM "$pid" # timeout(1) signals joulecart and then its whole group
	ends_with 0 "$pid"
	[ -e ended ]
	is "$(wc -l <asked)" 1
	is "$(state)" incomplete
}

@test "an interrupted run is not repeated, and exits with 128+N where the command did well" {
	write_job
	env --default-signal=INT "$JOULECART" run -q -r 3 -o "$db" -- sh job 3>&- &
	pid=$!
	until_so 10 test -s ready
	kill -INT "$pid"
	ends_with 130 "$pid"
	[ -e ended ]
	is "$(sql 'SELECT count(*) FROM trial')" 1
}

@test "run ends when its parent ignored SIGCHLD, and so does the command find it" {
	run -0 timeout 20 env --ignore-signal=CHLD "$JOULECART" run -q -o "$db" -- \
		grep SigIgn /proc/self/status 3>&-
	is "$output" "$(timeout 20 env --ignore-signal=CHLD grep SigIgn /proc/self/status)"
	is "$(state)" complete
}

@test "a signal that was ignored when run began stays ignored, for the command too" {
	env --ignore-signal=HUP "$JOULECART" run -q -o "$db" -- \
		sh -c 'echo >ready; "$AWAIT" 120 test -e go; kill -HUP $$; exit 5' 3>&- &
	pid=$!
	until_so 10 test -e ready
	kill -HUP "$pid"
	touch go
	ends_with 5 "$pid"
	is "$(state)" complete
}

@test "an interrupted bench exits with 128+N" {
	XDG_DATA_HOME=$PWD env --default-signal=INT "$JOULECART" bench --variants teacher -o "$db" \
		>/dev/null 2>messages 3>&- &
	pid=$!
	until_so 20 sh -c "[ \"\$(sqlite3 $db 'SELECT count(*) FROM stretch' 2>&1)\" -gt 3 ] 2>/dev/null"
	kill -INT "$pid"
	ends_with 130 "$pid"
	has "$(cat messages)" 'interrupted'
}

@test "a signal when only a daemon is left ends the trial, marked, and leaves the daemon" {
	"$JOULECART" run -q -o "$db" -- \
		sh -c 'setsid sleep 60 >/dev/null 2>&1 & echo $! >daemon; echo $$ >ready' 3>&- &
	pid=$!
	until_so 10 test -s ready
	until_so 10 test ! -e "/proc/$(cat ready)"
	kill -TERM "$pid"
	ends_with 143 "$pid"
	kill "$(cat daemon)"
	is "$(state)" incomplete
	has "$(sql 'SELECT why_incomplete FROM trial')" 'SIGTERM while background processes of the command still ran'
}

@test "children that run was born with are not waited for" {
	run -0 timeout 20 sh -c 'sleep 60 >/dev/null 2>&1 & echo $! >sleeper
		exec "$0" run -q -o "$1" -- sh -c "exit 0"' "$JOULECART" "$db" 3>&-
	kill "$(cat sleeper)"
	is "$(state)" complete
}

@test "without a PATH, a command is found where execvp finds it" {
	run -0 env -u PATH "$JOULECART" run -q -o "$db" -- true
}

@test "a file size limit is a full disk to joulecart, and what it was to the command" {
	run -125 --separate-stderr bash -c 'ulimit -f 8; "$0" run -o "$1" -- true' "$JOULECART" "$db"
	has "$stderr" '^joulecart: cannot'
	run -153 bash -c 'ulimit -f 4000; "$0" run -q -o "$1" -- dd bs=1M count=9 if=/dev/zero of=big' \
		"$JOULECART" other.db
}

@test "a command that outlives the signal has 5 s, then all that it started gets the signal too" {
	# a shell runs its trap when its own command has ended, and of that one nobody told
	write_job
	"$JOULECART" run -q -o "$db" -- bash -c 'trap "echo trapped >trapped" TERM; sh -c "sh job; :"; exit 7' 3>&- &
	pid=$!
	until_so 10 test -s ready
	kill -TERM "$pid"
	ends_with 7 "$pid"
	[ -e trapped ]
	[ -e ended ]
	is "$(wc -l <asked)" 1
	is "$(state)" incomplete
}

@test "a signal to joulecart alone reaches what the command leaves behind as it dies of it" {
	SECONDS=0
	run timeout --foreground 1 "$JOULECART" run -q -o "$db" -- sh -c 'sleep 30; :' 3>&-
	[ "$SECONDS" -lt 20 ]
	is "$(state)" incomplete
	# and what that leaves behind in turn
	SECONDS=0
	run timeout --foreground 1 "$JOULECART" run -q -o "$db" -- \
		sh -c 'sh -c "sh -c \"sleep 30; :\"; :"; :' 3>&-
	[ "$SECONDS" -lt 20 ]
	# each is asked once, and may take its time to end well
	write_job
	run timeout --foreground 1 "$JOULECART" run -q -o "$db" -- sh -c 'sh job; :' 3>&-
	[ -e ended ]
	is "$(wc -l <asked)" 1
}
