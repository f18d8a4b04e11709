#!/usr/bin/env bats
# Records that an assurer draws, recomputes by hand, and writes findings to.
load ../helper

check=$TESTS_SOURCE/tests/cli/audit-sample-check.py

make_file() {
	need bc bc
	cd "$BATS_FILE_TMPDIR" || return
	small_benchmark "$db"
	"$JOULECART" factors set --source 'lab <b>' "$db" zone=GB pue=1.3 embodied=server share=0.01 psu=0.92 \
		wue=0.3 market=20 training_queries=1e6
	"$JOULECART" sign "$db"
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

@test "the sample can be drawn again by the rule of the page, and each command gives its value" {
	joulecart audit-sample -n 20 --seed 2026 -o paper.md "$db"
	run -0 "$check" paper.md "$db" 2026 20
	is "$output" 20
}

@test "the seed and the file decide, and nothing else" {
	joulecart audit-sample -n 20 --seed 3 "$db" >one
	joulecart audit-sample -n 20 --seed 3 "$db" >two
	cmp one two
	joulecart audit-sample -n 20 --seed 4 "$db" >other
	run ! cmp -s <(grep '^###' one) <(grep '^###' other)
	joulecart factors set --source lab "$db" pue=1.31
	joulecart audit-sample -n 20 --seed 3 "$db" >changed
	run ! cmp -s <(grep '^###' one) <(grep '^###' changed)
	has "$(cat changed)" 'seal is broken'
}

@test "a value that was changed in a table is not what its command gives" {
	joulecart audit-sample -n 200 --seed 1 "$db" >paper.md
	sqlite3 "$db" 'UPDATE stretch SET advance = advance + 1000000, advance_high = advance_high + 1000000
		WHERE channel_id = (SELECT channel_id FROM channel WHERE trial_id = 6 AND counted) AND seq = 0'
	sed -n '/`trial-6`/,/^```$/p' paper.md | sed -n '/^sqlite3/,/bc -l/p' >command.sh
	stated=$(sed -n '/`trial-6`/,$p' paper.md | sed -n 's/^In the file: \(.*\) J/\1/p' | head -n 1)
	db=$PWD/$db run -0 sh command.sh
	run ! awk -v a="$output" -v b="$stated" 'BEGIN { exit !(sprintf("%.9g", a) == b) }'
}

@test "findings are kept beside the sealed file, and are in the page" {
	cp "$db" before
	joulecart audit-sample --finding trial-5 'queries: no <b>evidence</b>' "$db"
	joulecart audit-sample --finding query-12 'agrees' "$db"
	cmp "$db" before # so that its seal holds, as before
	joulecart audit-sample -n 200 "$db" >paper.md
	has "$(sed -n '/^### .*`trial-5`/,/^### /p' paper.md)" 'Finding.*queries: no \\<b\\>evidence'
	has "$(cat paper.md)" '2 of the [0-9]+ records drawn have a finding'
	joulecart audit-sample -n 1 "$db" >paper.md
	has "$(cat paper.md)" 'not in this sample'
	joulecart factors set --source lab "$db" pue=1.31
	joulecart audit-sample -n 200 "$db" >paper.md
	has "$(cat paper.md)" 'Finding.*in the file as it was before it changed.*agrees'
}

@test "what is no finding is refused or named, with a remedy" {
	run -2 joulecart audit-sample --finding trial-999 text "$db"
	has "$output" "no record 'trial-999'"
	run -2 joulecart audit-sample --finding trial-5 "$db"
	run -2 joulecart audit-sample --finding trial-5 '' "$db"
	run -2 joulecart audit-sample --finding trial-5 $'two\nlines' "$db"
	[ ! -e "$db.findings" ]
	echo '{"schema":"joulecart-finding-1","record":7}' >"$db.findings"
	joulecart audit-sample -n 2 "$db" >paper.md
	has "$(cat paper.md)" 'line 1 of the file of findings is no finding'
	# as many as the file may hold are sorted, not searched record by record
	jq -nc 'range(80000) | {schema: "joulecart-finding-1", record: "trial-\(. % 20)", text: "n \(.)", file_sha256: "x", made_utc_ns: .}' >"$db.findings"
	run -0 timeout 60 "$JOULECART" audit-sample -n 200 -o many.md "$db"
	is "$(grep -c '^\*\*Finding\*\*' many.md)" "$((4000 * $(sql "SELECT count(*) FROM trial WHERE state = 'complete'")))"
	is "$(sed -n '/^### .*`trial-5`/,/^### /s/.*: n \([0-9]*\)$/\1/p' many.md | head -n 2 | tr '\n' ' ')" '5 25 '
	rm "$db.findings"
	mkfifo "$db.findings"
	run -1 timeout 20 "$JOULECART" audit-sample -n 2 "$db"
	run -1 joulecart audit-sample --finding trial-5 text "$db"
}

@test "labels that would be SQL, shell or markup stay data" {
	sqlite3 "$db" "UPDATE trial SET variant = 'a''; DROP TABLE trial; \"\$(touch hacked)\" <script>' || char(10)
		|| '\`\`\`' WHERE variant = 'teacher'"
	joulecart audit-sample -n 10 --seed 5 "$db" >paper.md
	has_not "$(cat paper.md)" '<script>'
	has_not "$(sed -n '/^```sh/,/^```$/p' paper.md)" hacked
	run -0 "$check" paper.md "$db" 5 10
	[ ! -e hacked ]
	cp "$db" "a \$(touch hacked)'b.db"
	joulecart audit-sample -n 1 "a \$(touch hacked)'b.db" | sed -n '/^db=/,/^sha256/p' >drawing
	run -0 sh drawing
	[ ! -e hacked ]
}

@test "a database's name that would end a block of code stays in it" {
	name=$'a\n```\n# forged `````.db'
	mv "$db" "$name"
	joulecart audit-sample -n 1 --seed 1 "$name" >paper.md
	# what stands outside of the blocks, as CommonMark has them
	awk '!fence && match($0, /^```+/) { fence = RLENGTH; next }
		fence && match($0, /^```+$/) && RLENGTH >= fence { fence = 0; next } !fence' paper.md >outside
	run ! grep -q '^# forged' outside
	run ! grep -q '^```' outside
}
