#!/usr/bin/env bats
# What changed between two issues of a file.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run -q -o "$db" -- sleep 0.5
	"$JOULECART" sign "$db"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" old.db
	cp old.db new.db
}

@test "a file does not differ from its copy" {
	run -0 joulecart diff old.db new.db
	is "$(grep -c 'no difference' <<<"$output")" 5
}

@test "a setting shows as itself, as the grams that it changes, and as a row" {
	joulecart factors set --source lab new.db zone=FR
	run -3 joulecart diff old.db new.db
	has "$output" 'zone: only in the new file: FR, says lab'
	has "$output" 'o_g per run: [0-9.e-]+ .* -> [0-9.e-]+'
	has "$output" 'setting: 0 only in the old file, 1 only in the new file'
	has "$output" 'old +Sealed without a signature.*new +The seal is broken'
	has_not "$output" 'trial: [0-9]+ only'
	run -3 joulecart diff new.db old.db
	has "$output" 'zone: only in the old file: FR'
}

@test "a factor shows with both values and where they are from" {
	sqlite3 new.db "UPDATE factor SET value = 44.5, edition = 'new' WHERE kind = 'grid' AND key = 'WORLD'
		AND parameter = 'intensity'"
	run -3 joulecart diff old.db new.db
	has "$output" 'grid/WORLD/intensity .*-> 44\.5 gCO2e/kWh.*, new,'
	has "$output" 'factor: 1 only in the old file, 1 only in the new file'
}

@test "a row that changed is counted in either file" {
	sqlite3 new.db "UPDATE trial SET exit_code = 7"
	run -3 joulecart diff old.db new.db
	has "$output" 'trial: 1 only in the old file, 1 only in the new file'
}

@test "a table that lost all its rows is named" {
	joulecart trim new.db
	run -3 joulecart diff old.db new.db
	has "$output" 'chunk: [1-9][0-9]* only in the old file, 0 only in the new file'
	run -3 joulecart diff new.db old.db
	has "$output" 'chunk: 0 only in the old file, [1-9][0-9]* only in the new file'
}

@test "hostile text stays data, and what is no database is refused" {
	sqlite3 new.db "UPDATE trial SET variant = 'a' || char(27) || '[2J' || char(10) || '::error::x'"
	run -3 joulecart diff old.db new.db
	run ! grep -P '\e\[2J|^::error' <<<"$output"
	run -2 joulecart diff old.db
	: >empty.db
	run -1 joulecart diff old.db empty.db
}
