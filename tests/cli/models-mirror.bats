#!/usr/bin/env bats
# The mirror's task, on the program that the agent's is on: pictures of faces, by the same variants.
bats_require_minimum_version 1.5.0

setup_file() {
	export JOULECART="${JOULECART:-$PWD/joulecart}"
	MODELS="$(dirname "$JOULECART")/joulecart-models"
	export MODELS
	export XDG_DATA_HOME="$BATS_FILE_TMPDIR/data"
	# As short as it can be: what training takes, not what it learns, matters here.
	export TINY="--task mirror --samples 320 --epochs 1"
	# shellcheck disable=SC2086 # words
	"$MODELS" train teacher $TINY >"$BATS_FILE_TMPDIR/train"
}

@test "training says how right it is, and nothing of products" {
	grep -q "top-1   0\.[0-9]* of 3000 test queries" "$BATS_FILE_TMPDIR/train"
	run ! grep NDCG "$BATS_FILE_TMPDIR/train"
}

@test "pictures are shown in words, and as JSON lines with every pixel" {
	run -0 "$MODELS" data --task mirror --n 1
	[[ "$output" == *"pictures of "*" people, 48 x 48 pixels; "*"mislabelled"* ]]
	[[ "$output" == *"tone "*"sensed as "*"make-up: "* ]]
	"$MODELS" data --task mirror --n 2 --json >"$BATS_TEST_TMPDIR/lines"
	[ "$(jq -r '.pixels | length' "$BATS_TEST_TMPDIR/lines" | sort -u)" = 13824 ]
	[ "$(jq -r '.split' "$BATS_TEST_TMPDIR/lines" | uniq -c | tr -s ' \n' ' ')" = " 2 train 2 validation 2 test " ]
	# the class is its parts
	jq -e '((.tone | tonumber) - 1) * 25 <= .class and .class < (.tone | tonumber) * 25' "$BATS_TEST_TMPDIR/lines"
}

@test "the same variants are made of it, served, and graded by part and slice" {
	for variant in student int8 early-exit-softmax; do
		# shellcheck disable=SC2086 # words
		run -0 "$MODELS" infer $variant $TINY --make --queries 40 --warmup 0 --batch 8
		[[ "$output" == *"$variant: 40 queries in "*" dense "* && "$output" != *NDCG* ]]
	done
	# shellcheck disable=SC2086 # words
	"$MODELS" eval student $TINY --json >"$BATS_TEST_TMPDIR/json"
	jq -e '.ndcg10 == null and .tone_top1 >= .top1 and .concern_top1 >= .top1
		and ([.slices[].kind] | unique == ["light", "makeup", "pose", "tone"])' "$BATS_TEST_TMPDIR/json"
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" list $TINY --json
	[ "$(jq -r '[.variants[] | select(.trained) | .variant] | sort | join(" ")' <<<"$output")" = \
		"early-exit-softmax int8 student teacher" ]
	[ "$(jq '[.variants[].variant] | index("rules")' <<<"$output")" = null ]
}

@test "each layer of pictures is a region with its work" {
	# shellcheck disable=SC2086 # words
	"$JOULECART" run -q -o "$BATS_TEST_TMPDIR/x.db" -- "$MODELS" infer teacher $TINY --queries 20 \
		--layers --warmup 0
	# 2 x 24 x 24 x 32 channels x 3 channels x 3 x 3
	run -0 sqlite3 "$BATS_TEST_TMPDIR/x.db" "SELECT cast(flop AS integer), cast(weight_bytes AS integer) FROM region
		WHERE name = 'stage1.conv'"
	[ "$output" = "995328|3456" ]
}

@test "a model of one task is none of the other's" {
	run -1 "$MODELS" infer teacher --samples 320 --epochs 1
	[[ "$output" == "joulecart: no trained 'teacher': "* ]]
	cp "$XDG_DATA_HOME"/joulecart/models/teacher-*.safetensors "$BATS_TEST_TMPDIR"
	run -1 "$MODELS" infer teacher --samples 320 --epochs 1 --data-dir "$BATS_TEST_TMPDIR"
	wanted=$(sed -n "s/.*'\([^']*\.safetensors\)' does not exist.*/\1/p" <<<"$output")
	mv "$BATS_TEST_TMPDIR"/teacher-*.safetensors "$wanted"
	run -1 "$MODELS" infer teacher --samples 320 --epochs 1 --data-dir "$BATS_TEST_TMPDIR"
	[[ "$output" == *"it is for another task"* ]]
}

@test "what is of the agent alone is refused" {
	refused() { # WORDS ARGUMENT...
		local words=$1
		shift
		run -2 "$MODELS" "$@"
		[[ "$output" == "joulecart: "*"$words"* ]]
	}
	refused "agent or mirror is expected" data --task eye
	refused "'rules' is not made for it ('joulecart models list --task mirror'" train rules --task mirror
	refused "'teacher+lowrank-svd' is not made for it" train teacher+lowrank-svd+int8 --task mirror
	refused "'--sessions' is of the agent alone" infer teacher --task mirror --sessions
	refused "'models serve' is of the agent alone" serve teacher --task mirror
	refused "'models feedback' is of the agent alone" feedback student --task mirror
	echo '{}' >"$BATS_TEST_TMPDIR/own"
	refused "are generated, and read from no file (leave --data out" train teacher --task mirror --data "$BATS_TEST_TMPDIR/own"
	run -2 "$JOULECART" bench --task mirror --sessions
	[[ "$output" == *"--task mirror with --sessions or --data"* ]]
}

@test "bench serves the mirror's variants, and the report has its parts" {
	cd "$BATS_TEST_TMPDIR"
	# shellcheck disable=SC2086 # words
	"$JOULECART" bench --task mirror --samples 320 --variants int8 --trials 1 --seconds 1 -o x.db >table
	[ "$(sqlite3 x.db "SELECT group_concat(job || ' ' || variant) FROM trial ORDER BY ordinal")" = \
		"train teacher,train int8,infer int8" ]
	grep -q int8 table
	grep -q "^ ?: a gap" table
	run ! grep cold table # which no picture is
	[ "$(sqlite3 x.db "SELECT count(DISTINCT name) FROM metric WHERE name IN ('tone_top1', 'top1_tone_6', 'ndcg10')")" = 2 ]
}
