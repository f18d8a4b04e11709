#!/usr/bin/env bats
# Programs that the command did not start, and that would keep it from marking or joulecart from sampling.
load ../helper

export MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ -z "$knocker" ] || kill "$knocker" 2>/dev/null || true
}

@test "who knocks for ever and keeps every place keeps neither a mark nor a tick away" {
	# In a network namespace of its own, so that it finds no other run's socket and no other test is knocked at.
	unshare --net true 2>/dev/null || skip 'no network namespaces'
	cat >both <<-'END'
		("$TESTS_SOURCE/tests/fakes/marking/knock.py" in 3>&- & echo $! >knocker)
		exec "$JOULECART" run -q --rate 100 -o a.db -- bash -c '
			"$AWAIT" 120 test -e in || exit
			exec "$MARKING_PROGRAM" steady 0.1 7'
	END
	run -0 unshare --net bash both
	knocker=$(<knocker)
	is "$(sqlite3 a.db "SELECT name, queries FROM phase WHERE name = 'steady'")" 'steady|7'
	has "$(sqlite3 a.db "SELECT why FROM gap WHERE collector = 'markers'")" 'connections? of processes that the command did not start w(as|ere) refused'
	[ "$(sqlite3 a.db 'SELECT ticks FROM trial')" -gt 2 ]
}

@test "the socket for marks is its user's alone, whatever the umask, and goes with the run" {
	# shellcheck disable=SC2016 # expands there
	ask='folder=$(dirname "$JOULECART_MARKER_SOCKET"); echo "$folder" >folder
		stat -c %a "$folder"; stat -c %F,%a "$JOULECART_MARKER_SOCKET"; "$JOULECART" mark metric top1 0.5'
	for mask in 022 777; do
		touch a.db folder
		# what the shell makes itself is made before
		run -0 bash -c "umask $mask"'; exec "$JOULECART" run -q -o a.db -- bash -c "$1"' - "$ask"
		is "$output" $'700\nsocket,600'
		[ ! -e "$(<folder)" ]
		has "$(<folder)" '/joulecart-'
	done
	is "$(sqlite3 a.db 'SELECT group_concat(value) FROM metric')" '0.5,0.5'
	mkdir -m 755 open; mkdir -m 700 own
	XDG_RUNTIME_DIR=$PWD/own run -0 "$JOULECART" run -q -o b.db -- printenv JOULECART_MARKER_SOCKET
	has "$output" "^$PWD/own/joulecart-"
	XDG_RUNTIME_DIR=$PWD/open run -0 "$JOULECART" run -q -o b.db -- printenv JOULECART_MARKER_SOCKET
	has "$output" '^/tmp/joulecart-'
	is "$(find own open -mindepth 1)" ''
}

@test "what was left behind and marks for ever, as if before the end, does not keep joulecart" {
	local most=200 floods=8
	! is_sanitized || most=800 floods=2 # it reads them that much slower, and must read all that came before
	timeout "$most" "$JOULECART" run -q -o a.db -- "$MARKING_PROGRAM" flood "$floods" </dev/null >/dev/null 2>&1 3>&- &
	local run=$! status=0
	until_so 60 test -e flooding
	kill "$run"
	wait "$run" || status=$?
	is "$status" 143 # not 124, timeout's
	is "$(sqlite3 a.db "SELECT value FROM metric WHERE name = 'top1'")" 0.5
}

@test "what a killed run has left goes with the next run, what a run still uses does not" {
	mkdir -m 700 own
	export XDG_RUNTIME_DIR=$PWD/own
	"$JOULECART" run -q -o a.db -- bash -c 'echo "${JOULECART_MARKER_SOCKET%/*}" >first; echo $$ >left; exec sleep 600' 3>&- &
	local killed=$!
	until_so 60 test -s first
	mkfifo go
	"$JOULECART" run -q -o b.db -- bash -c 'echo "${JOULECART_MARKER_SOCKET%/*}" >second; read -r _ <go; "$JOULECART" mark metric kept 1' 3>&- &
	local living=$!
	until_so 60 test -s second
	kill -KILL "$killed"
	wait "$killed" || :
	kill "$(<left)" || : # which the kill may have left
	[ -d "$(<first)" ]
	run -0 "$JOULECART" run -q -o c.db -- true
	[ ! -e "$(<first)" ]
	[ -d "$(<second)" ]
	echo >go
	wait "$living"
	is "$(sqlite3 b.db 'SELECT value FROM metric')" '1.0'
	is "$(find own -mindepth 1)" ''
}

@test "another user cannot reach it" {
	setpriv --reuid 65534 --clear-groups true 2>/dev/null || skip 'cannot become another user'
	# shellcheck disable=SC2016 # expands there
	run -0 "$JOULECART" run -q -o a.db -- setpriv --reuid 65534 --clear-groups bash -c '
		exec 2>&1; ls "${JOULECART_MARKER_SOCKET%/*}"; printf x >>"$JOULECART_MARKER_SOCKET-lost"; true'
	is "$(grep -c 'Permission denied' <<<"$output")" 2
}

@test "a mark that cannot be sent is counted, from each language" {
	# A socket that nobody serves, with all that may wait there.
	cat >full.py <<-'END'
		import os, socket, subprocess, sys
		door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		door.bind("marks")
		door.listen(0)
		waiting = []
		try:
		    while True:
		        waiting.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
		        waiting[-1].setblocking(False)
		        waiting[-1].connect("marks")
		except BlockingIOError:
		    pass
		os.environ["JOULECART_MARKER_SOCKET"] = os.path.abspath("marks")
		open("marks-lost", "w").close()
		sys.exit(subprocess.run(sys.argv[1:]).returncode)
	END
	export PYTHONPATH=$TESTS_SOURCE/bindings/python PYTHONDONTWRITEBYTECODE=1 marking=$TESTS_SOURCE/tests/fakes/marking
	lost() { # STATUS COMMAND...
		rm -f marks marks-lost
		run "-$1" python3 full.py "${@:2}"
		[ -s marks-lost ]
	}
	lost 3 "$MARKING_PROGRAM" steady 0 7
	lost 0 python3 -c 'import joulecart; joulecart.metric("top1", 0.5); assert joulecart.dropped() == 1'
	is "$(stat -c %s marks-lost)" 1
	lost 0 "$JOULECART" mark metric top1 0.5
	has "$output" 'joulecart: the mark is lost: joulecart run does not take it'
	is "$(stat -c %s marks-lost)" 1
	! command -v node >/dev/null || lost 0 node -e 'require(process.env.TESTS_SOURCE + "/bindings/node").metric("top1", 0.5)'
}

@test "the report says how many marks could not be sent" {
	# shellcheck disable=SC2016 # expands there
	run -0 "$JOULECART" run -q -o a.db -- bash -c 'printf xxx >>"$JOULECART_MARKER_SOCKET-lost"'
	is "$(sqlite3 a.db "SELECT why FROM gap WHERE collector = 'markers'")" \
		'3 marks could not be sent, and are lost: a phase without its end has no queries'
	run -0 "$JOULECART" report a.db
	has "${output//$'\n'/}" '3 marks could not be sent'
}

# The begin may be one of the lost: its end is not refused, as one of a name that never began is.
@test "an end whose begin may be lost is not told of by itself" {
	# shellcheck disable=SC2016 # expands there
	run -0 "$JOULECART" run -q -o a.db -- bash -c 'printf x >>"$JOULECART_MARKER_SOCKET-lost"; "$0" mark end steady' "$JOULECART"
	has_not "$(sqlite3 a.db "SELECT why FROM gap WHERE collector = 'markers'")" 'had not begun'
	run -0 "$JOULECART" run -q -o b.db -- "$JOULECART" mark end steady
	has "$(sqlite3 b.db "SELECT why FROM gap WHERE collector = 'markers'")" 'a phase ends that had not begun'
}

@test "so with Node below a program that closes what it does not know" {
	command -v node >/dev/null || skip 'no node (apt-get install nodejs)'
	run -0 "$JOULECART" run -q -o a.db -- python3 -c 'import subprocess; subprocess.run(["node", "-e",
		"require(process.env.TESTS_SOURCE + \"/bindings/node\").metric(\"top1\", 0.5)"], check=True)'
	has "$(sqlite3 a.db "SELECT why FROM gap WHERE collector = 'markers'")" '^1 mark could not be sent, and is lost'
}
