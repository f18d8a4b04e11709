#!/usr/bin/env bats
# Many hosts push at once, undisturbed, which is timed, and then while pushing processes and the server's own are
# killed at seeded moments: in the end each campaign is there once, whole, and comes back as it was.
#
# FLEET_HOSTS: so many [5], each with FLEET_SECONDS [8] of 8 channels at 100 Hz, by FLEET_PUSHERS [4];
# FLEET_KILLS: how many kills [6], FLEET_SEED [1] of their moments. make check-slow: 300 hosts, 600 s, 8, 100.
load ../helper
load ../fleet

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	[ -n "$(fleet_bin)" ] || return 0
	export FLEET_HOSTS=${FLEET_HOSTS:-5} FLEET_SECONDS=${FLEET_SECONDS:-8} FLEET_PUSHERS=${FLEET_PUSHERS:-4}
	export FLEET_KILLS=${FLEET_KILLS:-6} FLEET_SEED=${FLEET_SEED:-1}
	mkdir hosts
	for host in $(seq "$FLEET_HOSTS"); do
		"$FLEET_HOST" "hosts/$host.db" "$host" "$FLEET_SECONDS"
	done
	hosts=$PWD/hosts
	export hosts
	fleet_begin -c fsync=on # nothing else is set: PostgreSQL's own defaults
	"$JOULECART" fleet init --at "$fleet"
}

teardown_file() {
	fleet_end
}

# server_s: processor seconds of the server and its processes, of those that ended as well
server_s() {
	local pid
	pid=$(head -n 1 "$fleet_folder/data/postmaster.pid")
	# shellcheck disable=SC2046 # several
	cat "/proc/$pid/stat" $(pgrep -P "$pid" | sed 's|.*|/proc/&/stat|') 2>/dev/null |
		awk -v ticks="$(getconf CLK_TCK)" '{ sub(/.*[)] /, ""); s += $12 + $13 } NR == 1 { s += $14 + $15 } END { print s / ticks }'
}

# pushers: their processes; not what looks for leaks of memory at the end of one: that waits for it for ever if it
# is killed
pushers() {
	ps -s "$session" -o pid=,ppid=,comm= |
		awk '$3 == "joulecart-fleet" { parent[$1] = $2 } END { for (pid in parent) if (!(parent[pid] in parent)) print pid }' | sort -n
}

# kill_one: a process that pushes, or the server's own for one, by turns
kill_one() {
	local victim
	if [ $((kills % 2)) = 0 ]; then
		victim=$(pushers | shuf -n 1 --random-source=<(yes "$FLEET_SEED$kills")) || :
	else
		victim=$(ask "SELECT pid FROM pg_stat_activity WHERE application_name = 'joulecart' ORDER BY pid LIMIT 1" 2>/dev/null) || :
	fi
	[ -n "$victim" ] || return 1
	kill -9 "$victim" 2>/dev/null || return 1
}

# push_all FOLDER: all of its files, each until it is there
push_all() {
	cat >push-one <<-'END'
		until "$JOULECART" push --to "$fleet" --team all "$1" >>push.log 2>&1; do sleep 0.05; done
	END
	setsid sh -c 'ls "$1"/*.db | xargs -P "$2" -n 1 sh push-one' sh "$1" "$FLEET_PUSHERS" 3>&- &
	session=$!
	while kill -0 "$session" 2>/dev/null; do
		# as long as there is something to kill: moments of up to 0.3 s
		sleep "0.$((RANDOM % 30 + 10))"
		[ "$kills" -ge "$FLEET_KILLS" ] || ! kill_one || kills=$((kills + 1))
	done
	wait "$session"
}

# check_all FOLDER: once, whole, as it was
check_all() {
	local n
	for _ in $(seq 600); do ! ask 'SELECT 1' >/dev/null 2>&1 || break; sleep 0.1; done # it recovers from a kill
	n=$(find "$1" -name '*.db' | wc -l)
	is "$(ask 'SELECT count(*), count(DISTINCT campaign_uuid) FROM joulecart.pushed')" "$n|$n"
	is "$(ask 'SELECT count(*) FROM joulecart.campaign')" "$n"
	is "$(ask 'SELECT sum(n_readings) FROM joulecart.reading_piece')" "$(ask 'SELECT sum(n_readings) FROM joulecart.pushed')"
	is "$(ask 'SELECT count(*) FROM joulecart.trial t WHERE NOT EXISTS (SELECT 1 FROM joulecart.pushed p WHERE p.campaign_uuid = t.campaign_uuid)')" 0
	for file in "$1"/*.db; do
		rm -f out.db
		joulecart pull --from "$fleet" --where "campaign_uuid = '$(sqlite3 "$file" 'SELECT uuid FROM campaign')'" -o out.db >/dev/null
		sqlite3 "$file" .dump | LC_ALL=C sort >was
		sqlite3 out.db .dump | LC_ALL=C sort | cmp was -
	done
}

@test "hosts that push at once leave their rows, in few bytes: how fast" {
	need_fleet
	need pgrep procps
	load=$(cut -d ' ' -f 1 /proc/loadavg)
	before=$(server_s)
	TIMEFORMAT='%R %U %S'
	# each in a session of its own, as those of several hosts are: Linux divides processors between sessions first
	{ time find "$hosts" -name '*.db' -print0 | xargs -0 -P "$FLEET_PUSHERS" -n $(((FLEET_HOSTS + FLEET_PUSHERS - 1) / FLEET_PUSHERS)) \
		setsid -w "$JOULECART" push --to "$fleet" --team all >push.log 2>&1; } 2>times.out
	after=$(server_s)
	is "$(ask 'SELECT sum(n_readings) FROM joulecart.pushed')" $((FLEET_HOSTS * FLEET_SECONDS * 800))
	awk -v n="$((FLEET_HOSTS * FLEET_SECONDS * 800))" -v by="$FLEET_PUSHERS" \
		-v load="$load to $(cut -d ' ' -f 1 /proc/loadavg) on $(nproc) processors" -v before="$before" -v after="$after" \
		'{ printf "# %d readings pushed by %d processes in %.1f s: %.2f million a second; processor time a reading: %.2f us in push, %.2f in PostgreSQL; load %s\n",
			n, by, $1, n / $1 / 1e6, ($2 + $3) / n * 1e6, (after - before) / n * 1e6, load }' times.out >&3
	joulecart fleet status --at "$fleet" | tee status | sed 's/^/# /' >&3
	bytes=$(sed -n 's/.*, \(.*\) bytes a reading.*/\1/p' status)
	# of short campaigns the blocks that are not full are most
	[ "$FLEET_SECONDS" -lt 600 ] || [ "$FLEET_HOSTS" -lt 100 ] || awk -v b="$bytes" 'BEGIN { exit !(b <= 2.5) }'
	check_all "$hosts"
}

@test "no campaign is there twice, none half, none is lost, whoever is killed" {
	need_fleet
	need pgrep procps
	RANDOM=$FLEET_SEED
	kills=0
	for round in $(seq 50); do
		ask 'DROP SCHEMA joulecart CASCADE' 2>/dev/null
		"$JOULECART" fleet init --at "$fleet"
		begun=$(date +%s.%N)
		push_all "$hosts"
		echo "# round $round: $FLEET_HOSTS hosts pushed in $(awk -v b="$begun" -v e="$(date +%s.%N)" 'BEGIN { print e - b }') s, $kills kills so far" >&3
		check_all "$hosts"
		joulecart fleet status --at "$fleet" | sed 's/^/# /' >&3
		[ "$kills" -lt "$FLEET_KILLS" ] || break
	done
	[ "$kills" -ge "$FLEET_KILLS" ]
}
