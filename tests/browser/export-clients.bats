#!/usr/bin/env bats
# Exports in the programs that people open them in (scripts/fetch-viewers puts them into $VIEWERS).
load ../helper
load browser

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
		opened "run.$format" "$name"
		run grep -iE 'uncaught|exception|ERROR:CONSOLE' browser.log
		is "$output" ''
		grep -q "CONSOLE.*Importing as $kind" browser.log
		grep -qE "<title>$title - speedscope</title>" browsed.html
	done <<-'EOF'
		speedscope|run.json|served [(]command[)] #1, [a-z]+, microjoules|speedscope json file
		folded|run.txt|run.txt|collapsed stack format
		pprof|run.pb.gz|run.pb.gz|protobuf encoded pprof file
	EOF
}

@test "the decoder of pprof reads as many microjoules as the trial has" {
	command -v node >/dev/null || skip 'no node (apt-get install nodejs)'
	need_viewer pprof-format
	sum=$(node - "$VIEWERS/pprof-format" run.pprof <<-'EOF'
		const { Profile } = require(process.argv[2]);
		const data = require("zlib").gunzipSync(require("fs").readFileSync(process.argv[3]));
		const profile = Profile.decode(data);
		const name = index => profile.stringTable.strings[Number(index)];
		const energy = profile.sampleType.findIndex(type => name(type.unit) === "microjoules");
		console.log(profile.sample.reduce((sum, sample) => sum + Number(sample.value[energy]), 0));
	EOF
	)
	within 0.01 "$sum" "$(sql 'SELECT 1e6 * joules FROM v_phase WHERE phase_ordinal = 0')"
}

profiler() {
	HOME=$BATS_FILE_TMPDIR node "$VIEWERS/profiler-cli/dist/profiler-cli.js" "$@" 3>&-
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/loaded" ] || profiler stop >/dev/null || :
}

@test "the Firefox Profiler reads the energy, its grams and the phases" {
	command -v node >/dev/null || skip 'no node (apt-get install nodejs)'
	need_viewer profiler-cli
	profiler --version >/dev/null 2>&1 || skip "this node is too old for it: $(node --version)"
	cp run.firefox run.json
	: >loaded
	# it gives itself half a second to start, which is short on a busy machine
	until_so 120 profiler load run.json
	run -0 profiler counter list
	has "$output" 'Power: estimate/machine \(power\)'
	has "$output" 'Power: region f \(power\)'
	wh=$(sed -n 's/.*estimate.machine.*range: \([0-9.]*\) mWh.*/\1e3/p
		s/.*estimate.machine.*range: \([0-9.]*\) µWh.*/\1/p' <<<"$output")
	[ -n "$wh" ] || fail "no energy in: $output"
	# it prints two digits
	within 6 "$wh" "$(sql "SELECT joules / 3600e-6 FROM v_energy WHERE phase_ordinal = 0 AND channel = 'machine'")"
	run -0 profiler thread markers
	has "$output" 'steady'
	profiler stop
	rm loaded
}
