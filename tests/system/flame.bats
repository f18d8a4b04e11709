#!/usr/bin/env bats
# `joulecart report --profile`: which functions used the joules, as a page without script.
load ../helper

PROFILED_PROGRAM=${PROFILED_PROGRAM:-$TESTS_SOURCE/tests/fakes/profiled/program}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run --profile=997 -q -o base.db -- "$PROFILED_PROGRAM" split 0.5 >/dev/null || return 0
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	[ -e "$BATS_FILE_TMPDIR/base.db" ] || skip 'this machine lets nobody sample stacks'
	cp "$BATS_FILE_TMPDIR/base.db" "$db"
}

page() {
	rm -f flame.html
	"$JOULECART" report --profile -o flame.html "$db"
	xmllint --noout flame.html
}

# A page of HTML that is XML too: its frames as "WIDTH TITLE".
frames() {
	python3 - <<-'EOF'
	import xml.etree.ElementTree as xml
	for g in xml.parse("flame.html").iter("g"):
	    print(g.find("rect").get("width").rstrip("%"), g.find("title").text)
	EOF
}

@test "each frame is as wide as its joules, and its title has them with their interval" {
	page
	frames >frames
	seventy=$(joulecart report --functions --format json "$db" |
		jq '[.rows[] | select(.row == "whole") | .self_j][0] as $whole
		    | [.rows[] | select(.function == "seventy") | .total_j][0] / $whole * 100')
	within 0.1 "$(sed -n 's/ seventy (program): .*//p' frames | awk '{ sum += $1 } END { print sum }')" "$seventy"
	has "$(cat frames)" ' seventy [(]program[)]: [0-9.]+.*[(][0-9.]+[.][.][0-9.]+.*95.*ESTIMATED, .* samples; .*program.c:[0-9]+'
	# what the run called sums to the run
	is "$(python3 -c 'print(sum(float(line.split()[0]) for line in open("frames")
		if " program: " in line or "(outside every stack): " in line) > 99.9)')" True
	run ! grep -qi '<script' flame.html
	# what was not met in so many samples has an interval all the same
	run ! grep -qF '(0..0' flame.html
	has "$(cat flame.html)" '>0(.0*)?.[mµ]J [(]0(.0*)?[.][.][1-9]'
	has "$(cat flame.html)" 'Not sealed: nothing shows'
	has "$(cat flame.html)" 'ESTIMATED, not measured'
}

@test "names that somebody else wrote stay text" {
	python3 - "$db" <<-'EOF'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1])
	labels = [b"a\x1b]0;owned\x07", b"caf\xe9", b"\xff\xfe", "\u202egpj".encode(), b"<script>alert(1)</script>",
	          b"\" onmouseover=\"x'()", b"x" * 1000000, b"\xc3" * 1000000, b"</style><b>", b"]]>", b"&lt;", b"\r\nx"]
	for i, row in enumerate(db.execute("SELECT ordinal FROM profile_frame WHERE name IS NOT NULL").fetchall()):
	    label = labels[i % len(labels)]
	    db.execute("UPDATE profile_frame SET name = CAST(? AS TEXT), file = CAST(? AS TEXT) WHERE ordinal = ?", (label, label) + row)
	db.execute("UPDATE trial SET variant = CAST(? AS TEXT)", (b"<i>\xe9</i>" + b"v" * 100000,))
	db.commit()
	EOF
	page
	run ! grep -qE '<(script|b>|i>)' flame.html
	run ! grep -qE ' on[a-z]+="' flame.html
	[ "$(stat -c %s flame.html)" -lt 2000000 ] || fail 'the page is large'
}

@test "of 12000 frames the smallest are drawn together, and a stack of 20000 ends where it says" {
	channel=$(sql 'SELECT channel_id FROM profile_energy LIMIT 1')
	sql "DELETE FROM profile_energy WHERE node > 1; DELETE FROM profile_node WHERE ordinal > 1;
		INSERT INTO profile_frame WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 13000)
			SELECT 1, i, 'function', 'f' || i, NULL, NULL, NULL, NULL FROM n;
		WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 13000)
			INSERT INTO profile_node SELECT 1, i, 1, i, i FROM n;
		WITH RECURSIVE n(i) AS (SELECT 20000 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
			INSERT INTO profile_node SELECT 1, i, iif(i = 20000, 1, i - 1), 1001, 1 FROM n;
		INSERT INTO profile_energy SELECT 1, ordinal, $channel, iif(ordinal < 20000, ordinal, 10) FROM profile_node
			WHERE ordinal > 1"
	page
	frames >frames
	has "$(cat frames)" ' [1-9][0-9]* smaller frames, and what they call: '
	has "$(cat frames)" ' [(]deeper[)]: '
	has "$(cat flame.html)" 'are drawn together'
	has "$(cat flame.html)" 'frames lie more than 250 calls deep'
	n=$(wc -l <frames)
	((n > 2000 && n < 7000)) || fail "$n frames"
	[ "$(stat -c %s flame.html)" -lt 6000000 ] || fail 'the page is large'
}

@test "what is asked for wrongly is refused" {
	run -2 --separate-stderr joulecart report --profile -o flame.csv "$db"
	has "$stderr" 'they are drawn as a page for a browser [(]joulecart report --profile -o flame.html'
	run -2 --separate-stderr joulecart report --profile --functions "$db"
	has "$stderr" 'both the functions and the profile'
	sql 'DELETE FROM profile_chunk_energy; DELETE FROM profile_chunk; DELETE FROM profile_thread;
		DELETE FROM profile_energy; DELETE FROM profile_node; DELETE FROM profile_frame; DELETE FROM profile'
	run -1 --separate-stderr joulecart report --profile -o flame.html "$db"
	has "$stderr" "no complete trial in it has a profile [(]measure with 'joulecart run --profile"
	[ ! -e flame.html ]
}
