#!/usr/bin/env bats
# attach: nginx under wrk, started again meanwhile: joules per request against the simulated machine's
# true joules over the requests of nginx's own access log.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	pids=()
	need nginx nginx-light
	need wrk wrk
}

teardown() {
	[ "${#pids[@]}" = 0 ] || kill "${pids[@]}" 2>/dev/null || true
}

# configure: a server whose access log has a line with the time of each request, and another log the looks
# at its status.
configure() {
	local port user=
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	url=http://127.0.0.1:$port
	[ "$(id -u)" != 0 ] || user='user root;'
	cat >nginx.conf <<-END
		$user
		daemon off;
		worker_processes 1;
		pid nginx.pid;
		events { worker_connections 64; }
		http {
		  log_format stamp '\$msec';
		  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
		  server {
		    listen 127.0.0.1:$port;
		    location / { access_log requests.log stamp; return 200 "answered\n"; }
		    location = /status { access_log looks.log stamp; stub_status; }
		  }
		}
	END
	mkdir t
}

serve() {
	nginx -p "$PWD" -c nginx.conf -e errors.log 3>&- &
	server=$!
	pids+=("$server")
	until_so 20 curl -sf -o answer "$url/"
}

load_it() {
	wrk -t 1 -c 4 -d 600s "$url/" >/dev/null 2>&1 3>&- &
	generator=$!
	pids+=("$generator")
}

stop() {
	kill "$1" && wait "$1" || true
}

n_looks() {
	wc -l <looks.log
}

# looked N: the attachment has looked so many times more.
looked() {
	local wanted=$(($(n_looks) + $1))
	until_so 60 eval '[ "$(n_looks)" -ge '"$wanted"' ]'
}

# requests_meanwhile: those that nginx logged between the first and the last reading of the counters. Its
# clock is in milliseconds.
requests_meanwhile() {
	sql "SELECT (min(s.begin_mono_ns) + t.begin_utc_ns - t.begin_mono_ns) * 1e-9,
	            (max(s.end_mono_ns) + t.begin_utc_ns - t.begin_mono_ns) * 1e-9
	     FROM trial t JOIN channel c USING (trial_id) JOIN stretch s USING (channel_id)
	     WHERE c.collector = 'powercap'" >span
	awk -F'|' 'NR == FNR { begin = $1; end = $2; next } $1 >= begin && $1 <= end { n++ } END { print n }' \
		span requests.log
}

@test "joules per request of nginx under wrk hold the truth, though it is started again" {
	need_machines
	configure
	serve
	load_it
	# shellcheck disable=SC2016 # expands there
	on constant sh -c 'echo $$ >attach.pid; exec "$@"' sh \
		"$JOULECART" attach -q --pid $$ --queries-url "$url/status" -o "$db" 3>&- &
	attach=$!
	until_so 30 has_readings 1
	looked 3
	sleep 0.2 # requests that no look sees
	stop "$server"
	stop "$generator"
	serve
	looked 1
	load_it
	looked 3
	kill -INT "$(cat attach.pid)"
	wait "$attach"
	true_requests=$(requests_meanwhile)
	is "$(sql "SELECT queries < $true_requests AND $true_requests <= queries + queries_uncounted FROM trial")" 1
	true_j=$(true_joules constant intel-rapl:0)
	is "$(sql "SELECT low <= $true_j / $true_requests AND $true_j / $true_requests <= high FROM v_query")" 1
	has "$(sql "SELECT group_concat(why) FROM gap WHERE collector = 'metrics'")" \
		'began anew 1 time: .* room for [1-9][0-9]* of it'
	run -0 joulecart verify "$db"
	joulecart report --format json "$db" >report.json
	is "$(jq ".variants[0].joules_per_query.ci95 | .[0] <= $true_j / $true_requests and
	          .[1] >= $true_j / $true_requests" report.json)" true
}
