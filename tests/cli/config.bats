#!/usr/bin/env bats
# Settings: which files and variables count, which of them wins, and what each may say.
load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$PWD/home
	unset XDG_CONFIG_HOME
	own=$HOME/.config/joulecart/config
	mkdir -p "${own%/*}"
}

# measured COLUMN [OPTION]...: what the campaign of a run with these options has.
measured() {
	local column=$1
	shift
	rm -f "$db"
	joulecart run -q -o "$db" "$@" -- true && sql "SELECT $column FROM campaign"
}

# refused CONTENT REASON: the folder's file with it is no good, and the message says so.
refused() {
	printf '%b' "$1" >.joulecart
	run -125 --separate-stderr joulecart run -q -- true
	has "$stderr" "$2"
	[ ! -e joulecart.db ] || [ "$(sqlite3 joulecart.db 'SELECT count(*) FROM trial')" = 0 ]
}

@test "the command line wins, then the environment, then the folder's file, then the user's" {
	is "$(measured zone)" ''
	echo 'zone = DE' >"$own"
	is "$(measured zone)" DE
	echo 'zone = GB' >.joulecart
	is "$(measured zone)" GB
	export JOULECART_ZONE=FR
	is "$(measured zone)" FR
	is "$(measured zone --zone IT)" IT
}

@test "each setting that commands have is applied, by the name of the long option" {
	cat >"$own" <<-'END'
		zone = DE
		pue = 1.25
		rate = 50
		output = kept.db
		rapl = powercap
	END
	joulecart run -q -- true
	db=kept.db
	is "$(sql 'SELECT zone, pue, rate_hz FROM campaign')" 'DE|1.25|50.0'
	is "$(sql 'SELECT command_line FROM campaign')" \
		'["run","--output=kept.db","--rate=50","--rapl=powercap","--zone=DE","--pue=1.25","-q","--","true"]'
	for setting in $(joulecart config --json | jq -r '.settings[].setting'); do
		joulecart --list-options | cut -f 2 | grep -qx "$setting"
	done
}

@test "a heading is for one command, and wins within its file alone" {
	printf '[compare]\nzone = FR\n[run]\nzone = GB\n' >"$own"
	is "$(measured zone)" GB
	printf 'zone = DE\n[run]\nzone = GB\n' >"$own"
	is "$(measured zone)" GB
	echo 'zone = IT' >.joulecart
	is "$(measured zone)" IT
}

@test "a switch is yes or no, and no takes back what another file said" {
	echo 'require-measured = yes' >"$own"
	run joulecart run -q -o "$db" -- true
	# where nothing measures, the command was refused
	[ "$status" = 125 ] || has "$(sql 'SELECT command_line FROM campaign')" '"--require-measured"'
	echo 'require-measured = no' >.joulecart
	is "$(measured command_line)" '["run","-q","-o","trial.db","--","true"]'
	refused 'require-measured = maybe' "require-measured is yes or no, not 'maybe'"
}

@test "config shows each value with the place it comes from, and the files" {
	printf 'zone = DE\n\npue = 1.2\n' >"$own"
	printf '[compare]\ncool-down = 3\n' >.joulecart
	export JOULECART_PUE=1.4
	run -0 --separate-stderr joulecart config
	has "$output" "zone = DE"$'\n'"    from $own:1"$'\n'"    for run, attach, bench, demo, live, serve, compare"
	has "$output" "pue = 1.2"$'\n'"    from $own:3"$'\n'"    for no command: another place wins"
	has "$output" 'pue = 1.4'$'\n''    from \$JOULECART_PUE'
	has "$output" 'cool-down = 3'$'\n''    from .joulecart:2'$'\n''    for compare'
	has "$output" 'not set, as each command.s --help says:'$'\n''    output, rate, rapl'
	joulecart config --json >settings.json
	is "$(jq -r '.settings[] | select(.from == ".joulecart:2") | .commands[]' settings.json)" compare
	is "$(jq -r '.files[].path' settings.json)" "$(printf '%s\n' "$own" .joulecart)"
}

@test "an unknown name is an error with the nearest, and so is an unknown heading" {
	refused 'zon = DE' "'.joulecart', line 1: 'zon' is no setting .did you mean 'zone'?"
	refused '# x\n[rum]\nzone = DE' 'line 3: .rum. is no command .did you mean .run.?'
	refused '[run]\ncool-down = 3' "line 2: 'cool-down' is no setting of run"
	refused '[trim]\nzone = DE' "'trim' has no settings"
	run -2 --separate-stderr joulecart config
	has "$stderr" "'trim' has no settings"
}

@test "a wrong value is refused where it stands, by the words of the command line" {
	refused 'pue = 0.5' "line 1: invalid --pue '0.5': PUE is from 1 to 10"
	refused '[compare]\ncolor = blue' "line 2: invalid --color 'blue'"
	refused 'zone = Nowhere' "unknown zone 'Nowhere' .from .joulecart:1."
	rm .joulecart
	export JOULECART_PUE=99
	run -125 --separate-stderr joulecart run -q -- true
	has "$stderr" 'JOULECART_PUE: invalid --pue .99.'
}

@test "help is given and files are read, whatever settings say" {
	echo 'nonsense = 1' >.joulecart
	run -0 --separate-stderr joulecart run --help
	is "$stderr" ''
	rm .joulecart
	joulecart run -q -o "$db" -- true
	echo 'nonsense = 1' >.joulecart
	run -0 joulecart samples "$db"
}

@test "a folder's file, perhaps a stranger's, names no keys and no file elsewhere" {
	for line in 'output = /tmp/x.db' 'output = ../x.db' 'output = a/../../x.db'; do
		refused "$line" "'output' may only name a file below this folder"
	done
	refused 'trust = keys' "'trust' can be set in your own file alone"
	echo 'trust = keys' >"$own"
	rm .joulecart
	joulecart run -q -o "$db" -- true
	run ! --separate-stderr joulecart report "$db"
	has "$stderr" keys
}

@test "nor does a link that came with a folder lead its file out of the folder" {
	mkdir away folder folder/own
	cd folder || return
	ln -s ../away sub
	ln -s ../away/linked.db linked.db
	ln -s own inside
	for name in sub/x.db sub/deeper/x.db linked.db; do
		echo "output = $name" >.joulecart
		run -125 joulecart run -q -- true
		has "$output" "'output' may only name a file below this folder"
	done
	is "$(ls ../away)" ''
	for name in inside/x.db own/x.db y.db; do
		echo "output = $name" >.joulecart
		joulecart run -q -- true
		[ -s "$name" ]
	done
}

@test "files that are hostile in their form are refused or read, and nothing else happens" {
	refused 'zone' 'neither a .heading. nor a setting'
	refused '[run' 'line 1: neither'
	refused 'zone = DE\n  zone = FR' "'zone' was set before, at .joulecart:1"
	refused 'zone = D\0E' 'it is no text'
	refused "zone = $(printf 'x%.0s' $(seq 2000))" 'line 1: the line is longer than 1000 bytes'
	refused "$(for i in $(seq 200); do printf '%s' "zone$i = x\n"; done)" "'zone1' is no setting"
	refused 'zone = \033[2Jx' 'unknown zone'
	[[ $stderr != *$'\033'* ]]
	rm .joulecart
	mkfifo .joulecart
	run -0 --separate-stderr joulecart run -q -- true
	has "$stderr" 'no settings are taken from .joulecart: it is no regular file'
	rm .joulecart joulecart.db
	head -c 70000 /dev/zero | tr '\0' '\n' >.joulecart
	run -0 --separate-stderr joulecart run -q -- true
	has "$stderr" 'larger than 64 KB'
}

@test "a file that others may write is not believed, and that is said" {
	echo 'zone = DE' >.joulecart
	for mode in 622 606 620 666; do
		chmod "$mode" .joulecart
		is "$(measured zone 2>said)" ''
		has "$(cat said)" 'no settings are taken from .joulecart: others may write it'
	done
	chmod 600 .joulecart
	is "$(measured zone)" DE
}

@test "root reads no other user's file, and a user none of another" {
	[ "$(id -u)" = 0 ] || skip 'root alone can make the file of another user'
	echo 'zone = DE' >.joulecart
	echo 'zone = FR' >"$own"
	chown 65534 .joulecart "$own"
	is "$(measured zone 2>said)" ''
	is "$(grep -c 'it belongs to another user' said)" 2
	chown 65533 .joulecart "$own"
	chmod -R a+rX .
	run -0 --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$JOULECART" config --json
	is "$(jq -c '[.files[].is_refused], .settings' <<<"$output")" "$(printf '%s\n' '[true,true]' '[]')"
}

@test "XDG_CONFIG_HOME says where the user's file is, and no home is no failure" {
	mkdir -p elsewhere/joulecart
	echo 'zone = DE' >elsewhere/joulecart/config
	is "$(XDG_CONFIG_HOME=$PWD/elsewhere measured zone)" DE
	is "$(XDG_CONFIG_HOME=elsewhere measured zone)" '' # not absolute: not a home
	is "$(unset HOME; measured zone)" ''
}
