#!/usr/bin/env bats
# Exports in the programs that people open them in (scripts/fetch-viewers puts them into $VIEWERS).
load ../helper
load browser

PROFILED_PROGRAM=${PROFILED_PROGRAM:-$TESTS_SOURCE/tests/fakes/profiled/program}
MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	# on a busy machine it takes longer until a region's joules stand out
	for passages in 5 20 80; do
		rm -f "$db"*
		"$JOULECART" run -q --zone FR --name served -o "$db" -- "$MARKING_PROGRAM" regions "$passages" >/dev/null
		[ "$(sql "SELECT min(joules IS NOT NULL) FROM v_region WHERE region IN ('f', 'g')")" = 0 ] || break
	done
	for format in speedscope folded pprof firefox; do
		"$JOULECART" export --to "$format" -o "run.$format" "$db"
	done
	# sampled.db: stacks of functions, where this machine lets one sample them
	"$JOULECART" run -q --profile=499 --zone FR --name sampled -o sampled.db -- "$PROFILED_PROGRAM" split 0.5 >/dev/null ||
		return 0
	for format in speedscope folded pprof firefox; do
		"$JOULECART" export --to "$format" -o "stacks.$format" sampled.db
	done
}

need_stacks() {
	[ -e stacks.firefox ] || skip 'this machine lets nobody sample stacks'
}

# within 0.1 % of what the report says.
is_the_run() { # MICROJOULES DATABASE
	within 0.1 "$1" "$(sqlite3 "$2" 'SELECT 1e6 * joules FROM v_phase WHERE phase_ordinal = 0')"
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

need_viewer() {
	[ -s "${VIEWERS-}/$1/package.json" ] ||
		skip "no $1 (scripts/fetch-viewers FOLDER, VIEWERS=FOLDER): $(tail -n 1 "${VIEWERS-}/why" 2>/dev/null)"
}

# opened FILE NAME: what speedscope says to the console, in browser.log; its page in browsed.html. The file is
# given to it under NAME, as its own command does.
opened() {
	python3 - "$1" "$2" >load.js <<-'EOF'
	import base64, json, sys
	data = base64.b64encode(open(sys.argv[1], "rb").read()).decode()
	print(f"speedscope.loadFileFromBase64({json.dumps(sys.argv[2])}, {json.dumps(data)})")
	EOF
	in_browser browsed.html '</html>' --use-angle=swiftshader --enable-unsafe-swiftshader \
		--virtual-time-budget=20000 --enable-logging=stderr --dump-dom \
		"file://$VIEWERS/speedscope/dist/release/index.html#localProfilePath=$PWD/load.js"
}

@test "speedscope opens its own format, folded stacks and pprof, and says nothing against them" {
	command -v chromium >/dev/null || skip 'no chromium (apt-get install chromium)'
	need_viewer speedscope
	while IFS='|' read -r format name title kind; do
		[ -e "$format" ] || continue # see need_stacks
		opened "$format" "$name"
		run grep -iE 'uncaught|exception|ERROR:CONSOLE' browser.log
		is "$output" ''
		grep -q "CONSOLE.*Importing as $kind" browser.log
		grep -qE "<title>$title - speedscope</title>" browsed.html
	done <<-'EOF'
		run.speedscope|run.json|served [(]command[)] #1, [a-z]+, microjoules|speedscope json file
		run.folded|run.txt|run.txt|collapsed stack format
		run.pprof|run.pb.gz|run.pb.gz|protobuf encoded pprof file
		stacks.speedscope|run.json|sampled [(]command[)] #1, [a-z]+, microjoules|speedscope json file
		stacks.folded|run.txt|run.txt|collapsed stack format
		stacks.pprof|run.pb.gz|run.pb.gz|protobuf encoded pprof file
	EOF
}

@test "the decoder of pprof reads as many microjoules as the trial has" {
	command -v node >/dev/null || skip 'no node (apt-get install nodejs)'
	need_viewer pprof-format
	sum_of() {
		node - "$VIEWERS/pprof-format" "$1" <<-'EOF'
			const { Profile } = require(process.argv[2]);
			const data = require("zlib").gunzipSync(require("fs").readFileSync(process.argv[3]));
			const profile = Profile.decode(data);
			const name = index => profile.stringTable.strings[Number(index)];
			const energy = profile.sampleType.findIndex(type => name(type.unit) === "microjoules");
			console.log(profile.sample.reduce((sum, sample) => sum + Number(sample.value[energy]), 0));
		EOF
	}
	is_the_run "$(sum_of run.pprof)" "$db"
	need_stacks
	is_the_run "$(sum_of stacks.pprof)" sampled.db
}

profiler() {
	HOME=$BATS_FILE_TMPDIR node "$VIEWERS/profiler-cli/dist/profiler-cli.js" "$@" 3>&-
}

# loaded FILE.json: in a session named FILE. Its load command gives the session half a second to start, which is short on
# a busy machine, and starts another each time that it is asked. A client that finds no socket yet takes the session for
# dead and removes what is to be found of it, so that none is asked until the session says that it is ready.
loaded() {
	HOME=$BATS_FILE_TMPDIR node "$VIEWERS/profiler-cli/dist/profiler-cli.js" --daemon "$PWD/$1" --session "${1%.json}" \
		>daemon.log 2>&1 3>&- &
	echo $! >daemon
	until_so 120 grep -qs 'Profile loaded' ".profiler-cli/${1%.json}.log"
}

unloaded() {
	kill "$(cat daemon)" || :
	rm -f daemon
}

teardown_file() {
	cd "$BATS_FILE_TMPDIR" || return
	[ ! -e daemon ] || unloaded
}

need_profiler() {
	command -v node >/dev/null || skip 'no node (apt-get install nodejs)'
	need_viewer profiler-cli
	profiler --version >/dev/null 2>&1 || skip "this node is too old for it: $(node --version)"
}

@test "the Firefox Profiler reads the energy, its grams and the phases" {
	need_profiler
	cp run.firefox run.json
	loaded run.json
	run -0 profiler counter list --session run
	has "$output" 'Power: estimate/machine \(power\)'
	has "$output" 'Power: region f \(power\)'
	wh=$(sed -n 's/.*estimate.machine.*range: \([0-9.]*\) mWh.*/\1e3/p
		s/.*estimate.machine.*range: \([0-9.]*\) µWh.*/\1/p' <<<"$output")
	[ -n "$wh" ] || fail "no energy in: $output"
	# it prints two digits
	within 6 "$wh" "$(sql "SELECT joules / 3600e-6 FROM v_energy WHERE phase_ordinal = 0 AND channel = 'machine'")"
	run -0 profiler thread markers --session run
	has "$output" 'steady'
	unloaded
}

@test "the Firefox Profiler reads the functions, and their microjoules are the run's" {
	need_profiler
	need_stacks
	cp stacks.firefox stacks.json
	loaded stacks.json
	# what has no time, and the program's only thread
	run -0 profiler thread samples --session stacks --thread t-1
	has "$output" 'outside every stack'
	run -0 profiler thread samples --session stacks --thread t-2
	has "$output" 'seventy [(]program[)] - self: [1-9][0-9]*'
	microjoules=$(for thread in t-1 t-2; do
		profiler thread samples-top-down --session stacks --thread $thread --json
	done | jq -s 'map(.regularCallTree.totalSamples) | add')
	is_the_run "$microjoules" sampled.db
	unloaded
}
