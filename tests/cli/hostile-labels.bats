#!/usr/bin/env bats
# Labels, names and paths that somebody else wrote: whatever is in them, every output stays what
# its reader expects (hostile-output.py reads each as strictly as can be).
load ../helper

checker=$TESTS_SOURCE/tests/cli/hostile-output.py

# Bytes in hexadecimal, and what they are.
labels() {
	cat <<-'EOF'
	611b5d303b6f776e071b5b324a	terminal escapes
	610a3a3a6572726f723a3a6f776e6564	a line of a command to GitHub
	3a3a6572726f723a3a6f776e6564	a command to GitHub
	23235b6572726f725d6f776e6564	a command to Azure
	636166e9	Latin-1
	e9	nothing but a byte
	fffefd	bytes that no UTF-8 has
	e280ae657865672e746578e2808b74	turned direction, no width
	c29b324a	C1
	c0afeda080f4908080	overlong, surrogate, beyond Unicode
	f3b0809bf48fbe80	characters that stand for others
	3c7363726970743e616c6572742831293c2f7363726970743e	HTML
	22206f6e6d6f7573656f7665723d27782827	an attribute
	3d636d647c27202f432063616c6327214130	a formula
	2b312b312c22782d31220d0a	another formula
	2060746f7563682070776e65646027225c24	gnuplot and shell
	617c625c7c205b785d286a617661290a3d3d	Markdown
	5d5d3e26786d6c3b262330	XML
	efbfbeefbfbf	no characters
	61cc81cc81f09f91a9e2808df09f94ac	joined and combined
	09	a tab
	25730a256e	formats
	EOF
}

# base.db: a campaign of as many variants as there are labels, named v1, v2...; hostile.db: the same
# with the labels in their place, and all of them wherever else a text may stand.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	local commands=() names=() hex n=0
	while IFS=$'\t' read -r hex _; do
		n=$((n + 1))
		names+=(--name "v$n")
		commands+=(-- true)
		printf '%s\n' "$hex"
	done < <(labels) >labels
	joulecart compare -r 2 -w 0 --no-null --idle 0.1 --cool-down 0 --queries 1000 \
		"${names[@]}" -o base.db "${commands[@]}" >/dev/null || :
	sqlite3 base.db "INSERT INTO metric (trial_id, name, value)
		SELECT trial_id, 'top1', 0.5 FROM trial"
	named labels
	mv hostile.db all.db
}

# named FILE: hostile.db, with the labels of that file (in hexadecimal) as names.
named() {
	cp "$BATS_FILE_TMPDIR/base.db" hostile.db
	python3 - "$1" <<-'EOF'
	import sqlite3, sys
	db = sqlite3.connect("hostile.db")
	labels = [bytes.fromhex(line) for line in open(sys.argv[1])]
	for i, label in enumerate(labels):
	    db.execute("UPDATE trial SET variant = CAST(? AS TEXT) WHERE variant = ?",
	               (label, f"v{i + 1}"))
	for table, column in [("host", "cpu_model"), ("metric", "name"), ("host", "kernel"),
	                      ("gap", "why"), ("gap", "name"), ("factor", "publisher")]:
	    db.execute(f"UPDATE OR IGNORE {table} SET {column} = CAST(? AS TEXT)",
	               (b" ".join(labels),))
	# not those by which energy is shared out
	db.execute("UPDATE OR IGNORE channel SET name = CAST(? AS TEXT) WHERE collector = 'hwevents'",
	           (b" ".join(labels),))
	db.commit()
	EOF
}

# says KIND LABELS COMMAND...: its standard output, if it has any, passes the check, LABELS (which may be empty) with it,
# and so does what it says of problems: at the end of the case, all in one process (teardown).
says() {
	local kind=$1 labels=$2 status=0
	shift 2
	joulecart "$@" >out 2>err || status=$?
	[ "$status" -lt 128 ] && [ "$status" != 124 ] || fail "$* ended with $status: $(cat err)"
	[ -s out ] || [ -s err ] || fail "$* says nothing"
	to_check text err '' "$*"
	[ ! -s out ] || to_check "$kind" out "$labels" "$*"
}

# to_check KIND FILE LABELS WHAT: keeps what is in the files
to_check() {
	local n kept labels=$3
	mkdir -p outputs
	n=$(wc -l 2>/dev/null <outputs/list) || n=0
	kept=outputs/$n
	cp "$2" "$kept"
	[ -z "$labels" ] || cp "$labels" "$kept.labels"
	printf '%s\t%s\t%s\t%q\n' "$1" "$kept" "${labels:+$kept.labels}" "${4::200}" >>outputs/list
}

teardown() {
	cd "$BATS_TEST_TMPDIR" || return
	[ ! -e outputs/list ] || "$checker" --list outputs/list
}

reports() {
	says text '' report hostile.db
	says json "$1" report --format json hostile.db
	jq -e . out >/dev/null
	says csv '' report --format csv hostile.db
	says markdown '' report --format markdown hostile.db
	says text '' report --front hostile.db
}

comparisons() {
	says text '' compare hostile.db
	says json "$1" compare --format json hostile.db
	says csv '' compare --format csv hostile.db
	says markdown '' compare --format markdown hostile.db
	says text '' compare --explain hostile.db
}

gates() {
	rm -f gates.xml
	says text '' check hostile.db --fail-if 'j_per_run > 1J' --github --junit gates.xml
	to_check xml gates.xml '' check
	xmllint --noout gates.xml
	says text '' check hostile.db --fail-if 'j_per_run > +5%' --against "$(printf '\351')"
}

labels=$BATS_FILE_TMPDIR/labels

@test "reports of any label are what their readers expect" {
	cp "$BATS_FILE_TMPDIR/all.db" hostile.db
	reports "$labels"
}

@test "comparisons of any label are what their readers expect" {
	cp "$BATS_FILE_TMPDIR/all.db" hostile.db
	comparisons "$labels"
}

@test "gates of any label are what CI expects" {
	cp "$BATS_FILE_TMPDIR/all.db" hostile.db
	gates
}

@test "whatif, samples and verify of any label are what their readers expect" {
	cp "$BATS_FILE_TMPDIR/all.db" hostile.db
	says text '' whatif --pue 1.5 hostile.db
	says json "$labels" whatif --pue 1.5 --json hostile.db
	says csv '' samples hostile.db
	says jsonl '' samples --format jsonl hostile.db
	says text '' verify hostile.db
	says json '' verify --json hostile.db
	says text '' factors list hostile.db
	says text '' merge merged.db hostile.db
	says json "$labels" report --format json merged.db
}

# exports [LABELS]: each format is one, for a reader of its own too (export-check.py)
exports() {
	says csv '' export --to csv hostile.db
	says jsonl '' export --to jsonl hostile.db
	says text '' export --to folded hostile.db
	says json '' export --to speedscope hostile.db
	says json '' export --to firefox hostile.db
	for format in perfetto firefox pprof speedscope folded csv jsonl; do
		joulecart export --to "$format" --force -o out hostile.db
		"$TESTS_SOURCE/tests/cli/export-check.py" "$format" out hostile.db
	done
}

# Regions and phases have names of their own.
with_regions() {
	python3 - "$labels" <<-'EOF'
	import sqlite3, sys
	db = sqlite3.connect("hostile.db")
	for i, line in enumerate(open(sys.argv[1])):
	    label = bytes.fromhex(line)
	    trial, seq = db.execute("""SELECT trial_id, first_stretch FROM phase WHERE ordinal = 0
	        ORDER BY trial_id LIMIT 1 OFFSET ?""", (i,)).fetchone()
	    db.execute("""INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns, first_stretch, last_stretch)
	        SELECT trial_id, 1, CAST(? AS TEXT), begin_mono_ns, end_mono_ns, first_stretch, last_stretch FROM phase
	        WHERE trial_id = ? AND ordinal = 0""", (label, trial))
	    region = db.execute("INSERT INTO region (trial_id, ordinal, name) VALUES (?, 1, CAST(? AS TEXT))",
	                        (trial, label)).lastrowid
	    db.execute("INSERT INTO region_time VALUES (?, ?, 1000000, 1)", (region, seq))
	    db.execute("""INSERT INTO region_energy SELECT ?, channel_id, seq, advance / 2, 0, advance_high FROM stretch
	        JOIN channel USING (channel_id) WHERE trial_id = ? AND seq = ? AND counted = 1""", (region, trial, seq))
	db.commit()
	EOF
}

@test "exports, phases and layers of any label are what their readers expect" {
	cp "$BATS_FILE_TMPDIR/all.db" hostile.db
	with_regions
	exports
	says text '' report --phases hostile.db
	says json '' report --phases --format json hostile.db
	says csv '' report --phases --format csv hostile.db
	says markdown '' report --phases --format markdown hostile.db
	says text '' report --layers hostile.db
	says json '' report --layers --format json hostile.db
	says csv '' report --layers --format csv hostile.db
	says markdown '' report --layers --format markdown hostile.db
}

@test "the page of any label is a page without script" {
	cp "$BATS_FILE_TMPDIR/all.db" hostile.db
	says text '' report -o page.html hostile.db
	to_check html page.html '' report
	[ ! -e pwned ]
}

# each_label FUNCTION FIRST: with each label, in hexadecimal and as bytes; under sanitizers, where a start takes ten times as
# long, with each second one from the FIRST on. All of them at once are in each report above.
each_label() {
	local hex bytes step=1 first=1
	! is_sanitized || step=2 first=$2
	while read -r hex; do
		printf -v bytes '%b' "$(sed 's/../\\x&/g' <<<"$hex")"
		echo "with $hex:"
		"$1" "$hex" "$bytes"
	done < <(sed -n "$first~${step}p" "$labels")
}

run_one() {
	joulecart run -q -o run.db --name "$2" --json=run.json -- true 2>err
	echo "$1" >one
	to_check json run.json one "run --name $2"
	to_check text err '' "run --name $2"
}

@test "run takes any label, and says it" {
	each_label run_one 1
}

@test "a command that is not UTF-8 is in the comparison's JSON" {
	printf 'true caf\351' >utf8-not
	says json '' compare -r 1 -w 0 --no-null --idle 0.1 --cool-down 0 -o run.db --format json \
		-- "$(cat utf8-not)" -- true
	cat err
	is "$(jq -r '.variants[].variant' out | sort | paste -sd,)" "true,true caf$(printf '\ufffd')"
	is "$(jq -r '.variants[0].variant_bytes' out)" 7472756520636166e9
}

names_in_errors() {
	says text '' report "$2.db"
	says text '' compare hostile.db "no $2" v1
	says text '' run -- "./$2"
	says text '' "$2"
	says text '' report "--$2" hostile.db
	cp hostile.db "$2.db" 2>/dev/null || return 0
	says text '' report "./$2.db"
	says json '' report --format json "./$2.db"
	says text '' run -o "./$2.db" -- true
}

@test "errors and paths quote any name safely" {
	cp "$BATS_FILE_TMPDIR/base.db" hostile.db
	each_label names_in_errors 2
}

@test "a name of a megabyte ends at once, well said" {
	cp "$BATS_FILE_TMPDIR/base.db" hostile.db
	python3 - <<-'EOF'
	import sqlite3
	db = sqlite3.connect("hostile.db")
	db.execute("UPDATE trial SET variant = ? WHERE variant = 'v1'", ("a" * 1000000,))
	db.execute("UPDATE host SET cpu_model = ?", ("b" * 1000000,))
	db.commit()
	EOF
	# each line of it was once looked for in all that was left: half an hour
	timeout 120 "$JOULECART" report hostile.db >/dev/null
	reports ''
	comparisons ''
	exports
	gates
}
