#!/usr/bin/env bats
# By how much joulecart slows a command down: the machine's figure, and what trials say by it.
load ../helper

setup_file() {
	export XDG_STATE_HOME=$BATS_FILE_TMPDIR/state
	"$JOULECART" doctor --observer=4 >"$BATS_FILE_TMPDIR/screen"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export XDG_STATE_HOME=$BATS_FILE_TMPDIR/state
}

# kept PLACE KEY
kept() {
	sed -n "/^\[$1\]/,/^\[/s/^$2 = //p" "$XDG_STATE_HOME/joulecart/observer"
}

@test "doctor --observer keeps this machine's figure, with an interval" {
	run -0 cat "$BATS_FILE_TMPDIR/screen"
	has "$output" 'all processors work +-?[0-9.]+ % \(-?[0-9.]+ to -?[0-9.]+\)'
	[ "$(awk 'length > 80' "$BATS_FILE_TMPDIR/screen" | grep -vc /)" = 0 ]
	is "$(awk -v low="$(kept shared tick_low_ns)" -v ns="$(kept shared tick_ns)" \
		-v high="$(kept shared tick_high_ns)" 'BEGIN { print low <= ns && ns <= high }')" 1
}

@test "a trial says by it how much the command was slowed down, verify agrees" {
	# as if a tick cost 20 us wherever the sampler runs
	sed -i 's/^tick_ns.*/tick_ns = 20000/; s/^tick_low.*/tick_low_ns = 10000/; s/^tick_high.*/tick_high_ns = 30000/' \
		"$XDG_STATE_HOME/joulecart/observer"
	run -0 joulecart run -q -o "$db" --rate 200 -- sleep 1
	is "$(sql 'SELECT abs(slowdown - ticks * 20e-6 / seconds) < 1e-9, slowdown_low < slowdown,
		slowdown < slowdown_high FROM v_trial')" '1|1|1'
	run -0 joulecart report --format json "$db"
	is "$(jq '.campaigns[0].sampler | .slowdown > 0.0005 and .slowdown_high > .slowdown' <<<"$output")" true
	run -0 joulecart verify "$db"
}

@test "it stands beside the result where it exceeds a tenth of the interval" {
	run -0 joulecart run -o "$db" --rate 20 -- sleep 0.3
	has_not "$output" 'slowed the command down'
	# ESTIMATED joules have half of themselves as their interval: so a tick has to cost far more
	sed -i 's/^tick_ns.*/tick_ns = 9000000/; s/^tick_high.*/tick_high_ns = 9900000/' \
		"$XDG_STATE_HOME/joulecart/observer"
	run -0 joulecart run -o "$db" --rate 20 -- sleep 0.3
	has "$output" 'slowed the command'
	run -0 joulecart report "$db"
	has "$output" 'slowed the command'
}

@test "without the figure nothing is said, and nothing fails" {
	XDG_STATE_HOME=/nonexistent run -0 joulecart run -o "$db" --rate 200 -- true
	has_not "$output" 'slowed the command'
	is "$(sql 'SELECT slowdown IS NULL FROM sampler')" 1
	run -2 joulecart doctor --observer=1
	has "$output" 'seconds from 4 to 3600'
}
