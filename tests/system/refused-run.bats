#!/usr/bin/env bats
# Names that SQLite takes for something else, and runs that never began.
load ../helper

@test "a database may have any name, and is that file" {
	for name in ':memory:' 'file:x.db' 'a?b#c%20.db'; do
		joulecart run -q -o "$name" -- true
		[ -s "$name" ]
		is "$(joulecart report "$name" | grep -c ' 1 trial')" 1
	done
	is "$(find . -name '*.db' -o -name ':memory:' | wc -l)" 3
}

@test "a database without a name is refused" {
	run -125 joulecart run -o '' -- true
	is "$output" "joulecart: cannot write '': a file needs a name (name one with -o)"
}

@test "a run that is refused leaves no campaign without a trial" {
	need_machines
	run -125 on eacces "$JOULECART" run --require-measured -o "$db" -- true
	[ ! -e "$db" ] || is "$(sql 'SELECT count(*) FROM campaign')|$(sql 'SELECT count(*) FROM host')" '0|0'
}
