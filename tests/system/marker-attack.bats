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
	has "$(sqlite3 a.db "SELECT why FROM gap WHERE collector = 'markers'")" 'connections of processes that the command did not start were refused'
	[ "$(sqlite3 a.db 'SELECT ticks FROM trial')" -gt 2 ]
}
