#!/usr/bin/env bats
# The first half minute.
load ../helper

@test "the demo ends with a verdict and what to do next, without a terminal, in the C locale" {
	export XDG_DATA_HOME=$PWD/data
	run -0 --separate-stderr env LC_ALL=C TERM=dumb "$JOULECART" demo --zone DE </dev/null
	is "$stderr" 'joulecart: two small models are trained, then each answers queries 6 times: about 30 s'
	has "$output" '^ (bag-of-words needs [0-9.]+ % (less|more) energy per query than|No significant difference between bag-of-words and) student-hard'
	has "$output" 'What next:'
	[ "$(LC_ALL=C grep -cP '[^\x00-\x7f]' <<<"$output")" = 0 ]
	is "$(sqlite3 joulecart-demo.db "SELECT variant, job, count(*), min(state) FROM trial GROUP BY 1, 2 ORDER BY 2, 1")" \
		"$(printf '%s\n' 'bag-of-words|infer|6|complete' 'student-hard|infer|6|complete' \
			'bag-of-words|train|1|complete' 'student-hard|train|1|complete')"
	is "$(sqlite3 joulecart-demo.db 'SELECT zone FROM campaign')" DE
	# from the file the same baseline is taken, and the same verdict given: on a busy machine that
	# may be that there is no difference
	verdict=$(grep -oE 'bag-of-words needs [0-9.]+ % (less|more)|No significant difference' <<<"$output" | head -n 1)
	run joulecart compare joulecart-demo.db
	has "$output" "$verdict"
	run -0 joulecart report --front joulecart-demo.db
	is "$(sqlite3 joulecart-demo.db 'SELECT baseline FROM campaign')" student-hard
	# what it advises can be done
	joulecart report joulecart-demo.db >report.txt
	joulecart compare joulecart-demo.db student-hard bag-of-words >compare.txt || [ $? = 4 ]
	joulecart verify joulecart-demo.db
}

@test "where nothing can be written, that is said before anything is trained" {
	mkdir closed
	export XDG_DATA_HOME=$PWD/data
	run -1 --separate-stderr joulecart demo -o closed/missing/x.db
	has "$stderr" "closed/missing/x.db"
	[ ! -e data ]
}

@test "unknown words are no operands of it" {
	run -2 joulecart demo student
	has "$output" "demo takes nothing but options, and 'student' is none"
}
