#!/usr/bin/env bats
# The types of joulecart's Node package, held against TypeScript's compiler; what it compiles marks what it
# says. npm fetches the compiler, so it needs a network, or npm's cache.
load ../helper

@test "TypeScript takes every form, refuses what is none, and 'using' ends a phase" {
	command -v npm >/dev/null || skip 'no npm (apt-get install npm)'
	cd "$BATS_TEST_TMPDIR"
	timeout 120 npm install --no-audit --no-fund --prefer-offline typescript@5.9 @types/node@20 >npm.log 2>&1 3>&- ||
		skip "npm cannot fetch TypeScript: $(tail -n 1 npm.log)"
	mkdir node_modules/joulecart
	cp "$TESTS_SOURCE"/bindings/node/{index.js,index.d.ts,package.json} node_modules/joulecart
	cp "$TESTS_SOURCE/tests/slow/marks.ts" .
	tsc() { node node_modules/typescript/bin/tsc --strict --target es2022 --module commonjs "$@"; }
	run -0 tsc --types node --lib es2022,esnext.disposable marks.ts
	is "$output" ''
	# the declarations alone, by who has neither Node's types nor the newest library
	run -0 tsc --noEmit --typeRoots nothing --lib es2022 node_modules/joulecart/index.d.ts
	is "$output" ''
	run -0 "$JOULECART" run -q -o "$db" -- node -e "Symbol.dispose && require('./marks.js')"
	is "$output" ''
	if node -e 'process.exit(Symbol.dispose ? 0 : 1)'; then
		is "$(sql "SELECT group_concat(name || ' ' || queries, ', ') FROM phase WHERE ordinal > 0")" \
			'using 2, await using 3, thrown 4, callback 5, promise 6, infer 7'
		is "$(sql "SELECT count(*) FROM gap WHERE collector = 'markers'")" 0
	fi
}
