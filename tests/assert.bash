# shellcheck shell=bash
# tests/assert.bash - what must be so: each says what it found instead. For bats (helper.bash) and
# for the guests of machines/.

fail() {
	printf '%s\n' "$*" >&2
	return 1
}

# is ACTUAL EXPECTED
is() {
	[ "$1" = "$2" ] || fail "got '$1', expected '$2'; output: ${output-}"
}

# in_one_line TEXT: on one line, in $REPLY: a sentence is the same one wherever a screen breaks it
in_one_line() {
	local words
	read -ra words -d '' <<<"$1" || true
	printf -v REPLY '%s ' "${words[@]}"
}

# has TEXT REGEX
has() {
	local REPLY
	[[ $1 =~ $2 ]] || { in_one_line "$1" && [[ $REPLY =~ $2 ]]; } || fail "'$2' is not in: $1"
}

has_not() {
	local REPLY
	in_one_line "$1"
	[[ ! $1 =~ $2 && ! $REPLY =~ $2 ]] || fail "'$2' is in: $1"
}

# within PERCENT ACTUAL EXPECTED
within() {
	awk -v p="$1" -v a="$2" -v e="$3" 'BEGIN {
		exit !(a != "" && e > 0 && (a - e) / e <= p / 100 && (e - a) / e <= p / 100) }' ||
		fail "got $2, expected $3 within $1 %"
}

# between LOW VALUE HIGH
between() {
	awk -v l="$1" -v v="$2" -v h="$3" 'BEGIN { exit !(l != "" && h != "" && l <= v && v <= h) }' ||
		fail "$2 is not between '$1' and '$3'"
}
