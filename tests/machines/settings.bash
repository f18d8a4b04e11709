# shellcheck shell=bash disable=SC2034
# What prepare, boot and check share; sourced.
#
# Of all build trees, below $cache (JOULECART_MACHINES, or a folder of the user's cache):
#   ARCH/apt        apt's own state and archives: those of the host are not touched
#   ARCH/tree       the packages, unpacked: programs, libraries, headers
#   ARCH/kernel     what QEMU boots; 'release' names it
#   ARCH/lib        its modules
#   ARCH/base.cpio  the guest's programs
# Of this build tree, below $built:
#   ARCH/modules    the modules of modules/
#   ARCH/build      joulecart compiled for an architecture that is not the host's
#   ARCH/models.cpio   what the bundled models need besides
#   ARCH/joulecart.cpio   joulecart as 'make install' puts it, with its libraries

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
build=${JOULECART_BUILD-$PWD}
built=$build/tests/machines
cache_top=${JOULECART_MACHINES-${XDG_CACHE_HOME-$HOME/.cache}/joulecart-machines}
table=${MACHINES_TABLE-$here/table}
PATH=$PATH:/usr/sbin:/sbin

fail() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# use_arch ARCH - where things of that architecture are, and what Debian calls them.
use_arch() {
	arch=$1
	cache=$cache_top/$arch
	tree=$cache/tree
	case $arch in
	x86_64) debian=amd64 triplet=x86_64-linux-gnu flavour=amd64 qemu=qemu-system-x86_64 ;;
	arm64) debian=arm64 triplet=aarch64-linux-gnu flavour=cloud-arm64 qemu=qemu-system-aarch64 ;;
	*) fail "no architecture '$arch' (x86_64 or arm64)" ;;
	esac
}

# lacking - the Debian packages that would have to be installed for $arch, or nothing.
lacking() {
	local pair pairs=(cpio=cpio depmod=kmod readelf=binutils xz=xz-utils mkfs.ext4=e2fsprogs)
	case $arch in
	x86_64) pairs+=("$qemu=qemu-system-x86" gcc-12=gcc-12) ;;
	arm64) pairs+=("$qemu=qemu-system-arm" "$triplet-gcc=gcc-aarch64-linux-gnu" fdtput=device-tree-compiler) ;;
	esac
	for pair in "${pairs[@]}"; do
		command -v "${pair%%=*}" >/dev/null || printf ' %s' "${pair#*=}"
	done
}

# why_not - why $arch cannot be booted here, or nothing.
why_not() {
	local packages host
	packages=$(lacking)
	host=$(dpkg --print-architecture 2>/dev/null)
	if [ -z "$host" ]; then
		echo "the guests' packages come through apt: this is no Debian"
	elif [ "$arch" = x86_64 ] && [ "$host" != amd64 ]; then
		echo "its kernel modules are compiled on an amd64 host alone"
	elif [ -n "$packages" ]; then
		echo "needs$packages (apt-get install --no-install-recommends$packages)"
	fi
}

# line_of NAME - its line in the table, without the name.
line_of() {
	awk -v name="$1" '$1 == name { $1 = ""; print; found = 1 } END { exit !found }' "$table" ||
		fail "no machine '$1' in $table"
}

# copy_libraries ROOT - what ROOT's programs are linked with and neither ROOT nor the base has.
# Libraries of the host serve guests of its architecture.
copy_libraries() {
	local root=$1 name folder from before=-1 copied=0
	local folders=("$tree/usr/lib/$triplet" "$tree/lib/$triplet" "$tree/usr/lib" "$tree/lib")
	[ "$(dpkg --print-architecture)" != "$debian" ] ||
		folders+=("/usr/lib/$triplet" "/lib/$triplet")
	mkdir -p "$root/usr/lib/$triplet"
	while [ $before != $copied ]; do
		before=$copied
		for name in $(libraries_of "$root"); do
			[ ! -e "$root/usr/lib/$triplet/$name" ] || continue
			[ ! -e "$cache/base/usr/lib/$triplet/$name" ] || continue
			from=
			for folder in "${folders[@]}"; do
				[ -z "$from" ] && [ -e "$folder/$name" ] && from=$folder/$name
			done
			[ -n "$from" ] || fail "no $name for a guest of $arch"
			cp -L "$from" "$root/usr/lib/$triplet/"
			copied=$((copied + 1))
		done
	done
}

libraries_of() {
	find "$1" -type f \( -perm /111 -o -name '*.so*' \) -exec readelf -d {} + 2>/dev/null |
		sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u
}

# pack FOLDER FILE - a cpio archive for the kernel; everything in it is root's.
pack() {
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R +0:+0) >"$2"
}
