# shellcheck shell=bash
# energy.bash - for machines whose processor modules/rapl_registers.c plays: what joulecart
# measured, and what was true. Sourced after guest.bash.

parameters=/sys/module/rapl_registers/parameters

# watts DOMAIN [DIE]... - what these dies draw together (default: die 0).
watts() {
	local domains='package core dram uncore psys ' before
	before=${domains%%"$1 "*}
	before=${before//[^ ]/}
	cut -d, -f$((${#before} + 1)) "$parameters/mw" |
		awk -v dies="${*:2}" '{ n = split(dies == "" ? 0 : dies, d, " ")
			for (i = 1; i <= n; i++) w += $1 / 1000 * (1 + d[i] / 10)
			printf "%.4f\n", w }'
}

sum() {
	printf '%s\n' "$@" | awk '{ sum += $1 } END { print sum }'
}

# measure HOW [ARG]... -- COMMAND - a run into a database of its own, $db from then on.
measure() {
	db=/tmp/$1.db
	rm -f "$db"
	joulecart run --rapl "$1" -q -o "$db" "${@:2}"
}

# Seconds from the first reading of the last trial's energy to the last.
measured_seconds() {
	sql "SELECT (max(end_mono_ns) - min(begin_mono_ns)) * 1e-9 FROM stretch JOIN channel
	     USING (channel_id) WHERE unit = 'J' AND trial_id = (SELECT max(trial_id) FROM trial)"
}

# The headline: joules of the last trial, all counted channels.
total_joules() {
	sql 'SELECT joules FROM v_phase WHERE phase_ordinal = 0 ORDER BY trial_id DESC LIMIT 1'
}

total_watts() {
	sql 'SELECT joules / seconds FROM v_phase WHERE phase_ordinal = 0
	     ORDER BY trial_id DESC LIMIT 1'
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

joules_at() { # WATTS - over the last trial's readings
	awk -v w="$1" -v s="$(measured_seconds)" 'BEGIN { printf "%.6f\n", w * s }'
}

# true_through HOW CHANNELS WATTS - what every RAPL machine must show, over three seconds.
true_through() {
	measure "$1" -- sleep 3
	it "through $1 the total is of $2" is "$(counted)" "$2"
	it "through $1 joules are true within 1 %" within 1 "$(total_joules)" "$(joules_at "$3")"
}

# agree - of the two ways, after both.
agree() {
	local powercap pmu
	db=/tmp/powercap.db powercap=$(total_watts)
	db=/tmp/power-pmu.db pmu=$(total_watts)
	it "powercap and the power PMU agree within 0.5 %" within 0.5 "$powercap" "$pmu"
}
