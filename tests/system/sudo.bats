#!/usr/bin/env bats
# Through the real sudo: who runs what, with which rights, and what of the caller's is read when.
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

# the_opener_alone_has_rights: by the lists "processes" and "id".
the_opener_alone_has_rights() {
	local id
	id=$(cat id)
	is "$(grep -c "^$JOULECART 0 0 0 0 " processes)" 1
	# CAP_SYS_NICE and CAP_PERFMON, and no way to more
	has "$(grep "^$JOULECART 0 0 0 0 " processes)" ' 0000000000000000 0000004000800000 0000004000800000 0000000000000000 1 *$'
	[ "$(grep -vc "^$JOULECART 0 0 0 0 " processes)" -ge 2 ]
	has_not "$(grep -v "^$JOULECART 0 0 0 0 " processes)" " 0 0 0 0 "
	is "$(grep -v "^$JOULECART 0 0 0 0 " processes | grep -vc " $id $id $id $id .* 0000000000000000 0000000000000000 0000000000000000 0000000000000000 ")" 0
}

@test "every process but the privileged part is the user's, without any capability" {
	run -0 in_it <<-'END'
		sudone run -q -o x.db -- sh -c 'touch started; for i in $(seq 2400); do [ ! -e looked ] || exit 0; sleep 0.05; done; echo nobody looked >&2' &
		trap 'touch looked' EXIT # however this ends, the run does
		so_within_a_minute test -e started
		rights_of_all >processes
		touch looked
		id -u "$user" >id
		wait
	END
	cd work
	local id
	id=$(cat id)
	the_opener_alone_has_rights
	is "$(stat -c %U x.db)" UNKNOWN # who is not known outside
	is "$(stat -c %u x.db)" "$id"
}

@test "a profile through sudo: stacks are sampled and named, and nobody but the privileged part has rights" {
	symbols=$(dirname "$JOULECART")/joulecart-symbols
	[ -x "$symbols" ] || skip 'joulecart-symbols is installed elsewhere'
	cp "$PROFILED_PROGRAM" work/program
	cp "$symbols" out/real
	# what it is started with, what it has left when it reads, and then itself
	cat >out/namer <<-END
		#!/bin/sh
		cat /proc/self/status >>namer-statuses
		mkfifo hold
		"$folder/out/real" <hold >/dev/null &
		exec 9>hold
		for i in \$(seq 1200); do
			grep -q '^NoNewPrivs:.*1' /proc/\$!/status && break
			sleep 0.05
		done
		cat /proc/\$!/status >>namer-statuses
		exec 9>&-
		exec "$folder/out/real"
	END
	chmod 755 out/namer out/real work/program
	run in_it <<-'END'
		sudone run --profile=997 -q -o refused.db -- true 2>refusal || exit 77
		mount --bind "$out/namer" "$(dirname "$J")/joulecart-symbols"
		sudone run --profile=997 -q -o x.db -- sh -c './program split 0.5 >/dev/null; touch started; for i in $(seq 2400); do [ ! -e looked ] || exit 0; sleep 0.05; done; echo nobody looked >&2; exit 1' &
		trap 'touch looked' EXIT # however this ends, the run does
		so_within_a_minute test -e started
		rights_of_all >processes
		touch looked
		id -u "$user" >id
		wait $!
	END
	[ "$status" -ne 77 ] || skip "this machine lets nobody sample stacks: $(cat work/refusal)"
	is "$status" 0
	cd work
	the_opener_alone_has_rights
	local id
	id=$(cat id)
	is "$(grep -c '^Uid' namer-statuses)" 2
	is "$(grep -E '^[UG]id' namer-statuses | cut -f 2- | sort -u)" "$id"$'\t'"$id"$'\t'"$id"$'\t'"$id"
	is "$(sed -n 's/^Groups:[[:space:]]*//p' namer-statuses | sort -u | tr -d ' ')" "$id"
	is "$(grep -E '^Cap(Inh|Prm|Eff|Amb)' namer-statuses | cut -f 2 | sort -u)" 0000000000000000
	is "$(grep '^NoNewPrivs' namer-statuses | tail -n 1 | cut -f 2)" 1
	# of 0.5 s of CPU time about 498
	[ "$(sqlite3 x.db 'SELECT sum(n) FROM profile')" -ge 300 ]
	has "$("$JOULECART" report --functions x.db)" 'seventy'
	is "$(stat -c %u x.db)" "$id"
}

@test "a command that reads no counter starts no privileged part" {
	run -0 in_it <<-'END'
		mine "$J" run -q -r 3 --rate 1000 -o x.db -- sleep 1
		mkfifo full
		sudone samples x.db >full & # waits until somebody reads
		exec 5<full
		for i in $(seq 300); do # the shell opened it, and joulecart comes after
			for process in /proc/[0-9]*; do
				[ "$(readlink "$process/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] || continue
				[ "$(readlink "$process/exe")" = "$J" ] && break 2
			done
			sleep 0.1
		done
		for process in /proc/[0-9]*; do
			[ "$(readlink "$process/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] || continue
			[ "$(readlink "$process/exe")" = "$J" ] || continue
			sed -n 's/^\(Uid\|CapPrm\|CapEff\|CapBnd\|NoNewPrivs\):\t*//p' "$process/status" | tr '\t\n' '  '
			echo
		done >processes
		exec 5<&-
		wait || true
	END
	is "$(wc -l <work/processes)" 1
	has "$(cat work/processes)" ' 0000000000000000 0000000000000000 0000000000000000 1 *$'
	has_not "$(cat work/processes)" '^0 '
}

@test "nothing of the caller's is opened before rights are gone" {
	command -v strace >/dev/null || skip 'no strace here'
	run -0 in_it <<-'END'
		mine "$J" run -q -o x.db -- true
		for words in 'report x.db' 'run -q -o y.db -- true' 'verify x.db' 'models list' 'doctor' '--help' \
			'compare -r 2 -- true -- true'; do
			strace -f -o "$folder/trace" -e trace=execve,open,openat,setresuid \
				setpriv --reuid "$user" --regid "$user" --init-groups \
				env GCONV_PATH="$PWD" LC_ALL=en_US.ISO-8859-15 LOCPATH="$PWD" XDG_DATA_HOME="$PWD" \
				HOME="$PWD" TMPDIR="$PWD" sudo -n "$J" $words >/dev/null 2>&1 || :
			id=$(id -u "$user")
			# from joulecart's exec to each process's own drop; of a call that another process's
			# interrupts, strace writes the end on a line of its own
			awk -v program="\"$J\"" -v drop="setresuid($id, $id, $id" '
				$2 ~ /^execve\(/ && index($0, "execve(" program ",") && / = 0$/ { is_begun = 1 }
				is_begun && index($0, drop) { is_dropped = 1 }
				is_begun && !is_dropped && /open(at)?\(/ { print }
			' "$folder/trace" >>before
			grep -cE "setresuid\\($id, $id, $id(\\)  *= 0| <unf)" "$folder/trace" >>drops || :
		done
	END
	cd work
	[ "$(wc -l <before)" -gt 20 ]
	is "$(grep -c '^[1-9]' drops)" 7
	is "$(sed -n 's/.*openat(AT_FDCWD, "\([^"]*\)".*/\1/p' before | grep -vE '^/((etc|lib|lib64|usr|dev|proc|sys|run)/|$)' | grep -vE "^$(dirname "$JOULECART")/" | sort -u)" ''
	is "$(grep -E 'locale|gconv' before | sort -u)" ''
}

@test "the command has the environment in which sudo was called, joulecart's own is a list" {
	run -0 in_it <<-'END'
		cp -p /etc/sudoers "$out" && sed 's/!env_reset, //' "$out/sudoers" >"$out/usual" && chmod 440 "$out/usual"
		mount --bind "$out/usual" /etc/sudoers # as sudo is by default
		env -i PATH="$PATH" HOME="$PWD" COLOUR=green TMPDIR=/var/tmp LD_LIBRARY_PATH=/nowhere ASAN_OPTIONS=detect_leaks=0 \
			setpriv --reuid "$user" --regid "$user" --init-groups \
			sudo -n "$J" run -q -o x.db -- env >seen
		env -i PATH="$PATH" HOME="$PWD" TMPDIR=/var/tmp PYTHONPATH="$PWD" LANG=C.UTF-8 NO_COLOR=1 ASAN_OPTIONS=detect_leaks=0 \
			XDG_DATA_HOME="$PWD" setpriv --reuid "$user" --regid "$user" --init-groups \
			sudo -n "$J" compare -r 2 --prepare 'env >prepared' -o y.db -- 'sleep 0.1' -- 'sleep 0.1' >/dev/null || :
	END
	cd work
	for line in COLOUR=green TMPDIR=/var/tmp LD_LIBRARY_PATH=/nowhere "HOME=$PWD"; do
		is "$(grep -cx "$line" seen)" 1
	done
	has_not "$(cat seen)" '^SUDO_'
	is "$(grep -cx TMPDIR=/var/tmp prepared)" 1
}

@test "counters that root alone may read give the true joules to the user" {
	need_machines
	cat >inside <<-'END'
		mine cat /sys/class/powercap/intel-rapl:0/energy_uj && exit 1
		sudone run -q --rate 50 -o x.db -- sleep 1
	END
	run -0 on_for_all server bash -c '. ./prelude; . ../inside'
	cd work
	# shellcheck disable=SC2034 # the helpers' own
	db=x.db
	is "$(sql "SELECT DISTINCT provenance FROM channel WHERE collector = 'powercap'")" measured
	within 1 "$(energy_of package-0 joules)" "$(true_joules server intel-rapl:0)"
	within 1 "$(energy_of package-1 joules)" "$(true_joules server intel-rapl:1)"
}

@test "a zone that comes back is opened anew by the privileged part" {
	need_machines
	cat >inside <<-'END'
		sudone run -q -o x.db -- sleep 2.5
	END
	run -0 on_for_all returning bash -c '. ./prelude; . ../inside'
	cd work
	# shellcheck disable=SC2034 # the helpers' own
	db=x.db
	between "$(energy_of package-1 joules_low)" "$(true_joules returning intel-rapl:1)" \
		"$(energy_of package-1 joules_high)"
	[ "$(sql "SELECT max(n) FROM stretch JOIN channel USING (channel_id)
	          WHERE name = 'package-1' AND seq = (SELECT max(seq) FROM stretch)")" -gt 0 ]
}

@test "what a child inherits: the marker socket and its streams, nothing else" {
	run -0 in_it <<-'END'
		cat >list <<-'TEXT'
			#!/bin/sh
			exec ls -l /proc/self/fd >"$1"
		TEXT
		chmod 755 list
		sudone run -q -o x.db -- "$PWD/list" command </dev/null
		sudone compare -r 2 --prepare "$PWD/list prepare" --cleanup "$PWD/list cleanup" -o y.db -- 'sleep 0.1' -- 'sleep 0.1' </dev/null >out 2>&1 || :
		mkdir bin
		printf '#!/bin/sh\nexec "%s/list" "%s/gnuplot"\n' "$PWD" "$PWD" >bin/gnuplot
		chmod 755 bin/gnuplot
		chmod a+rx bin
		PATH=$PWD/bin:$PATH sudone report -o x.html x.db </dev/null >out 2>&1 || :
	END
	cd work
	# but for the streams and the list itself
	more_than_streams() { sed -n 's/.* \([0-9]*\) -> \(.*\)/\1 \2/p' "$@" | grep -v '/proc/' | awk '$1 > 2'; }
	for child in command prepare cleanup gnuplot; do
		[ -s "$child" ] || fail "no list of $child: $(cat out)"
	done
	is "$(more_than_streams prepare cleanup gnuplot)" ''
	is "$(more_than_streams command | wc -l)" 1
	has "$(more_than_streams command)" 'socket:'
}
