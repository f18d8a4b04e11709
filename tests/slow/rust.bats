#!/usr/bin/env bats
# Rust takes joulecart.h as it is. Needs the Debian packages bindgen and rustc.
load ../helper

LIBJOULECART=${LIBJOULECART:-$TESTS_SOURCE/libjoulecart.so.0}

@test "a Rust program marks by what bindgen makes of the header" {
	need bindgen bindgen
	need rustc rustc
	library=$(dirname "$LIBJOULECART")
	bindgen --allowlist-function 'joulecart_.*' --size_t-is-usize \
		"$TESTS_SOURCE/profiler/markers/joulecart.h" -o bindings.rs
	ln -s "$LIBJOULECART" libjoulecart.so
	BINDINGS=$PWD rustc -L . -l joulecart -C link-arg=-Wl,-rpath,"$library" \
		"$TESTS_SOURCE/tests/slow/marking.rs" -o marking
	joulecart run -q -o "$db" -- ./marking
	is "$(sql "SELECT name, queries, unit, n FROM phase JOIN phase_units USING (phase_id)")" \
		'steady|7|tokens|70'
	is "$(sql 'SELECT name, value FROM metric')" 'top1|0.5'
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'markers'")" 0
}
