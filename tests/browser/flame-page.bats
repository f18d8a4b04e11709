#!/usr/bin/env bats
# `joulecart report --profile` in a real browser: headless Chromium, and the accessibility rules of axe-core.
load ../helper
load browser

PROFILED_PROGRAM=${PROFILED_PROGRAM:-$TESTS_SOURCE/tests/fakes/profiled/program}

make_file() {
	cd "$BATS_FILE_TMPDIR" || return
	command -v chromium >/dev/null || skip 'no chromium (apt-get install chromium)'
	"$JOULECART" run -q --profile=997 --name split -o "$db" -- "$PROFILED_PROGRAM" split 0.5 >/dev/null ||
		skip 'this machine lets nobody sample stacks'
	"$JOULECART" run -q --profile=997 --name deep -o "$db" -- "$PROFILED_PROGRAM" deep 0.3 >/dev/null
	"$JOULECART" report --profile -o page.html "$db"
}

setup_file() {
	where_possible make_file
}

setup() {
	unless_impossible
	cd "$BATS_FILE_TMPDIR" || return
}

@test "the page opens without a word on the console" {
	browse page.html >dom.html
	run -1 grep CONSOLE browser.log
	run -1 grep -E "Refused|ERR_" browser.log
}

@test "axe-core finds nothing: wide and narrow, light and dark" {
	need_axe
	with_axe page.html >axe.html
	for options in --window-size=1200,900 \
		'--window-size=380,900 --blink-settings=preferredColorScheme=0'; do
		# shellcheck disable=SC2086 # two options
		found=$(violations "$(browse axe.html $options)")
		has "$found" '^[1-9][0-9]* passed; $'
	done
}

# frame NAME ADDRESS: the part of the picture's width that the first frame of that name has, in percent, and its
# colour, at an address within the page.
frame() {
	sed 's/<meta http-equiv[^>]*>//' page.html | sed '$d' >asked.html
	cat >>asked.html <<-EOF
		<script>setTimeout(() => {
			const all = [...document.querySelectorAll(".flame g")].filter(g => g.textContent.startsWith("$1"));
			const rect = all[0].querySelector("rect"), whole = document.querySelector(".graph");
			const share = rect.getBoundingClientRect().width / whole.getBoundingClientRect().width;
			document.title = "frame " + Math.round(100 * share) + " " + getComputedStyle(rect).fill;
		}, 500)</script></body></html>
	EOF
	in_browser browsed.html '</html>' --virtual-time-budget=5000 --dump-dom "file://$PWD/asked.html#$2"
	sed -n 's/.*<title>frame \([^<]*\)<.title>.*/\1/p' browsed.html
}

@test "a frame's link zooms to it, and a name's link colours its frames" {
	read -r width colour <<<"$(frame 'seventy (program)' '')"
	((width >= 40 && width <= 90)) || fail "seventy has $width %"
	zoom=$(grep -B1 '<title>timed (program)' page.html | grep -oE '#v[0-9]+z[0-9]+' | head -n 1)
	[ -n "$zoom" ] || fail 'no link to timed'
	read -r wider _ <<<"$(frame 'timed (program)' "${zoom#?}")"
	is "$wider" 100
	mark=$(grep -oE '<a href="#v[0-9]+s[0-9]+">seventy' page.html | grep -oE 'v[0-9]+s[0-9]+' | head -n 1)
	read -r same other <<<"$(frame 'seventy (program)' "$mark")"
	is "$same" "$width"
	[ "$other" != "$colour" ] || fail "still $other"
}
