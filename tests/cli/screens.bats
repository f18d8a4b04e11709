#!/usr/bin/env bats
# What the documents show is what the program prints: scripts/refresh-screens prints it anew.
load ../helper

refresh() {
	JOULECART=$(realpath "$JOULECART") "$TESTS_SOURCE/scripts/refresh-screens" "$@"
}

need_estimates() {
	command -v xz >/dev/null || skip 'xz is not installed (apt-get install xz-utils)'
	[ "$(joulecart doctor --json | jq -r .energy.provenance)" = estimated ] ||
		skip 'this machine measures: the screens are of one that shows no energy counter'
}

@test "every screen in README and man pages has the form that the program prints" {
	need_estimates
	run -0 refresh --check
	is "$output" ''
}

@test "a screen whose words have drifted is named, and written anew" {
	need_estimates
	sed 's/^ quality  */ goodness /; s/[0-9]* µJ$/999 µJ/' "$TESTS_SOURCE/README.md" >page.md
	run -1 refresh --check "$PWD/page.md"
	has "$output" '-\$?.*goodness'
	has_not "$output" 999
	refresh "$PWD/page.md"
	run -0 refresh --check "$PWD/page.md"
	has_not "$(cat page.md)" goodness
}

@test "lists fit the screen of 60, 80 and 200 columns, whole words and numbers in each cell" {
	need script bsdutils
	for columns in 60 80 200; do
		for list in 'models list' 'factors list' 'factors --zones'; do
			script -qec "stty cols $columns rows 24; '$JOULECART' $list" /dev/null | tr -d '\r' >list.txt
			[ "$(wc -L <list.txt)" -le $((columns + 5)) ] || fail "$list: $(wc -L <list.txt) of $columns"
			has_not "$(cat list.txt)" '\\x'
		done
	done
	# what was left out is named, and programs get all
	run -0 joulecart factors list --kind grid
	has "$output" 'grid/GB/intensity +215.79 gCO2e/kWh'
	has "$output" 'not shown for want of width: .*edition'
	run -0 joulecart factors list --kind grid --plain
	has "${lines[0]}" 'kind.key.parameter.*edition'
}
