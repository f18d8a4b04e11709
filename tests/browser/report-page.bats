#!/usr/bin/env bats
# The audit report in a real browser: headless Chromium, and the accessibility rules of axe-core
# (scripts/fetch-axe puts it into $AXE).
load ../helper
load browser

make_file() {
	cd "$BATS_FILE_TMPDIR" || return
	command -v chromium >/dev/null || skip 'no chromium (apt-get install chromium)'
	need_machines
	# where a busy machine reads the sensor unevenly, a short run has no figure: then longer ones
	for seconds in 0.5 1 2 4 8; do
		rm -f "$db"*
		for name in first second; do
			on server "$JOULECART" run -q -r 4 --queries 100 --name "$name" -o "$db" -- sleep "$seconds"
		done
		[ "$(sql 'SELECT count(*) FROM v_query WHERE joules_per_query IS NULL')" != 0 ] || break
	done
	# two variants that answered queries, one of them the baseline: every section has data
	sqlite3 "$db" "UPDATE trial SET job = 'infer', workload = 'w',
	                 variant = iif(variant = 'first', 'teacher', variant);
	               UPDATE trial SET campaign_id = 1, ordinal = trial_id, block = trial_id % 4;
	               INSERT INTO metric SELECT trial_id, 'top1', 0.9 - trial_id / 100.0 FROM trial"
	joulecart report --campaign 1 -o page.html "$db"
	joulecart report --campaign 1 --language zh -o page-zh.html "$db"
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_FILE_TMPDIR" || return
}

# What the page asked of the network: the browser's own errands, of which some go out before any
# page is there, are not told from it by more than the host's name.
requests() {
	grep -oE '"url":"(https?|wss?)://[^"]*"' network.json | grep -vE 'google|gstatic|chrome'
}

@test "the page opens without a word on the console and without a network request" {
	browse page.html >dom.html
	run -1 grep CONSOLE browser.log
	run -1 requests
	run -1 grep -E "Refused|ERR_" browser.log
}

@test "a picture from elsewhere would be seen, and the page's policy would refuse it" {
	picture='<img src="http://127.0.0.1:9/seen.png" alt="x">'
	sed "s#<main>#<main>$picture#" page.html >refused.html
	browse refused.html >dom.html
	grep -q 'CONSOLE.*Content Security Policy' browser.log
	sed 's/<meta http-equiv[^>]*>//' refused.html >asked.html
	browse asked.html >dom.html
	run -0 requests
	has "$output" 'http://127.0.0.1:9/seen.png'
}

@test "every chart is drawn, with points inside its frame, and every heading is there" {
	browse page.html >dom.html
	n=$(grep -o '<figure>' dom.html | wc -l)
	[ "$n" -ge 3 ] || fail "$n figures"
	is "$(grep -o '<svg' dom.html | wc -l)" $((2 * n))
	is "$(grep -o '<h2' dom.html | wc -l)" 16
	run -1 grep 'could not be drawn' dom.html
}

@test "axe-core finds nothing: wide and narrow, light and dark, English and Chinese" {
	need_axe
	for page in page.html page-zh.html; do
		with_axe "$page" >axe.html
		for options in --window-size=1200,900 \
			'--window-size=380,900 --blink-settings=preferredColorScheme=0'; do
			# shellcheck disable=SC2086 # two options
			found=$(violations "$(browse axe.html $options)")
			has "$found" '^[1-9][0-9]* passed; $'
		done
	done
}

@test "it prints on A4, with its text as text" {
	need pdfinfo poppler-utils
	in_browser page.pdf '%%EOF' --no-pdf-header-footer --print-to-pdf="$PWD/page.pdf" \
		"file://$PWD/page.html"
	has "$(pdfinfo page.pdf)" 'Page size: +59[45](\.[0-9]+)? x 84[12]'
	pdftotext page.pdf page.txt
	grep -q 'Words as used here' page.txt
	grep -q 'J per query, gross, measured' page.txt
}
