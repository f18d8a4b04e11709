#!/usr/bin/env bats
# Through the real sudo, by a user who means harm: whatever is in the environment, the folders and
# the limits, nothing runs and nothing is written with more rights than the user's.
load ../helper
load sudo

setup_file() {
	set_up_sudo
}

teardown_file() {
	remove_sudo
}

setup() {
	need_sudo
}

teardown() {
	no_sudo
}

# nothing_was_gained: no file is root's, no mark is of root's ids.
nothing_was_gained() {
	is "$(what_root_owns)" ''
	is "$(find work/marks other -name '0-*' -o -name '*-0-*')" ''
	is "$(find rooted -mindepth 1)" ''
}

@test "forty variables of the environment, one by one" {
	run -0 in_it <<-'END'
		mine "$J" run -q -o u.db -- true
		printf 'module ISO-8859-15// INTERNAL evil 1\nmodule INTERNAL ISO-8859-15// evil 1\n' >gconv-modules
		mkdir -p gnuplot bin
		# a locale whose text goes through a module, the user's own where the system has none
		localedef -i en_US -f ISO-8859-15 ./en_US.ISO-8859-15 2>/dev/null || :
		printf '#!/bin/sh\necho >"%s/marks/$(id -ru)-$(id -u)-script"\n' "$PWD" >bin/gnuplot
		for name in sh env joulecart-models joulecart-html; do cp bin/gnuplot "bin/$name"; done
		cp bin/gnuplot rc
		chmod -R a+rx bin rc
		for name in libnvidia-ml.so.1 libpapi.so.7.0 libsde.so.1 libpfm.so.4 libxml2.so.2; do
			cp evil.so "$name"
		done
		printf 'import os\nopen("%s/marks/%%d-%%d-python" %% (os.getuid(), os.geteuid()), "w")\n' "$PWD" >sitecustomize.py
		chown -R "$user:" .
		so=$PWD/evil.so
		# of the command, and of joulecart that waits for it
		cat >status <<-'STATUS'
			/bin/grep -hE '^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapAmb):' /proc/$$/status /proc/$PPID/status >>statuses
		STATUS
		chown "$user:" status
		n=0
		while read -r entry; do
			for words in 'report u.db' 'run -q -o y.db -- /bin/sh status' 'report -o x.html u.db'; do
				as "$user" env LC_ALL=en_US.ISO-8859-15 LOCPATH="$PWD" GCONV_PATH="$PWD" "$entry" sudo -n "$J" $words >/dev/null 2>&1 || :
			done
			n=$((n + 1))
		done <<-LIST
			LD_PRELOAD=$so
			LD_AUDIT=$so
			LD_LIBRARY_PATH=$PWD
			LD_DEBUG_OUTPUT=$folder/rooted/x
			LD_LIBRARY_PATH=$PWD/.
			LD_PROFILE=libc.so.6
			LD_PROFILE_OUTPUT=$folder/rooted
			GCONV_PATH=$PWD
			LOCPATH=$PWD
			NLSPATH=$PWD/%N
			LANGUAGE=../../..$PWD
			LANG=$PWD
			LC_CTYPE=../../..$PWD
			TZ=:$PWD/evil.so
			TZDIR=$PWD
			MALLOC_TRACE=$folder/rooted/trace
			MALLOC_CHECK_=3
			GLIBC_TUNABLES=glibc.malloc.check=3
			GETCONF_DIR=$PWD
			HOSTALIASES=$PWD/rc
			RES_OPTIONS=debug
			RESOLV_HOST_CONF=/etc/shadow
			TMPDIR=$folder/rooted
			SQLITE_TMPDIR=$folder/rooted
			TMP=$folder/rooted
			BASH_ENV=$PWD/rc
			ENV=$PWD/rc
			SHELLOPTS=xtrace
			PS4=\$(touch $folder/rooted/ps4)
			IFS=/
			PATH=$PWD/bin:$PATH
			HOME=$folder/rooted
			XDG_DATA_HOME=$folder/rooted
			XDG_CONFIG_HOME=$folder/rooted
			XDG_DATA_HOME=$folder/other
			XDG_CONFIG_HOME=$folder/other
			XDG_STATE_HOME=$folder/rooted
			XDG_RUNTIME_DIR=$folder/rooted
			XDG_RUNTIME_DIR=$folder/other
			XDG_RUNTIME_DIR=$PWD
			HOME=$folder/other
			XDG_CONFIG_DIRS=$PWD
			TERMINFO=$PWD
			TERM=../../..$PWD/evil
			TERMCAP=$PWD/rc
			PYTHONPATH=$PWD
			PYTHONSTARTUP=$PWD/sitecustomize.py
			PERL5LIB=$PWD
			OPENSSL_CONF=$PWD/rc
			GNUPLOT_LIB=$PWD
			GNUPLOT_DRIVER_DIR=$PWD/bin
			GNUPLOT_PS_DIR=$PWD
			OMP_PROC_BIND=true
			OPENBLAS_NUM_THREADS=10000
			CUDA_VISIBLE_DEVICES=../../../../$PWD
			LIBPFM_ENCODE_INACTIVE=1
			LIBPFM_DEBUG_STDOUT=1
			PAPI_EVENTS=$PWD
			PAPI_OUTPUT_DIRECTORY=$folder/rooted
			GCOV_PREFIX=$folder/rooted
			SUDO_UID=0
			SUDO_GID=0
			SUDO_COMMAND=/bin/bash
			SUDO_USER=root
			JOULECART_MARKER_FD=3:4
			JOULECART_MARKER_SOCKET=x
			JOULECART_PAPI_EVENTS=x
			NO_COLOR=
			COLUMNS=99999999999999999999
		LIST
		echo "$n variables"
	END
	[ "${lines[-1]% variables}" -ge 40 ]
	nothing_was_gained
	id=$(stat -c %u work)
	[ "$(grep -c '^Uid' work/statuses)" -ge $((${lines[-1]% variables} * 2 - 4)) ]
	is "$(grep -E '^[UG]id' work/statuses | cut -f 2- | sort -u)" "$id"$'\t'"$id"$'\t'"$id"$'\t'"$id"
	is "$(sed -n 's/^Groups:[[:space:]]*//p' work/statuses | sort -u | tr -d ' ')" "$id"
	is "$(sed -n 's/^Cap.*:[[:space:]]*//p' work/statuses | sort -u)" 0000000000000000
	is "$(find other -mindepth 1)" ''
	# the command may load what its user likes, joulecart loads what is the system's
	is "$(find work/marks -name '*-joulecart*')" ''
}

@test "limits, umask, working folders and closed streams" {
	run -0 in_it <<-'END'
		mine "$J" run -q -o u.db -- true
		n=0
		call() { # PRELUDE: in the user's shell, before sudo
			for words in 'report u.db' 'run -q -o y.db -- true' "report -o x.html u.db"; do
				mine timeout 20 sh -c "$1; exec sudo -n '$J' $words" >/dev/null 2>&1 || :
			done
			n=$((n + 1))
		}
		for limit in '-f 0' '-f 1' '-n 4' '-n 8' '-n 16' '-v 20000' '-u 1' '-s 64' '-t 1' '-c unlimited' '-d 100' '-l 0'; do
			call "ulimit $limit"
		done
		for mask in 000 777 022; do call "umask $mask"; done
		mine mkdir gone
		call 'cd gone && rmdir ../gone'
		call 'cd /'
		call 'cd /sys'
		call "cd $folder/rooted"
		for streams in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
			call "exec $streams"
		done
		call "trap '' HUP INT QUIT PIPE TERM CHLD XFSZ"
		call 'set -- ; exec 3</dev/null 4</dev/null 9</dev/null'
		echo "$n ways"
	END
	[ "${lines[-1]% ways}" -ge 25 ]
	nothing_was_gained
	is "$(find /etc/sysctl.d /etc/udev /etc/tmpfiles.d -newer prelude -name '*joulecart*' 2>/dev/null)" ''
}

@test "streams that are closed do not become the database" {
	run -0 in_it <<-'END'
		mine sh -c "exec <&- >&- 2>&-; exec sudo -n '$J' run -o closed.db -- sh -c 'echo text; echo text >&2'" || :
		mine sh -c "exec <&- >&- 2>&-; exec '$J' run -o plain.db -- sh -c 'echo text; echo text >&2'" || :
	END
	cd work
	# shellcheck disable=SC2034 # the helpers' own
	for db in closed.db plain.db; do
		is "$(sql 'PRAGMA integrity_check')" ok
		is "$(sql 'SELECT count(*) FROM trial')" 1
	done
}

@test "links to what is root's are followed with the user's rights" {
	run -0 in_it <<-'END'
		mine "$J" run -q -o u.db -- true
		echo secret >"$folder/rooted/secret"
		cp -p "$folder/rooted/secret" "$folder/kept"
		mine ln -s "$folder/rooted/secret" link
		mine ln -s "$folder/rooted/new" dangling
		mine ln -s /etc/shadow shadow.db
		mine ln -s "$folder/rooted" into
		mine ln -s /etc/passwd u.db-wal
		for words in 'run -q -o link -- true' 'run -q -o dangling -- true' 'run -q -o into/x.db -- true' \
			'run -q --json=link -o y.db -- true' 'run -q --json=dangling -o y.db -- true' \
			'report -o link u.db' 'report -o dangling u.db' 'report -o into/x.html u.db' \
			'report shadow.db' 'report link' 'verify link' 'samples link' 'sign --new-key dangling' \
			'sign --new-key into/key' 'doctor --record dangling' 'doctor --record into/x.tar.gz' \
			'doctor --record --force link' 'factors export link' 'merge dangling u.db' 'merge link u.db' \
			'trim link' 'compare -r 2 --prepare "cat link" -o into/y.db -- true -- true' \
			"report /proc/self/fd/9 u.db" 'merge /etc/joulecart.db u.db' 'run -q -o /root/jc.db -- true'; do
			sudone $words >>"$out/said" 2>&1 || :
		done
		cmp "$folder/kept" "$folder/rooted/secret" && rm "$folder/rooted/secret"
		! grep -n 'secret\|root:' "$out/said" || exit 1
		ls /etc/joulecart.db /root/jc.db 2>/dev/null && exit 1
		exit 0
	END
	nothing_was_gained
}

@test "a process of the user's can neither trace nor read joulecart nor take its descriptors" {
	run -0 in_it <<-'END'
		# until it is told: a process that is ending has no memory, and its empty maps open to all
		sudone run -q -o x.db -- sh -c 'touch started; for i in $(seq 2400); do [ ! -e looked ] || exit 0; sleep 0.05; done; echo nobody looked >&2' &
		trap 'touch looked' EXIT # however this ends, the run does
		so_within_a_minute test -e started
		runs=$(pgrep -u "$user" -x joulecart) && part=$(pgrep -P "$runs" -u 0 -x joulecart) || {
			echo "run '$runs', its privileged part '$part':" && ps -ef | grep '[j]oulecart run'
			exit 1
		}
		for pid in $runs $part; do
			for file in mem environ fd/0 fd/3 maps; do
				mine sh -c "cat /proc/$pid/$file" >/dev/null 2>&1 && echo "$file of $pid could be read"
			done
			mine sh -c "ls /proc/$pid/fd" 2>/dev/null | grep -q . && echo "descriptors of $pid are seen"
			command -v strace >/dev/null && mine timeout 1 strace -p "$pid" -o /dev/null 2>/dev/null
			[ $? != 124 ] || echo "$pid could be traced"
		done
		for pid in $runs $part; do
			[ "$(readlink "/proc/$pid/exe")" = "$J" ] || echo "$pid ended while it was looked at"
		done
		touch looked
		wait
	END
	is "$output" ''
}

@test "a signal, or the end of its parent, leaves no privileged process behind" {
	run -0 in_it <<-'END'
		# once the command runs: until then its process bears joulecart's name, too
		sudone run -q -o x.db -- sh -c 'touch begun; exec sleep 30' &
		so_within_a_minute test -e begun
		pid=$(pgrep -u "$user" -x joulecart)
		part=$(pgrep -P "$pid" -u 0 -x joulecart)
		[ "$part" ] || exit 1
		mine kill -KILL "$part" 2>/dev/null && exit 2 # it is root's
		mine kill -KILL "$pid"
		for i in $(seq 100); do kill -0 "$part" 2>/dev/null || break; sleep 0.02; done
		kill -0 "$part" 2>/dev/null && exit 3
		pkill -KILL -u "$user" sleep
		exit 0
	END
}

@test "a copy that is set-user-ID root, and one with capabilities, drop them as well" {
	run -0 in_it <<-'END'
		cp "$J" "$folder/setuid"; chmod 4755 "$folder/setuid"
		cp "$J" "$folder/caps"; chmod 755 "$folder/caps"
		setcap cap_perfmon,cap_dac_read_search,cap_sys_admin=ep "$folder/caps" || exit 0
		for program in setuid caps; do
			for name in report '' -x ../../../bin/sh "$(printf 'a%.0s' $(seq 5000))"; do
				mine env GCONV_PATH="$PWD" LC_ALL=en_US.ISO-8859-15 LD_PRELOAD="$PWD/evil.so" \
					bash -c "exec -a \"\$1\" $folder/$program run -q -o y.db -- grep -hE '^(Uid|Cap(Inh|Prm|Eff|Amb))' /proc/self/status" \
					sh "$name" >>"$out/seen-$program" 2>>"$out/said"
				mine sh -c "exec <&- 2>&-; exec $folder/$program report y.db" >/dev/null || :
			done
		done
		id -u "$user" >"$out/id"
	END
	cd out
	[ -s seen-caps ] || skip 'no capabilities of files here'
	local id
	id=$(cat id)
	for program in setuid caps; do
		is "$(grep -c '^Uid' seen-$program)" 5
		is "$(awk '/^Uid/ { print $2, $3, $4, $5 }' seen-$program | sort -u)" "$id $id $id $id"
		is "$(awk '/^Cap/ { print $2 }' seen-$program | sort -u)" 0000000000000000
	done
	cd ..
	nothing_was_gained
}

@test "doctor --apply by root is not bent by the user's limits, files and names" {
	run -0 in_it <<-'END'
		# what is to be changed: the system's settings, and the capabilities of the programs
		cp -a /etc "$folder/etc" && mount --bind "$folder/etc" /etc
		here=$(dirname "$J")
		for program in "$here"/joulecart "$here"/joulecart-live "$here"/../libexec/joulecart/joulecart-live; do
			[ ! -e "$program" ] || { cp -a "$program" "$folder/" && mount --bind "$folder/${program##*/}" "$program"; } || exit 98
		done
		mount -t tmpfs none /sys/class || exit 99
		mkdir -p /sys/class/powercap/intel-rapl:0
		echo package-0 >/sys/class/powercap/intel-rapl:0/name
		echo 1 >/sys/class/powercap/intel-rapl:0/energy_uj
		chmod 400 /sys/class/powercap/intel-rapl:0/energy_uj
		mkdir bin
		for name in sh groupadd usermod chgrp chmod; do
			printf '#!/bin/sh\ntouch %s/rooted/ran\n' "$folder" >bin/$name
			chmod 755 bin/$name
		done
		limit='ulimit -f 0'
		if ! setpriv -d | grep -q '^Capability bounding.*sys_resource'; then # a container's root
			mine /bin/sh -c "$limit; exec sudo -n '$J' doctor --apply" 2>&1 | grep 'a limit is set' || exit 3
			[ ! -e /etc/sysctl.d/70-joulecart.conf ] || exit 4
			limit=:
		fi
		mine env PATH="$PWD/bin:$PATH" BASH_ENV="$PWD/bin/sh" ENV="$PWD/bin/sh" TMPDIR="$folder/rooted" \
			/bin/sh -c "umask 000; $limit; exec sudo -n '$J' doctor --apply" 2>&1 | cat >"$out/said"
		[ "${PIPESTATUS[0]}" = 0 ] || { cat "$out/said"; exit 1; }
		for file in /etc/udev/rules.d/70-joulecart.rules /etc/tmpfiles.d/joulecart.conf; do
			[ ! -e "$file" ] || stat -c '%a %U' "$file"
			[ ! -e "$file" ] || [ "$(wc -c <"$file")" -gt 50 ] || exit 2
		done
		getent group joulecart
	END
	is "$(getcap "$JOULECART" "${JOULECART%/*}"/joulecart-live 2>/dev/null)" ''
	has "$output" '644 root'
	has "${lines[-1]}" "joulecart:.*:$user"
	is "$(find rooted -mindepth 1)" ''
}

@test "a call without any argument, not even a name, does no harm" {
	run -0 in_it <<-'END'
		cp "$J" "$folder/setuid"; chmod 4755 "$folder/setuid"
		cat >nothing.py <<-'PYTHON'
			import ctypes, sys
			# Linux up to 5.17 passes the empty list on; later ones put an empty name into it.
			environment = (ctypes.c_char_p * 2)(b"GCONV_PATH=.", None)
			ctypes.CDLL(None).execve(sys.argv[1].encode(), (ctypes.c_char_p * 1)(None), environment)
			sys.exit(99)
		PYTHON
		chown "$user:" nothing.py
		# one that the user may run
		for python in $(type -ap python3); do mine "$python" -c '' 2>/dev/null && break; done
		for program in "$J" "$folder/setuid" "$J-html" "$J-record" "$J-models"; do # joulecart-live goes on for ever
			[ -x "$program" ] || continue
			echo "== $program" >>"$out/said"
			mine "$python" nothing.py "$program" </dev/null >>"$out/said" 2>&1
			echo "$? ${program##*/}"
		done
		# sudo has a name of its own to give
		mine "$python" -c 'import os, sys; os.execv("/usr/bin/sudo", ["sudo", "-n", sys.argv[1]])' "$J" >>"$out/said" 2>&1
		echo "$? sudo"
	END
	has "$output" '0 joulecart'
	has "$output" '0 setuid'
	has "$output" '2 joulecart-html'
	# no crash, no time limit, and each was found
	is "$(grep -vE '^[0-2] ' <<<"$output")" ''
	[ "${#lines[@]}" -ge 5 ]
	nothing_was_gained
}
