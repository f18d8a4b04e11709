#!/usr/bin/env bats
load ../helper

@test "doctor names every collector" {
	run -0 --separate-stderr joulecart doctor
	for name in powercap power-pmu power-core nvml hwmon ipmi battery hwevents papi papi-power procstat cputime context estimate; do
		has "$output" "(ok|fix|none) +$name "
	done
	is "$stderr" ''
}

@test "doctor --json is one valid object with a reason for each that does not work" {
	run -0 --separate-stderr joulecart doctor --json
	jq -e '.schema and (.collectors | length >= 5) and
	       all(.collectors[]; .works or (.why | length > 0))' <<<"$output"
}

@test "doctor changes nothing" {
	run -0 joulecart doctor
	has "$output" powercap
	is "$(ls -A)" ''
}

@test "no line of doctor is wider than 80 columns" {
	joulecart doctor >seen
	is "$(LC_ALL=C.UTF-8 awk 'length($0) > 80' seen)" ''
}

@test "doctor --json has the fields that its man page names" {
	run -0 --separate-stderr joulecart doctor --json
	jq -e '.schema == "joulecart-doctor" and .version == 1 and has("energy") and has("gpu") and
	       all(.collectors[]; .name and .source and (.status | IN("ok", "fix", "none"))) and
	       all(.checks[]; .name and .found and (.status | IN("ok", "warn"))) and
	       all(.fixes[]; .collector and .why and all(.steps[]; .run or (.write and .content)))' \
		<<<"$output"
}

@test "doctor tells of a load that is not its own" {
	(exec timeout 300 bash -c 'exec -a a-busy-loop sh -c "while :; do :; done"') 3>&- &
	busy=$!
	run -0 joulecart doctor
	kill "$busy"
	has "$output" 'warn +load +[0-9.]+ of [0-9]+ CPUs busy'
}
