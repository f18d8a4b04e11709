#!/usr/bin/env bats
# doctor --fix on a machine whose counters are root's alone, for the user who called sudo.
load ../helper

setup() {
	[ "$(id -u)" = 0 ] || skip 'only root can be called through sudo'
	need_machines
	folder=$(mktemp -d /tmp/joulecart-fix-XXXXXX) # bats' own folders are closed to others
	chmod 755 "$folder"
	cd "$folder" || return
	cp "$JOULECART" program # it may be given a capability
	chmod 755 program
	echo 3 >paranoid
	# /etc and the setting are copies, and go with the mount namespace
	cat >inside <<-'END'
		cp -a /etc etc && mount --bind etc /etc &&
		mount --bind paranoid /proc/sys/kernel/perf_event_paranoid || exit 99
		doctor() { env SUDO_UID=65534 SUDO_GID=65534 SUDO_USER=nobody ./program doctor "$@"; }
		as_nobody() { setpriv --reuid 65534 --regid 65534 --init-groups "$@"; }
	END
}

teardown() {
	rm -rf "$folder"
}

in_it() {
	{ cat inside && cat; } >script
	on_copy server sh ./script
}

@test "doctor --fix shows each change and makes none" {
	run -0 in_it <<-'END'
		doctor --fix && ! getent group joulecart && cat paranoid
	END
	has "$output" 'groupadd --system --force joulecart'
	has "$output" 'usermod --append --groups joulecart nobody'
	has "$output" '(udev/rules.d/70-joulecart.rules|tmpfiles.d/joulecart.conf)'
	has "$output" 'chgrp joulecart /sys/class/powercap'
	has "$output" 'kernel.perf_event_paranoid = '
	is "${lines[-1]}" 3
}

@test "after doctor --apply the user may read the counters, and nothing is left to fix" {
	run -0 in_it <<-'END'
		as_nobody ./program doctor | grep powercap
		doctor --apply >applied || exit
		cat applied /etc/sysctl.d/70-joulecart.conf
		as_nobody ./program doctor | grep powercap
		as_nobody ./program doctor --fix
	END
	has "${lines[0]}" 'fix +powercap'
	has "$output" 'ok +powercap'
	has "$output" 'kernel.perf_event_paranoid = [012]'
	has "${lines[-1]}" '^Nothing to fix'
	has "$(cat paranoid)" '^[012]$'
}

@test "doctor --apply of who is not root is refused, and says what to do" {
	run in_it <<-'END'
		as_nobody ./program doctor --apply
	END
	is "$status" 1
	has "$output" 'only root may \(sudo joulecart doctor --apply\)'
}

@test "through sudo, doctor speaks of the user" {
	run -0 in_it <<-'END'
		doctor
	END
	has "$output" 'fix +powercap'
	has "$output" 'sudo joulecart doctor --fix'
}

@test "a user's environment does not reach what --apply runs" {
	run -0 in_it <<-'END'
		mkdir bin; printf '#!/bin/sh\necho mine >&2\n' >bin/groupadd; chmod 755 bin/groupadd
		PATH=$PWD/bin:$PATH doctor --apply
	END
	has_not "$output" mine
}
