# shellcheck shell=bash
# guest.bash - what the files of expectations share; sourced in the guest, in /machine, where
# joulecart is installed. Prints TAP without a plan, which check adds.
set -u
. ./assert.bash
db=/tmp/trial.db

# it TITLE COMMAND [ARG]... - one test: the command succeeds; of a function, each of its lines. Bash
# would go on behind a line that failed in a condition, so the test is run outside of one.
it() {
	local title=$1 said status
	shift
	said=$(set -e && "$@" 2>&1)
	status=$?
	if [ $status = 0 ]; then
		echo "ok - $title"
	else
		echo "not ok - $title"
	fi
	[ -z "$said" ] || printf '%s\n' "$said" | sed 's/^/# /'
}

sql() {
	sqlite3 "$db" "$1"
}

# cut_power - as if the plug were pulled: what is not on the disk is lost.
cut_power() {
	echo '# power cut'
	sleep 0.2 # until that is out
	echo b >/proc/sysrq-trigger
	sleep 60
}
