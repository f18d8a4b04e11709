# shellcheck shell=bash
# tests/fleet.bash - a PostgreSQL of the tests' own, on a socket in a folder of its own.

# fleet_bin: where initdb and the server are.
fleet_bin() {
	local folder
	for folder in /usr/lib/postgresql/*/bin; do
		[ ! -x "$folder/initdb" ] || found=$folder
	done
	printf '%s\n' "${found-}"
}

need_fleet() {
	[ -n "$(fleet_bin)" ] || skip 'no PostgreSQL (apt-get install postgresql)'
	need psql postgresql
	run joulecart push --to postgresql:///nowhere?host=/proc/nowhere nothing.db
	[[ $output != *'built without libpq'* ]] || skip 'built without libpq (apt-get install libpq-dev)'
}

# PostgreSQL refuses to run as root.
as_server() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# fleet_begin [SETTING]...: $fleet_folder is its folder, $fleet the address of an empty database of its owner.
# fleet_disk=SIZE: it lies on a disk of that size, and its log elsewhere, in fleet_log.
fleet_begin() {
	fleet_folder=$(mktemp -d /tmp/joulecart-fleet.XXXXXX)
	[ -z "${fleet_disk-}" ] || mount -t tmpfs -o "size=$fleet_disk" none "$fleet_folder"
	[ "$(id -u)" != 0 ] || chown nobody:nogroup "$fleet_folder"
	# shellcheck disable=SC2086 # an option or none
	as_server "$(fleet_bin)/initdb" -D "$fleet_folder/data" ${fleet_log:+-X "$fleet_log"} -U owner -A trust -E UTF8 --locale=C.UTF-8 \
		--no-sync >"$BATS_FILE_TMPDIR/initdb.log" 2>&1 || { cat "$BATS_FILE_TMPDIR/initdb.log" && return 1; }
	fleet_start "$@"
	export PGHOST=$fleet_folder PGUSER=owner PGDATABASE=fleet PGTZ=UTC
	psql -qd postgres -c 'CREATE DATABASE fleet'
	fleet="postgresql:///fleet?host=$fleet_folder"
	export fleet fleet_folder
}

# fleet_start [SETTING]...
fleet_start() {
	as_server "$(fleet_bin)/pg_ctl" -D "$fleet_folder/data" -w -t 600 -l "$fleet_folder/log" \
		-o "-c listen_addresses= -c fsync=off -c max_connections=50 -k $fleet_folder $*" start >/dev/null 3>&-
}

fleet_stop() {
	as_server "$(fleet_bin)/pg_ctl" -D "$fleet_folder/data" -w -t 600 -m "${1-fast}" stop >/dev/null
}

fleet_end() {
	[ -z "${fleet_folder-}" ] || { fleet_stop immediate || :; rm -rf "$fleet_folder"; }
}

# ask SQL: of the fleet's database, as its owner or as $PGUSER
ask() {
	psql -qtAX -v ON_ERROR_STOP=1 -c "$1"
}
