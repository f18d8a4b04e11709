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
