#!/usr/bin/env bats
load ../helper

@test "doctor names every collector" {
	run -0 --separate-stderr joulecart doctor
	for name in powercap power-pmu nvml hwmon hwevents papi cputime estimate; do
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
