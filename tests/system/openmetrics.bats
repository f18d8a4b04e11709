#!/usr/bin/env bats
# joulecart live --openmetrics: metrics in a file, on a machine whose power is known.
load ../helper

# value FILE METRIC LABELS: of the sample whose labels have that text
value() {
	awk -v name="$2" -v labels="$3" 'index($0, name "{") == 1 && index($0, labels) { print $NF }' "$1"
}

@test "live --openmetrics FILE.prom has the joules of each channel, of which in_total sum up" {
	need_machines
	on server "$JOULECART" live --csv --seconds 3 --zone DE --openmetrics a.prom >seen
	grep '^joulecart_joules_total{' a.prom >joules
	# psys is around the packages and not in their total, nor are the cores within
	is "$(grep -c 'in_total="1"' joules)" 4
	between 4 "$(grep -c . joules)" 8
	within 1 "$(awk '/in_total="1"/ { sum += $NF } END { print sum }' joules)" \
		"$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "total_j") at = i; next } { j = $at } END { print j }' seen)"
	within 1 "$(value a.prom joulecart_co2e_grams_total 'zone="DE"')" \
		"$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "co2e_g") at = i; next } { j = $at } END { print j }' seen)"
	is "$(find . -name 'a.prom*')" ./a.prom # no temporary is left
}

@test "a channel that cannot be read has no joules in the metrics, not zero, and is called unreadable" {
	need_machines
	printf '%s\n' 'zone intel-rapl:0 package-0 power=const:40 max_power_w=60 fault=eio:2.0:9999' \
		'zone intel-rapl:1 package-1 power=const:30 max_power_w=60' >broken.machine
	MACHINE_FILE=$PWD/broken.machine on broken "$JOULECART" live --csv --seconds 5 --openmetrics a.prom >seen
	is "$(value a.prom joulecart_joules_total 'channel="package-0"')" ''
	is "$(value a.prom joulecart_watts 'channel="package-0"')" ''
	is "$(value a.prom joulecart_unreadable 'channel="package-0"')" 1
	is "$(value a.prom joulecart_unreadable 'channel="package-1"')" 0
	# what it drew since is between nothing and its limit
	local low high
	low=$(grep -F 'joules_bound{' a.prom | grep -F 'package-0' | awk '/low/ { print $NF }')
	high=$(grep -F 'joules_bound{' a.prom | grep -F 'package-0' | awk '/high/ { print $NF }')
	awk -v l="$low" -v h="$high" 'BEGIN { exit !(h > l + 50) }' || fail "bounds are $low and $high"
}

@test "promtool and a strict parser of OpenMetrics find nothing in either form" {
	need promtool prometheus
	"$JOULECART" live --csv --seconds 1 --openmetrics a.prom >/dev/null
	"$JOULECART" live --csv --seconds 1 --openmetrics a.om >/dev/null
	run -0 promtool check metrics <a.prom
	is "$output" ''
	is "$(tail -n 1 a.om)" '# EOF'
	/usr/bin/python3 -c 'import prometheus_client' || skip 'no prometheus_client (apt-get install python3-prometheus-client)'
	run -0 /usr/bin/python3 -c 'if True:
		from prometheus_client.openmetrics.parser import text_string_to_metric_families
		families = {f.name: f for f in text_string_to_metric_families(open("a.om").read())}
		assert families["joulecart_joules"].unit == "joules"
		assert families["joulecart_co2e_grams"].type == "counter"
		print(len(families))'
	between 8 "$output" 20
}

@test "a metrics file that cannot be written is an error, and says so" {
	run -1 "$JOULECART" live --csv --seconds 2 --openmetrics no-such-folder/a.prom
	has "$output" "cannot write 'no-such-folder/a.prom'"
}
