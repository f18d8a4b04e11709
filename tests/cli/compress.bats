#!/usr/bin/env bats
# The best within a budget. What most of these commands need is a metric that they state, so that nothing
# depends on how busy the machine is; one burns CPU time.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	cat >model <<-'END'
		#!/bin/sh
		# model SPARSITY BITS: a cost, and how good it is
		"$JOULECART" mark metric cost "$(awk -v s="$1" -v b="$2" 'BEGIN { print (1.05 - s) * b }')"
		awk -v s="$1" -v b="$2" 'BEGIN { printf "{\"eval\": {\"accuracy\": %.4f}}\n", 0.92 - 0.1 * s * s - 0.2 / b / b }'
	END
	chmod +x model
	search -o found.db --json >found.json 2>messages || { cat messages >&2 && return 1; }
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# search [OPTION]...: of two techniques, by what they state
search() {
	joulecart compress --budget 'cost <= 2.5' --levels sparsity=0.05:0.95:7 --levels bits=8,6,4,3,2 \
		--quality-from json:eval.accuracy "$@" -- ./model '{sparsity}' '{bits}'
}

chosen() {
	jq -r '.candidates[.chosen].levels | "\(.sparsity) \(.bits)"' "$1"
}

@test "of all that fit the best is found, by fewer candidates than there are" {
	best=$(for s in 0.05 0.2 0.35 0.5 0.65 0.8 0.95; do
		for b in 8 6 4 3 2; do
			awk -v s=$s -v b=$b 'BEGIN { if ((1.05 - s) * b <= 2.5) print 0.92 - 0.1 * s * s - 0.2 / b / b, s, b }'
		done
	done | sort -rn | head -1)
	is "$(chosen found.json)" "${best#* }"
	[ "$(jq '.candidates | length' found.json)" -lt 20 ]
}

@test "every candidate is a trial of the database, which verify computes again" {
	is "$(sqlite3 found.db 'SELECT count(*) FROM trial')" "$(jq .trials found.json)"
	is "$(sqlite3 found.db 'SELECT count(DISTINCT variant) FROM trial')" "$(jq '.candidates | length' found.json)"
	is "$(sqlite3 found.db 'SELECT DISTINCT baseline FROM campaign')" 'sparsity=0.05 bits=8'
	run -0 joulecart verify found.db
	run -0 joulecart report found.db
}

@test "each block holds a candidate beside another" {
	is "$(sqlite3 found.db 'SELECT count(*) FROM (SELECT block FROM trial GROUP BY block HAVING count(DISTINCT variant) < 2)')" 0
}

@test "the sentences say what is chosen, what the search used, and when that is paid back" {
	run -0 --separate-stderr search -o text.db
	has "$output" "sparsity=$(chosen found.json | sed 's/ / bits=/') is chosen: it needs"
	has "$output" 'The search used [0-9.]+ .?J in [0-9]+ trials'
	has "$output" 'paid back|never paid back'
}

@test "the same seed gives the same search" {
	search -o again.db --json >again.json 2>/dev/null
	order='SELECT group_concat(variant) FROM (SELECT variant FROM trial ORDER BY ordinal)'
	is "$(sqlite3 again.db "$order")" "$(sqlite3 found.db "$order")"
}

@test "a search that was cut off goes on where it was, and ends as one that was not" {
	run -4 search -o cut.db --max-time 0.001
	has "$output" 'stopped at --max-time: the same command with --resume and a longer *--max-time goes on'
	has "$output" 'The search used [^.]*[.0-9]* .?J in 1 trial and'
	is "${lines[-1]}" 'stored: campaign 1 in cut.db, 1 trial' # behind what was printed before it, in one pipe too
	[[ $output != *'– '?J* ]]
	is "$(sqlite3 cut.db 'SELECT count(*) FROM trial')" 1
	search -o cut.db --resume --json >resumed.json 2>/dev/null
	is "$(chosen resumed.json)" "$(chosen found.json)"
	is "$(sqlite3 cut.db 'SELECT count(DISTINCT campaign_id), count(*) FROM trial')" "1|$(jq .trials found.json)"
	run -0 joulecart verify cut.db
}

@test "a limit of joules that stopped the search is the one to be raised" {
	run -4 search -o joules.db --max-joules 1e-9
	has "$(tr '\n' ' ' <<<"$output")" 'stopped at --max-joules: the same command with --resume and a larger --max-joules goes on'
}

@test "a search that still runs is not gone on with beside it, and one that was killed is" {
	cat >waiting <<-'END'
		#!/bin/sh
		# waiting SPARSITY: until it may go on
		echo at "$$" >>started
		[ -e may-end ] || exec sleep 1000
		"$JOULECART" mark metric cost "$(awk -v s="$1" 'BEGIN { print 1.05 - s }')"
		echo '{"accuracy": 0.9}'
	END
	chmod +x waiting
	search=(compress --budget 'cost <= 0.5' --levels 'sparsity=0.1,0.5,0.9' --quality-from json:accuracy -o claimed.db)
	"$JOULECART" "${search[@]}" -- ./waiting '{sparsity}' >first 2>&1 3>&- &
	first=$!
	until_so 60 [ -s started ]
	run -1 joulecart "${search[@]}" --resume -- ./waiting '{sparsity}'
	is "$output" "joulecart: cannot add to campaign 1 of 'claimed.db': another process still measures for it (let that end, or stop it with Ctrl-C, and try again)"
	is "$(sqlite3 claimed.db 'SELECT count(*) FROM trial')" 1
	joulecart run -q -o claimed.db -- true # a campaign of its own
	kill -KILL "$first"
	wait "$first" || true
	kill "$(cut -d' ' -f2 started)"
	touch may-end
	run -0 joulecart "${search[@]}" --resume -- ./waiting '{sparsity}'
	has "$output" 'stored: campaign 1 in claimed.db'
}

@test "the table fits a narrow terminal" {
	cp found.db narrow.db
	cat >again <<-'END'
		"$JOULECART" compress --budget 'cost <= 2.5' --levels sparsity=0.05:0.95:7 --levels bits=8,6,4,3,2 \
			--quality-from json:eval.accuracy -o narrow.db --resume -- ./model '{sparsity}' '{bits}' 2>/dev/null
	END
	script -qec 'stty cols 60 rows 24; . ./again' /dev/null </dev/null | tr -d '\r' >screen.txt
	has "$(cat screen.txt)" 'CANDIDATE .*VERDICT.*is chosen'
	[ "$(wc -L <screen.txt)" -le 60 ]
	run ! grep ' $' screen.txt
	is "$(sqlite3 narrow.db 'SELECT count(*) FROM trial')" "$(jq .trials found.json)"
}

@test "another search is not gone on with" {
	cp found.db other.db
	run -1 search -o other.db --resume --seed 2
	has "$output" 'cannot go on with the search: its next trial was of'
	cp model others-model
	run -1 joulecart compress --budget 'cost <= 2.5' --levels sparsity=0.05:0.95:7 --levels bits=8,6,4,3,2 \
		--quality-from json:eval.accuracy -o other.db --resume -- ./others-model '{sparsity}' '{bits}'
	has "$output" 'its next trial was of \["./model",.*and now \["./others-model"'
	run -1 search -o nothing.db --resume
	has "$output" "cannot go on with what is in 'nothing.db': no such file"
}

@test "nothing fits where the strongest costs too much, and the nearest is named" {
	run -3 --separate-stderr joulecart compress --budget 'cost <= 0.1' --levels sparsity=0.05:0.95:7 --levels bits=8,4,2 \
		--quality-from json:eval.accuracy -o none.db -- ./model '{sparsity}' '{bits}'
	has "$output" 'Nothing fits within cost <= 0.1'
	has "$output" 'Nearest is sparsity=0.95 bits=2'
}

@test "nothing fits where what is cheap enough answers too badly" {
	run -3 --separate-stderr search --quality 'accuracy >= 91.9 %' -o bad.db
	has "$output" 'Nothing fits within cost <= 2.5 and the limit of quality'
}

@test "a quality that is the better the lower" {
	cat >losing <<-'END'
		#!/bin/sh
		"$JOULECART" mark metric cost "$(awk -v s="$1" 'BEGIN { print 10 - s }')"
		echo "{\"loss\": 0.$1}"
	END
	chmod +x losing
	run -0 --separate-stderr joulecart compress --budget 'cost <= 4' --levels strength=1:9 --quality 'loss <= 0.85' \
		--quality-from json:loss -o loss.db --json -- ./losing '{strength}'
	is "$(jq -r '.candidates[.chosen] | .levels.strength, .quality.value' <<<"$output")" $'6\n0.6'
}

@test "a command gets whole levels in digits, each its own, also where they have seven" {
	cat >great <<-'END'
		#!/bin/sh
		echo "$1" >>levels
		"$JOULECART" mark metric cost "$((1000009 - $1))"
		echo "{\"loss\": 0.$((1000009 - $1))}"
	END
	chmod +x great
	run -0 --separate-stderr joulecart compress --budget 'cost <= 4' --levels strength=1000000:1000008 --quality loss \
		--quality-from json:loss -o great.db --json -- ./great '{strength}'
	grep -qx 1000000 levels || fail "$(sort -u levels)"
	[ "$(sort -u levels | wc -l)" -gt 2 ]
	run ! grep -vxE '100000[0-8]' levels
}

@test "a technique that saves nothing is named" {
	run -0 --separate-stderr joulecart compress --budget 'cost <= 5' --levels sparsity=0.05:0.95 --levels useless=1:9 \
		--quality-from json:eval.accuracy -o useless.db -- ./model '{sparsity}' 8 '{useless}'
	has "$output" 'useless saves nothing that could be shown'
}

@test "a command that burns less CPU time needs fewer joules, and is chosen for it" {
	printf 'i=0\nwhile [ $i -lt $1 ]; do i=$((i+1)); done; echo "{\\"accuracy\\": 0.9}"\n' >burn
	run joulecart run -q -o one.db -- sh burn 300000
	most=$(joulecart report -f json one.db | jq '.campaigns[0].variants[0].joules_per_run.value // .campaigns[0].rows[0].joules_per_run.value // empty' 2>/dev/null)
	[ -n "$most" ] || most=$(sqlite3 one.db 'SELECT joules FROM v_trial' 2>/dev/null)
	run -0 --separate-stderr joulecart compress --budget "$(awk -v j="$most" 'BEGIN { printf "%.6f", j / 2 }') J/run" \
		--levels steps=300000,60000,30000 --quality-from json:accuracy -o burn.db --json -- sh burn '{steps}'
	[ "$(jq -r '.candidates[.chosen].levels.steps' <<<"$output")" -le 60000 ]
	is "$(jq -c '[.paid_back_after > 0, .paid_back_unit, .search_joules_complete]' <<<"$output")" '[true,"run",true]'
}

@test "what is missing or wrong is said before anything runs" {
	refused() {
		run -2 --separate-stderr joulecart compress -o refused.db "$@"
		is "$output" ''
		[ ! -e refused.db ]
	}
	refused --levels a=1:2 --quality top1 -- true '{a}'
	has "$stderr" 'compress needs a --budget'
	refused --budget '2 mJ/query' --quality top1 -- true
	has "$stderr" 'compress needs --levels'
	refused --budget '2 mJ/query' --levels a=1:2 -- true '{a}'
	has "$stderr" 'compress needs the metric of quality'
	refused --budget '2 mJ/query' --levels a=1:2 --quality top1
	has "$stderr" "cannot compress the bundled agent by 'a'.*network, channels, rank, exits and bits"
	refused --budget '2 mJ/query' --samples 640 --levels a=1:2 --quality top1 -- true '{a}'
	has "$stderr" '--samples is of the bundled agent'
	refused --budget '2 mJ/query' --data model --levels a=1:2 --quality top1 -- true '{a}'
	has "$stderr" '--data is of the bundled agent'
	refused --budget '2 mJ/query' --data 'q{bits}.json'
	has "$stderr" "each trial would read '[{]bits[}]' as its level \\(give the file another name\\)"
	refused --budget '2 mJ/query' --levels a=1:2 --quality top1 -- true '{b}'
	has "$stderr" 'the command has no \{a\}'
	for budget in '2 apples' '-1 J/run' '2 mJ/fortnight' '3 ms' 'top1 >= 3' ''; do
		refused --budget "$budget" --levels a=1:2 --quality top1 -- true '{a}'
		has "$stderr" 'invalid --budget'
	done
	for levels in a a= a=1 a=1:1 a=1:2:1 a=1:2:x a=0.1:0.10000001 a=0:1e-400 '=1:2' 'a=1,,2' 'a b=1:2'; do
		refused --budget '2 mJ/query' --levels "$levels" --quality top1 -- true '{a}'
		has "$stderr" 'invalid --levels'
	done
	refused --budget '2 mJ/query' --levels a=1:2 -- true '{a}'
	has "$stderr" 'needs the metric of quality: none is given \(such as --quality-from json:accuracy'
	refused --budget '2 mJ/query' --levels a=1:2 --quality 'top1 >= 86' -- true '{a}'
	has "$stderr" "that metric is a share, at most 1 \('top1 >= 86 %'\)"
	refused --budget '2 mJ/query' --levels a=1:2 --quality 'top1 >= 860 %' -- true '{a}'
	has "$stderr" 'a share, at most 1'
	for quality in 'top1 >=' '>= 3' 'top1 > 3' 'two words'; do
		refused --budget '2 mJ/query' --levels a=1:2 --quality "$quality" -- true '{a}'
		has "$stderr" 'invalid --quality'
	done
}

@test "a command that states no quality, or fails at its mildest, is refused with what to do" {
	run -1 --separate-stderr joulecart compress --budget '9 J/run' --levels a=1:2 --quality top1 -o silent.db -- true '{a}'
	has "$stderr" "cannot compress 'a=1': it does not say how good its answers are \(print a line"
	run -1 --separate-stderr joulecart compress --budget '9 J/run' --levels a=1:2 --quality top1 -o failing.db -- false '{a}'
	has "$stderr" "cannot compress 'a=1': the command failed \(run the command"
	run -1 --separate-stderr joulecart compress --budget '9 J/query' --levels a=1:2 --quality-from json:accuracy -o countless.db -- \
		sh -c "echo '{\"accuracy\": 0.9}' # {a}"
	has "$stderr" 'cannot compress .a=1.: .* \(--queries or --queries-from says how many'
	run -1 --separate-stderr joulecart compress --budget '9 J/query' --queries 10 --levels a=1:2 --quality-from json:accuracy -o brief.db -- \
		sh -c "echo '{\"accuracy\": 0.9}' # {a}"
	has "$stderr" 'lasted .* below .* \(let each trial answer more queries, so that it lasts longer, and name as many with --queries\)'
	run -1 --separate-stderr joulecart compress --budget '4 MB' --levels a=1:2 --quality-from json:accuracy -o sizeless.db -- \
		sh -c "echo '{\"accuracy\": 0.9}' # {a}"
	has "$stderr" 'it does not state the metric of the budget \(mark it: joulecart mark metric file_bytes VALUE\)'
}

@test "without a command the bundled agent is made smaller, and trained where that is needed" {
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	# of few queries, each of which every trial answers
	joulecart models data --json --n 160 >"shop's queries"
	few=(--samples 160 --data "shop's queries")
	# by bytes, which depend on no other work: f32 weights take 12.3 MB, 8 bits 2.9, half of the channels then 1.6
	run -0 --separate-stderr joulecart compress --budget '1.8 MB' "${few[@]}" --levels channels=off,192 \
		--levels bits=off,8 --trials 4 --json -o agent.db
	is "$(jq -c '.candidates[.chosen].levels' <<<"$output")" '{"channels":"192","bits":"8"}'
	is "$(jq -c '[.candidates[] | select(.verdict == "over-budget")] | length' <<<"$output")" 3
	# what was trained for it is there
	run -0 joulecart models infer teacher+pruned-channel:192+int8:8 "${few[@]}" --queries 100
	is "$(sqlite3 agent.db "SELECT sum(queries % 160) FROM phase WHERE name = 'steady'")" 0
}
