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
