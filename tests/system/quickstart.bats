#!/usr/bin/env bats
# The first steps, where they cannot be gone: said before anything is installed or built.
load ../helper

# quickstart where no package is installed and no package manager may be called.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir bin
	for tool in cat cut date dirname fold grep head id ln mkdir nproc sed sh sha256sum tail; do
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

@test "a folder whose path has a blank is built through a link with a plain name" {
	for name in 'a folder' "it's" 'a$b' '"#&`\'; do
		mkdir "$name"
		cp "$TESTS_SOURCE/quickstart" "$name"
		# it ends where the packages are missing, in the folder itself
		run -1 env PATH="$PWD/bin" HOME="$PWD" "./$name/quickstart" --yes
		has "$output" "^This path has a blank or a like character, which make cannot take. It is built as
$PWD/.local/share/joulecart/folders/[0-9a-f]{12}, a link that must stay while this build is used."
		link=$(sed -n 's/, a link that must stay.*//p' <<<"$output")
		[ "$(readlink "$link")" = "$PWD/$name" ]
		[ -e "$name/build/quickstart.log" ]
	done
	[ "$(ls .local/share/joulecart/folders | wc -l)" = 4 ]
}

@test "where no link can have a plain name such a folder is refused first" {
	mkdir 'a folder'
	cp "$TESTS_SOURCE/quickstart" 'a folder'
	for home in '' "HOME=$PWD/a folder" HOME=relative; do
		run -1 env -u HOME PATH="$PWD/bin" ${home:+"$home"} "./a folder/quickstart" --yes
		has "$output" "^quickstart: cannot build in '.*': its path has a blank or one of"
		[ ! -e 'a folder/build' ]
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

@test "how long the larger models will take follows from what the demo took here" {
	sed -n '/^time_of_larger_models()/,/^}/p' "$TESTS_SOURCE/quickstart" >functions
	. ./functions
	echo 'flags		: fpu avx2' >without
	echo 'flags		: fpu avx2 avx512f avx512vl' >with
	is "$(time_of_larger_models 40 without)" '6 minutes'
	is "$(time_of_larger_models 400 without)" '60 minutes'
	is "$(time_of_larger_models 30 with)" '2 minutes'
	is "$(time_of_larger_models 10 with)" 'a minute'
	is "$(time_of_larger_models 40 no-such-file)" '6 minutes'
}
