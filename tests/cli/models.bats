#!/usr/bin/env bats
# What 'joulecart models' does, on the program that it runs.
bats_require_minimum_version 1.5.0

setup_file() {
	MODELS="$(dirname "${JOULECART:-$PWD/joulecart}")/joulecart-models"
	export MODELS
	export XDG_DATA_HOME="$BATS_FILE_TMPDIR/data"
	# Real training, as short as it can be: what it takes, not what it learns, matters here. Each is graded on all
	# test queries, of which a file has as few as wanted; the first are of the classes that training sees seldom.
	"$MODELS" data --json --n 4000 >"$BATS_FILE_TMPDIR/generated"
	{
		grep '"split":"train".*"cold":true' "$BATS_FILE_TMPDIR/generated"
		for split in train validation test; do
			grep -m 128 "\"split\":\"$split\"" "$BATS_FILE_TMPDIR/generated"
		done
	} >"$BATS_FILE_TMPDIR/queries"
	export FEW="--samples 128 --epochs 1" OWN="--data $BATS_FILE_TMPDIR/queries"
	export TINY="$FEW $OWN"
	# And of the generated ones, by the network that answers them soonest.
	export GENERATED="--samples 640 --epochs 1"
	# shellcheck disable=SC2086 # words
	"$MODELS" train teacher $TINY
	# shellcheck disable=SC2086 # words
	"$MODELS" train student-hard $GENERATED >"$BATS_FILE_TMPDIR/train"
}

setup() {
	[ -x "$MODELS" ]
}

weights_of() {
	echo "$XDG_DATA_HOME"/joulecart/models/"$1"-*.safetensors
}

@test "help names every command and goes to stdout" {
	run --separate-stderr "$MODELS" --help
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	for command in list train infer eval data serve feedback; do
		[[ "$output" == *" $command "* ]]
		run "$MODELS" "$command" --help
		[ "$status" -eq 0 ]
		[[ "$output" == "Usage: joulecart models $command"* ]]
		run --separate-stderr "$MODELS" --help
	done
}

@test "usage errors exit 2, on stderr, with a way on" {
	for arguments in "" "prune" "train" "train teacher student" "infer --batch" \
		"infer teacher --batch 0" "infer teacher --batch x" "eval teacher --fast" \
		"data --n -1" "list teacher" "train teacher --samples 3" \
		"infer teacher --queries 5 --seconds 5" "train pruned-channel --level 8" \
		"train teacher --level 1" "eval pruned-channel --level many"; do
		run --separate-stderr "$MODELS" $arguments
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ "$stderr" == "joulecart: "* ]]
	done
}

@test "an unknown variant is answered with the command that lists them" {
	run "$MODELS" infer int4
	[ "$status" -eq 2 ]
	[ "$output" = "joulecart: unknown variant 'int4': did you mean 'int8'? ('joulecart models \
list' names those there are)" ]
}

@test "an untrained variant is answered with the command that trains it" {
	run "$MODELS" infer student --quick --seed 7
	[ "$status" -eq 1 ]
	[[ "$output" == "joulecart: no trained 'student': "*"does not exist (run 'joulecart \
models train student --seed 7 --quick')" ]]
}

@test "training says what it made, how good it is, and where it is" {
	grep -q "^student-hard: made in .* CPU seconds" "$BATS_FILE_TMPDIR/train"
	grep -q "top-1   0\.[0-9]* of 6000 test queries" "$BATS_FILE_TMPDIR/train"
	[ -s "$(weights_of student-hard)" ]
}

@test "the same seed trains the same bytes" {
	"$MODELS" train teacher $TINY --data-dir "$BATS_TEST_TMPDIR"
	cmp "$BATS_TEST_TMPDIR"/teacher-*.safetensors "$(weights_of teacher)"
	"$MODELS" train student-hard $GENERATED --data-dir "$BATS_TEST_TMPDIR"
	cmp "$BATS_TEST_TMPDIR"/student-hard-*.safetensors "$(weights_of student-hard)"
}

@test "another seed trains another file" {
	"$MODELS" train teacher $TINY --seed 2 --data-dir "$BATS_TEST_TMPDIR"
	[ ! -e "$BATS_TEST_TMPDIR/$(basename "$(weights_of teacher)")" ]
}

@test "a variant whose parent is missing trains that first, and says so" {
	run --separate-stderr "$MODELS" train int8 $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[[ "$stderr" == "joulecart: 'int8' needs 'teacher', which is not trained yet"* ]]
	[ "$(find "$BATS_TEST_TMPDIR" -name '*.safetensors' -size +1M | wc -l)" -eq 2 ]
}

@test "a variant whose parent is there trains in silence" {
	run --separate-stderr "$MODELS" train pruned-channel $TINY
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "a variant at another level is another file, made from the same parent" {
	"$MODELS" train pruned-channel $TINY
	run --separate-stderr "$MODELS" train pruned-channel $TINY --level 64
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	# shellcheck disable=SC2046 # two names
	set -- $(stat -c %s $(weights_of pruned-channel) | sort -n)
	[ $# -eq 2 ]
	[ "$1" -lt "$2" ]
	run "$MODELS" eval pruned-channel $TINY --level 64
	[ "$status" -eq 0 ]
	run "$MODELS" eval pruned-channel $TINY --level 65
	[[ "$output" == *"(run 'joulecart models train pruned-channel $FEW --level 65 $OWN')" ]]
}

@test "8-bit integers of a variant at any level of its own are another file" {
	"$MODELS" train pruned-channel-int8 $TINY
	"$MODELS" train pruned-channel-int8 $TINY --parent-level 64
	# shellcheck disable=SC2046 # two names
	set -- $(stat -c %s $(weights_of pruned-channel-int8) | sort -n)
	[ $# -eq 2 ]
	[ "$1" -lt "$2" ]
	# its parent is the very one that --level 64 makes
	run -0 "$MODELS" eval pruned-channel $TINY --level 64
	run -0 "$MODELS" infer pruned-channel-int8 $TINY --parent-level 64 --queries 100
	run -1 "$MODELS" eval pruned-channel-int8 $TINY --parent-level 65
	[[ "$output" == *"(run 'joulecart models train pruned-channel-int8 $FEW --parent-level 65 $OWN')" ]]
	run -2 "$MODELS" train pruned-channel-int8 $TINY --parent-level 8
	[[ "$output" == *"invalid --parent-level 8 for 'pruned-channel': expected channels"* ]]
	run -2 "$MODELS" train teacher $TINY --parent-level 8
	[[ "$output" == *"made from no other variant"* ]]
}

@test "a student is distilled at any temperature and weight of the soft labels" {
	"$MODELS" train student $TINY --temperature 4 --soft-weight 0.5
	run -0 "$MODELS" eval student $TINY --temperature 4 --soft-weight 0.5
	run -1 "$MODELS" eval student $TINY --temperature 4
	[[ "$output" == *"(run 'joulecart models train student $FEW --temperature 4 $OWN')" ]]
	# nothing of the teacher: the labels alone, as the control has them, from the same first weights
	"$MODELS" train student $TINY --soft-weight 0 >"$BATS_TEST_TMPDIR/hard"
	"$MODELS" train student-hard $TINY >"$BATS_TEST_TMPDIR/control"
	[ "$(grep -E 'top|NDCG' "$BATS_TEST_TMPDIR/hard")" = "$(grep -E 'top|NDCG' "$BATS_TEST_TMPDIR/control")" ]
	run -2 "$MODELS" train student-hard $TINY --temperature 4
	[[ "$output" == *"invalid --temperature for 'student-hard': it learns from no soft labels"* ]]
	run -2 "$MODELS" train student $TINY --soft-weight 1.5
}

@test "variants are stacked one upon the other, and each step is kept" {
	run --separate-stderr "$MODELS" infer student+pruned-channel:32+int8 $TINY --make --queries 100
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"needs 'student+pruned-channel:32', which is not trained yet"* ]]
	run --separate-stderr "$MODELS" train student+pruned-channel:32+lowrank-svd:off+int8 $TINY
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(stat -c %s "$(weights_of student+pruned-channel:32+int8)")" -lt 60000 ]
	run "$MODELS" infer student+pruned-channel:31+int8 $TINY --queries 100
	[[ "$output" == *"(run 'joulecart models train student+pruned-channel:31+int8 $FEW $OWN')" ]]
}

@test "a stack that cannot be is refused with what can" {
	refused() {
		run "$MODELS" infer "$1" $TINY --make --queries 100
		[ "$status" -eq "$3" ]
		[[ "$output" == *"$2"* ]]
	}
	refused teacher+int8+int8 "'teacher+int8' has int8 numbers, which no step can change" 2
	refused teacher+lowrank-svd+pruned-channel "cannot come after 'teacher+lowrank-svd' (order them so" 2
	refused teacher+student "'student' is no step upon others" 2
	refused teacher+int8:9 "'int8' takes bits of a weight, from 2 to 8 (give another level, or off)" 2
	refused teacher:3 "the first variant takes no level here" 2
	refused teacher+ "unknown variant ''" 2
	refused rules+int8 "'rules' has no layers that a step could change" 2
	refused student+early-exit-softmax "has lost its early heads" 1
}

@test "inference tells throughput, latency and the quality of what it served" {
	run "$MODELS" infer teacher $TINY --queries 100 --batch 8 --warmup 8
	[ "$status" -eq 0 ]
	[[ "$output" == "teacher: 100 queries in "*", batch 8, "*" kernels"* ]]
	[[ "$output" == *"queries/s"*"p50 "*"p95 "*"p99 "*"per batch"*"top-1 "* ]]
}

@test "inference serves the same again in other batches, in a phase of their own" {
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" infer teacher $TINY --queries 100 --also-batch 32
	[[ "$output" == *"batch 32    CPU 0."*" ms per query" ]]
	# shellcheck disable=SC2086 # words
	"${JOULECART:-$PWD/joulecart}" run -q -o "$BATS_TEST_TMPDIR/x.db" -- "$MODELS" infer \
		teacher $TINY --queries 100 --also-batch 32
	run -0 sqlite3 "$BATS_TEST_TMPDIR/x.db" "select name, queries from phase where queries > 0
		order by ordinal"
	[[ "$output" == *"steady|100"*"batch-32|100"* ]]
}

@test "inference marks each layer where that is asked for, and else none" {
	# shellcheck disable=SC2086 # words
	"${JOULECART:-$PWD/joulecart}" run -q -o "$BATS_TEST_TMPDIR/x.db" -- "$MODELS" infer \
		teacher $TINY --queries 100 --layers --batch 10 --warmup 0
	run -0 sqlite3 "$BATS_TEST_TMPDIR/x.db" "SELECT name, n, flop > 0, weight_bytes > 0 FROM region
		JOIN (SELECT region_id, sum(n) AS n FROM region_time GROUP BY region_id)
		USING (region_id) ORDER BY name"
	for layer in stage1.conv stage2.conv stage3.conv head3.out; do
		[[ "$output" == *"$layer|"*"|1|1"* ]]
	done
	[[ "$output" == *"embedding|10||"* && "$output" == *"stage1.conv|10|"* ]]
	rm "$BATS_TEST_TMPDIR/x.db"
	# shellcheck disable=SC2086 # words
	"${JOULECART:-$PWD/joulecart}" run -q -o "$BATS_TEST_TMPDIR/x.db" -- "$MODELS" infer \
		teacher $TINY --queries 100
	run -0 sqlite3 "$BATS_TEST_TMPDIR/x.db" "SELECT count(*) FROM region"
	[ "$output" = 0 ]
}

@test "eval tells the same quality as training did" {
	run "$MODELS" eval student-hard $GENERATED --json
	[ "$status" -eq 0 ]
	trained=$(sed -n 's/.*top-1   \([0-9.]*\) of.*/\1/p' "$BATS_FILE_TMPDIR/train")
	[ "$(printf %.4f "$(jq .top1 <<<"$output")")" = "$trained" ]
}

@test "eval tells each class's share alike, calibration, and the parts of the queries" {
	run "$MODELS" eval student-hard $GENERATED
	[[ "$output" == *"macro F1          0."*": precision 0."*"calibration error 0."* ]]
	[[ "$output" == *"start    cold      0."*"language both      0."*"skin     mature    0."*"largest gap       0."* ]]
	"$MODELS" eval student-hard $GENERATED --json >"$BATS_TEST_TMPDIR/json"
	# every query is in one part of each kind
	[ "$(jq -c '[.slices | group_by(.kind)[] | map(.queries) | add]' "$BATS_TEST_TMPDIR/json")" = "[6000,6000,6000]" ]
	jq -e '.top1 as $top1 | .slices | group_by(.kind)[]
		| (map(.top1 * .queries) | add) / 6000 - $top1 | . < 1e-5 and . > -1e-5' "$BATS_TEST_TMPDIR/json"
	jq -e '.largest_gap.kind != "start" and .macro_f1 > 0 and .calibration_error >= 0' "$BATS_TEST_TMPDIR/json"
}

@test "eval names the baseline that knows no query" {
	# shellcheck disable=SC2086 # words
	run "$MODELS" eval student-hard $GENERATED
	[[ "$output" == *"majority class    0.0"* ]]
}

@test "what is trained on from the teacher is made, kept, and serves" {
	for variant in int8-qat l1 finetuned augmented; do
		# shellcheck disable=SC2086 # words
		"$MODELS" train "$variant" $TINY
		# shellcheck disable=SC2086 # words
		run -0 "$MODELS" infer "$variant" $TINY --queries 50 --warmup 0
		[[ "$output" == "$variant: 50 queries in "* ]]
	done
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" list $TINY --json
	[ "$(jq '.variants[] | select(.variant == "l1") | .nonzeros < .parameters' <<<"$output")" = true ]
}

@test "what has no layers is made, graded, listed and serves" {
	for variant in rules hashed-linear; do
		# shellcheck disable=SC2086 # words
		"$MODELS" train "$variant" $TINY
		# shellcheck disable=SC2086 # words
		run -0 "$MODELS" infer "$variant" $TINY --queries 50 --warmup 0 --batch 8
		[[ "$output" == "$variant: 50 queries in "* ]]
	done
	# shellcheck disable=SC2086 # words
	[ "$("$MODELS" eval rules $TINY --json | jq '.top1 > 0.3')" = true ]
	# shellcheck disable=SC2086 # words
	[ "$("$MODELS" list $TINY --json | jq '[.variants[] | select(.variant == "rules" or .variant == "hashed-linear")
		| .trained and .multiply_adds >= 0] | all')" = true ]
}

@test "a cascade asks another process what the student is not sure of, and marks whose joules are whose" {
	local here=$BATS_TEST_TMPDIR
	few="$TINY --data-dir $here"
	quality() { # VARIANT [OPTION]...
		# shellcheck disable=SC2086 # words
		"$MODELS" infer "$@" $few --make --queries 320 2>/dev/null | grep -E 'top-|NDCG'
	}
	student=$(quality student)
	teacher=$(quality teacher)
	[ "$student" != "$teacher" ]
	# never sent, and always
	[ "$(quality cascade --level 0)" = "$student" ]
	[ "$(quality cascade --level 1)" = "$teacher" ]
	# shellcheck disable=SC2086 # words
	"${JOULECART:-$PWD/joulecart}" run -q -o "$here/x.db" -- "$MODELS" infer cascade --level 1 $few --queries 320 \
		--warmup 0 --also-batch 8 >"$here/said"
	grep -q 'sent        100.0 % to another process, where the confidence was below 1.00' "$here/said"
	grep -q 'of which    device 0.* ms CPU, server [0-9]' "$here/said"
	run -0 sqlite3 "$here/x.db" "SELECT name, sum(n) FROM region JOIN region_time USING (region_id) GROUP BY 1"
	[ "${lines[0]}" = "device|360" ]
	[ "${lines[1]}" = "network|640" ]
	[[ "${lines[2]}" == "server|64"? ]] # and the clock, that it was asked for
	rm "$here"/teacher-*
	# shellcheck disable=SC2086 # words
	run -1 "$MODELS" infer cascade --level 1 $few --queries 10
	[[ "$output" == *"no trained 'teacher'"*"cannot ask the other process: it ended before it had answered"* ]]
	run -1 "$MODELS" serve teacher </dev/null
	[[ "$output" == *"cannot serve: standard input is no stream socket"* ]]
}

@test "feedback tells what each policy took, regretted and cost, the same for the same seed" {
	told() {
		# shellcheck disable=SC2086 # words
		"$MODELS" feedback student $TINY --interactions 600 --night 200 "$@" |
			grep -o '^  [a-z]* *taken .*regret [0-9]*'
	}
	# shellcheck disable=SC2086 # words
	"$MODELS" train student $TINY
	once=$(told)
	for policy in fixed online nightly; do
		grep -q "  $policy *taken [0-9.]* %, regret [0-9]*" <<<"$once"
	done
	[ "$(told)" = "$once" ]
	[ "$(told --drift 0.5)" != "$once" ]
	# shellcheck disable=SC2086 # words
	"$MODELS" train rules $TINY
	# shellcheck disable=SC2086 # words
	run -1 "$MODELS" feedback rules $TINY
	[[ "$output" == *"cannot learn from feedback with this model: each query must have"* ]]
}

@test "federated training counts what shops would send each other" {
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" train federated $TINY --level 2
	# one round, two shops, there and back
	weights=$("$MODELS" list $TINY --level 2 --json |
		jq '.variants[] | select(.variant == "federated") | .parameters * 4')
	sent=$(sed -n 's/.*sent *\([0-9.]*\) MB.*/\1/p' <<<"$output")
	[ "$sent" = "$(awk -v n="$weights" 'BEGIN { printf "%.2f", 4 * n / 1e6 }')" ]
}

@test "private shops: epsilon is told, the loss is not, and a file is refused" {
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" train federated-dp $GENERATED --level 2 --data-dir "$BATS_TEST_TMPDIR"
	[[ "$output" == *"  private each shop: epsilon 2 at delta 0.001, noise of 1.6083 x the longest update"* ]]
	[[ "$output" != *"loss "* ]] # it would tell of shops
	head -c 2000 "$BATS_TEST_TMPDIR"/federated-dp-*.safetensors | grep -aq '"epsilon":"\(2.0000\|1.999[0-9]\)"'
	[[ "$output" == *"  sent "* ]]
	# who took part is a secret, and so is how many did
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" train federated-dp $GENERATED --participation 50% --data-dir "$BATS_TEST_TMPDIR/some"
	[[ "$output" != *"  sent "* ]]
	run -1 grep -a bytes_exchanged "$BATS_TEST_TMPDIR"/some/federated-dp-*.safetensors
	# shellcheck disable=SC2086 # words, --data with its file among them
	run -2 "$MODELS" train federated-dp $TINY --data-dir "$BATS_TEST_TMPDIR/none"
	[ ! -e "$BATS_TEST_TMPDIR/none" ] # nor was its parent trained
	[[ "$output" == *"the public model has seen all training queries of a file (leave --data out)"* ]]
	# shellcheck disable=SC2086 # words
	"$MODELS" list $TINY --json |
		jq -e '[.variants[] | select(.available | not) | .variant] | index("federated-dp")'
}

# What it printed is in out, the weights in killed.
train_and_kill_a_shop() {
	local federation shops
	"$MODELS" train "$@" --processes --data-dir "$BATS_TEST_TMPDIR/killed" >"$BATS_TEST_TMPDIR/out" 3>&- &
	federation=$!
	for _ in $(seq 600); do
		mapfile -t shops < <(pgrep -P $federation)
		[ "${#shops[@]}" -lt 4 ] || break
		sleep 0.05
	done
	kill -KILL "${shops[2]:-$federation}"
	wait $federation
}

@test "shops in processes of their own give the same weights, and one that is killed is named" {
	for how in "" --processes; do
		# shellcheck disable=SC2086 # words
		"$MODELS" train federated $TINY --epochs 3 --participation 0.6 $how --data-dir "$BATS_TEST_TMPDIR/data$how"
		head -c 2000 "$BATS_TEST_TMPDIR/data$how"/*.safetensors | grep -ao '"crc32":"[0-9a-f]*"' \
			>"$BATS_TEST_TMPDIR/crc$how"
	done
	[ -s "$BATS_TEST_TMPDIR/crc" ]
	cmp "$BATS_TEST_TMPDIR/crc" "$BATS_TEST_TMPDIR/crc--processes"
	train_and_kill_a_shop federated --samples 1280 --epochs 30
	grep -q '^  lost    shop 3 in round [0-9]*: its process was ended by signal 9 (Killed); the others went on' \
		"$BATS_TEST_TMPDIR/out"
	head -c 2000 "$BATS_TEST_TMPDIR/killed"/*.safetensors | grep -aq '"shops_lost":"shop 3 in round '
}

@test "of a private shop that is killed it is not told which" {
	train_and_kill_a_shop federated-dp --samples 2048 --epochs 12
	grep -q '^  lost    not all shops were there to the end; which, is private$' "$BATS_TEST_TMPDIR/out"
	run -1 grep -q 'signal\|  sent ' "$BATS_TEST_TMPDIR/out"
	head -c 2000 "$BATS_TEST_TMPDIR"/killed/federated-dp-*.safetensors | grep -aq '"shops_lost":"private"'
	run -1 grep -a bytes_exchanged "$BATS_TEST_TMPDIR"/killed/federated-dp-*.safetensors
}

@test "only a federation has shops" {
	# shellcheck disable=SC2086 # words
	run "$MODELS" train teacher $TINY --processes
	[ "$status" -eq 2 ]
	[ "$output" = "joulecart: invalid --processes for 'teacher': it is trained by no federation of shops (leave it out)" ]
}

@test "integer kernels work without VNNI and without AVX-512" {
	"$MODELS" train int8 $TINY
	for isa in AVX2 AVX512_CORE; do
		run env ONEDNN_MAX_CPU_ISA=$isa "$MODELS" infer int8 $TINY --queries 50
		[ "$status" -eq 0 ]
	done
}

@test "list shows what is trained and what is not" {
	run "$MODELS" list $TINY
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == "VARIANT"*"PARAMETERS"*"TOP-1"* ]]
	[[ "${lines[1]}" == "teacher"*" 0."*"uncompressed"* ]]
	run "$MODELS" list --seed 99
	[[ "${lines[2]}" == "student"*"not trained"* ]]
}

@test "list as JSON has the sizes and the quality" {
	run "$MODELS" list $TINY --json
	[ "$status" -eq 0 ]
	[[ "$output" == *'"schema": "joulecart-models-list-1"'* ]]
	[[ "$output" == *'"variant": "teacher"'*'"parameters": '*'"file_bytes": '*'"top1": 0.'* ]]
}

# training_of_teacher [ENVIRONMENT]: the CPU seconds that list says
training_of_teacher() {
	env "$@" "$MODELS" list --json | jq '.variants[] | select(.variant == "teacher") | .training_cpu_s'
}

@test "list as JSON says what training takes on this processor: more without AVX-512" {
	without=$(training_of_teacher DNNL_MAX_CPU_ISA=AVX2)
	here=$(training_of_teacher)
	if grep -qsw avx512bw /proc/cpuinfo; then
		[ "$(jq -n "$without / $here > 3")" = true ]
	else
		[ "$here" = "$without" ]
	fi
	[ "$(jq -n "$without > 200")" = true ]
}

@test "a damaged weights file is refused with its name and the place" {
	cp "$(weights_of teacher)" "$BATS_TEST_TMPDIR"
	file=$(echo "$BATS_TEST_TMPDIR"/teacher-*.safetensors)
	truncate -s -5 "$file"
	run "$MODELS" infer teacher $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 1 ]
	[[ "$output" == "joulecart: cannot read '$file' at byte "*"expected the end of the file"* ]]
}

@test "a damaged weights file spoils only its own row of the list" {
	cp "$(weights_of teacher)" "$BATS_TEST_TMPDIR"
	echo garbage >"$(echo "$BATS_TEST_TMPDIR"/teacher-*.safetensors)"
	run --separate-stderr "$MODELS" list $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[[ "${lines[1]}" == "teacher"*"unreadable"* ]]
	[[ "${lines[2]}" == "student"*"not trained"* ]]
	[[ "$stderr" == "joulecart: warning: cannot read "* ]]
}

@test "list works without a home" {
	run --separate-stderr env -u HOME -u XDG_DATA_HOME "$MODELS" list --json
	[ "$status" -eq 0 ]
	[[ "$output" == *'"reason": "cannot find the folder of the models: HOME is not set'* ]]
}

@test "a foreign weights file under our name is refused" {
	cp "$(weights_of teacher)" "$BATS_TEST_TMPDIR"
	file=$(echo "$BATS_TEST_TMPDIR"/teacher-*.safetensors)
	header='{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}'
	printf "\\x$(printf %x ${#header})\0\0\0\0\0\0\0%sx" "$header" >"$file"
	run "$MODELS" eval teacher $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 1 ]
	[[ "$output" == "joulecart: cannot use '$file': expected a tensor 'embedding.weight'"* ]]
}

@test "a weights file of another seed under our name is refused" {
	"$MODELS" train teacher $TINY --seed 2 --data-dir "$BATS_TEST_TMPDIR"
	file=$(echo "$BATS_TEST_TMPDIR"/teacher-*.safetensors)
	cp "$(weights_of teacher)" "$file"
	run "$MODELS" eval teacher $TINY --seed 2 --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 1 ]
	[[ "$output" == "joulecart: cannot use '$file': it was trained with other options"* ]]
}

@test "a data directory that cannot be made is an error, not a lost training" {
	touch "$BATS_TEST_TMPDIR/file"
	run "$MODELS" train teacher $TINY --data-dir "$BATS_TEST_TMPDIR/file/models"
	[ "$status" -eq 1 ]
	[[ "$output" == "joulecart: cannot make directory '$BATS_TEST_TMPDIR/file/models': not a \
directory"* ]]
}

@test "data shows the same samples for the same seed, and others for another" {
	one=$("$MODELS" data --n 2)
	[ "$one" = "$("$MODELS" data --n 2)" ]
	[ "$one" != "$("$MODELS" data --n 2 --seed 2)" ]
	[[ "$one" == *"train "*"mislabelled"*"validation "*"test "* ]]
}

@test "data as JSON lines is one object a line, with text, class and profile" {
	run "$MODELS" data --n 3 --json
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 9 ]
	for line in "${lines[@]}"; do
		[[ "$line" == '{"split":"'*'"text":"'*'"class":'*'"shopper":{"id":'*'}}' ]]
	done
}

@test "--seconds serves whole rounds, so that every variant answers the same mix" {
	rounds_of() { # N VARIANT [OPTION]...
		run -0 "$MODELS" infer "${@:2}" --seconds 1 --batch 7
		[[ "$output" =~ ([0-9]+)' queries' ]]
		[ $((BASH_REMATCH[1] % $1)) = 0 ]
	}
	# shellcheck disable=SC2086 # words
	rounds_of 128 teacher $TINY
	# shellcheck disable=SC2086 # words
	rounds_of 6000 student-hard $GENERATED
}

@test "a variant that leaves early says where, and what other thresholds would give" {
	# shellcheck disable=SC2086 # words
	"$MODELS" train early-exit-softmax $TINY --level 0.02
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" infer early-exit-softmax $TINY --level 0.02 --queries 100 --batch 8
	[[ "$output" =~ depth\ +([0-9.]+)\ %\ after\ stage\ 1,\ ([0-9.]+).*threshold\ 0.02 ]]
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" eval early-exit-softmax $TINY --level 0.02
	[[ "$output" == *"threshold  top-1   stage 1  stage 2  stage 3"*"1.00  0.0"*"100.0 %" ]]
}

@test "a codebook's file is a fraction of the teacher's, and its answers are its own" {
	# shellcheck disable=SC2086 # words
	"$MODELS" train codebook $TINY >"$BATS_TEST_TMPDIR/made"
	[ $((7 * $(stat -c %s "$(weights_of codebook)"))) -lt "$(stat -c %s "$(weights_of teacher)")" ]
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" eval codebook $TINY
	trained=$(sed -n 's/.*top-1   \([0-9.]*\) of.*/\1/p' "$BATS_TEST_TMPDIR/made")
	[[ "$output" == *"top-1             $trained"* ]]
}

@test "list tells what a variant does not save, and why" {
	run -0 "$MODELS" list
	[[ "$output" == *" codebook: saves bytes, and no time: "* ]]
	[[ "$output" == *" early-exit-entropy: saves no bytes: "* ]]
	[[ "${lines[0]}" == *"PARAMETERS"* ]]
}

@test "bf16 is refused where the CPU would emulate it, and list says so" {
	run -0 env ONEDNN_MAX_CPU_ISA=AVX2 "$MODELS" list
	[[ "$output" == *" bf16: cannot run here: this CPU has no bf16 arithmetic"* ]]
	# shellcheck disable=SC2086 # words
	run -1 env ONEDNN_MAX_CPU_ISA=AVX2 "$MODELS" train bf16 $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$output" = "joulecart: cannot make 'bf16': this CPU has no bf16 arithmetic, and emulating it would save nothing \
(take another variant, as int8)" ]
	# what it would be made from is not trained for nothing
	[ -z "$(ls "$BATS_TEST_TMPDIR")" ]
}

@test "the same seed and number of threads give the same weights, and one is the default" {
	local threads sum=() again=$BATS_TEST_TMPDIR/again
	for threads in 2 2 1 ''; do
		rm -rf "$again"
		# shellcheck disable=SC2086 # words
		"$MODELS" train teacher $TINY ${threads:+--threads $threads} --data-dir "$again" >/dev/null
		sum+=("$(cat "$again"/teacher-*.safetensors | sha256sum)")
	done
	[ "${sum[0]}" = "${sum[1]}" ]
	[ "${sum[2]}" = "${sum[3]}" ]
}

@test "threads that train sleep while they wait, unless the environment says how they are to wait" {
	# shellcheck disable=SC2086 # words
	run env OMP_DISPLAY_ENV=true "$MODELS" train teacher $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[[ "$output" == *"OMP_WAIT_POLICY = 'PASSIVE'"* ]]
	# shellcheck disable=SC2086 # words
	run env OMP_DISPLAY_ENV=true OMP_WAIT_POLICY=active "$MODELS" train teacher $TINY --data-dir "$BATS_TEST_TMPDIR"
	[ "$status" -eq 0 ]
	[[ "$output" == *"OMP_WAIT_POLICY = 'ACTIVE'"* ]]
	[[ "$output" != *PASSIVE* ]]
}
