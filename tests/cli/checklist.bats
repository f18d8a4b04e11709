#!/usr/bin/env bats
# doc/checklist.md: each point's words stand in the audit report of a stored benchmark, and at least 38 of the 40
# points have an answer.
load ../helper

checklist=$TESTS_SOURCE/doc/checklist.md

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	small_benchmark "$db"
	sql "INSERT INTO phase_units (phase_id, unit, n) SELECT phase_id, 'sessions', queries / 5
	     FROM phase WHERE queries % 5 = 0 AND queries > 0"
	joulecart factors set "$db" embodied=server share=0.3 zone=GB pue=1.2 training_queries=10M market=50 \
		instrument=REGO --source 'a test'
	printf '%s\n' 'organisational-boundary = one data centre' 'consolidation-approach = operational control' \
		'ghg-category = category 2' 'base-year = 2025' 'materiality = 5 %' 'assurance-level = limited' \
		'evidence-share = a contract' 'evidence-life = a register' 'evidence-pue = a meter' >report.ini
	joulecart report --format html "$db" >audit.html
	# what a reader sees of it: no markup, one blank between words
	python3 - <<-'END' >audit.txt
		import html, re
		text = open("audit.html").read()
		text = re.sub(r"<(svg|style)\b.*?</\1>", " ", text, flags=re.S)
		print(re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))))
	END
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "each answer of the checklist stands in the report, and at least 38 of 40 points have one" {
	run -0 python3 - "$checklist" audit.txt <<-'END'
		import re, sys
		report = open(sys.argv[2]).read()
		rows = [line.strip().strip("|").split("|") for line in open(sys.argv[1]) if re.match(r"\| \d+ ", line)]
		assert [int(row[0]) for row in rows] == list(range(1, 41)), "not forty points in order"
		answered = 0
		for number, _, point, answer in rows:
		    quotes = re.findall(r'"([^"]+)"', answer)
		    if not quotes:
		        assert re.match(r" none: \w", answer), f"point {number}: neither an answer nor a reason"
		        continue
		    for quote in quotes:
		        assert quote in report, f"point {number}: the report does not say: {quote}"
		    answered += 1
		assert answered >= 38, f"{answered} points are answered"
	END
}

@test "what nobody stated is no answer" {
	mv report.ini aside.ini
	joulecart report --format html "$db" >silent.html
	mv aside.ini report.ini
	run -1 grep -c 'operational control' silent.html
	has "$(cat silent.html)" 'not stated'
}
