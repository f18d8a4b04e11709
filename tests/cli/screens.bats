#!/usr/bin/env bats
# What the documents show is what the program prints: scripts/refresh-screens prints it anew.
load ../helper

refresh() {
	JOULECART=$(realpath "$JOULECART") "$TESTS_SOURCE/scripts/refresh-screens" "$@"
}

# A sanitizer has nothing to say about documents, and takes minutes to print them.
need_estimates() {
	! is_sanitized || skip 'documents show what the program as users build it prints'
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
	# without the screen that trains a model: it is printed above
	sed '/^<!-- screen: joulecart run/d; s/^ quality  */ goodness /; s/[0-9]* µJ$/999 µJ/' "$TESTS_SOURCE/README.md" >page.md
	grep -q '999 µJ$' page.md
	run -1 refresh --check "$PWD/page.md"
	has "$output" '-\$?.*goodness'
	has_not "$output" 999
	refresh "$PWD/page.md"
	run -0 refresh --check "$PWD/page.md"
	has_not "$(cat page.md)" goodness
}

# The joules of 12 variants from 1e-9 to 1e12, of which some have names that are whole commands; each
# answers queries, some were built, all have a region. hostile.db: with queries; commands.db: without.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	local words=() i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		words+=(--name "v$i")
	done
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		words+=(-- true)
	done
	joulecart compare -r 2 -w 0 --no-null --idle 0.1 --cool-down 0 -o commands.db "${words[@]}" >/dev/null || :
	python3 - <<-'EOF'
	import json, sqlite3
	db = sqlite3.connect("commands.db")
	names = {"v2": "python3 -m some.module --with-a-long-option=17 --and another one, and so on and on and on",
	         "v3": "averylongwordwithoutanyblankinitthatgoesonandonandonforsome123456789columnsandmoreofthesame",
	         "v4": "长" * 60, "v5": "./run --seed 12345678901234567890123456789012345678901234567890"}
	for i in range(12):
	    db.execute("""UPDATE channel SET unit_per_raw = unit_per_raw * ? WHERE unit IN ('J', 'W') AND trial_id IN
	                  (SELECT trial_id FROM trial WHERE variant = ?)""", (10.0 ** (2 * i - 6), f"v{i + 1}"))
	# so short a run is above the floor of its sensors
	db.execute("UPDATE channel SET update_interval_ns = 1, seen_interval_ns = NULL")
	for name, long in names.items():
	    db.execute("UPDATE trial SET variant = ? WHERE variant = ?", (long, name))
	db.commit()
	hostile = sqlite3.connect("hostile.db")
	db.backup(hostile)
	hostile.execute("""UPDATE trial SET job = iif(block = 2 AND ordinal % 3 = 0, 'train', 'infer'), workload = 'w',
	                   queries = iif(block = 2 AND ordinal % 3 = 0, NULL, 1000)""")
	hostile.execute("INSERT INTO metric (trial_id, name, value) SELECT trial_id, 'top1', 0.5 + trial_id * 0.01 FROM trial")
	hostile.execute("""INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns, first_stretch, last_stretch,
	                   queries) SELECT trial_id, 1, 'a phase with a name of 31 bytes', begin_mono_ns, end_mono_ns,
	                   first_stretch, last_stretch, 1000000000 FROM phase WHERE ordinal = 0""")
	for trial, seq in hostile.execute("SELECT trial_id, first_stretch FROM phase WHERE ordinal = 0").fetchall():
	    for ordinal, name in enumerate(["embedding", "a layer whose name is longer than a table has room for", "head"]):
	        region = hostile.execute("INSERT INTO region (trial_id, ordinal, name) VALUES (?, ?, ?)",
	                                 (trial, ordinal + 1, name)).lastrowid
	        hostile.execute("INSERT INTO region_time VALUES (?, ?, 1000000, 1)", (region, seq))
	        hostile.execute("""INSERT INTO region_energy SELECT ?, channel_id, seq, advance / 3, 0, advance_high FROM stretch
	            JOIN channel USING (channel_id) WHERE trial_id = ? AND seq = ? AND counted = 1""", (region, trial, seq))
	hostile.commit()
	EOF
}

# on_screen COLUMNS COMMAND: what joulecart prints on a terminal of that width, into screen.txt; without
# addresses that have a line of their own, which stay whole
on_screen() {
	script -qec "stty cols $1 rows 24; '$JOULECART' $2" /dev/null </dev/null 2>&1 |
		tr -d '\r' | sed 's/\x1b\[[0-9;]*[mK]//g' | awk '!(NF == 1 && /\//)' >screen.txt
}

# fits COLUMNS COMMAND
fits() {
	on_screen "$1" "$2"
	[ -s screen.txt ] || fail "$2 prints nothing"
	[ "$(wc -L <screen.txt)" -le "$1" ] ||
		fail "$2: $(wc -L <screen.txt) of $1: $(awk -v most="$1" 'length($0) > most' screen.txt)"
}

# Each command that prints tables, notes or verdicts of a file: problems go to another stream, and a path
# in them stays whole.
commands_of_files() {
	cat <<-'EOF'
	report hostile.db
	report commands.db
	report --front hostile.db
	report --front --per-day 1.2M hostile.db
	report --front --amortise 1e12 hostile.db
	report --layers hostile.db
	report --phases hostile.db
	report --plot hostile.db
	compare hostile.db
	compare commands.db
	compare --per-day 1e12 hostile.db
	compare --plot hostile.db
	whatif --grid 1e5 --pue 9 hostile.db
	whatif --zones FR,DE,US-CAL,GB,CN hostile.db
	whatif --embodied server --life 4y --per-day 1.2M hostile.db
	whatif --device smartphone --bytes 2000 --per-day 1e12 hostile.db
	whatif --per-year 1e12 --grid 1 commands.db
	check commands.db --fail-if j_per_run\>1J
	EOF
}

lists() {
	cat <<-'EOF'
	models list
	models data
	factors list
	factors --zones
	factors show GB
	doctor
	config
	--help
	EOF
}

every_width() {
	local widths=(60 80 133 200)
	! is_sanitized || widths=(60 200)
	for columns in "${widths[@]}"; do
		while read -r command; do
			fits "$columns" "$command" || return
		done < <("$1")
	done
}

@test "screens of a file fit 60, 80, 133 and 200 columns, whatever the figures and names" {
	need script bsdutils
	cp "$BATS_FILE_TMPDIR"/*.db .
	every_width commands_of_files
}

@test "lists and help fit 60, 80, 133 and 200 columns" {
	need script bsdutils
	export XDG_DATA_HOME=$PWD/data
	every_width lists
}

@test "pages of help fit 60 columns" {
	need script bsdutils
	for command in $(joulecart --list-options | sed 's/[ \t].*//' | uniq); do
		fits 60 "$command --help"
	done
}

@test "what run, verify, trim and attach say fits 60 and 80 columns" {
	need script bsdutils
	for columns in 60 80; do
		fits "$columns" 'run --queries 123456789 -o run.db -- true'
		fits "$columns" 'verify run.db'
		fits "$columns" 'trim run.db'
		fits "$columns" 'report run.db'
	done
}

@test "a table uses the width that there is" {
	need script bsdutils
	cp "$BATS_FILE_TMPDIR/hostile.db" .
	for command in 'factors list' 'report --plot hostile.db' 'whatif --zones FR,DE,US-CAL,GB,CN hostile.db'; do
		on_screen 80 "$command"
		narrow=$(wc -L <screen.txt)
		on_screen 200 "$command"
		[ "$(wc -L <screen.txt)" -gt "$narrow" ] || fail "$command is as wide on 200 columns as on 80"
	done
}

@test "what a list leaves out is named, and programs get all" {
	run -0 joulecart factors list --kind grid
	has "$output" 'grid/GB/intensity +215.79 gCO2e/kWh'
	has "$output" 'not shown for want of width: .*edition'
	# keys are whole, so that they are found and copied
	run -0 joulecart factors list
	has "$output" 'cpu/EPYC 1st Gen .Naples./ram_gb_included_per_package +89.6 GB'
	run -0 joulecart factors list --kind grid --plain
	has "${lines[0]}" 'kind.key.parameter.*edition'
}
