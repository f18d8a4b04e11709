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

# it_in_time TITLE COMMAND [ARG]... - the same, of what a reading has to meet: where the host let a
# reading of the run in $db come more than 0.7 s late and the command fails, it is skipped, and says so.
it_in_time() {
	local said late
	said=$(it "$@")
	late=$(sql "SELECT printf('%.1f', late_max_ns * 1e-9) FROM sampler
		WHERE late_max_ns > 700000000 ORDER BY trial_id DESC LIMIT 1")
	if [ -n "$late" ] && [[ $said == 'not ok'* ]]; then
		echo "ok - $1 # SKIP the host was too busy: a reading came $late s late"
		sed '1d' <<<"$said"
	else
		printf '%s\n' "$said"
	fi
}

# cut_power - as if the plug were pulled: what is not on the disk is lost.
cut_power() {
	echo '# power cut'
	sleep 0.2 # until that is out
	echo b >/proc/sysrq-trigger
	sleep 60
}
