#!/usr/bin/env bats
# Real frameworks: PyTorch trains and distils, ONNX Runtime serves what was trained. Needs the Debian
# packages python3-torch and wrk, and onnxruntime-node where NODE_PATH has it (npm install
# --ignore-scripts onnxruntime-node: its script fetches what is for a GPU alone).
load ../helper

LIBJOULECART=${LIBJOULECART:-$TESTS_SOURCE/libjoulecart.so.0}
model=$BATS_FILE_TMPDIR/student.onnx
python=/usr/bin/python3 # Debian's, which python3-torch is for

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export PYTHONPATH=$TESTS_SOURCE/bindings/python PYTHONDONTWRITEBYTECODE=1
	export JOULECART_LIBRARY=$LIBJOULECART JOULECART_NODE=$TESTS_SOURCE/bindings/node
}

need_torch() {
	$python -c 'import torch' 2>/dev/null || skip 'no PyTorch (apt-get install python3-torch)'
}

# show: what the run printed, into the test's output
show() {
	# shellcheck disable=SC2001 # line by line
	sed 's/^/# /' <<<"$1" >&3
}

@test "PyTorch trains a teacher and distils a student, whose layers are regions" {
	need_torch
	run -0 joulecart run -o "$db" -- $python -W error::UserWarning "$TESTS_SOURCE/tests/slow/distil.py" "$model"
	show "$output"
	has "$output" 'teacher 0\.[89]'
	is "$(sql "SELECT group_concat(name) FROM phase WHERE ordinal > 0")" train,evaluate,train,evaluate,steady
	is "$(sql "SELECT queries FROM phase WHERE name = 'steady'")" 256000
	is "$(sql "SELECT group_concat(name) FROM (SELECT name FROM metric ORDER BY name)")" teacher_top1,top1
	# the score is that of the answers
	is "$(sql "SELECT n, bits FROM answers WHERE name = 'top1'")" '4000|1'
	is "$(sql "SELECT count(*), min(n), max(n) FROM (SELECT sum(t.n) AS n FROM region r
	           JOIN region_time t USING (region_id) WHERE r.ordinal > 0 GROUP BY r.name)")" '5|4000|4000'
	is "$(sql "SELECT count(*) FROM gap WHERE collector = 'markers'")" 0
	run -0 joulecart verify "$db"
	# what it computes is what it computes alone
	run -0 $python "$TESTS_SOURCE/tests/slow/distil.py" alone.onnx
	cmp alone.onnx "$model"
}

@test "ONNX Runtime serves the student" {
	need wrk wrk
	node -e 'require("onnxruntime-node")' 2>/dev/null ||
		skip 'no ONNX Runtime (npm install --ignore-scripts onnxruntime-node, and NODE_PATH)'
	need_torch
	[ -e "$model" ] || $python "$TESTS_SOURCE/tests/slow/distil.py" "$model"
	cat >post.lua <<-'END'
		local point = "[" .. string.rep("0.5,", 15) .. "0.5]"
		wrk.method = "POST"
		wrk.body = "[" .. string.rep(point .. ",", 7) .. point .. "]"
	END
	"$JOULECART" run -o "$db" -- node "$TESTS_SOURCE/tests/slow/serve.js" "$model" port 2000 >said 2>&1 3>&- &
	server=$!
	until_so 60 test -s port
	wrk -t 1 -c 4 -d 600 -s post.lua "http://127.0.0.1:$(cat port)/answer" >/dev/null 2>&1 3>&- &
	load=$!
	wait "$server"
	kill "$load"
	show "$(cat said)"
	is "$(sql "SELECT queries FROM phase WHERE name = 'steady'")" 2000
	is "$(sql "SELECT count(*) FROM phase WHERE name = 'load' AND end_lag_ns IS NOT NULL")" 1
	is "$(sql 'SELECT span, queries FROM v_query')" 'steady|2000'
	is "$(sql 'SELECT joules_per_query > 0 AND low < joules_per_query AND joules_per_query < high
	           FROM v_query')" 1
}
