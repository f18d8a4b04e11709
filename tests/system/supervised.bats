#!/usr/bin/env bats
# What each test file runs under: nothing of a test outlives it, and a test that waits for what it
# left behind does not hold up the whole suite.
load ../helper
SUPERVISE=${SUPERVISE:-$TESTS_SOURCE/tests/supervise}

# is_gone PID: it has ended, or nobody has waited for it yet.
is_gone() {
	! grep -q '^State:.[^Z]' "/proc/$1/status" 2>/dev/null
}

@test "what a test leaves behind is named and killed, in a session of its own, too" {
	run -3 "$SUPERVISE" 60 sh -c 'sh -c "sleep 1000 & echo \$! >one; exec sleep 1000" & setsid sleep 1000 & echo $! >other; "$AWAIT" 50 test -s one; exit 3'
	has "$output" '# left running: process [0-9]*, child of [0-9]*: sleep 1000'
	until_so 20 is_gone "$(cat one)"
	until_so 20 is_gone "$(cat other)"
}

@test "no name of a process hides it" {
	run -0 "$SUPERVISE" 60 python3 -c 'import ctypes, os, time
if os.fork() == 0:
    os.setsid()
    ctypes.CDLL(None).prctl(15, b"a\nb) S 1", 0, 0, 0) # PR_SET_NAME
    open("hidden", "w").write(str(os.getpid()))
    time.sleep(1000)
while not os.path.exists("hidden") or not open("hidden").read():
    time.sleep(0.05)'
	has "$output" 'left running'
	until_so 20 is_gone "$(cat hidden)"
}

@test "a test that waits for its orphan goes on, one that waits for ever is ended" {
	run -124 "$SUPERVISE" 3 sh -c 'sh -c "exec sleep 1000 >fifo & " ; mkfifo fifo; echo "$(cat fifo)waited"; exec sleep 1000'
	has "$output" 'an orphan, ended after two thirds of the time: .*'
	has "$output" 'waited'
	has "$output" 'still running at the limit: .*sleep 1000'
	has "$output" 'Bail out! no end after 3 s'
}

@test "signals are as usual, whatever the caller ignores" {
	run -0 bash -c 'trap "" HUP INT QUIT PIPE; exec "$0" 60 grep SigIgn /proc/self/status' "$SUPERVISE"
	has "$output" '[08]0000000$' # signals 32 and 33 are the C library's own
}

@test "the environment is one, whatever the caller's is" {
	local -a kept=(HOME="$HOME" PATH="$PATH" "$SUPERVISE" 60 env)
	env -i SHELL=/bin/bash TERM=dumb LC_ALL=de_DE COLUMNS=40 TZ=Asia/Tokyo NO_COLOR=1 "${kept[@]}" | sort >one
	env -i "${kept[@]}" | sort >other
	cmp one other
	grep -qx 'SHELL=/bin/sh' one
}
