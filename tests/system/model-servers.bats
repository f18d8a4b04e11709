#!/usr/bin/env bats
# attach: pages of metrics in the form of each server of language models (tests/fakes/metrics), before and
# after some requests, on a machine of 100 W: what joules per request and per token must be is worked out here
# by hand.
load ../helper

pages=$fakes/metrics

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need_machines
	mkdir www
	python3 -u -m http.server 0 --bind 127.0.0.1 --directory www >address 2>http.log 3>&- &
	server=$!
	until_so 20 grep -q http:// address
	url=$(sed 's|.*(\(http://[^)]*\)/).*|\1|' address)
}

teardown() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null || true
}

# show PAGE: at once, however the server reads it
show() {
	cp "$pages/$1" next
	mv next www/metrics
}

looks() {
	grep -c 'GET /metrics' http.log || true
}

looked() {
	local wanted=$(($(looks) + $1))
	until_so 60 eval '[ "$(looks)" -ge '"$wanted"' ]'
}

# attached PAGE: the page is PAGE.before at the first looks, and PAGE.after at the last ones.
attached() {
	show "$1.before"
	# shellcheck disable=SC2016 # expands there
	on constant sh -c 'echo $$ >attach.pid; exec "$@"' sh \
		"$JOULECART" attach -q --pid $$ --queries-url "$url/metrics" -o "$db" 3>&- &
	attach=$!
	until_so 30 has_readings 1
	looked 2
	show "$1.after"
	looked 2
	kill -INT "$(cat attach.pid)"
	wait "$attach"
	true_j=$(true_joules constant intel-rapl:0)
}

# by_hand N COLUMN VIEW-AND-CONDITION: the true joules over N, within the interval, and within 1 %.
by_hand() {
	local wanted
	wanted=$(awk -v j="$true_j" -v n="$1" 'BEGIN { printf "%.12g", j / n }')
	within 1 "$(sql "SELECT $2 FROM $3")" "$wanted"
	is "$(sql "SELECT low <= $wanted AND $wanted <= high FROM $3")" 1
}

requests() {
	is "$(sql 'SELECT queries FROM trial')" "$1"
	by_hand "$1" joules_per_query v_query
}

tokens() { # KIND N
	is "$(sql "SELECT n FROM v_unit WHERE unit = '$1 tokens'")" "$2"
	by_hand "$2" joules_per_unit "v_unit WHERE unit = '$1 tokens'"
}

# near NAME FOUND: a name that is not there is an error with the one that was meant.
near() {
	run -1 --separate-stderr joulecart attach --pid $$ --for 1 --queries-url "$url/metrics#$1"
	has "$stderr" "no counter '$1' \(near it are: .*$2"
}

@test "vLLM" {
	attached vllm
	# two engines; stop and length: 1740 - 1200 + 90 - 30 + 900 - 700
	requests 800
	# 1.44e6 - 1.2e6 + 960000 - 800000
	tokens prompt 400000
	# 218304 - 98304 + 130000 - 50000
	tokens generated 200000
	near vllm:request_sucess_total vllm:request_success_total
	near vllm:generated_tokens_total vllm:generation_tokens_total
	run -0 joulecart verify "$db"
}

@test "Text Generation Inference" {
	attached tgi
	# tgi_request_success, not tgi_request_count, which has those that failed: 1000 - 400
	requests 600
	# what the histograms added up: 30000 - 12000, 128000 - 51200
	tokens prompt 18000
	tokens generated 76800
	near tgi_request_succeeded tgi_request_success
}

@test "TensorRT-LLM" {
	attached trtllm
	# 355 - 155 + 55 - 5
	requests 250
	tokens prompt 32000
	tokens generated 25000
	near request_success_total trtllm_request_success_total
}

@test "TensorRT-LLM as it was before it counted tokens" {
	attached trtllm-without-tokens
	requests 250
	is "$(sql 'SELECT count(*) FROM v_unit')" 0
}

@test "SGLang" {
	attached sglang
	# streamed or not: 330 - 300 + 40 - 20
	requests 50
	# as the page rounds them: 8138902 - 8128902, 7562572 - 7557572
	tokens prompt 10000
	tokens generated 5000
	near sglang_num_requests_total sglang:num_requests_total
}
