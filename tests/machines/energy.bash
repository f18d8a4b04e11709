# shellcheck shell=bash
# energy.bash - for machines whose processor modules/rapl_registers.c plays: what joulecart
# measured, and what was true. Sourced after guest.bash.

parameters=/sys/module/rapl_registers/parameters

# watts_of CHANNEL - what it draws: domain and die are in its name ("dram-1", "core-0-die-1").
watts_of() {
	local domains='package core dram uncore psys ' before domain=${1%%-*} die=0
	[[ $1 != *-[0-9]* ]] || die=${1##*[!0-9]}
	[ "$1" != package-0-mmio ] || die=0
	before=${domains%%"$domain "*}
	before=${before//[^ ]/}
	cut -d, -f$((${#before} + 1)) "$parameters/mw" |
		awk -v die="$die" '{ printf "%.4f\n", $1 / 1000 * (1 + die / 10) }'
}

sum() {
	printf '%s\n' "$@" | awk '{ sum += $1 } END { printf "%.6f\n", sum }'
}

# measured HOW - the database of what is measured this way is $db from then on.
measured() {
	db=/tmp/$1.db
}

# measure HOW [ARG]... -- COMMAND
measure() {
	measured "$1"
	rm -f "$db"
	joulecart run --rapl "$1" -q -o "$db" "${@:2}"
}

# while_measured COMMAND SECONDS - happens a second after two runs have begun, one measured each
# way; they end so many seconds after it.
while_measured() {
	local how runs=()
	rm -f /tmp/begun.* /tmp/over
	for how in powercap power-pmu; do
		measure "$how" -- sh -c "touch /tmp/begun.$how
			for i in \$(seq 600); do [ ! -e /tmp/over ] || break; sleep 0.2; done
			[ -e /tmp/over ] || echo '# two minutes, and nothing has happened'; sleep $2" &
		runs+=($!)
	done
	local i
	for i in $(seq 1200); do
		[ ! -e /tmp/begun.powercap ] || [ ! -e /tmp/begun.power-pmu ] || break
		[ "$i" != 1200 ] || echo "# of the two runs only these have begun: $(echo /tmp/begun.*)"
		sleep 0.1
	done
	sleep 1
	"$1"
	touch /tmp/over
	wait "${runs[@]}"
}

# holds CHANNEL [MORE] - its interval holds the truth, and also that and MORE joules that nothing
# read.
holds() {
	local low high
	low=$(of "$1" joules_low) high=$(of "$1" joules_high)
	between "$low" "$(truth "$1")" "$high" &&
		between "$low" "$(sum "$(truth "$1")" "${2-0}")" "$high"
}

# total_holds - the interval of the headline does.
total_holds() {
	between "$(headline joules_low)" "$(true_total)" "$(headline joules_high)"
}

# is_read_at_the_end CHANNEL - in the last stretch, and it moved since the last but one that has a reading: an event that
# is gone may be read for ever, and stand still. Raw values are compared as equal or not: a power-pmu event that goes on
# after a suspend counts from below 0.
is_read_at_the_end() {
	local last="SELECT n, min_raw, max_raw FROM stretch JOIN channel USING (channel_id) WHERE name = '$1'"
	between 1 "$(sql "SELECT n FROM ($last ORDER BY stretch.seq DESC LIMIT 1)")" 1000000
	last="$last AND n > 0 ORDER BY stretch.seq DESC LIMIT 2"
	[ "$(sql "SELECT count(*) > 1 FROM (SELECT min_raw FROM ($last) UNION SELECT max_raw FROM ($last))")" = 1 ] ||
		fail "it stands still; readings, least and most raw value by stretch: $(sql "SELECT s.seq, n, min_raw, max_raw
			FROM stretch s JOIN channel USING (channel_id) WHERE name = '$1' ORDER BY s.seq" | tail -n 8 | tr '\n' ' ')
			gaps: $(sql "SELECT begin_mono_ns, end_mono_ns, why FROM gap WHERE name = '$1'" | tr '\n' ' ')"
}

# failures_of CHANNEL - the reasons of its gaps.
failures_of() {
	sql "SELECT group_concat(DISTINCT why) FROM gap WHERE name = '$1'"
}

# headline COLUMN - of v_phase: all counted channels of the last trial as a whole.
headline() {
	sql "SELECT $1 FROM v_phase WHERE phase_ordinal = 0 ORDER BY trial_id DESC LIMIT 1"
}

# of CHANNEL COLUMN - of v_energy, in the last trial as a whole.
of() {
	sql "SELECT $2 FROM v_energy WHERE phase_ordinal = 0 AND channel = '$1'
	     ORDER BY trial_id DESC LIMIT 1"
}

# counted - the channels in the total.
counted() {
	sql "SELECT group_concat(name, ' ') FROM (SELECT name FROM channel WHERE counted AND unit = 'J'
	     AND trial_id = (SELECT max(trial_id) FROM trial) ORDER BY name)"
}

# truth CHANNEL - its joules from its own first reading in the last trial to its last.
truth() {
	awk -v w="$(watts_of "$1")" -v s="$(of "$1" seconds)" 'BEGIN { printf "%.6f\n", w * s }'
}

# true_total [CHANNEL]... - of these together (default: of all in the total).
true_total() {
	local channel each=()
	[ $# -gt 0 ] || read -ra each <<<"$(counted)"
	set -- "$@" "${each[@]}"
	each=()
	for channel; do
		each+=("$(truth "$channel")")
	done
	sum "${each[@]}"
}

# is_true CHANNEL - within 1 %.
is_true() {
	within 1 "$(of "$1" joules)" "$(truth "$1")"
}

# Whether a reading at an edge, or a counter's stillness, leaves open so much that three seconds
# between such edges say nothing to 0.5 %.
is_held_up() {
	[ "$(sql 'SELECT max(seen_interval_ns) > 10000000 FROM channel WHERE counted')" = 1 ] ||
		[ "$(headline '(joules_high - joules_low) / joules > 0.01')" = 1 ]
}

# measure_well HOW - three seconds; again where a busy host held the machine up within a reading.
measure_well() {
	local i
	for i in 1 2 3 4 5; do
		measure "$1" -- sleep 3
		is_held_up || return 0
		echo "# held up while reading: from $(headline joules_low) to $(headline joules_high) J"
	done
}

# true_through HOW CHANNELS - what every RAPL machine must show, over three seconds. Of a machine
# that is held up each time its interval is asked for.
true_through() {
	measure_well "$1"
	it "through $1 the total is of $2" is "$(counted)" "$2"
	echo "# its interval is $(headline joules_low) to $(headline joules_high) J"
	if is_held_up; then
		it "through $1 the interval holds the true joules" total_holds
	else
		# shellcheck disable=SC2086 # words
		it "through $1 joules are true within 1 %" within 1 "$(headline joules)" "$(true_total $2)"
	fi
}

# agree - of the two ways, after both: by their intervals where a busy host held one of them up.
agree() {
	local how low=() high=() watts=() held=no
	for how in powercap power-pmu; do
		measured "$how"
		! is_held_up || held=yes
		watts+=("$(headline 'joules / seconds')")
		low+=("$(headline 'joules_low / seconds')")
		high+=("$(headline 'joules_high / seconds')")
	done
	if [ "$held" = yes ]; then
		it 'the intervals of powercap and of the power PMU overlap' awk 'BEGIN {
			exit !('"${low[0]} <= ${high[1]} && ${low[1]} <= ${high[0]}"') }'
	else
		it "powercap and the power PMU agree within 0.5 %" within 0.5 "${watts[0]}" "${watts[1]}"
	fi
}
