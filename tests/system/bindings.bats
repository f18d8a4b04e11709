#!/usr/bin/env bats
# The same marks from C, Python, Node and the shell: one program each below tests/fakes/marking.
load ../helper

marking=$fakes/marking
MARKING_PROGRAM=${MARKING_PROGRAM:-$TESTS_SOURCE/tests/fakes/marking/program}
LIBJOULECART=${LIBJOULECART:-$TESTS_SOURCE/libjoulecart.so.0}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export PYTHONPATH=$TESTS_SOURCE/bindings/python PYTHONDONTWRITEBYTECODE=1
}

need_node() {
	command -v node >/dev/null || skip 'no node (apt-get install nodejs)'
}

# marked [OPTION VALUE]... COMMAND [ARG]...
marked() {
	rm -f "$db"
	local options=()
	while [ "${1:0:2}" = -- ]; do
		options+=("$1" "$2")
		shift 2
	done
	"$JOULECART" run -q -o "$db" "${options[@]}" -- "$@"
}

# phases NAME: "queries of each".
queries_of() {
	sql "SELECT group_concat(ifnull(queries, '-'), ' ') FROM
	     (SELECT queries FROM phase WHERE name = '$1' ORDER BY queries)"
}

no_complaint() {
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'markers'")" 0
}

# on_100_w COMMAND...: measured on that machine, again where it was too busy for its sensor to be read
# evenly: then the run has no joules per query, and says why. SECONDS in COMMAND becomes 1, and then more:
# what is measured for longer may be read less often.
on_100_w() {
	local seconds
	for seconds in 1 1 2 4 8 16; do
		rm -f "$db"
		run -0 on constant "$JOULECART" run -q -o "$db" -- "${@/SECONDS/$seconds}"
		[ "$(sql 'SELECT reason IS NULL FROM v_query')" = 0 ] || ! were_read_in_time || return 0
	done
	were_read_in_time || skip 'this machine was too busy to read its sensor in time'
	fail "$(sql 'SELECT reason FROM v_query')"
}

# was_at_rest: each edge was read within 1 ms of its mark, and no reading of the counters took longer.
was_at_rest() {
	[ "$(sql 'SELECT (SELECT max(max(begin_lag_ns, end_lag_ns)) FROM phase) < 1000000
	                 AND tick_max_ns < 1000000 FROM trial')" = 1 ]
}

# sums_up: the phases and what lies between them, from the readings alone, are the run.
sums_up() {
	local moved='joules > 0'
	was_at_rest || moved='joules IS NOT NULL' # a short one may have one reading for both of its edges
	is "$(sql "SELECT count(*) FROM v_phase WHERE phase IN ('load', 'steady') AND $moved")" 2
	is "$(sql "SELECT abs(total(v.joules) + (SELECT total(s.advance * c.unit_per_raw)
	                FROM channel c JOIN stretch s USING (channel_id)
	                WHERE c.counted AND NOT EXISTS (SELECT 1 FROM phase p WHERE p.ordinal > 0
	                      AND s.seq BETWEEN p.first_stretch AND p.last_stretch))
	              - (SELECT joules FROM v_phase WHERE phase_ordinal = 0))
	            <= 1e-9 * (SELECT joules FROM v_phase WHERE phase_ordinal = 0)
	           FROM v_phase v WHERE v.phase_ordinal > 0")" 1
}

# steady_on_100_w COMMAND...: of a phase with 1000 queries, on a machine of 100 W: the truth, by the
# seconds that the program itself spent, is in the interval of joules per query; and within 0.5 % where
# the machine let that be read in time, which it is asked for some times. Where it never did, what was drawn while
# the marks waited to be read comes on top.
steady_on_100_w() {
	for _ in 1 2 3 4; do
		on_100_w "$@"
		! was_at_rest || break
	done
	is "$output" ''
	is "$(sql 'SELECT span, queries FROM v_query')" 'steady|1000'
	of_100_w="joules_per_query * 1000 / (p.end_mono_ns - p.begin_mono_ns) * 1e9"
	from="FROM v_query q JOIN phase p ON p.trial_id = q.trial_id AND p.name = 'steady'"
	late="100.0 * (begin_lag_ns + end_lag_ns + 2 * tick_max_ns) / (p.end_mono_ns - p.begin_mono_ns)"
	within "$(sql "SELECT 0.5 + $late FROM phase p JOIN trial USING (trial_id) WHERE p.name = 'steady'")" \
		"$(sql "SELECT $of_100_w $from")" 100
	is "$(sql "SELECT 0.1 * (p.end_mono_ns - p.begin_mono_ns) * 1e-9 BETWEEN q.low AND q.high $from")" 1
	sums_up
	no_complaint
}

# truth_of PHASE: what the machine drew between that phase's marks.
truth_of() {
	# shellcheck disable=SC2046 # two stamps
	"$POWERCAP_FUSE" --energy described.machine intel-rapl:0 \
		$(sql "SELECT begin_mono_ns || ' ' || end_mono_ns FROM phase WHERE name = '$1'")
}

on_changing_power() {
	run -0 on_described "$JOULECART" run -q -o "$db" -- "$@" \
		<<<"zone intel-rapl:0 package-0 power=square:20:180:0.3 max_power_w=205"
}

# true_where_power_changes COMMAND...: with phases 'load' and 'steady', on a machine whose power goes up and
# down nine to one, several times in a phase: what it drew between the marks of each is in the phase's
# interval, and that of the longer one is read within 0.5 % where the machine let it be read in time, which it
# is asked for some times.
true_where_power_changes() {
	local phase
	for _ in 1 2 3 4; do
		in_time on_changing_power "$@"
		sums_up
		for phase in load steady; do
			between "$(sql "SELECT interval_low_j FROM v_phase WHERE phase = '$phase'")" "$(truth_of "$phase")" \
				"$(sql "SELECT interval_high_j FROM v_phase WHERE phase = '$phase'")"
		done
		! was_at_rest || {
			within 0.5 "$(sql "SELECT joules FROM v_phase WHERE phase = 'steady'")" "$(truth_of steady)"
			break
		}
	done
}

# ten_tokens_a_query: which have a tenth of a query's joules each.
ten_tokens_a_query() {
	within 0.001 "$(sql 'SELECT joules_per_unit * 10 FROM v_unit')" \
		"$(sql 'SELECT joules_per_query FROM v_query')"
	is "$(sql 'SELECT unit, n, provenance FROM v_unit')" \
		"tokens|10000|$(sql 'SELECT provenance FROM v_query')"
}

@test "C, Python, Node and the shell give the joules of the same phase, per query and per token" {
	need_machines
	need_node
	cat >script <<-END
		"$JOULECART" mark begin load && sleep 0.1 && "$JOULECART" mark end load
		"$JOULECART" mark begin steady && sleep \$1 && "$JOULECART" mark end steady --queries 1000
	END
	steady_on_100_w "$MARKING_PROGRAM" steady SECONDS 1000
	ten_tokens_a_query
	steady_on_100_w python3 "$marking/program.py" steady SECONDS 1000
	ten_tokens_a_query
	steady_on_100_w node "$marking/program.js" steady SECONDS 1000
	ten_tokens_a_query
	steady_on_100_w sh script SECONDS
}

@test "C, Python, Node and the shell give each phase its own joules, where the power changes" {
	need_machines
	need_node
	cat >script <<-END
		"$JOULECART" mark begin load && sleep 0.2 && "$JOULECART" mark end load
		"$JOULECART" mark begin steady && sleep 1.4 && "$JOULECART" mark end steady --queries 1000
	END
	true_where_power_changes "$MARKING_PROGRAM" steady 1.4 1000
	true_where_power_changes python3 "$marking/program.py" steady 1.4 1000
	true_where_power_changes node "$marking/program.js" steady 1.4 1000
	true_where_power_changes sh script
}

@test "what a run prints has the joules of each unit, or why there are none" {
	run -0 --separate-stderr joulecart run -o "$db" -- python3 -c 'import joulecart, time
with joulecart.phase("steady") as p:
    end = time.monotonic() + 2
    while time.monotonic() < end: pass
    p.units("tokens", 4000)
    p.queries = 20'
	has "$stderr" 'per unit .* 4000 tokens'
}

@test "threads of a C program nest each for itself" {
	marked "$MARKING_PROGRAM" threads 40
	is "$(sql "SELECT count(*), sum(queries) FROM phase WHERE name = 'request'")" '40|40'
	is "$(sql "SELECT count(*), sum(queries) FROM phase WHERE name = 'inner'")" '40|820'
	is "$(sql "SELECT count(*) FROM phase JOIN phase_units USING (phase_id)
	           WHERE name = 'inner' AND n = queries")" 40
	no_complaint
}

@test "C++ takes the header as it is, and the library shows its functions alone" {
	need g++ g++
	g++ -std=c++11 -Wall -Wextra -Wpedantic -Wold-style-cast -Werror -pthread \
		-I"$TESTS_SOURCE/profiler/markers" "$marking/program.cpp" -o program "$LIBJOULECART" \
		-Wl,-rpath,"$(dirname "$LIBJOULECART")"
	marked ./program
	is "$(queries_of other)" 2
	is "$(queries_of own)" 3
	is "$(sql "SELECT n FROM phase_units WHERE unit = 'tokens'")" 30
	no_complaint
	# without a macro: what the compiler sees declared is what the library has, no more and no less
	gcc -E -P "$TESTS_SOURCE/profiler/markers/joulecart.h" | grep -o 'joulecart_[a-z_]*(' |
		tr -d '(' | sort >declared
	nm -D --defined-only --without-symbol-versions "$LIBJOULECART" | awk '$2 == "T" { print $3 }' |
		sort | diff declared -
}

# A burst: the profiler is not woken for each.
@test "each channel is read after an edge's mark, and its phase's interval has room for how much later" {
	need_machines
	in_time run -0 on constant "$JOULECART" run -q -o "$db" -- "$MARKING_PROGRAM" edges 2 10
	is "$(sql "SELECT count(*) FROM phase p WHERE name = 'edge' AND begin_lag_ns > 0 AND end_lag_ns > 0
	           AND begin_mono_ns + begin_lag_ns >= (SELECT max(begin_mono_ns) FROM stretch WHERE seq = first_stretch)
	           AND end_mono_ns + end_lag_ns >= (SELECT max(end_mono_ns) FROM stretch WHERE seq = last_stretch)
	           AND begin_mono_ns < (SELECT min(begin_mono_ns) FROM stretch JOIN channel USING (channel_id)
	                                WHERE seq = first_stretch AND counted)
	           AND end_mono_ns < (SELECT min(end_mono_ns) FROM stretch JOIN channel USING (channel_id)
	                              WHERE seq = last_stretch AND counted)")" 100
	# three times the mean power, or where that is not known the most that a package draws
	is "$(sql "SELECT count(*) FROM v_energy v JOIN phase p ON p.ordinal = v.phase_ordinal
	           WHERE p.name = 'edge' AND v.counted
	           AND joules_high - joules >= (begin_lag_ns + end_lag_ns) * 1e-9 * min(watts, 100)")" 100
}

@test "what a program has marked is kept when it is killed" {
	marked bash -c '"$0" killed 100; test $? = 137' "$MARKING_PROGRAM"
	is "$(sql "SELECT count(*), sum(queries) FROM phase WHERE name = 'killed' AND end_lag_ns IS NOT NULL")" '100|5050'
	no_complaint
}

@test "a mark is read when it is made, also where the sensors are read once in ten seconds" {
	marked --rate 0.1 "$MARKING_PROGRAM" steady 3 1
	is "$(sql "SELECT count(*) FROM phase WHERE name = 'steady' AND begin_mono_ns + begin_lag_ns < end_mono_ns")" 1
	no_complaint
}

@test "a child of fork marks for itself, and ends no phase of its parent's" {
	marked "$MARKING_PROGRAM" fork
	is "$(queries_of parent)" 1
	is "$(queries_of child)" 2
	is "$(sql 'SELECT count(DISTINCT pid) FROM phase WHERE ordinal > 0')" 2
	no_complaint
}

@test "Python marks through threads, tasks, generators, exceptions and repeated use" {
	run -0 marked python3 -W error -X dev "$marking/program.py" shapes
	is "$output" ''
	is "$(queries_of shared)" '1 2 3 4 5'
	is "$(queries_of task)" '3 3 3 3'
	is "$(queries_of generator)" '1 1'
	is "$(queries_of raised)" '-'
	is "$(queries_of again)" '1 2'
	is "$(sql "SELECT sum(n) FROM phase_units JOIN phase USING (phase_id) WHERE name = 'task'")" 20
	is "$(sql 'SELECT name, value FROM metric')" 'top1|0.91'
	is "$(sql 'SELECT workload FROM trial')" w1
	is "$(sql 'SELECT count(*) FROM phase WHERE end_lag_ns IS NULL')" 0
	no_complaint
}

@test "threads that all make their first mark at once lose none" {
	for _ in 1 2 3 4 5; do
		marked python3 -W error -X dev -c 'import joulecart, threading
barrier = threading.Barrier(50)
def serve(i):
    barrier.wait()
    with joulecart.phase("first", i): pass
threads = [threading.Thread(target=serve, args=(i,)) for i in range(1, 51)]
for one in threads: one.start()
for one in threads: one.join()'
		is "$(sql "SELECT count(*), sum(queries) FROM phase WHERE name = 'first'")" '50|1275'
		no_complaint
	done
}

@test "a trainer's callbacks are phases, and end with an exception" {
	run -0 marked python3 -W error -X dev "$marking/program.py" trainer
	is "$output" ''
	is "$(sql "SELECT group_concat(name) FROM phase WHERE ordinal > 0")" train,evaluate,train,train
	is "$(sql 'SELECT group_concat(name) FROM (SELECT name FROM metric ORDER BY name)')" eval_top1,loss
	is "$(sql 'SELECT count(*) FROM phase WHERE end_lag_ns IS NULL')" 0
	no_complaint
}

@test "Python reads the figures of a database, as joulecart reports them" {
	marked --queries 50 python3 -c 'import time
end = time.monotonic() + 2
while time.monotonic() < end: pass'
	joulecart report --format json "$db" >report.json
	# shellcheck disable=SC2016 # expands there
	run -0 env JOULECART="$JOULECART" python3 -W error -c 'import joulecart, json, sys
data = joulecart.open("trial.db")
figure = data["python3"].joules_per_query
wanted = json.load(open("report.json"))["variants"][0]["joules_per_query"]
assert (figure.value, [figure.low, figure.high]) == (wanted["value"], wanted["ci95"]), figure
assert figure.provenance == wanted["provenance"]
assert list(data) == ["python3"] and "python3" in data and "serve" not in data
try: data["serve"]
except KeyError as error: assert "there are: \x27python3\x27" in str(error), error
missing = data["python3"].training_joules
assert not missing and missing.value is None and missing.reason, missing
try: joulecart.open("nothing.db")
except Exception as error: print(error)'
	has "$output" "joulecart: cannot read 'nothing.db': no such file"
}

@test "Python has the figures of each phase" {
	# shellcheck disable=SC2016 # expands there
	marked python3 -c 'import joulecart, time
for n in (2, 3):
    with joulecart.phase("steady") as p:
        time.sleep(0.3)
        p.queries = n
with joulecart.phase("short"): pass'
	joulecart report --phases --format json "$db" >phases.json
	run -0 env JOULECART="$JOULECART" python3 -W error -c 'import joulecart, json
data = joulecart.open("trial.db")
phases = data["python3"].phases
rows = {row["phase"]: row for row in json.load(open("phases.json"))["rows"]}
assert list(phases) == ["steady", "short"], phases
steady, row = phases["steady"], rows["steady"]
assert (steady.n, steady.queries, steady.seconds) == (2, 5, row["seconds_per_run"]), steady
assert (steady.joules.value, steady.joules.low, steady.joules.high, steady.joules.provenance) == (
    row["joules_per_run"], row["low_per_run"], row["high_per_run"], row["provenance"]), steady
for one in phases.values():
    assert (one.joules.value is None) == bool(one.joules.reason), one'
	marked true
	is "$(JOULECART="$JOULECART" python3 -c 'import joulecart; print(joulecart.open("trial.db")["true"].phases)')" '{}'
}

@test "Python has all figures of a database as a frame of pandas" {
	local python=/usr/bin/python3
	$python -c 'import pandas' 2>/dev/null || skip 'no pandas (python3-pandas)'
	marked true
	run -0 env JOULECART="$JOULECART" $python -c 'import joulecart
data = joulecart.open("trial.db")
frame = data.to_frame()
figure = data["true"].joules_per_run
row = frame.iloc[0]
assert (len(frame), row["variant"]) == (1, "true")
assert (row["joules_per_run"], row["joules_per_run_low"], row["joules_per_run_provenance"]) == (
    figure.value, figure.low, figure.provenance), row
assert frame["joules_per_query"].isna().all() and row["joules_per_query_reason"], row'
}

@test "processes that Python starts mark too, whether or not they inherit the socket" {
	run -0 marked python3 -W error -X dev "$marking/program.py" children
	is "$output" ''
	is "$(queries_of rank)" '5 7 7'
	is "$(queries_of parent)" '-'
	no_complaint
}

@test "Node marks through promises, callbacks, errors, worker threads and clusters" {
	need_node
	run -0 marked node "$marking/program.js" shapes
	is "$output" ''
	is "$(queries_of async)" '1 2 3'
	is "$(queries_of sync)$(queries_of raised)$(queries_of rejected)" '---'
	is "$(queries_of 'by hand')" 4
	is "$(queries_of called)" 8
	# a region is a phase each time, and what is served within it is the phase's around it
	is "$(sql "SELECT count(*) FROM phase WHERE name = 'conv1' AND end_mono_ns IS NOT NULL")" 3
	is "$(queries_of around)" 7
	is "$(sql "SELECT p.name || ' ' || u.n FROM phase_units u JOIN phase p USING (phase_id) WHERE u.unit = 'tokens'
		AND p.ordinal > 0 AND u.n = 9")" 'around 9'
	is "$(queries_of used)" 9
	is "$(queries_of worker)" 5
	is "$(queries_of cluster)" 6
	is "$(sql 'SELECT name, value FROM metric')" 'top1|0.91'
	no_complaint
}

@test "Python's regions and a model's layers are regions; without the library they do nothing" {
	passages="SELECT group_concat(name || ' ' || n, ', ') FROM
	          (SELECT r.name, sum(t.n) AS n FROM region r JOIN region_time t USING (region_id)
	           GROUP BY r.name ORDER BY r.name)"
	JOULECART_LIBRARY=$LIBJOULECART run -0 marked python3 -W error "$marking/program.py" regions
	is "$output" ''
	is "$(sql "$passages")" '0 50, 1 50, outer 51'
	is "$(queries_of steady)" 50
	# as make install lays them out below any prefix
	mkdir -p prefix/lib/python3.9/dist-packages
	cp -r "$TESTS_SOURCE/bindings/python/joulecart" prefix/lib/python3.9/dist-packages
	cp "$LIBJOULECART" prefix/lib
	PYTHONPATH=$PWD/prefix/lib/python3.9/dist-packages run -0 marked python3 -W error -c 'import joulecart
one = joulecart.region("beside")
for _ in range(30):
    with one: pass'
	is "$(sql "$passages")" 'beside 30'
	JOULECART_LIBRARY=/nowhere run -0 marked python3 -W error "$marking/program.py" regions
	is "$output" ''
	is "$(sql 'SELECT count(*) FROM region')" 0
	is "$(queries_of steady)" 50
	run -0 python3 -W error "$marking/program.py" regions
	is "$output" ''
}

@test "what each query was answered is the same bytes from C, Python and Node" {
	need_node
	kept="SELECT name, n, bits, hex(data) FROM answers ORDER BY name"
	marked "$MARKING_PROGRAM" answers 1500
	sql "$kept" >from-c
	is "$(cut -c1-25 from-c | tr '\n' ' ')" 'in part|1500|8|004080BFFF right|1500|1|499224499224 '
	marked python3 -W error "$marking/program.py" answers 1500
	sql "$kept" | cmp - from-c
	marked node "$marking/program.js" answers 1500
	sql "$kept" | cmp - from-c
	no_complaint
}

@test "more answers than the socket holds at once are kept" {
	need_node
	for program in "$MARKING_PROGRAM" "python3 -W error $marking/program.py" "node $marking/program.js"; do
		# shellcheck disable=SC2086 # several words
		marked $program answers 1048576
		is "$(sql "SELECT bits, n, length(data) FROM answers ORDER BY bits")" \
			"$(printf '1|1048576|131072\n8|1048576|1048576')"
		no_complaint
	done
}

@test "answers of which a part is missing are not kept, and that is said" {
	marked python3 -W error -c 'import joulecart, joulecart._marks as marks
send = marks._send
marks._send = lambda kind, *rest, **more: rest[2] == 2 * 8 * 152 or send(kind, *rest, **more)
joulecart.answers("holed", [1] * 9000)
marks._send = lambda kind, *rest, **more: rest[2] > 0 or send(kind, *rest, **more)
joulecart.answers("begun", [1] * 9000)'
	is "$(sql 'SELECT count(*) FROM answers')" 0
	has "$(sql "SELECT group_concat(why, '; ') FROM gap WHERE collector = 'markers'")" \
		'2 lists of answers came in part, and are not kept'
}

@test "without joulecart the bindings do nothing, and say so when asked" {
	need_node
	run -0 "$MARKING_PROGRAM" fork
	run -0 python3 -W error -X dev "$marking/program.py" shapes
	is "$output" ''
	run -0 node "$marking/program.js" shapes
	is "$output" ''
	is "$(python3 -c 'import joulecart; print(joulecart.active())')" False
	is "$(node -p "require('$TESTS_SOURCE/bindings/node').active()")" false
}

@test "a stranger's descriptor under the inherited number is never written to" {
	need_node
	# shellcheck disable=SC2016 # expands there
	for program in "$MARKING_PROGRAM fork" "python3 $marking/program.py shapes" "node $marking/program.js shapes"; do
		marked bash -c 'fd=${JOULECART_MARKER_FD%%:*}; eval "exec $fd>&- $fd>stranger"
			unset JOULECART_MARKER_SOCKET; '"$program"
		is "$(wc -c <stranger)" 0
		is "$(sql 'SELECT count(*) FROM phase')" 1
	done
}

@test "lost marks are counted in the database" {
	# more than the socket holds, while joulecart is stopped
	# shellcheck disable=SC2016 # expands there
	run marked python3 -c 'import glob, joulecart, os, signal
def runs(thread): return open(thread).read().rsplit(")", 1)[1].split()[0] != "T"
os.kill(os.getppid(), signal.SIGSTOP)
# one thread takes the signal, when it has a processor; until then the others go on
while any(map(runs, glob.glob(f"/proc/{os.getppid()}/task/*/stat"))): pass
for _ in range(2000): joulecart.metric("m", 1.0)
os.kill(os.getppid(), signal.SIGCONT)
lost = joulecart.dropped()
import time; time.sleep(0.3)
joulecart.metric("last", lost)'
	is "$status" 0
	lost=$(sql "SELECT CAST(value AS INTEGER) FROM metric WHERE name = 'last'")
	[ "$lost" -gt 0 ]
	has "$(sql "SELECT why FROM gap WHERE collector = 'markers'")" "^$lost marks? could not be sent"
}

# Where a loss can be told of by another way, it is: these have none, and no later mark.
@test "what was lost last is said when the program ends" {
	need_node
	said="SELECT why FROM gap WHERE collector = 'markers'"
	marked "$MARKING_PROGRAM" unsaid 2000000
	has "$(sql "$said")" '^[0-9]+ marks? of 1 process came faster than could be read'
	marked python3 -W error -c 'import joulecart, joulecart._marks as marks, os
joulecart.active()
del os.environ["JOULECART_MARKER_SOCKET"]
socket, inode, is_own = marks._socket
marks._socket = socket, 0, is_own  # as where another file has its number
joulecart.metric("m", 1)
marks._socket = socket, inode, is_own'
	has "$(sql "$said")" '^1 mark of 1 process came faster than could be read'
	marked node -e 'const fs = require("fs"), joulecart = require(process.env.TESTS_SOURCE + "/bindings/node");
joulecart.active();
delete process.env.JOULECART_MARKER_SOCKET;
const { writeSync } = fs;
fs.writeSync = () => { throw new Error(); };
joulecart.metric("m", 1);
fs.writeSync = writeSync;'
	has "$(sql "$said")" '^1 mark of 1 process came faster than could be read'
}

@test "answers that are too many, and metrics that are no numbers, are refused and that is said" {
	need_node
	said="SELECT why FROM gap WHERE collector = 'markers'"
	marked "$MARKING_PROGRAM" answers 1048577
	has "$(sql "$said")" '2 messages .* there are more than 1048576 answers'
	marked python3 -W error -c 'import joulecart
joulecart.answers("many", [1] * 1048577)
joulecart.answers("none", ["?"])
joulecart.answers("no list", None)
joulecart.metric("none", "?")'
	has "$(sql "$said")" '4 messages .* there are more than 1048576 answers'
	marked node -e 'const joulecart = require(process.env.TESTS_SOURCE + "/bindings/node");
joulecart.answers("many", new Array(1048577).fill(1));
joulecart.answers("none", null);
joulecart.metric("none", "?");'
	has "$(sql "$said")" '3 messages .* there are more than 1048576 answers'
	is "$(sql 'SELECT (SELECT count(*) FROM answers) + (SELECT count(*) FROM metric)')" 0
}

@test "a script marks with 'joulecart mark', and gets the joules of its phase" {
	need_machines
	cat >script <<-END
		"$JOULECART" mark begin load && sleep 0.1 && "$JOULECART" mark end load
		"$JOULECART" mark begin steady
		sleep \$1
		"$JOULECART" mark end steady --queries 1k
		"$JOULECART" mark units tokens 500
		"$JOULECART" mark metric loss -- -0.5
		"$JOULECART" mark workload w2
	END
	on_100_w sh script SECONDS
	is "$output" ''
	within 2 "$(sql "SELECT joules_per_query * 1000 / seconds FROM v_query WHERE span = 'steady'")" 100
	is "$(sql 'SELECT name, value FROM metric')" 'loss|-0.5'
	is "$(sql 'SELECT unit, span, n FROM v_unit')" 'tokens|whole|500'
	is "$(sql 'SELECT workload FROM trial')" w2
	no_complaint
}

@test "report --phases shows what 'joulecart mark' marked, as text, Markdown, JSON and CSV" {
	need_machines
	cat >script <<-END
		for phase in load steady; do
			"$JOULECART" mark begin \$phase && sleep 0.5 && "$JOULECART" mark end \$phase --queries 10
		done
	END
	run -0 on constant "$JOULECART" run -q -r 2 -o "$db" -- sh script
	run -0 "$JOULECART" report --phases "$db"
	has "$output" 'sh \(command\), campaign 1: 2 trials'
	has "$output" '\(run\) .* 100 %'
	has "$output" 'load .* % .* 1 +10'
	has "$output" 'steady .* % .* 1 +10'
	run -0 --separate-stderr "$JOULECART" report --phases --format json "$db"
	is "$(jq -c '[.rows[] | .phase]' <<<"$output")" '["whole","load","steady"]'
	for phase in load steady; do
		within 1e-9 "$(jq ".rows[] | select(.phase == \"$phase\") | .joules_per_run" <<<"$output")" \
			"$(sql "SELECT sum(joules) / 2 FROM v_phase WHERE phase = '$phase'")"
	done
	run -0 "$JOULECART" report --phases -o phases.csv "$db"
	is "$(sqlite3 :memory: '.import --csv phases.csv t' 'SELECT group_concat(phase || n) FROM t')" whole2,load2,steady2
	run -0 "$JOULECART" report --phases --format markdown "$db"
	has "$output" '\| steady \|'
}

@test "phases that overlap do not add up, and the report says so" {
	marked "$MARKING_PROGRAM" threads 8
	run -0 "$JOULECART" report --phases "$db"
	has "${output//$'\n'/}" 'they do +not add up'
}

@test "marks of scripts that run at once are told apart by --id" {
	cat >script <<-END
		for i in 1 2 3; do
			{ "$JOULECART" mark begin job --id \$i && sleep 0.0\$((4 - i)) &&
			  "$JOULECART" mark end job --id \$i --queries \$i; } &
		done
		wait
	END
	marked sh script
	is "$(queries_of job)" '1 2 3'
	no_complaint
}

@test "a mark without joulecart succeeds and says nothing; one that is wrong is refused" {
	run -0 --separate-stderr joulecart mark begin steady
	is "$output$stderr" ''
	run -2 --separate-stderr joulecart mark bgin steady
	has "$stderr" "did you mean 'begin'"
	run -2 joulecart mark metric top1 high
	run -2 joulecart mark units tokens 0
	run -2 joulecart mark end
	run -2 joulecart mark begin "$(printf '%032d' 0)"
}
