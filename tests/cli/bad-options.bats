#!/usr/bin/env bats
load ../helper

@test "no database is left behind by a zone that nobody knows" {
	run -125 joulecart run --zone NOWHERE -o new.db -- touch ran
	run -2 joulecart compare --zone NOWHERE -o new.db -- 'touch ran' -- true
	run -2 joulecart bench --quick --zone aws/nowhere -o new.db
	[ ! -e ran ]
	[ ! -e new.db ] && [ ! -e new.db-wal ] && [ ! -e new.db-shm ]
	# other names of a zone are known to a new database too
	joulecart run -q --zone aws/eu-west-3 -o new.db -- true
	is "$(sqlite3 new.db 'SELECT zone FROM campaign')" FR
}

@test "an unknown zone is refused with near names, and nothing runs" {
	run -125 --separate-stderr joulecart run --zone UK -o "$db" -- touch started
	has "$stderr" "^joulecart: unknown zone 'UK': .*'GB'"
	[ ! -e started ]
}

@test "a PUE below 1 is refused with the reason" {
	run -125 --separate-stderr joulecart run --pue 0.9 -o "$db" -- true
	has "$stderr" "^joulecart: invalid --pue '0.9': PUE is .*1"
}

@test "a rate of 0, counts below 1 and words for numbers are refused" {
	run -125 joulecart run --rate 0 -o "$db" -- true
	run -125 joulecart run --queries 0 -o "$db" -- true
	run -125 joulecart run --trials -1 -o "$db" -- true
	run -125 joulecart run --queries 3x -o "$db" -- true
}

@test "a job without a name, or with one that would not be kept whole, is refused" {
	run -125 joulecart run --job '' -o "$db" -- true
	run -125 --separate-stderr joulecart run --job "$(printf '%0129d' 0)" -o "$db" -- true
	has "$stderr" 'a name of 1 to 128 bytes is expected'
	joulecart run -q --job "$(printf '%0128d' 0)" -o "$db" -- true
	is "$(sql 'SELECT length(job) FROM job_rank')" 128
}

@test "an unknown format is refused with the known ones" {
	joulecart run -q -o "$db" -- true
	run -2 --separate-stderr joulecart report --format pdf "$db"
	has "$stderr" 'json'
}

@test "an error is one line that begins with joulecart:" {
	run --separate-stderr joulecart report no-such-file.db
	is "${#stderr_lines[@]}" 1
	has "$stderr" "^joulecart: cannot read 'no-such-file.db': "
	is "$output" ''
}

@test "an event that nothing counts is named before the run, with the one that was meant" {
	run -0 --separate-stderr joulecart run -q --events task-clock,instrctions -- true
	has "$stderr" "^joulecart: warning: 'instrctions' is not counted: .*\\(did you mean 'instructions'\\?\\)$"
	run -0 --separate-stderr joulecart run -q --events task-clock -- true
	is "$stderr" ''
}

@test "numbers are read alike in every command: with k, M and G" {
	joulecart run -q --queries 1.2k --json=run.json -o "$db" -- true
	is "$(sql 'SELECT queries FROM trial')" 1200
	run -0 joulecart whatif "$db" --zones FR --per-day 1.2M --json
	million=$output
	run -0 joulecart whatif "$db" --zones FR --per-day 1200000 --json
	is "$output" "$million"
	joulecart factors set "$db" training_queries=1.2M --source test
	is "$(sql "SELECT value FROM setting WHERE name = 'training_queries'")" 1200000.0
	run -2 --separate-stderr joulecart whatif "$db" --per-day 1.2x
	has "$stderr" "^joulecart: invalid --per-day '1.2x': "
	run -2 --separate-stderr joulecart models infer teacher --queries 1.0005k
	has "$stderr" "invalid --queries '1.0005k': a whole number "
	for hz in 97.5 0 10001 -1 x; do
		run -125 --separate-stderr joulecart run --profile=$hz -q -o "$db" -- true
		has "$stderr" "^joulecart: invalid --profile '$hz': a whole number from 1 to 10000 a second is expected"
	done
}

# refused COMMAND...: it fails, and its last words, in brackets, say what to do
refused() {
	run --separate-stderr joulecart "$@"
	[ "$status" != 0 ] || fail "$* is not refused"
	has "$stderr" '^joulecart: .*: .* \(.+\)$'
}

@test "a refusal says what to do, also where the system gives the reason" {
	joulecart run -q -o "$db" -- true
	echo text >no.json
	refused export --to firefox --merge none.json "$db"
	refused export --to firefox --merge no.json "$db"
	refused export --to perfetto -o /nodir/y "$db"
	refused report -o /nodir/y "$db"
	refused report -o /nodir/y.html "$db"
	refused report --plot --campaign 99 "$db"
	refused report --campaign 99 "$db"
	refused report --campaign 99 -o page.html "$db"
	refused compare --campaign 99 "$db"
	refused whatif --pue 1.2 --campaign 99 "$db"
	refused report --front "$db"
	refused report --layers "$db"
	refused report --phases "$db"
	refused report --functions "$db"
	refused report --functions -o page.html "$db"
	refused report --layers --functions "$db"
	refused report --front --functions "$db"
	refused report --plot --functions "$db"
	refused report "$PWD"
	refused sign --key-file none "$db"
	refused verify none.db
	refused merge -o merged.db none.db
	refused factors import "$db" none.csv
	refused run -o /nodir/x.db -- true
	refused run -- "$PWD"
}

@test "reports that are none of one another are not asked for together" {
	joulecart run -q -o "$db" -- true
	for two in '--front --layers' '--front --functions' '--layers --functions' '--phases --layers' '--front --phases'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr joulecart report $two "$db"
		has "$stderr" '^joulecart: cannot show both the .* \(leave out --.* or --.*\)$'
	done
	run -2 --separate-stderr joulecart report --plot --functions "$db"
	has "$stderr" 'it is a report of its own'
	run -2 --separate-stderr joulecart report --functions --format html "$db"
	has "$stderr" 'shown as text, json, csv or markdown'
}

@test "a word where only options are taken is named, and so are two services at once" {
	run -2 joulecart live foo
	is "$output" "joulecart: live takes nothing but options, and 'foo' is none ('joulecart live --help' lists them)"
	run -2 joulecart serve listen
	has "$output" "'listen' is none: did you mean '--listen'\?"
	for command in attach bench config demo doctor 'models data' 'models list'; do
		# shellcheck disable=SC2086 # words
		run -2 joulecart $command xyzzyxyzzy
		has "$output" "$command takes nothing but options, and 'xyzzyxyzzy' is none"
	done
	run -2 joulecart attach
	has "$output" 'attach needs one of --pid, --cgroup and --unit'
	run -2 joulecart attach --pid 1 --unit x.service
	has "$output" 'cannot attach to both --pid and --unit: one service is measured at a time \(leave one of them out\)'
}

@test "no report is written into a file that is called a picture, or what no report can be" {
	joulecart run -q -o forms.db -- true
	run -2 joulecart report -o x.svg forms.db
	has "$output" "cannot write a report to 'x.svg': it would be text, which is no picture \(--plot draws"
	run -2 joulecart report --profile -o f.svg forms.db
	has "$output" 'the flame graph is a page for a browser \(joulecart report --profile -o flame.html FILE.db\)'
	for form in --front --phases --layers --functions ''; do
		# shellcheck disable=SC2086 # none is no word
		run -2 joulecart report $form -o x.PDF forms.db
		has "$output" "no report has the form '.PDF' \(name a .html, .txt, .json, .csv or .md file, or say --format text\)"
	done
	[ ! -e x.svg ] && [ ! -e f.svg ] && [ ! -e x.PDF ]
	joulecart report -o tmp.Xyzabc forms.db # as mktemp names it
	joulecart report --format text -o asked.svg forms.db
	[ -s tmp.Xyzabc ] && [ -s asked.svg ]
}
