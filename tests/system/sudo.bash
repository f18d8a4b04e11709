# tests/system/sudo.bash - a real user, and a real sudoers rule that lets it run joulecart alone.
#
# Both live in a copy of /etc that goes with a mount namespace. What runs there is a script of the
# test's, in an empty folder of the user's own; these are its words.
user=jc-user other=jc-other

# Once a file: the copy of /etc, with the users and the rules. What stands in its way is a reason to
# skip each test.
set_up_sudo() {
	export JC_ETC
	JC_ETC=$(mktemp -d /tmp/joulecart-etc-XXXXXX)
	[ "$(id -u)" = 0 ] || { echo 'only root can make a user' >"$JC_ETC/why" && return; }
	command -v sudo useradd setpriv >/dev/null || { echo 'no sudo here' >"$JC_ETC/why" && return; }
	alone true 2>/dev/null || { echo 'cannot make a mount namespace' >"$JC_ETC/why" && return; }
	cp -a /etc "$JC_ETC/etc"
	# ids of this file's own: another file's user is not to be seen as this one's
	alone bash -s "$JC_ETC" "$user" "$other" "$JOULECART" $((20000 + $$ % 15000 * 2)) \
		>"$JC_ETC/why" 2>&1 <<-'END' && rm "$JC_ETC/why"
		mount --bind "$1/etc" /etc || exit
		rm -f /etc/sudoers.d/*
		# where the name of the machine is in no file, sudo says so each time
		echo "127.0.1.1 $(uname -n)" >>/etc/hosts || exit
		id=$5
		for name in "$2" "$3"; do
			useradd --uid $id --no-create-home --home-dir /nonexistent --shell /bin/sh "$name" || exit
			id=$((id + 1))
		done
		# as little as sudo may do for safety: what it lets through must do no harm here
		cat >/etc/sudoers <<-RULES
			Defaults:$2 !env_reset, !use_pty, !secure_path, env_keep += "ASAN_OPTIONS"
			root ALL=(ALL:ALL) ALL
			$2 ALL=(root) NOPASSWD: $4
			$3 ALL=(root) NOPASSWD: $4
		RULES
		chmod 440 /etc/sudoers && visudo -cq
	END
}

remove_sudo() {
	rm -rf "$JC_ETC"
}

need_sudo() {
	[ ! -e "$JC_ETC/why" ] || skip "$(tail -n 1 "$JC_ETC/why")"
	PAYLOAD_SO=${PAYLOAD_SO:-$TESTS_SOURCE/tests/fakes/payload.so}
	folder=$(mktemp -d /tmp/joulecart-sudo-XXXXXX) # bats' own folders are closed to others
	chmod 755 "$folder"
	cd "$folder" || return
	mkdir work other rooted out # of the user, of another, of root, of the test
	cp "$PAYLOAD_SO" work/evil.so
	chmod 755 work/evil.so
	mkdir -m 777 work/marks
	write_prelude >prelude
}

no_sudo() {
	[ -z "$folder" ] || rm -rf "$folder"
}

write_prelude() {
	cat <<-END
		J=$JOULECART folder=$folder out=$folder/out user=$user other=$other
		mount --bind $JC_ETC/etc /etc || exit 99
	END
	cat <<-'END'
		chown -R "$user:" "$folder/work"
		chown -R "$other:" "$folder/other"
		chmod 755 "$folder/work"
		chmod 700 "$folder/other" "$folder/rooted"
		cd "$folder/work"
		export ASAN_OPTIONS=detect_leaks=0
		# as USER COMMAND...: with nothing of root's
		as() {
			who=$1
			shift
			setpriv --reuid "$who" --regid "$who" --init-groups --inh-caps=-all "$@"
		}
		mine() { as "$user" "$@"; }
		# so_within_a_minute COMMAND...: polls
		so_within_a_minute() {
			for i in $(seq 1200); do
				! "$@" || return 0
				sleep 0.05
			done
			echo "not so within a minute: $*"
			exit 1
		}
		# rights_of_all: of each process of the test's run its program, ids, groups, capabilities, no_new_privs
		rights_of_all() {
			for process in /proc/[0-9]*; do
				# other tests run the same program, in other namespaces
				[ "$(readlink "$process/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] || continue
				case $(readlink "$process/exe") in
				"$J" | */sleep | */dash | */sh) ;;
				*) continue ;;
				esac
				grep -qzF "$folder" "$process/environ" "$process/cwd" 2>/dev/null ||
					[ "$(readlink "$process/exe")" = "$J" ] ||
					[ "$(readlink "$process/cwd")" = "$folder/work" ] || continue
				echo "$(readlink "$process/exe") $(sed -n 's/^\(Uid\|Gid\|CapInh\|CapPrm\|CapEff\|CapAmb\|NoNewPrivs\):\t*//p' "$process/status" | tr '\t\n' '  ')"
			done
		}
		# joulecart through sudo, as the user calls it
		sudone() { mine sudo -n "$J" "$@"; }
	END
}

# in_it: runs the script on standard input there.
in_it() {
	{ cat prelude && cat; } >script
	alone bash ./script
}

# what_root_owns: files below the user's folders that the user could not have made.
what_root_owns() {
	find "$folder/work" "$folder/other" "$folder/rooted" -mindepth 1 -user 0
}
