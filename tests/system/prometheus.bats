#!/usr/bin/env bats
# A real Prometheus beside joulecart serve, on a machine whose power is known: what increase() says is
# the truth, over wraps, restarts and a time in which a counter could not be read.
#
# WRAPS: how often the counter of package 0 passes its range [3], a wrap takes 10 s.
load ../helper
load ../serve

need_prometheus() {
	need curl curl
	need jq jq
	need prometheus prometheus
	need_machines
}

# with_sleep: joulecart on a machine that has slept for SLEEP seconds from when the file slept is there; they are
# nobody else's, so the wall clock does not show them
with_sleep() {
	JUMPING_CLOCK_SO=${JUMPING_CLOCK_SO:-$TESTS_SOURCE/tests/fakes/jumping-clock.so}
	[ -e "$JUMPING_CLOCK_SO" ] || skip 'no library to preload'
	printf '#!/bin/sh\nexec env LD_PRELOAD=%s ASAN_OPTIONS=verify_asan_link_order=0 JUMPING_CLOCK=%s SLEPT_S=%s STEPPED_S=-%s %s "$@"\n' \
		"$JUMPING_CLOCK_SO" "$PWD/slept" "$SLEEP" "$SLEEP" "$JOULECART" >with-sleep
	chmod +x with-sleep
}

# write_machine: package 0 draws 40 W and passes its range of 400 J every 10 s; package 1 draws 30 W and
# cannot be read for a while.
write_machine() {
	local until=$((WRAPS > 12 ? 75 : 22)) # a minute, or seven seconds
	printf '%s\n' 'zone intel-rapl:0 package-0 power=const:40 steps=6553600 max_power_w=42' \
		"zone intel-rapl:1 package-1 power=const:30 max_power_w=60 fault=eio:15:$until" >wraps.machine
}

# What runs on that machine.
observe() {
	local channel0='channel="package-0"' target begin end
	serve_begin one --state counters.json
	target=${serve_url#http://}
	prometheus_begin "$target" ${node_exporter:+"$node_exporter"}
	until_metric joulecart_unreadable 'channel="package-1"' 1
	until_answer "min_over_time(joulecart_unreadable{channel=\"package-1\"}[1h]) == 0 and joulecart_unreadable{channel=\"package-1\"} == 1"
	for restart in 1 2 3; do
		if [ "$restart" = 2 ]; then kill -9 "$serve_pid"; else kill "$serve_pid"; fi
		wait "$serve_pid" || :
		[ "$restart" != 3 ] || JOULECART=$PWD/with-sleep
		serve_begin "restart$restart" --state counters.json --listen "$target"
		until_answer "joulecart_joules_total{$channel0}"
	done
	: >slept
	until_metric joulecart_unreadable 'channel="package-1"' 0
	# so many wraps, by the joules that there were
	until_answer "joulecart_joules_total{$channel0} > 400 * $WRAPS" $((60 + 20 * WRAPS))
	until_answer 'joulecart_joules_total{channel="package-1"}'
	metrics >page
	ask "joulecart_joules_total{$channel0}[2h]" | jq -r '.data.result[0].values | (first, last) | "\(.[0]) \(.[1])"' >ends
	answer "resets(joulecart_joules_total{$channel0}[2h])" >resets
	begin=$(awk 'NR == 1 { print $1 }' ends)
	end=$(awk 'NR == 2 { print $1 }' ends)
	window=$(awk -v b="$begin" -v e="$end" 'BEGIN { printf "%d", e - b - 3 }')
	for channel in package-0 package-1; do
		answer "increase(joulecart_joules_total{channel=\"$channel\"}[${window}s])
			/ delta(joulecart_read_timestamp_seconds{channel=\"$channel\"}[${window}s])" "$end" >"watts.$channel"
	done
	answer "sum(increase(joulecart_joules_total{in_total=\"1\"}[${window}s]))
		/ max(delta(joulecart_read_timestamp_seconds{in_total=\"1\"}[${window}s]))" "$end" >watts.total
	answer "increase({__name__=~\"node_rapl_package_joules_total\",index=\"0\"}[${window}s])
		/ scalar(delta(joulecart_read_timestamp_seconds{$channel0}[${window}s]))" "$end" >watts.node
	ask 'up' >up
	kill "$serve_pid" "$prometheus_pid"
}

# on_wraps FUNCTION: there, with node_exporter where it can look at the tree
on_wraps() {
	declare -f >functions
	cat >script <<-END
		set -eu
		. ./functions
		trap 'kill \$(jobs -p) 2>/dev/null || :' EXIT
		WRAPS=$WRAPS TESTS_SOURCE='$TESTS_SOURCE' node_exporter=
		if command -v prometheus-node-exporter >/dev/null; then
			prometheus-node-exporter --collector.disable-defaults --collector.rapl \
				--web.listen-address=127.0.0.1:0 >node.log 2>&1 3>&- &
			node_exporter=\$(address_of node.log)
		fi
		$1
	END
	MACHINE_FILE=$PWD/wraps.machine on wraps bash script
}

@test "increase() in Prometheus is what was drawn, over wraps, three restarts, a suspend and an unreadable time" {
	need_prometheus
	WRAPS=${WRAPS:-3} SLEEP=2
	with_sleep
	write_machine
	on_wraps observe
	is "$(cat resets)" 0
	# nothing that the readings leave open but what package 1 hid, unless this machine was so busy that
	# the service was away for longer than the counter's range tells
	if grep -q 'channel="package-0",kind="ambiguous-wrap"} 0$' page; then
		within 0.1 "$(cat watts.package-0)" 40
		within 0.1 "$(cat watts.package-1)" 30
		within 0.1 "$(cat watts.total)" 70
	fi
	echo "# watts by Prometheus after $WRAPS wraps: joulecart $(cat watts.package-0) of 40, $(cat watts.package-1) of 30," \
		"$(cat watts.total) of 70; node_exporter $(cat watts.node) of 40; left open:" \
		"$(sed -n 's/^joulecart_gaps_total.*channel="package-0".*ambiguous-wrap"} //p' page) wraps" >&3
	# who passes the raw counter on loses up to a scrape interval at each wrap, or by luck next to nothing
	[ ! -s watts.node ] || between 1 "$(cat watts.node)" 40.1
}

# queries DASHBOARD: one a line, as Grafana would ask them for ten seconds of every machine
queries() {
	jq -r '.panels[].targets[].expr' "$1" | sed 's/\$__rate_interval/10s/g; s/\$__range/10s/g; s/\$node/.+/g'
}

# What runs on that machine: each query of the dashboard and each rule has its answer.
look() {
	serve_begin one
	mkdir -p prometheus
	cp "$TESTS_SOURCE/packaging/prometheus/joulecart.rules.yml" prometheus
	prometheus_begin "${serve_url#http://}"
	until_answer 'rate(joulecart_joules_total[10s])'
	queries "$TESTS_SOURCE/packaging/grafana/joulecart.json" >queries.txt
	while read -r query; do
		until_answer "$query" 30
	done <queries.txt
	until_answer instance:joulecart_watts:rate5m
	for _ in $(seq 300); do
		curl --silent "$prometheus_url/api/v1/rules" >rules.json
		jq -r '.data.groups[].rules[].health' rules.json >health
		grep -qvx ok health || break
		sleep 0.1
	done
	kill "$serve_pid" "$prometheus_pid"
}

@test "each query of the Grafana dashboard and each rule for Prometheus has an answer" {
	need_prometheus
	WRAPS=3
	write_machine
	on_wraps look
	between 12 "$(grep -c . queries.txt)" 99
	is "$(sort -u health)" ok
	is "$(grep -c . health)" "$(grep -cE '^ *- (alert|record):' "$TESTS_SOURCE/packaging/prometheus/joulecart.rules.yml")"
	# whatever a panel shows is of a family that doc/fleet.md explains
	grep -oE 'joulecart_[a-z0-9_]+' queries.txt | sort -u | while read -r family; do
		grep -q "\`$family\`" "$TESTS_SOURCE/doc/fleet.md" || fail "$family is not in doc/fleet.md"
	done
}

@test "each alert is raised by what it is for, and a sound machine raises none" {
	need promtool prometheus
	cp "$TESTS_SOURCE/packaging/prometheus/joulecart.rules.yml" "$TESTS_SOURCE/tests/system/joulecart.rules.test.yml" .
	run -0 promtool check rules joulecart.rules.yml
	run promtool test rules joulecart.rules.test.yml
	is "$status" 0
}
