# shellcheck shell=bash
# tests/serve.bash - 'joulecart serve' in the background, for bats and for what runs on a machine.

# serve_begin NAME [ARG]...: starts it; NAME.out and NAME.err are what it says, $serve_pid and
# $serve_url are its own.
serve_begin() {
	local name=$1
	shift
	: >"$name.out"
	"$JOULECART" serve --listen 127.0.0.1:0 "$@" >"$name.out" 2>"$name.err" 3>&- &
	serve_pid=$!
	for _ in $(seq 600); do
		serve_url=$(sed -n 's|^joulecart answers at \(.*\)/metrics$|\1|p' "$name.out")
		[ -z "$serve_url" ] || return 0
		kill -0 "$serve_pid" 2>/dev/null || break
		sleep 0.1
	done
	cat "$name.err" >&2
	return 1
}

serve_end() {
	kill -TERM "$serve_pid"
	wait "$serve_pid"
}

# metrics [ARG]...: the page; ARGs are curl's.
metrics() {
	curl --silent --show-error --max-time 30 "$@" "$serve_url/metrics"
}

# joules_of CHANNEL FILE: of a page
joules_of() {
	awk -v channel="channel=\"$1\"" 'index($0, "joulecart_joules_total{") == 1 && index($0, channel) { print $NF }' "$2"
}

# until_metric NAME LABELS VALUE: waits until the page has that
until_metric() {
	for _ in $(seq 600); do
		[ "$(metrics | awk -v name="$1{" -v labels="$2" 'index($0, name) == 1 && index($0, labels) { print $NF; exit }')" != "$3" ] || return 0
		sleep 0.1
	done
	echo "$1 of $2 never was $3" >&2
	return 1
}

# address_of FILE: where a program of Prometheus' says in its log that it listens; waits for that.
address_of() {
	local address
	for _ in $(seq 600); do
		address=$(sed -n 's/.*msg="Listening on" address=\(127[0-9.]*:[0-9]*\).*/\1/p' "$1" | head -n 1)
		[ -z "$address" ] || break
		sleep 0.1
	done
	printf '%s\n' "$address"
	[ -n "$address" ]
}

# prometheus_begin TARGET...: a Prometheus that asks them each second, in the folder prometheus;
# $prometheus_pid and $prometheus_url are its own.
prometheus_begin() {
	local targets
	targets=$(printf "'%s', " "$@")
	mkdir -p prometheus
	cat >prometheus/config.yml <<-END
		global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
		rule_files: [ '*.rules.yml' ]
		scrape_configs:
		  - job_name: joulecart
		    static_configs: [ { targets: [ ${targets%, } ] } ]
	END
	prometheus --config.file=prometheus/config.yml --storage.tsdb.path=prometheus/data \
		--web.listen-address=127.0.0.1:0 >prometheus/log 2>&1 3>&- &
	prometheus_pid=$!
	prometheus_url=http://$(address_of prometheus/log) || { cat prometheus/log >&2 && return 1; }
}

# ask QUERY [TIME]: what Prometheus answers, as JSON
ask() {
	curl --silent --show-error --max-time 30 --data-urlencode "query=$1" ${2:+--data-urlencode "time=$2"} \
		"$prometheus_url/api/v1/query"
}

# answer QUERY [TIME]: the one number
answer() {
	ask "$@" | jq -r '.data.result[0].value[1] // empty'
}

# until_answer QUERY [SECONDS]: waits until there is one
until_answer() {
	for _ in $(seq $((${2:-120} * 10))); do
		[ -z "$(answer "$1")" ] || return 0
		sleep 0.1
	done
	echo "no answer to $1" >&2
	return 1
}
