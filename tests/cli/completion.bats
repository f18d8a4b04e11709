#!/usr/bin/env bats
# The words that shells offer: what the program answers, and what bash, zsh and fish make of it.
load ../helper

shells=$TESTS_SOURCE/completion

# completed SHELL LINE: the line after the shell was asked to complete it.
completed() {
	local script=$shells/joulecart.bash
	[ "$1" = bash ] || script=$shells/_joulecart
	PATH=$(dirname "$JOULECART"):$PATH timeout 120 python3 "$TESTS_SOURCE/tests/cli/completed.py" \
		"$1" "$script" "$2"
}

in_fish() {
	PATH=$(dirname "$JOULECART"):$PATH HOME=$PWD fish --no-config -c \
		"source '$shells/joulecart.fish'; complete -C '$1'" | cut -f 1
}

# A campaign with labels that are hard to quote.
make_campaign() {
	joulecart run -q -o "$1" --name 'two words' -- true
	joulecart run -q -o "$1" --name 'price=$HOME' -- true
	joulecart run -q -o "$1" --name '小模型' -- true
}

@test "every command and every option that help shows is offered" {
	joulecart --list-options | awk -F'\t' '$8 != "-" { print $1 "\t--" $2 }' >shown
	[ "$(wc -l <shown)" -gt 150 ]
	cut -f 1 shown | sort -u >commands
	while read -r command; do
		# shellcheck disable=SC2086 # "models train" is two words
		joulecart --complete $command -- | sed 1d | cut -f 1 | sort >offered
		is "$(cat offered)" "$(awk -F'\t' -v of="$command" '$1 == of { print $2 }' shown | sort)"
	done <commands
	is "$(joulecart --complete '' | sed 1d | cut -f 1 | sort)" \
		"$(cut -d ' ' -f 1 <commands | sort -u)"
}

@test "zones, events and variants are those that the commands take" {
	is "$(joulecart --complete run --zone '' | sed 1d | cut -f 1 | sort)" \
		"$(joulecart factors list --zones --json | jq -r '.rows[].zone' | sort)"
	for variant in $(joulecart --complete models infer '' | sed 1d | cut -f 1); do
		joulecart models list | grep -qE "^$variant( |\$)"
	done
	is "$(joulecart --complete run --events cycles,page | sed 1d | cut -f 1)" cycles,page-faults
	[ "$(joulecart --complete bench --variants student,bag | sed 1d | cut -f 1)" = \
		student,bag-of-words ]
}

@test "campaigns and variants are those inside the database that is named" {
	make_campaign db
	is "$(joulecart --complete compare db '' | sed 1d | cut -f 1)" \
		"$(printf '%s\n' 'two words' 'price=$HOME' '小模型')"
	is "$(joulecart --complete report db --campaign '' | sed 1d | cut -f 1)" "$(printf '%s\n' 1 2 3)"
	is "$(joulecart --complete check -f x other db --variant 'two' | sed 1d)" ''
}

@test "bash offers them, quoted so that they are the words meant" {
	make_campaign db
	is "$(completed bash 'joulecart att')" 'joulecart attach '
	is "$(completed bash 'joulecart run --zone=US-SRS')" 'joulecart run --zone=US-SRSO '
	is "$(completed bash 'joulecart bench --variants teacher,bag')" \
		'joulecart bench --variants teacher,bag-of-words '
	is "$(completed bash 'joulecart compare db two')" 'joulecart compare db two\ words '
	is "$(completed bash 'joulecart compare db two\ w')" 'joulecart compare db two\ words '
	is "$(completed bash 'joulecart compare db price')" 'joulecart compare db price=\$HOME '
	is "$(LC_ALL=C.UTF-8 completed bash 'joulecart compare db 小')" 'joulecart compare db 小模型 '
}

@test "bash completes files itself, in words and behind an equals sign" {
	mkdir 'my folder'
	touch 'my folder/one.db'
	is "$(completed bash 'joulecart report my')" 'joulecart report my\ folder '
	is "$(completed bash 'joulecart run --output=my\ folder/o')" \
		'joulecart run --output=my\ folder/one.db '
	is "$(completed bash 'joulecart run -- my\ folder/o')" 'joulecart run -- my\ folder/one.db '
}

@test "a half-typed word is never run" {
	for shell in bash zsh; do
		completed $shell 'joulecart report $(touch ran)'
		[ ! -e ran ]
		completed $shell 'joulecart report "`touch ran`'
		[ ! -e ran ]
	done
}

@test "zsh and fish offer the same" {
	need zsh zsh
	need fish fish
	is "$(completed zsh 'joulecart att')" 'joulecart attach '
	is "$(completed zsh 'joulecart run --requi')" 'joulecart run --require-measured '
	is "$(completed zsh 'joulecart bench --variants=teacher,bag')" \
		'joulecart bench --variants=teacher,bag-of-words '
	touch one.db
	is "$(completed zsh 'joulecart report --output=on')" 'joulecart report --output=one.db '
	is "$(in_fish 'joulecart att')" attach
	is "$(in_fish 'joulecart run --requi')" --require-measured
	is "$(in_fish 'joulecart bench --variants teacher,bag')" teacher,bag-of-words
	is "$(in_fish 'joulecart report --output=on')" --output=one.db
}

@test "a file that is no database, a pipe, and labels nobody can type offer nothing" {
	echo 'no database' >text
	mkfifo pipe
	make_campaign db
	sqlite3 db "UPDATE trial SET variant = '--force' WHERE trial_id = 1;
		UPDATE trial SET variant = char(27) || '[2J' WHERE trial_id = 2"
	for file in text pipe missing; do
		run -0 --separate-stderr joulecart --complete compare $file ''
		is "$output" "$(printf 'words\t')"
		is "$stderr" ''
	done
	is "$(joulecart --complete compare db '' | sed 1d | cut -f 1)" '小模型'
}

@test "unknown commands and no words at all have no answer, and are no failure" {
	run -0 joulecart --complete nonsense ''
	is "$output" ''
	run -0 joulecart --complete models nonsense ''
	is "$output" ''
	run -0 joulecart --complete
	has "$output" 'attach'
}
