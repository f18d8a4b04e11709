# tests/browser/browser.bash - the browser, as the tests use it.

# in_browser FILE END [OPTION]...: the browser, again while FILE does not end with END: on a busy machine it
# may give up on parts of its own that start too slowly.
in_browser() {
	local file=$1 end=$2
	shift 2
	for _ in 1 2 3; do
		rm -rf "$BATS_TEST_TMPDIR/profile" "$file"
		chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
			--user-data-dir="$BATS_TEST_TMPDIR/profile" "$@" 2>browser.log >browsed.html || :
		[ ! -e "$file" ] || ! tail -c 200 "$file" | grep -qa "$end" || return 0
	done
	fail "the browser ended three times without a page: $(tail -n 3 browser.log)"
}

# browse PAGE [OPTION]...: the page as the browser ends up with it, on stdout; what the
# browser said, in browser.log; what it asked of the network, in network.json.
browse() {
	local page=$1
	shift
	in_browser browsed.html '</html>' --virtual-time-budget=20000 --enable-logging=stderr \
		--log-net-log="$PWD/network.json" "$@" --dump-dom "file://$PWD/$page"
	cat browsed.html
}

# Adds axe-core to a copy of the page, which may not run scripts of its own.
with_axe() {
	sed 's/<meta http-equiv[^>]*>//' "$1" | sed '$d'
	printf '<script src="file://%s/axe.min.js"></script><script>
	axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]}).then(found => {
		const list = document.createElement("pre");
		list.id = "violations";
		list.textContent = found.passes.length + " passed; " + found.violations.map(one =>
			one.id + ": " + one.nodes.map(node => node.html).join(" ")).join("\\n");
		document.body.append(list); });
	</script></body></html>' "$AXE"
}

violations() {
	sed -n '/<pre id="violations">/,/<\/pre>/p' <<<"$1" | sed 's/.*<pre id="violations">//; s/<.pre>.*//'
}

need_axe() {
	[ -s "${AXE-}/axe.min.js" ] || skip "no axe-core (scripts/fetch-axe FOLDER, AXE=FOLDER): $(tail -n 1 "${AXE-}/why" 2>/dev/null)"
}
