#!/usr/bin/env bats
# The gate for changes as GitHub's runner calls it, in a repository whose head is dearer than its base.
load ../helper

# Base counts to 20 000; head as far as is asked for. The runner is a folder and some variables.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	need jq jq
	PATH=$PWD/bin:$PATH
	mkdir bin runner
	cat >bin/gh <<-END
		#!/bin/sh
		echo "\$*" >>'$PWD/gh-calls'
		case \$* in *--edit-last*) exit 1 ;; esac
	END
	chmod +x bin/gh
	export HOME=$PWD GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a \
		GIT_COMMITTER_EMAIL=a@example.org
	need git git
	git init -q -b main work
	commit 20000
	export GITHUB_ACTIONS=true GITHUB_OUTPUT=$PWD/runner/output \
		GITHUB_STEP_SUMMARY=$PWD/runner/summary GITHUB_REF=refs/pull/7/merge \
		GATE_FOLDER=$PWD/runner/gate GATE_BLOCKS=6 GATE_BUILD='cp source program' \
		GATE_COMMAND='sh ./program'
}

# commit N: a program that counts to N.
commit() {
	printf 'i=0\nwhile [ $i -lt %s ]; do i=$((i + 1)); done\n' "$1" >work/source
	git -C work add source
	git -C work commit -q -m "count to $1"
}

gate() {
	(cd work && "$TESTS_SOURCE/ci/gate")
}

@test "a dearer head fails, and says so in summary, outputs, annotations, JUnit and a comment" {
	commit 120000
	GATE_LIMIT='j_per_run > +20%' run -3 gate
	has "$output" 'FAIL head: j_per_run'
	has "$output" '::error title=joulecart check::FAIL head'
	has "$(cat runner/output)" 'verdict=fail'
	has "$(cat runner/output)" "folder=$PWD/runner/gate"
	has "$(cat runner/output)" 'provenance=estimated'
	is "$(awk -F= '$1 == "ratio" { print ($2 > 2) } $1 == "low" { print ($2 > 1.2) }' runner/output | tr -d '\n')" 11
	has "$(cat runner/summary)" '- \*\*FAIL\*\* head: j_per_run'
	has "$(cat runner/summary)" 'estimated from CPU time'
	has "$(cat runner/gate/junit.xml)" '<failure'
	run -0 joulecart verify runner/gate/joulecart.db
	[ ! -e gh-calls ]
	run -0 "$TESTS_SOURCE/ci/comment"
	is "$(cat gh-calls)" "pr comment 7 --edit-last --body-file $PWD/runner/gate/summary.md
pr comment 7 --body-file $PWD/runner/gate/summary.md"
	is "$(git -C work worktree list | wc -l)" 1 # no checkout is left
}

@test "base and head take turns, each built and run in its own checkout" {
	commit 40001
	GATE_LIMIT='j_per_run > +900%' run -0 gate
	has "$(cat runner/output)" 'verdict=pass'
	is "$(sqlite3 runner/gate/joulecart.db "SELECT count(*) FROM (SELECT block FROM trial WHERE block > 0
	     GROUP BY block HAVING count(DISTINCT variant) = 2)")" 6
}

@test "what cannot be told fails only where that is asked for" {
	git -C work commit -q --allow-empty -m same
	GATE_BLOCKS=2 run -0 gate
	has "$(cat runner/output)" 'verdict=cannot-tell'
	rm -r runner/gate
	GATE_BLOCKS=2 GATE_STRICT=true run -4 gate
}

@test "a head that does not build or run is a failure of that step" {
	git -C work commit -q --allow-empty -m same
	GATE_BUILD='exit 5' run -1 gate
	has "$output" 'gate: cannot build base'
	rm -r runner/gate
	GATE_COMMAND='exit 5' run -1 gate
	has "$output" 'gate: cannot measure'
	is "$(git -C work worktree list | wc -l)" 1
}

@test "wrong use is said, and no text of a pull request runs" {
	commit 40001
	GATE_COMMAND='' run -2 gate
	GATE_LIMIT=bogus GATE_BUILD='touch ../built' run -2 gate
	has "$output" "^gate: invalid --fail-if 'bogus'"
	[ ! -e runner/gate/built ]
	GATE_BASE='--upload-pack=touch ran' run -2 gate
	for base in 'origin/--upload-pack=touch ran' 'main:refs/heads/written' '+main'; do
		GATE_BASE=$base run -2 gate
		has "$output" 'this is no name of a revision'
		GITHUB_BASE_REF=$base run -2 gate
	done
	[ -z "$(git -C work branch --list written)" ]
	GATE_BASE='$(touch ran)' run -2 gate
	has "$output" "there is no revision"
	[ ! -e work/ran ]
	# the step that runs the pull request's code has no token
	is "$(sed -n '/id: gate/,/ run: /p' "$TESTS_SOURCE/action.yml" | grep -c TOKEN)" 0
	# inputs reach a script of the action by the environment alone
	is "$(awk '/ run: /{ is_code = 1 } / - name: /{ is_code = 0 } is_code' "$TESTS_SOURCE/action.yml" | grep -c '\${{')" 0
}
