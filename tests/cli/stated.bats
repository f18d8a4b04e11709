#!/usr/bin/env bats
# What is stated in report.ini beside a database: in each report, "not stated" where an assurer would ask, never markup.
load ../helper

digest=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" run -q -o "$db" -- sleep 0.1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/$db" .
}

state() {
	cat >report.ini <<-EOF
	organisation = Lab
	organisational-boundary = the machine room of <b>Lab</b> | *all*
	consolidation-approach = operational control
	base-year = 2025
	assurance-level = limited
	evidence-pue = meter of the hall, 2025
	evidence-pue-sha256 = $digest
	EOF
}

@test "each report says what is stated, and what is not" {
	state
	joulecart report "$db" >out
	has "$(cat out)" 'Consolidation approach: operational control'
	has "$(cat out)" 'Base year: 2025'
	has "$(cat out)" "Evidence of the PUE: meter of the hall, 2025; SHA-256 $digest"
	has "$(cat out)" 'Who calibrated the estimate: not stated'
	joulecart report --format markdown "$db" >out
	has "$(cat out)" '\| Materiality threshold \| not stated \|'
	has "$(grep -F 'machine room' out)" '\\<b'
	joulecart report --format json "$db" >out
	is "$(jq -r '.stated["base-year"]' out)" 2025
	is "$(jq -r '.stated["materiality"]' out)" null
	is "$(jq -r '.stated["evidence-pue-sha256"]' out)" "$digest"
}

@test "the audit report has every line, in either language, without report.ini too" {
	joulecart report --force -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" '0 of 11 things that an assurer asks first are stated'
	is "$(grep -o 'not stated</dd>' audit.html | wc -l)" 11
	state
	joulecart report --force -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" '5 of 11 things that an assurer asks first are stated'
	is "$(grep -o 'not stated</dd>' audit.html | wc -l)" 6
	has "$(cat audit.html)" '&lt;b&gt;Lab'
	joulecart report --force --language zh -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" '合并方法'
	has "$(cat audit.html)" '未声明'
}

@test "without report.ini the report on the screen is as it was" {
	joulecart report "$db" >before
	has_not "$(cat before)" 'Stated beside|: not stated'
	: >report.ini
	joulecart report "$db" >after
	cmp before after
}

@test "a report.ini that others may write is said, and not used" {
	state
	chmod go+w report.ini
	for format in text markdown; do
		joulecart report --format "$format" "$db" >out
		has "$(cat out)" 'report\.ini.* is not used: others may write it'
		has_not "$(cat out)" 'operational control'
	done
	joulecart report --force -o audit.html "$db" >/dev/null
	has "$(cat audit.html)" 'report\.ini is not used'
	is "$(joulecart report --format json "$db" | jq -r '.stated["base-year"]')" null
}

@test "what is no such statement is refused with its line" {
	while IFS='|' read -r line says; do
		printf '[report]\n%s\n' "$line" >report.ini
		for form in "--format text" "-o x.html"; do
			# shellcheck disable=SC2086
			run -2 joulecart report $form "$db"
			has "$output" "line 2: .*$says"
		done
	done <<-'EOF'
	consolidation-approach = all|equity share
	base-year = 25|expected a year
	assurance-level = full|limited
	evidence-life-sha256 = abc|64 hexadecimal
	boundary = x|no 'boundary'
	materiality =|is empty
	EOF
	[ ! -e x.html ]
	echo 'assurance-level = none|limited' >report.ini # two of the words
	run -2 joulecart report "$db"
	has "$output" 'is no assurance-level'
}
