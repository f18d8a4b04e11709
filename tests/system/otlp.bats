#!/usr/bin/env bats
# joulecart serve --otlp: metrics to an OpenTelemetry receiver, which may be gone, busy or mad.
load ../helper
load ../serve

teardown() {
	[ -z "${receiver_pid:-}" ] || kill -9 "$receiver_pid" || :
	[ -z "${serve_pid:-}" ] || kill -9 "$serve_pid" 2>/dev/null || :
}

# receive FOLDER [ANSWER]...: see otlp-receiver.py; $otlp is its address, for what sends each second
receive() {
	rm -f "$1/up"
	/usr/bin/env python3 "$BATS_TEST_DIRNAME/otlp-receiver.py" "$@" 3>&- &
	receiver_pid=$!
	until_so 60 test -e "$1/up"
	otlp=http://127.0.0.1:$(cat "$1/port")
}

stop_receiving() {
	kill -9 "$receiver_pid"
	wait "$receiver_pid" || :
	receiver_pid=
}

# has_received FOLDER N
has_received() {
	[ "$(find "$1" -name '*.json' | wc -l)" -ge "$2" ]
}

# pushed OUTCOME
pushed() {
	metrics | awk -v labels="{outcome=\"$1\"}" '$1 == "joulecart_otlp_requests_total" labels { print $NF }'
}

# has_pushed OUTCOME N: for until_so, which asks anew each time
has_pushed() {
	[ "$(pushed "$1")" -eq "$2" ]
}

has_pushed_at_least() {
	[ "$(pushed "$1")" -ge "$2" ]
}

has_lost_points() {
	[ "$(metrics | awk '/^joulecart_otlp_rejected_points_total/ { print $NF }')" -eq "$1" ]
}

waiting() {
	find queue -name '*.json' | wc -l
}

has_none_waiting() {
	[ "$(waiting)" = 0 ]
}

in_order() {
	find "$1" -name '*.json' | sort -t / -k 2 -n
}

# says LINE: the last output has such a line
says() {
	grep -Eq "^$1\$" <<<"$output" || fail "no line '$1' in: $output"
}

# queued N: requests of a service that ended
queued() {
	mkdir -m 700 queue
	for k in $(seq "$1"); do
		echo "{\"resourceMetrics\": [], \"n\": $k}" >"queue/$(printf '%016x' "$k").json"
	done
}

need_both() {
	need curl curl
	need python3 python3
}

@test "a receiver gets energy and power in the published names, as sums since one begin" {
	need_both
	need_machines
	receive got
	printf '%s\n' 'set -eu' ". '$TESTS_SOURCE/tests/serve.bash'" "serve_begin one --zone DE --otlp $otlp/ --otlp-interval 1" \
		'timeout 60 sh -c "until test -e got/0.json; do sleep 0.1; done"' 'metrics >page' serve_end >script
	on server bash script
	in_order got >files
	# shellcheck disable=SC2046 # names of files
	run -0 /usr/bin/env python3 "$BATS_TEST_DIRNAME/otlp-check.py" $(cat files)
	says 'hw.energy powercap/package-0 cpu powercap/psys [0-9.]+'
	says 'hw.energy powercap/dram-0 memory powercap/psys [0-9.]+'
	says 'hw.energy powercap/core-0 cpu powercap/package-0 [0-9.]+'
	says 'hw.host.energy powercap/psys[^ ]* - - [0-9.]+'
	# the end sent what was counted last, no less than the page before it said, which has 15 digits; unless two
	# seconds were too short
	[ -s one.err ] ||
		awk -v page="$(joules_of package-0 page)" '$2 == "powercap/package-0" { exit !($5 >= page * (1 - 1e-12)) }' <<<"$output"
	run -1 grep -v "requests were not sent to" one.err
}

@test "a channel that cannot be read has a point without a value, and no zero" {
	need_both
	need_machines
	receive got
	printf '%s\n' 'zone intel-rapl:0 package-0 power=const:40 max_power_w=60 fault=eio:1.0:9999' \
		'zone intel-rapl:1 package-1 power=const:30 max_power_w=60' >broken.machine
	printf '%s\n' 'set -eu' ". '$TESTS_SOURCE/tests/serve.bash'" "serve_begin one --otlp $otlp --otlp-interval 1" \
		'until_metric joulecart_unreadable "channel=\"package-0\"" 1' serve_end >script
	MACHINE_FILE=$PWD/broken.machine on broken bash script
	run -0 /usr/bin/env python3 "$BATS_TEST_DIRNAME/otlp-check.py" "$(in_order got | tail -n 1)"
	says 'hw.energy powercap/package-0 cpu - -'
	says 'hw.energy powercap/package-1 cpu - [0-9.]+'
}

@test "what a receiver that is gone did not take waits on disk over a kill -9, and comes in order" {
	need_both
	receive got
	stop_receiving
	serve_begin one --state counters.json --otlp "$otlp" --otlp-queue queue --otlp-interval 1
	until_so 60 test -e queue/0000000000000001.json
	has "$(cat one.err)" "warning: '$otlp/v1/metrics' cannot be reached, the metrics are kept: "
	is "$(grep -c warning one.err)" 1
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --otlp "$otlp" --otlp-queue queue
	has "$output" "cannot keep requests in 'queue': another 'joulecart serve' keeps"
	kill -9 "$serve_pid"
	wait "$serve_pid" || :
	: >queue/000000000000000f.json # the power went here
	receive got
	serve_begin two --state counters.json --otlp "$otlp" --otlp-queue queue --otlp-interval 1
	until_so 60 has_received got 2
	until_so 60 has_none_waiting
	until_so 60 has_pushed_at_least lost 1
	until_so 60 has_pushed_at_least taken 2
	serve_end
	# shellcheck disable=SC2046 # names of files
	/usr/bin/env python3 "$BATS_TEST_DIRNAME/otlp-check.py" $(in_order got)
}

@test "429 and 503 are waited out, as long as the receiver asks" {
	need_both
	receive got 429:1 503
	queued 3
	serve_begin one --otlp "$otlp" --otlp-queue queue --otlp-retry 0.1
	until_so 90 has_received got 5
	until_so 60 has_pushed_at_least taken 3
	until_so 60 grep -q "'$otlp/v1/metrics' takes the metrics again" one.err
	has "$(cat one.err)" 'cannot take the metrics now, they are kept: HTTP status 429'
	serve_end
	# the first was sent until it was taken
	cmp got/0.json got/1.json
	cmp got/0.json got/2.json
	run -1 cmp -s got/0.json got/3.json
	awk '{ at[$1] = $3 } END { exit !(at[1] - at[0] >= 0.9 && at[2] - at[1] >= 0.1) }' got/log
}

@test "what is refused is not sent again, and odd answers do no harm and fill no log" {
	need_both
	# shellcheck disable=SC2046 # answers
	receive got 400 partial huge page lies 307 bytes $(yes '400 partial' | head -n 15)
	queued 36
	serve_begin one --otlp "$otlp" --otlp-queue queue --otlp-retry 0.1
	until_so 60 has_received got 37
	until_so 60 has_pushed refused 17 # 400 and 307
	until_so 60 has_lost_points 32 # two of each partial answer
	has "$(cat one.err)" 'refused the metrics: HTTP status 400: no such. metric'
	has "$(cat one.err)" 'left points out: too.\[31m old'
	has "$(cat one.err)" "took the metrics, and had to say: its answer is none of OpenTelemetry's"
	has "$(cat one.err)" 'refused the metrics: HTTP status 307'
	LC_ALL=C run -1 grep -c "$(printf '[\033\007]')" one.err
	cmp got/6.json got/7.json # answered by bytes that are no HTTP: sent again
	run -1 cmp -s got/0.json got/1.json
	is "$(grep -c "'$otlp/v1/metrics'" one.err)" 12
	is "$(grep -c 'the rest of it is not told' one.err)" 1
	serve_end
}

@test "a receiver that hangs holds up neither readings nor the end" {
	need_both
	receive got hang
	queued 1
	serve_begin one --otlp "$otlp" --otlp-queue queue
	until_so 60 has_received got 1
	local before=$SECONDS
	metrics >page
	serve_end
	[ $((SECONDS - before)) -lt 9 ]
	[ "$(waiting)" -ge 1 ]
	has "$(cat one.err)" "requests were not sent to '$otlp/v1/metrics' and wait in 'queue'"
}

@test "an address that is none, or shows a password, is refused" {
	for url in '' 127.0.0.1:4318 ftp://a:1 http:// http:///v1 'http://a/?b' 'http://a b' $'http://a\001'; do
		run -2 "$JOULECART" serve --listen 127.0.0.1:0 --otlp "$url"
		has "$output" 'it is no address of a receiver'
	done
	run -2 "$JOULECART" serve --listen 127.0.0.1:0 --otlp http://me:secret@a:4318
	has "$output" "holds a user's name or password"
	run -1 grep secret <<<"$output"
	run -2 "$JOULECART" serve --listen 127.0.0.1:0 --otlp-queue queue
	has "$output" 'give --otlp an address'
	mkdir shared && chmod 777 shared
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --otlp http://127.0.0.1:1 --otlp-queue shared
	has "$output" "cannot keep requests in 'shared': others may write there"
}
