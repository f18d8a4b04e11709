#!/usr/bin/env bats
# The first steps, where they cannot be gone: said before anything is installed or built.
load ../helper

# quickstart where no package is installed and no package manager may be called.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir bin
	for tool in cat date dirname fold grep head id mkdir nproc sed sh tail; do
		ln -s "$(type -P $tool)" bin/$tool
	done
	printf '#!/bin/sh\nexit 1\n' >bin/dpkg-query
	printf '#!/bin/sh\necho "called: $0 $*" >>"%s/called"\n' "$PWD" >bin/apt-get
	cp bin/apt-get bin/apt-cache
	printf '#!/bin/sh\necho amd64\n' >bin/dpkg
	chmod +x bin/dpkg-query bin/apt-get bin/apt-cache bin/dpkg
	chmod 755 . bin
}

as_anybody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups env PATH="$PWD/bin" "$@"
	else
		env PATH="$PWD/bin" "$@"
	fi
}

@test "a folder whose path has a blank is refused first" {
	for name in 'a folder' "it's" 'a$b'; do
		mkdir "$name"
		cp "$TESTS_SOURCE/quickstart" "$name"
		run -1 env PATH="$PWD/bin" "./$name/quickstart" --yes
		has "$output" "^quickstart: cannot build in '.*': its path has a blank or one of"
		[ ! -e "$name/build" ]
	done
	[ ! -e called ]
}

@test "a user without sudo is told which packages to ask for, before anything is done" {
	folder=$(mktemp -d /tmp/joulecart-quickstart-XXXXXX) # bats' own folders are closed to others
	cp -a "$TESTS_SOURCE/quickstart" bin "$folder"
	chmod -R a+rwX "$folder"
	cd "$folder"
	run -1 as_anybody ./quickstart --yes
	cd ..
	rm -rf "$folder"
	has "$output" 'these Debian packages are missing, and there is no sudo'
	has "$output" 'libpapi-dev'
	has "${lines[-1]}" '^quickstart: ask for them \(as root: apt-get install autoconf automake .*\), then run this again$'
	has_not "$output" called
}
