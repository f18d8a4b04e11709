#!/usr/bin/env bats
# A user's own queries: read in the form that they are written in, refused with the line.
bats_require_minimum_version 1.5.0

setup_file() {
	MODELS="$(dirname "${JOULECART:-$PWD/joulecart}")/joulecart-models"
	export MODELS
	"$MODELS" data --json --n 64 >"$BATS_FILE_TMPDIR/own.jsonl"
}

setup() {
	own="$BATS_FILE_TMPDIR/own.jsonl"
	broken="$BATS_TEST_TMPDIR/broken.jsonl"
	export XDG_DATA_HOME="$BATS_TEST_TMPDIR"
}

# The file with one change in its line 7 must be refused with these words.
refused() {
	jq -c "if input_line_number == 7 then $1 else . end" "$own" >"$broken"
	run -1 "$MODELS" data --data "$broken"
	[[ "$output" == "joulecart: cannot use '$broken' at line 7: "*"$2"*"data --json"* ]]
}

@test "what is written as JSON lines is read back the same" {
	"$MODELS" data --data "$own" --json --n 64 | cmp - "$own"
}

@test "a line that is no JSON is refused with its number" {
	sed '7s/}//' "$own" >"$broken"
	run -1 "$MODELS" data --data "$broken"
	[[ "$output" == "joulecart: cannot use '$broken' at line 7: expected a JSON object: "* ]]
}

@test "each member that does not fit is named, with what was expected" {
	refused 'del(.text)' 'expected "text" to be a string of 1 to 223 bytes'
	refused '.text = ""' 'expected "text"'
	refused '.class = 72' 'expected "class" to be a whole number from 0 to 71'
	refused '.class = (.class + 1) % 72' "its category and facet are those of class"
	refused '.split = "dev"' "expected one of 'train' to 'test', found 'dev'"
	refused '.shopper.skin = "green"' "expected one of 'oily' to 'mature', found 'green'"
	refused 'del(.shopper)' 'expected an object "shopper"'
	refused '.wants.finish = 3' 'expected a string "finish"'
	refused '.cold = "yes"' 'expected "cold" to be true or false'
	"$MODELS" data --data "$own" >/dev/null
}

@test "category and facet stand for the class, and the profile for what is wanted" {
	jq -c 'del(.class, .taught, .wants, .cold, .template, .shopper.id)' "$own" >"$broken"
	run -0 "$MODELS" data --data "$broken" --json --n 64
	is_class=$(jq -c .class "$own")
	[ "$(jq -c .class <<<"$output")" = "$is_class" ]
}

@test "a file without training queries is refused for training" {
	grep '"split":"test"' "$own" >"$broken"
	run -1 "$MODELS" train teacher --data "$broken"
	[ "$output" = "joulecart: cannot use '$broken': none of its 64 lines is of the split 'train' (a file without splits serves every one; 'man joulecart-models' has its form)" ]
}

@test "a file that cannot be read is an error" {
	run -1 "$MODELS" infer teacher --data "$BATS_TEST_TMPDIR/none"
	[[ "$output" == "joulecart: cannot read '$BATS_TEST_TMPDIR/none': no such file"* ]]
}

@test "a model of one's own queries is a model of its own" {
	"$MODELS" train student-hard --data "$own" --epochs 1
	run -0 "$MODELS" eval student-hard --data "$own" --epochs 1
	[[ "$output" == "student-hard on 64 test queries"* ]]
	run -1 "$MODELS" eval student-hard --epochs 1
	[[ "$output" == "joulecart: no trained 'student-hard'"* ]]
}
