#!/usr/bin/env bats
# Limits in CI: exit status, the line, JUnit XML and annotations.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	printf 'i=0\nwhile [ $i -lt $1 ]; do i=$((i+1)); done\n' >burn
	joulecart run -q --trials 4 --name job -o base.db -- sh burn 200000
	joulecart run -q --trials 4 --name job -o dearer.db -- sh burn 800000
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "a limit that holds exits with 0, a broken one with 3, on one line each" {
	run -0 --separate-stderr joulecart check base.db --budget 100kJ
	has "$output" '^PASS job: .*, budget 100\.0 kJ'
	is "${#lines[@]}" 1
	run -3 --separate-stderr joulecart check base.db --budget 1uJ
	has "$output" '^FAIL job: .* exceeded by '
	is "${#lines[@]}" 1
}

@test "a regression against another file is found" {
	run -3 --separate-stderr joulecart check dearer.db --baseline base.db --fail-if 'j_per_run > +50%'
	has "$output" '^FAIL job: j_per_run \+[0-9.]+ % \(.*\), limit \+50\.0 % broken'
	run -0 --separate-stderr joulecart check base.db --baseline dearer.db --fail-if 'j_per_run > +50%'
	has "$output" '^PASS job: j_per_run '
}

@test "one trial cannot tell, exits with 4 and says what would help" {
	joulecart run -q --name once -o once.db -- sh burn 200000
	run -4 --separate-stderr joulecart check once.db --budget 100kJ
	has "$output" '^CANNOT TELL once: .*try --trials 8'
}

@test "a broken limit wins over one that cannot be told" {
	joulecart run -q --name once -o two.db -- sh burn 200000
	joulecart run -q --trials 4 --name job -o two.db -- sh burn 200000
	run -3 --separate-stderr joulecart check two.db --variant once --variant job --budget 1uJ
	has "$output" 'CANNOT TELL once'
	has "$output" 'FAIL job'
}

@test "the variant of --against is found in an older campaign, with those that ran beside it" {
	joulecart compare -r 4 -w 0 --no-null -o older.db --name old --name new -- 'sh burn 20000' -- 'sh burn 90000' \
		>/dev/null 2>&1 || :
	joulecart run -q --name later -o older.db -- sh burn 20000
	run -3 --separate-stderr joulecart check older.db --against old --fail-if 'j_per_run > +5%'
	has "$output" '^FAIL new: j_per_run '
	is "${#lines[@]}" 1
}

@test "JUnit XML has a case for each limit, a failure for each broken one" {
	run -3 joulecart check base.db --budget 100kJ --fail-if 'j_per_run > 1uJ' --junit results.xml
	xmllint --noout results.xml
	has "$(cat results.xml)" '<testsuite name="joulecart check" tests="2" failures="1" skipped="0">'
	is "$(grep -c '<testcase' results.xml)" 2
	has "$(cat results.xml)" '<testcase classname="job" name="j_per_run &gt; 1uJ">'
	has "$(cat results.xml)" '<failure message="FAIL job: '
}

@test "annotations of GitHub are one escaped line each" {
	run -3 --separate-stderr joulecart check dearer.db --baseline base.db --fail-if 'j_per_run > +5%' --github
	has "${lines[1]}" '^::error title=joulecart check::FAIL job: j_per_run .* %25 '
	run -0 --separate-stderr joulecart check base.db --budget 100kJ --github
	has "${lines[1]}" '^::notice '
	has "${lines[2]}" '^::notice title=joulecart check::base.db: Not sealed'
}

@test "an amount without a unit, no limit, or no baseline is a usage error" {
	run -2 --separate-stderr joulecart check base.db --budget 16
	is "$stderr" "joulecart: invalid --budget '16': unit missing (write 16mJ/query, 16J or 2gCO2e)"
	run -2 --separate-stderr joulecart check base.db
	has "$stderr" '^joulecart: check needs --budget or --fail-if'
	run -2 --separate-stderr joulecart check base.db --fail-if 'j_per_run > +5%'
	has "$stderr" 'give --baseline BASE.db, or --against VARIANT'
}

@test "a quantity that no trial states is said" {
	run -1 --separate-stderr joulecart check base.db --fail-if 'top1 < 0.5'
	has "$stderr" "^joulecart: cannot judge top1 of 'job' in 'base.db': "
}
