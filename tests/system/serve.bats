#!/usr/bin/env bats
# joulecart serve: metrics by HTTP, on machines whose power is known.
load ../helper
load ../serve

# on_served MACHINE SCRIPT: that script of bash runs on the machine, with the functions of serve.bash
on_served() {
	local machine=$1
	need curl curl
	need_machines
	printf '%s\n' 'set -eu' ". '$TESTS_SOURCE/tests/assert.bash'" ". '$TESTS_SOURCE/tests/serve.bash'" \
		'trap "kill -TERM \$serve_pid 2>/dev/null || :" EXIT' "$2" >script
	on "$machine" bash script
}

@test "serve answers in the form that the client prefers, and a channel counts from 0 on" {
	on_served server '
		serve_begin one
		metrics -D head >page
		grep -qi "^content-type: text/plain; version=0.0.4" head
		metrics -D head -H "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5" >page.om
		grep -qi "^content-type: application/openmetrics-text; version=1.0.0" head
		is "$(tail -n 1 page.om)" "# EOF"
		awk -v a="$(joules_of package-0 page)" -v b="$(joules_of package-0 page.om)" "BEGIN { exit !(b >= a && a >= 0) }"
		until_metric joulecart_unreadable "channel=\"package-0\"" 0
		serve_end'
}

@test "serve has two pages, and takes GET and HEAD alone" {
	need curl curl
	serve_begin one
	is "$(curl -s "$serve_url/healthz")" ok
	for page in / /metrics/ /metricsx /..%2fmetrics /healthz/x; do
		is "$(curl -s -o /dev/null -w '%{http_code}' "$serve_url$page")" 404
	done
	for method in POST PUT DELETE OPTIONS TRACE; do
		is "$(curl -s -o /dev/null -w '%{http_code}' -X "$method" "$serve_url/metrics")" 405
	done
	is "$(head -c 3000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' --data-binary @- "$serve_url/metrics")" 405
	is "$(curl -s -o /dev/null -w '%{http_code}' -I "$serve_url/metrics")" 200
	# a request that is too large for its room is refused
	has "$(curl -s -o /dev/null -w '%{http_code}' -H "X-Large: $(printf '%065000d' 0)" "$serve_url/metrics")" '^(000|413|431|414)$'
	is "$(curl -s "$serve_url/healthz")" ok
	serve_end
}

@test "serve listens on loopback alone unless it is told otherwise" {
	need ss iproute2
	serve_begin one
	ss -ltnpH | grep -F "pid=$serve_pid," >listening
	has "$(cat listening)" '127\.0\.0\.1:'
	is "$(grep -c . listening)" 1
	serve_end
	run -2 "$JOULECART" serve --listen localhost:80
	has "$output" "invalid --listen 'localhost:80'"
	run -2 "$JOULECART" serve --tls-cert a.pem
	has "$output" 'give both --tls-cert and --tls-key'
	run -1 "$JOULECART" serve --listen 192.0.2.1:9752 --events none-such
	has "$output" "warning: 'none-such' is not counted: "
	has "$output" 'give --listen an address of this machine'
}

@test "a port that is taken is an error, and says so" {
	serve_begin one
	run -1 "$JOULECART" serve --listen "${serve_url#http://}"
	has "$output" 'cannot serve metrics: address already in use \(.*choose another port by --listen'
	serve_end
}

@test "counters go on over an end and a kill -9, with what was drawn meanwhile" {
	on_served constant '
		begin=$(date +%s.%N)
		serve_begin one --state counters.json
		is "$(grep -c "counters begin at 0" one.err)" 1
		sleep 2
		metrics >page.1
		kill -9 "$serve_pid"
		wait "$serve_pid" || :
		sleep 1
		serve_begin two --state counters.json
		metrics >page.2
		serve_end
		sleep 1
		serve_begin three --state counters.json
		metrics >page.3
		is "$(cat two.err three.err)" ""
		for k in 1 2; do
			cat page.$k page.$((k + 1)) | awk "/^joulecart_[a-z0-9_]*_total/ && !/own|readings/ { line = \$0; sub(/ [^ ]*\$/, \"\", line)
				if (line in at && \$NF < at[line]) { print line, at[line], \$NF; bad = 1 } at[line] = \$NF } END { exit bad }"
		done
		# the same time of creation: nothing began anew
		is "$(grep joules_created page.1)" "$(grep joules_created page.3)"
		serve_end'
}

@test "a suspend is time in which a counter may have passed its range, and no reading is missed in it" {
	JUMPING_CLOCK_SO=${JUMPING_CLOCK_SO:-$TESTS_SOURCE/tests/fakes/jumping-clock.so}
	[ -e "$JUMPING_CLOCK_SO" ] || skip 'no library to preload'
	export JUMPING_CLOCK_SO
	# 40 W, a range of 400 J: 100 s hold ten of them
	printf '%s\n' 'zone intel-rapl:0 package-0 power=const:40 steps=6553600 max_power_w=42' >asleep.machine
	MACHINE_FILE=$PWD/asleep.machine on_served asleep '
		printf "#!/bin/sh\nexec env LD_PRELOAD=%s ASAN_OPTIONS=verify_asan_link_order=0 JUMPING_CLOCK=%s SLEPT_S=100 %s \"\$@\"\n" \
			"$JUMPING_CLOCK_SO" "$PWD/slept" "$JOULECART" >with-sleep
		chmod +x with-sleep
		JOULECART=$PWD/with-sleep
		serve_begin one
		sleep 1.2
		metrics >awake
		: >slept
		until_metric joulecart_gaps_total "channel=\"package-0\",kind=\"ambiguous-wrap\"" 1
		metrics >page
		serve_end
		# what was counted is told, and that it may be as much as ten ranges more
		awk "/^joulecart_joules_total.*package-0/ { was[FILENAME] = \$NF } /^joulecart_joules_bound.*package-0.*high/ { high[FILENAME] = \$NF }
			END { exit !(was[\"page\"] > was[\"awake\"] && was[\"page\"] < was[\"awake\"] + 2000 &&
				high[\"awake\"] < was[\"awake\"] + 100 && high[\"page\"] > was[\"page\"] + 3000) }" awake page
		awk "/^joulecart_missed_readings_total/ { exit !(\$NF < 500) }" page'
}

@test "without a file counters begin anew, and their time of creation says so" {
	on_served constant '
		serve_begin one --state counters.json
		metrics >page.1
		serve_end
		head -c 200 counters.json >cut && mv cut counters.json
		serve_begin two --state counters.json
		metrics >page.2
		has "$(cat two.err)" "counters begin at 0: it is no file of this version"
		cat page.1 page.2 | awk "/^joulecart_joules_created/ { if (n++ && \$NF <= last) exit 1; last = \$NF } END { exit n < 2 }"
		serve_end'
}

@test "a state file is one service's alone, and no other file becomes one" {
	need curl curl
	serve_begin one --state counters.json
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --state counters.json
	has "$output" "another 'joulecart serve' keeps its counts there"
	is "$(curl -s "$serve_url/healthz")" ok
	kill -9 "$serve_pid"
	wait "$serve_pid" || :
	serve_begin two --state counters.json
	serve_end
	echo 'what I found' >notes.txt
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --state notes.txt
	has "$output" "cannot keep the counts in 'notes.txt': it holds something else"
	is "$(cat notes.txt)" 'what I found'
}

@test "a state file that cannot be written is said once, and the service goes on" {
	need curl curl
	serve_begin one --state no-such-folder/counters.json
	until_so 30 grep -q 'the next start would count from 0' one.err
	is "$(curl -s "$serve_url/healthz")" ok
	sleep 2
	is "$(grep -c 'the next start' one.err)" 1
	serve_end
}

@test "200 clients that never end their request neither delay readings nor keep others out" {
	need curl curl
	need python3 python3
	serve_begin one
	/usr/bin/env python3 "$BATS_TEST_DIRNAME/slow-clients.py" "${serve_url##*:}" 200 60 >slow 3>&- &
	local slow=$! before after
	until_so 30 grep -q '200 open' slow
	before=$(metrics | awk '/^joulecart_readings_total/ { print $NF }')
	is "$(curl -s --max-time 20 "$serve_url/healthz")" ok
	# each is closed when its time is over, however busily it sends
	wait "$slow"
	has "$(cat slow)" '200 closed'
	after=$(metrics | awk '/^joulecart_readings_total/ { print $NF }')
	[ "$after" -gt "$before" ]
	serve_end
}

@test "serve by HTTPS shows the certificate that it was given" {
	need curl curl
	need openssl openssl
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
		-days 2 -keyout host.key -out host.pem 2>/dev/null
	serve_begin one --tls-cert host.pem --tls-key host.key
	has "$serve_url" '^https://'
	has "$(metrics --cacert host.pem)" 'joulecart_build_info'
	run curl -s --max-time 10 "http://${serve_url#https://}/metrics"
	has_not "$output" joulecart_build_info
	serve_end
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --tls-cert host.key --tls-key host.pem
	has "$output" 'the certificate and its key are no pair in PEM'
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --tls-cert host.pem --tls-key no-such.key
	has "$output" "cannot read 'no-such.key'"
}

@test "serve does not wait for a certificate or a key that comes through a pipe" {
	mkfifo fifo
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --tls-cert fifo --tls-key fifo
	has "$output" "cannot read 'fifo': it is no regular file \(copy it into a file"
	run -1 "$JOULECART" serve --listen 127.0.0.1:0 --tls-cert /dev/zero --tls-key fifo
	has "$output" "cannot read '/dev/zero': it is no regular file"
}

@test "serve opens the counters with capabilities of a service manager, and has none when it answers" {
	[ "$(id -u)" = 0 ] || skip 'only root can pass capabilities on'
	need curl curl
	need_machines
	local caps=-all,+dac_read_search,+perfmon
	setpriv --bounding-set "$caps" --inh-caps "$caps" --ambient-caps "$caps" true 2>/dev/null ||
		skip 'no capabilities to pass on here'
	folder=$(mktemp -d /tmp/joulecart-serve-XXXXXX) # bats' own folders are closed to others
	chmod 777 "$folder"
	cp "$JOULECART" "$(dirname "$JOULECART")/joulecart-serve" "$folder" || skip 'joulecart-serve is installed elsewhere'
	chmod 755 "$folder"/*
	cat >script <<END
set -eu
. '$TESTS_SOURCE/tests/assert.bash'
. '$TESTS_SOURCE/tests/serve.bash'
chmod 400 /sys/class/powercap/*/energy_uj
cat >$folder/service <<'SCRIPT'
#!/bin/sh
exec setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set $caps --inh-caps $caps --ambient-caps $caps \
	--no-new-privs $folder/joulecart "\$@"
SCRIPT
chmod 755 $folder/service
JOULECART=$folder/service
serve_begin one
trap 'kill -TERM \$serve_pid' EXIT
metrics >page
grep CapPrm /proc/\$serve_pid/status >caps
END
	on_copy server bash script
	rm -rf "$folder"
	is "$(awk '{ print $2 }' caps)" 0000000000000000
	has "$(cat page)" 'collector="powercap",channel="package-0"'
	is "$(grep -c '^joulecart_unreadable.* 1$' page)" 0
}

@test "the systemd unit leaves the service little that it could do" {
	need systemd-analyze systemd
	run systemd-analyze security --offline=true "$TESTS_SOURCE/packaging/joulecart.service"
	[ -n "$output" ] && [[ $output != *nrecognized* ]] || skip 'this systemd cannot look at a file'
	local exposure
	exposure=$(sed -n 's/.*Overall exposure level for joulecart.service: \([0-9.]*\).*/\1/p' <<<"$output")
	between 0 "$exposure" 2.0
}

# calls_of WORD...: the system calls that systemd means by these words, one a line
calls_of() {
	local word
	for word in "$@"; do
		case $word in
		@*) # shellcheck disable=SC2046 # words
			calls_of $(systemd-analyze syscall-filter "$word" | sed '1d; s/#.*//') ;;
		*) printf '%s\n' "$word" ;;
		esac
	done
}

# allowed_calls UNIT: what its lines of SystemCallFilter allow: the first, less what "~" stands before,
# and more by the others
allowed_calls() {
	local words
	sed -n 's/^SystemCallFilter=//p' "$1" | while read -r words; do
		# shellcheck disable=SC2086 # words
		case $words in
		~*) calls_of ${words#\~} | sort -u >less && comm -23 allowed less >next ;;
		*) calls_of $words | sort -u - allowed >next ;;
		esac
		mv next allowed
	done
}

@test "each system call of the service is one that its unit allows" {
	need systemd-analyze systemd
	need strace strace
	need curl curl
	! is_sanitized || skip 'a sanitizer looks for leaks by tracing, which strace does already'
	strace -f -qq -o trace true 2>/dev/null || skip 'nobody may trace here'
	systemd-analyze syscall-filter @system-service >known 2>/dev/null || skip 'this systemd knows no sets of calls'
	touch allowed
	allowed_calls "$TESTS_SOURCE/packaging/joulecart.service"
	grep -qx epoll_wait allowed
	run -1 grep -qx reboot allowed
	cat >traced <<-END
		#!/bin/sh
		exec strace -f -qq -o trace "$JOULECART" "\$@"
	END
	chmod +x traced
	JOULECART=$PWD/traced serve_begin one --state counters.json
	metrics >page
	until_so 30 test -s counters.json
	kill -TERM "$(pgrep -P "$serve_pid" | head -n 1)"
	wait "$serve_pid"
	sed -nE 's/^[0-9]+ +([a-z_0-9]+)\(.*/\1/p' trace | sort -u >used
	grep -qx bind used
	is "$(comm -23 used allowed)" ''
}

# ended_campaign FILE: one trial of 100 queries, which lasts until the sensor can resolve it on this machine
ended_campaign() {
	local seconds
	for seconds in 2 4 8 16; do
		rm -f "$1"
		on constant "$JOULECART" run -q -o "$1" --name int8 --queries 100 -- sleep "$seconds"
		[ "$(sqlite3 "$1" 'SELECT usable FROM v_query')" != 1 ] || return 0
	done
}

# another FILE COPY VARIANT: as if it had been measured once more, of that variant
another() {
	cp "$1" "$2.new"
	serial=$((${serial-0} + 1))
	sqlite3 "$2.new" "UPDATE campaign SET uuid = '$(printf '%08x' "$serial")' || substr(uuid, 9);
		UPDATE trial SET variant = '$3'"
	mv "$2.new" "$2"
}

@test "joules per query of campaigns that end are a histogram, and exemplars say of which trial" {
	need curl curl
	need_machines
	mkdir folder
	ended_campaign folder/one.db
	echo 'no database' >folder/notes.db
	serve_begin one --campaigns folder
	until_metric joulecart_query_joules_count 'variant="int8"' 1
	another folder/one.db folder/two.db int8 # while it serves
	until_metric joulecart_query_joules_count 'variant="int8"' 2
	cp folder/two.db folder/copy.db # the same campaign is counted once
	another folder/one.db folder/three.db $'x"\n\\y'
	until_metric joulecart_query_joules_count 'variant="x' 1
	metrics -H 'Accept: application/openmetrics-text' >page.om
	metrics >page
	is "$(grep -F 'query_joules_count' page | grep -cF 'int8')" 1
	is "$(awk '/^joulecart_query_joules_count/ && /int8/ { print $NF }' page)" 2
	within 0.1 "$(awk '/^joulecart_query_joules_sum/ && /int8/ { print $NF }' page)" \
		"$(for file in one two; do sqlite3 folder/$file.db 'SELECT joules_per_query FROM v_query'; done | awk '{ sum += $1 } END { print sum }')"
	run -1 grep -F ' # ' page # only OpenMetrics has exemplars
	has "$(grep -F 'variant="int8"' page.om)" "# \{campaign_uuid=\"$(sqlite3 folder/two.db 'SELECT uuid FROM campaign')\",trial=\"1\"\} "
	has "$(cat one.err)" "campaigns are missing in the metrics: .*notes.db"
	is "$(grep -c 'are missing' one.err)" 1
	if command -v promtool >/dev/null; then
		run -0 promtool check metrics <page
		is "$output" ''
	fi
	if /usr/bin/python3 -c 'import prometheus_client' 2>/dev/null; then
		run -0 /usr/bin/python3 -c 'if True:
			from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
			found, = (f for f in families(open("page.om").read()) if f.name == "joulecart_query_joules")
			assert (found.type, found.unit) == ("histogram", "joules"), found
			print(sum(1 for sample in found.samples if sample.exemplar))'
		between 2 "$output" 3
	fi
	serve_end
	serve_begin two --campaigns folder # a service that is started again says the same
	until_metric joulecart_query_joules_count 'variant="int8"' 2
	serve_end
}
