#!/usr/bin/env bats
# Through sudo: counters are opened with root's rights, all else is done with the user's.
load ../helper

setup() {
	[ "$(id -u)" = 0 ] || skip 'only root can be called through sudo'
	folder=$(mktemp -d /tmp/joulecart-sudo-XXXXXX) # bats' own folders are closed to others
	cd "$folder" || return
	# the leak checker attaches to its own process, which one that was root does not allow
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
	chmod 777 .
}

teardown() {
	rm -rf "$folder"
}

# through_sudo COMMAND...: with what sudo(8) sets, by the user nobody.
through_sudo() {
	env SUDO_UID=65534 SUDO_GID=65534 SUDO_USER=nobody SUDO_COMMAND="$1 run" HOME=/root "$@"
}

@test "the command is the user: ids, groups, no capability, no way back" {
	through_sudo "$JOULECART" run -q -o "$db" -- sh -c \
		'grep -E "^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)):" /proc/self/status' >seen
	is "$(awk '/^[UG]id/ { print $2, $3, $4, $5 }' seen | sort -u)" '65534 65534 65534 65534'
	is "$(awk '/^Groups/ { $1 = ""; print $0 + 0 }' seen)" 65534
	is "$(awk '/^Cap/ { print $2 }' seen | sort -u)" 0000000000000000
	run through_sudo "$JOULECART" run -q -o "$db" -- setpriv --reuid 0 true
	[ "$status" -ne 0 ]
}

@test "the command has the marker socket and its standard streams, nothing else" {
	# bats and make leave some open as well
	list='ls -l /proc/self/fd | sed "s/.* \([0-9]* -> .*\)/\1/; s/\[.*//" | grep -- "->" | grep -v /proc/ | sort'
	through_sudo sh -c "$list" </dev/null >without
	through_sudo "$JOULECART" run -q -o "$db" -- sh -c "$list; env" </dev/null >with
	marker=$(sed -n 's/^JOULECART_MARKER_FD=\([0-9]*\).*/\1/p' with)
	is "$(grep -- '->' with)" "$(echo "$marker -> socket:" | sort - without | sed s/without/with/)"
}

@test "the database is the user's, and so is what else is written" {
	through_sudo "$JOULECART" run -q --json=figures.json -o "$db" -- true
	is "$(stat -c '%u:%g' "$db" figures.json | sort -u)" 65534:65534
	is "$(find . -user 0 ! -name .)" ''
}

@test "a folder that the user may not write to stays closed" {
	chmod 755 .
	run -125 --separate-stderr through_sudo "$JOULECART" run -o "$db" -- true
	has "$stderr" '^joulecart: cannot'
	[ ! -e "$db" ]
}

@test "the command has the environment in which sudo was called" {
	cat >sudo <<-'END'
		#!/bin/sh
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root \
			ASAN_OPTIONS=detect_leaks=0 \
			SUDO_UID=65534 SUDO_GID=65534 SUDO_USER=nobody "$@"
		exit
	END
	chmod 755 sudo
	env -i PATH="$folder:$PATH" HOME=/home/of-nobody USER=nobody COLOUR=green \
		./sudo "$JOULECART" run -q -o "$db" -- env >seen
	is "$(grep -v '^JOULECART_' seen | grep -vE '^(ASAN_OPTIONS|LOGNAME|SHELL|PWD|OLDPWD|SHLVL|_)=' | sort)" \
		"$(printf '%s\n' COLOUR=green HOME=/home/of-nobody "PATH=$folder:$PATH" USER=nobody | sort)"
}

@test "without sudo's environment, HOME and USER are the user's and sudo's variables are gone" {
	through_sudo "$JOULECART" run -q -o "$db" -- env >seen
	is "$(grep ^HOME= seen)" "HOME=$(getent passwd nobody | cut -d: -f6)"
	is "$(grep ^USER= seen)" USER=nobody
	run grep SUDO_ seen
	is "$output" ''
}

@test "what a shell of root starts is root's" {
	env SUDO_UID=65534 SUDO_GID=65534 SUDO_COMMAND=/bin/bash \
		"$JOULECART" run -q -o "$db" -- id -u >seen
	is "$(cat seen)" 0
}

@test "counters that only root may read are read" {
	need_machines
	cat >job <<-'END'
		cat /sys/class/powercap/intel-rapl:0/energy_uj && echo may >may
		id -u >who
	END
	chmod 755 job
	on_copy server env SUDO_UID=65534 SUDO_GID=65534 SUDO_USER=nobody \
		"$JOULECART" run -q -o "$db" -- sh ./job || :
	is "$(cat who)" 65534
	[ ! -e may ]
	is "$(sql "SELECT min(n - n_failed) > 0 FROM stretch JOIN channel USING (channel_id)
	           WHERE collector = 'powercap'")" 1
}

@test "bench trains the user's models, as the user" {
	mkdir -m 777 data
	run through_sudo env XDG_DATA_HOME="$folder/data" "$JOULECART" bench --quick --variants teacher \
		--samples 64 -r 1 -o "$db"
	is "$status" 0
	is "$(find data -user 0 ! -path data)" ''
	[ -n "$(find data -type f)" ]
}

@test "an id that is no number is an error, not root's" {
	local id
	for id in x -1 +65534 ' 65534' 65534x 4294967295 99999999999 ''; do
		run env SUDO_UID="$id" SUDO_GID=65534 SUDO_COMMAND="$JOULECART run" "$JOULECART" run -q -o "$db" -- id -u
		is "$status" 125
		has "$output" 'SUDO_UID and SUDO_GID are not both numbers'
		run env SUDO_UID=65534 SUDO_GID="$id" SUDO_COMMAND="$JOULECART run" "$JOULECART" report "$db"
		is "$status" 1
	done
	[ ! -e "$db" ]
}

@test "settings are those of the user, read with the rights of the user" {
	echo 'zone = DE' >.joulecart
	chown 65534:65534 .joulecart
	chmod 600 .joulecart
	through_sudo "$JOULECART" run -q -o "$db" -- true
	is "$(sql 'SELECT zone FROM campaign')" DE
	rm "$db"
	chown 65533:65533 .joulecart # neither the user nor root
	through_sudo "$JOULECART" run -q -o "$db" -- true 2>said
	has "$(cat said)" 'no settings are taken from .joulecart: it may not be read'
	is "$(sql 'SELECT zone FROM campaign')" ''
	rm "$db"
	chown 0:0 .joulecart # root could read it
	through_sudo "$JOULECART" run -q -o "$db" -- true 2>said
	has "$(cat said)" 'it may not be read'
	is "$(sql 'SELECT zone FROM campaign')" ''
}
