#!/usr/bin/env bats
# Many hosts push at once, and pushing processes and the server's own are killed at seeded moments: in the end
# each campaign is there once, whole, and comes back as it was.
#
# FLEET_HOSTS: so many [5], each with FLEET_SECONDS [8] of 8 channels at 100 Hz, by FLEET_PUSHERS [4];
# FLEET_KILLS: how many kills [6], FLEET_SEED [1] of their moments. make check-slow: 300 hosts, 600 s, 8, 100.
load ../helper
load ../fleet

teardown() {
	fleet_end
}

# kill_one: a process that pushes, or the server's own for one, by turns
kill_one() {
	local victim
	if [ $((kills % 2)) = 0 ]; then
		victim=$(pgrep -s "$session" -x joulecart-fleet | shuf -n 1 --random-source=<(yes "$FLEET_SEED$kills")) || :
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

@test "no campaign is there twice, none half, none is lost, whoever is killed" {
	need_fleet
	need pgrep procps
	FLEET_HOSTS=${FLEET_HOSTS:-5} FLEET_SECONDS=${FLEET_SECONDS:-8} FLEET_PUSHERS=${FLEET_PUSHERS:-4}
	FLEET_KILLS=${FLEET_KILLS:-6} FLEET_SEED=${FLEET_SEED:-1}
	RANDOM=$FLEET_SEED
	fleet_begin
	"$JOULECART" fleet init --at "$fleet"
	mkdir hosts
	for host in $(seq "$FLEET_HOSTS"); do
		"$FLEET_HOST" "hosts/$host.db" "$host" "$FLEET_SECONDS"
	done
	kills=0
	for round in $(seq 50); do
		begun=$(date +%s.%N)
		push_all hosts
		echo "# round $round: $FLEET_HOSTS hosts pushed in $(awk -v b="$begun" -v e="$(date +%s.%N)" 'BEGIN { print e - b }') s, $kills kills so far" >&3
		check_all hosts
		joulecart fleet status --at "$fleet" | sed 's/^/# /' >&3
		[ "$kills" -lt "$FLEET_KILLS" ] || break
		ask 'DROP SCHEMA joulecart CASCADE' 2>/dev/null
		"$JOULECART" fleet init --at "$fleet"
	done
	[ "$kills" -ge "$FLEET_KILLS" ]
}
