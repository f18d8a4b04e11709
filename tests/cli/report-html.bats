#!/usr/bin/env bats
# The audit report as a user asks for it, and as a browser sees it.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	joulecart run -q -r 3 --queries 100 --zone GB --name first -o "$db" -- sleep 0.2
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
	rm -f ./*.html
}

@test "-o FILE.html makes one page and says what to do with it" {
	run -0 joulecart report -o audit.html "$db"
	has "$output" 'audit.html: [0-9]+ KB, opens in any browser'
	has "$(cat audit.html)" '<h2 id="summary-heading">One run of first took'
}

@test "an existing file is kept unless --force is given" {
	echo mine >audit.html
	run -1 joulecart report -o audit.html "$db"
	has "$output" "^joulecart: cannot write 'audit.html': file exists \\(add --force"
	is "$(cat audit.html)" mine
	run -0 joulecart report --force -o audit.html "$db"
	has "$(head -c 20 audit.html)" DOCTYPE
}

@test "no half-written file is left where the page cannot be made" {
	run -2 joulecart report --campaign 99 -o audit.html "$db"
	has "$output" 'it has no campaign 99'
	is "$(ls ./*.html* 2>/dev/null)" ''
}

@test "the suffix of -o chooses the format, --format overrides it" {
	for file in r.json:'"schema"' r.csv:variant r.md:'\|' r.txt:first; do
		run -0 joulecart report --force -o "${file%%:*}" "$db"
		has "$(cat "${file%%:*}")" "${file#*:}"
	done
	run -0 joulecart report --force --format json -o r.txt "$db"
	jq -e .schema r.txt
}

@test "a page is not poured into a terminal" {
	run -2 script -qec "'$JOULECART' report --format html '$db'" /dev/null
	has "$output" 'name a file: -o report.html'
}

@test "the same file gives the same bytes in any time zone, locale and folder" {
	joulecart report --format html "$db" >here.html
	TZ=Asia/Shanghai LC_ALL=C joulecart report --format html "$db" >there.html
	cmp here.html there.html
}

@test "without gnuplot the page says so and keeps its tables" {
	PATH=/nonexistent run -0 "$JOULECART" report --format html "$db"
	has "$output" 'gnuplot is missing or failed \(apt-get install gnuplot-nox\)'
	has "$output" '<caption'
}

@test "the Chinese page says in Chinese what the English one says in English" {
	joulecart report --language zh -o zh.html "$db"
	has "$(head -c 60 zh.html)" 'lang="zh-CN"'
	sed 's/<h[12]/\n&/g; s/<.h[12]>/&\n/g' zh.html | grep -E '^<h[12]' >headings
	is "$(wc -l <headings)" 16
	is "$(LC_ALL=C.UTF-8 grep -vcP '\p{Han}' headings)" 0
}

# Lines on standard input that hold three English words in a row, outside of code, commands and citations; what
# a library says stays in its words.
english() {
	tr '\n' ' ' | sed -E 's/<(code|pre|cite|style|title)[^>]*>[^<]*<[^>]*>//g; s/<[^>]+>/\n/g' |
		grep -vE '^ *joulecart |libpfm4' | sed "s/factors set//; s/'sudo [^']*'//g" |
		grep -E '\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b' || :
}

@test "the Chinese page has no English sentence, with everything stated and with nothing" {
	cp "$db" stated.db
	joulecart report --language zh --format html stated.db | english >nothing.txt
	joulecart factors set stated.db zone=GB pue=1.2 psu=0.9 embodied=server share=0.1 training_queries=1000 wue=0.4 \
		market=12 instrument=PPA upstream=30 --source S
	joulecart report --language zh --format html stated.db | english >everything.txt
	sqlite3 stated.db "UPDATE host SET hypervisor = NULL;
		UPDATE channel SET collector = 'powercap', name = 'package-0', domain = 'package',
		  provenance = 'measured', uncertainty_k2 = 0.05 WHERE collector = 'estimate'"
	joulecart report --language zh --format html stated.db | english >measured.txt
	is "$(cat nothing.txt everything.txt measured.txt)" ''
	joulecart report --format html stated.db | english >english.txt
	[ "$(wc -l <english.txt)" -gt 30 ] # it does find English
}

@test "a contract that was stated is said to count, and where" {
	cp "$db" stated.db
	has "$(joulecart report --format html stated.db)" 'No offsets, certificates or contracts are netted'
	joulecart factors set stated.db zone=GB market=12 instrument=PPA --source S
	local page
	page=$(joulecart report --format html stated.db)
	has_not "$page" 'certificates or contracts are netted'
	has "$page" 'The contract that was stated counts in scope 2, market-based, alone'
}

@test "the page's own commands stand a line each, and run as they are" {
	joulecart report --format html "$db" >page.html
	tr '\n' '\r' <page.html | grep -oE '<pre[^>]*><code>[^<]*' | sed 's/<[^>]*>//g; s/&gt;/>/g' |
		tr '\r' '\n' >commands
	is "$(grep -c '' commands)" 5
	is "$(cut -d ' ' -f 1 commands | tr '\n' ' ')" 'joulecart joulecart joulecart sqlite3 joulecart '
	head -n 3 commands >first
	(set -e && . ./first >/dev/null)
	has "$(cat report.html)" '<h1'
}

@test "two variants of three trials: no verdict, and the page says what it takes, in Chinese too" {
	joulecart compare -r 3 -o few.db -- sleep 0.05 -- sleep 0.2 >/dev/null || [ $? = 4 ]
	joulecart report --format html few.db >page.html
	has "$(cat page.html)" 'A verdict needs at least 4 pairs of trials\.'
	has "$(cat page.html)" 'this file holds no build of it'
	! grep 'interval includes no difference' page.html || false
	joulecart report --language zh --format html few.db >page.html
	has "$(cat page.html)" '得出结论至少需要 4 对试验'
	is "$(english <page.html)" ''
	is "$(grep -c 'holds no build' page.html)" 0
}

@test "every factor of the page has its source, its address and whether it was compared" {
	for language in en zh; do
		joulecart report --language "$language" --format html "$db" >page.html
		n=$(grep -o 'id="source-[0-9]*"' page.html | wc -l)
		[ "$n" -ge 3 ]
		[ "$(grep -oE 'Comparison: |Compared with |核对情况：|核对的日期：' page.html | wc -l)" -ge "$n" ]
		grep -q 'https://ember-energy.org/data/yearly-electricity-data/' page.html
		# each number in the table leads to a source
		for number in $(grep -oE 'href="#source-[0-9]+' page.html | grep -oE '[0-9]+$'); do
			grep -q "id=\"source-$number\"" page.html
		done
	done
}

@test "the page says which content it was made from, and what a new seal supersedes" {
	cp "$db" sealed.db
	joulecart sign sealed.db
	head=$(joulecart verify sealed.db | sed -n 's/^head *//p')
	run -0 joulecart report --format html sealed.db
	has "$output" "$head"
	has "$output" 'UTC, of this content'
	sqlite3 sealed.db 'UPDATE trial SET variant = 1'
	run -0 joulecart report --format html sealed.db
	has_not "$output" "$head"
	has "$output" 'what it sealed has changed'
	joulecart sign sealed.db
	run -0 joulecart report --format html sealed.db
	has "$output" "Supersedes</dt><dd>$head"
}

@test "an unknown language is a usage error" {
	run -2 joulecart report --language tlh -o audit.html "$db"
	has "$output" "invalid --language 'tlh': reports are in en or zh"
}
