#!/bin/sh
# mount-machine.sh MACHINE [--] COMMAND [ARG]... - runs COMMAND where /sys/class/powercap is
# that of machines/MACHINE.machine, and everything else is as before. Exits with COMMAND's
# status; 77 where this machine forbids mounts, with the reason on standard error.
#
# The mounts live in a mount namespace of their own and go with it. As an ordinary user the
# namespace is a user namespace too, in which COMMAND is root.
#
#   POWERCAP_FUSE   the built server [powercap-fuse beside this script]
#   POWERCAP_FOR_ALL set: other users than who mounts it may read what files let them
#   MACHINE_FILE    the machine's file, whatever MACHINE is
#   MACHINE_CPUINFO a file to show as /proc/cpuinfo [machines/MACHINE.cpuinfo, if there]
set -eu

fakes=$(cd "$(dirname "$0")" && pwd)

fail() {
	echo "mount-machine.sh: $1" >&2
	exit 2
}

cannot() {
	echo "mount-machine.sh: $1" >&2
	exit 77
}

# Serves the machine at $1 and waits until it is there. Of libfuse's exit statuses, 4 says that
# the mount was refused.
serve() {
	"$POWERCAP_FUSE" "$machine_file" "$1" &
	server=$!
	tries=0
	until [ -d "$1/powercap" ]; do
		sleep 0.01
		[ $((tries += 1)) -le 12000 ] || fail "the machine is not there after two minutes: no folder $1/powercap"
		kill -0 "$server" 2>/dev/null && continue
		status=0
		wait "$server" || status=$?
		[ "$status" != 4 ] || cannot 'the kernel refused a FUSE mount'
		fail "the FUSE server ended with status $status"
	done
}

clean_up() {
	umount --lazy --recursive /sys/class "$folder" 2>/dev/null || :
	kill "$server" 2>/dev/null || :
	wait "$server" 2>/dev/null || :
	rmdir "$folder" 2>/dev/null || :
}

# The second half of this script, inside the namespace.
if [ "${1-}" = --inside ]; then
	machine_file=$2 folder=$3
	shift 3
	server=
	trap clean_up EXIT
	serve "$folder"
	mount --rbind /sys "$folder/.sys"
	mount --rbind "$folder" /sys/class
	[ -z "$MACHINE_CPUINFO" ] || mount --bind "$MACHINE_CPUINFO" /proc/cpuinfo
	mount -t tmpfs none /dev/shm # where runs on this machine meet: only those on it
	status=0
	"$@" || status=$?
	exit "$status"
fi

machine=$1
shift
[ "$1" != -- ] || shift
machine_file=${MACHINE_FILE:-$fakes/machines/$machine.machine}
[ -r "$machine_file" ] || fail "no machine '$machine'"
POWERCAP_FUSE=${POWERCAP_FUSE:-$fakes/powercap-fuse}
if [ -z "${MACHINE_CPUINFO-}" ]; then
	MACHINE_CPUINFO=$fakes/machines/$machine.cpuinfo
	[ -r "$MACHINE_CPUINFO" ] || MACHINE_CPUINFO=
fi
export POWERCAP_FUSE MACHINE_CPUINFO
[ -x "$POWERCAP_FUSE" ] || fail "no program '$POWERCAP_FUSE' (make check builds it)"

{ [ -r /dev/fuse ] && [ -w /dev/fuse ]; } || cannot 'cannot open /dev/fuse'
map_root=
[ "$(id -u)" = 0 ] || map_root=--map-root-user
# shellcheck disable=SC2086 # empty or one word
unshare --mount $map_root true 2>/dev/null || cannot 'cannot make a mount namespace'
folder=$(mktemp -d)
# shellcheck disable=SC2086
exec unshare --mount $map_root --propagation private \
	"$0" --inside "$machine_file" "$folder" "$@"
