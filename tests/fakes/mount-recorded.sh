#!/bin/sh
# mount-recorded.sh MACHINE.tar.gz [--] COMMAND [ARG]... - runs COMMAND where /sys is that of a
# recorded machine (joulecart doctor --record), and of /proc the files that were recorded; all
# else of /proc, such as /proc/self, is live. Exits with COMMAND's status; 77 where this machine
# forbids mounts, with the reason on standard error.
#
# The mounts live in a mount namespace of their own and go with it. COMMAND runs without
# capabilities, so that a file recorded without the right to read it can't be read here either.
set -eu

cannot() {
	echo "mount-recorded.sh: $1" >&2
	exit 77
}

# The second half of this script, inside the namespace.
if [ "${1-}" = --inside ]; then
	folder=$2
	shift 2
	mkdir -p "$folder/sys"
	mount --bind "$folder/sys" /sys
	(cd "$folder" && find proc -type f) | while read -r file; do
		[ ! -e "/$file" ] || mount --bind "$folder/$file" "/$file"
	done
	exec setpriv --bounding-set=-all --inh-caps=-all "$@"
fi

archive=$1
shift
[ "$1" != -- ] || shift
map_root=
[ "$(id -u)" = 0 ] || map_root=--map-root-user
# shellcheck disable=SC2086 # empty or one word
unshare --mount $map_root true 2>/dev/null || cannot 'cannot make a mount namespace'
folder=$(mktemp -d)
trap 'chmod -R u+rwX "$folder"; rm -rf "$folder"' EXIT
tar -C "$folder" -xzf "$archive" --no-same-owner
status=0
# shellcheck disable=SC2086
unshare --mount $map_root --propagation private "$0" --inside "$folder" "$@" || status=$?
exit "$status"
