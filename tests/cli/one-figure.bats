#!/usr/bin/env bats
# One figure has one value and one interval, wherever it stands: view v_figure, and text, Markdown,
# CSV, JSON, HTML in both languages, the footer, whatif and the other views beside it.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	# shellcheck disable=SC2016 # expands there
	for _ in 1 2 3 4; do
		joulecart run -q --queries 100 --name serve -o base.db -- sh -c 'i=0; while [ $i -lt 600000 ]; do i=$((i + 1)); done'
	done
	# one variant in one campaign, as a bench has them: three trials that answered, one that trained
	sqlite3 base.db "UPDATE trial SET campaign_id = 1, ordinal = trial_id, block = trial_id,
	                   job = iif(trial_id = 4, 'train', 'infer'), workload = iif(trial_id = 4, NULL, 'w'),
	                   queries = iif(trial_id = 4, NULL, queries);
	                 DELETE FROM campaign WHERE campaign_id > 1"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/base.db" "$db"
}

state() {
	[ $# = 0 ] || joulecart factors set "$db" "$@" --source test
}

# Every pair "low high" that the places show of a figure that is rounded.
pairs_of_text() {
	grep -oE '[0-9]+(\.[0-9]+)?\.\.[0-9]+(\.[0-9]+)?' | sed 's/\.\./ /'
}

pairs_of_page() {
	grep -oE '<span class="interval">[^<]*' | sed 's/.*>//' |
		grep -oE '[0-9.]+ (to|至) [0-9.]+' | sed -E 's/ (to|至)//'
}

# matches FILE: each pair of it is the interval of a figure in figures.txt, in some power of a
# thousand, to the digits that are shown
matches() {
	[ -s "$1" ] || fail "$1 shows no interval"
	awk 'function unit(text) { return index(text, ".") ? 10 ^ -(length(text) - index(text, ".")) : 1 }
	     function near(shown, true_) { return shown - true_ <= 0.501 * unit(shown) && true_ - shown <= 0.501 * unit(shown) }
	     NR == FNR { low[NR] = $1; high[NR] = $2; n = NR; next }
	     { found = 0
	       for (i = 1; i <= n && !found; i++)
	           for (e = -6; e <= 24; e += 3)
	               if (near($1, low[i] * 10 ^ e) && near($2, high[i] * 10 ^ e) && $2 > 0) found = 1
	       if (!found) { print "no figure has " $1 " to " $2; bad = 1 } }
	     END { exit bad }' figures.txt "$1" || fail "in $1: $(head -50 figures.txt)"
}

# same FILE: "job figure per value low high" of each line is as v_figure has it, within 1e-8
same() {
	[ -s "$1" ] || fail "$1 is empty"
	awk 'function near(a, b) { d = a - b; if (d < 0) d = -d; return d <= 1e-8 * (b < 0 ? -b : b) }
	     NR == FNR { v[$1, $2, $3] = $4; l[$1, $2, $3] = $5; h[$1, $2, $3] = $6; next }
	     { if (!(($1, $2, $3) in v) || !near($4, v[$1, $2, $3]) || !near($5, l[$1, $2, $3]) || !near($6, h[$1, $2, $3])) {
	           print "not as v_figure: " $0 " but " v[$1, $2, $3] " " l[$1, $2, $3] " " h[$1, $2, $3]; bad = 1 } }
	     END { exit bad }' exact.txt "$1" || fail "$1"
}

# of_views: what the views have beside v_figure. A job of one trial has that trial's interval.
of_views() {
	sql "SELECT job, iif(figure = 'sci_g', 'sci_g', 'o_g'), per, printf('%.12e %.12e %.12e', value_g, low, high)
	       FROM v_budget_total
	     UNION ALL SELECT job, 'joules', per, printf('%.12e %.12e %.12e', j, j_low, j_high) FROM v_mean
	     UNION ALL SELECT job, 'o_g', 'run', printf('%.12e %.12e %.12e', grams, grams_low, grams_high)
	       FROM v_carbon WHERE job = 'train' AND grams_high IS NOT NULL" | tr '|' ' '
	sql "SELECT s.job, f.figure, 'run', printf('%.12e %.12e %.12e', iif(f.figure = 'm_g', run_m_g, run_sci_g), f.low, f.high)
	     FROM v_sci s JOIN v_figure f ON f.job = s.job AND f.per = 'run' AND f.figure IN ('m_g', 'sci_g')
	     WHERE s.job = 'train' AND run_m_g IS NOT NULL" | tr '|' ' '
}

of_json() {
	jq -r '.variants[] | .job as $job | .figures | to_entries[] | select(.value != null)
	       | (.key | sub("per_"; "")) as $per | .value | to_entries[] | select(.value.ci95 != null)
	       | "\($job) \(.key) \($per) \(.value.value) \(.value.ci95[0]) \(.value.ci95[1])"' report.json
}

# The same figures once more, where JSON has them for readers of older versions.
of_other_json() {
	jq -r '.variants[] | .job as $job | (["joules", "query", .joules_per_query], ["joules", "run", .joules_per_run],
	         ["o_g", "run", .gco2e_per_run]) | select(.[2].ci95 != null)
	       | "\($job) \(.[0]) \(.[1]) \(.[2].value) \(.[2].ci95[0]) \(.[2].ci95[1])"' report.json
	jq -r '.carbon_accounts.sci[] | select(.m_g != null)
	       | "\(.job) m_g \(.per) \(.m_g) \(.m_low_g) \(.m_high_g)", "\(.job) sci_g \(.per) \(.sci_g) \(.sci_low_g) \(.sci_high_g)"' \
		report.json
	jq -r '.carbon_accounts.uncertainty[] | select(.low != null)
	       | "\(.job) \(if .m_g > 0 then "sci_g" else "o_g" end) \(.per) \(.value_g) \(.low) \(.high)"' report.json
}

of_csv() {
	local columns='' figure
	for figure in e_kwh o_g m_g sci_g amortised_g scope2_location_g scope2_market_g scope3_cat3_upstream_g \
		scope3_cat3_td_g water_onsite_l water_offsite_l; do
		columns+="SELECT job, '$figure', figures_per, $figure, ${figure}_low95, ${figure}_high95 FROM t
		          WHERE ${figure}_low95 <> '' UNION ALL "
	done
	sqlite3 -separator ' ' :memory: '.import --csv report.csv t' "$columns
		SELECT job, 'joules', 'query', joules_per_query, joules_per_query_low95, joules_per_query_high95 FROM t
		  WHERE joules_per_query_low95 <> ''
		UNION ALL SELECT job, 'joules', 'run', joules_per_run, joules_per_run_low95, joules_per_run_high95 FROM t
		UNION ALL SELECT job, 'o_g', 'run', gco2e_per_run, gco2e_per_run_low95, gco2e_per_run_high95 FROM t"
}

of_whatif() {
	joulecart whatif --json "$db" | jq -r '.campaigns[0].rows[] | .job as $job | .per as $per | .cases[0]
		| (["o_g", .o_g], ["m_g", .m_g], ["e_kwh", .kwh]) | select(.[1].ci95 != null)
		| "\($job) \(.[0]) \($per) \(.[1].value) \(.[1].ci95[0]) \(.[1].ci95[1])"'
}

# all_places: of $db as it is
all_places() {
	sql "SELECT job, figure, per, printf('%.12e %.12e %.12e', value, low, high) FROM v_figure
	     WHERE low IS NOT NULL" | tr '|' ' ' >exact.txt
	sql "SELECT printf('%.12e %.12e', low * f, high * f) FROM v_figure,
	     (SELECT 1 AS f UNION ALL SELECT 1000 UNION ALL SELECT 1000000) WHERE low IS NOT NULL" | tr '|' ' ' >figures.txt
	[ -s exact.txt ] || fail 'v_figure has nothing'
	joulecart report --format json "$db" >report.json
	joulecart report --format csv "$db" >report.csv
	jq -r '.variants[].seconds_per_run.ci95 | select(.) | "\(.[0]) \(.[1])"' report.json >>figures.txt
	for place in views json other_json csv whatif; do
		"of_$place" >"$place.txt"
		same "$place.txt"
	done
	is "$(wc -l <json.txt)" "$(wc -l <exact.txt)" # none is left out
	joulecart report "$db" >report.txt
	pairs_of_text <report.txt >text-pairs.txt
	matches text-pairs.txt
	joulecart report --format markdown "$db" | pairs_of_text >markdown-pairs.txt
	matches markdown-pairs.txt
	is "$(sort markdown-pairs.txt)" "$(sort text-pairs.txt)"
	for language in en zh; do
		joulecart report --format html --language "$language" "$db" >"$language.html"
		pairs_of_page <"$language.html" >"page-$language.txt"
		matches "page-$language.txt"
	done
	is "$(cat page-zh.txt)" "$(cat page-en.txt)"
	joulecart verify "$db" >verified.txt || fail "$(cat verified.txt)"
}

guest_or_metal() {
	sql "UPDATE host SET hypervisor = $1"
}

as_measured() {
	sql "UPDATE channel SET collector = 'powercap', name = 'package-0', domain = 'package', provenance = 'measured',
	     uncertainty_k2 = 0.05 WHERE collector = 'estimate'"
}

@test "an estimate on a guest, nothing stated" {
	guest_or_metal "'kvm'"
	all_places
	is "$(sql "SELECT count(*) FROM v_figure WHERE figure = 'sci_g' AND value IS NOT NULL")" 0
}

@test "an estimate on a guest, everything stated" {
	guest_or_metal "'kvm'"
	state zone=US-CAMX pue=1.2 psu=0.9 embodied=server share=0.01 training_queries=1000 wue=0.4 \
		market=12 instrument=PPA upstream=30
	all_places
	grep -q 'SCI' report.txt
	grep -q '2 market' report.txt
	# the power supply is in the estimate, and every place says so
	is "$(sql "SELECT status FROM v_boundary WHERE component = 'power supply loss'")" 'in the estimate'
	is "$(sql "SELECT DISTINCT why FROM v_budget WHERE input = 'power supply'")" \
		'in the estimate: its watts are taken at the wall'
	has_not "$(cat en.html)" 'through the power supply'
}

@test "an estimate on a guest with a device and no share has no SCI anywhere, and says why" {
	guest_or_metal "'kvm'"
	state zone=FR pue=1.2 embodied=server
	all_places
	has "$(tr -s ' \n' ' ' <report.txt)" 'no SCI: a guest is a part of its host'
	has "$(cat en.html)" 'a guest is a part of its host'
	has_not "$(cat zh.html)" 'a guest is a part of its host'
	has "$(cat en.html)" 'SCI\), operational part'
}

@test "measured on bare metal, with an assumed zone" {
	guest_or_metal NULL
	as_measured
	state embodied=server
	all_places
	has "$(cat en.html)" 'operational and embodied'
	has "$(cat en.html)" 'energy and embodied'
}

@test "measured on bare metal, everything stated" {
	guest_or_metal NULL
	as_measured
	state zone=GB pue=1.2 psu=0.9 embodied=1000 training_queries=1000
	all_places
	has "$(cat en.html)" 'through the power supply'
	is "$(sql "SELECT status FROM v_boundary WHERE component = 'power supply loss'")" 'by factor'
}

@test "a doubt that was changed is changed in every place" {
	state zone=GB pue=1.2 uncertainty/grid-annual/k2=0.4
	all_places
	has "$(tr -s ' \n' ' ' <report.txt)" 'carbon also 40 % for the grid, 10 % for PUE'
}

# given ZONE PSU EMBODIED TRAINING GUEST MEASURED: 1 or 0 each
given() {
	cp "$BATS_FILE_TMPDIR/base.db" "$db"
	guest_or_metal "$([ "$5" = 1 ] && echo "'kvm'" || echo NULL)"
	[ "$6" = 0 ] || as_measured
	local stated=()
	[ "$1" = 0 ] || stated+=(zone=US-CAMX pue=1.2)
	[ "$2" = 0 ] || stated+=(psu=0.9)
	[ "$3" = 0 ] || stated+=(embodied=server share=0.01)
	[ "$4" = 0 ] || stated+=(training_queries=1000)
	[ ${#stated[@]} = 0 ] || state "${stated[@]}"
}

# has_what_was_stated ZONE PSU EMBODIED TRAINING GUEST MEASURED: the figures that are there are those that can be
has_what_was_stated() {
	there() { sql "SELECT count(*) > 0 FROM v_figure WHERE figure = '$1' AND value IS NOT NULL"; }
	is "$(there joules) $(there o_g)" '1 1'
	is "$(there sci_g)" "$3"
	is "$(there m_g)" "$3"
	is "$(there amortised_g)" "$4"
	is "$(there scope2_location_g)" "$1"
	is "$(sql "SELECT count(DISTINCT provenance) || min(provenance) FROM v_figure WHERE figure = 'joules'")" \
		"1$([ "$6" = 1 ] && echo measured || echo estimated)"
	is "$(sql "SELECT status FROM v_boundary WHERE component = 'power supply loss'")" \
		"$([ "$6" = 0 ] && echo 'in the estimate' || { [ "$2" = 1 ] && echo 'by factor' || echo excluded; })"
}

# Of six things, each stated or not: six states that have every pair of them in all four ways, or all 64 with
# FIGURE_STATES=all (make check-slow). In the first nothing is stated; each thing is in three of the other five, no two
# in the same three, so that they meet in one and each is without the other in one. Under sanitizers, which look for
# other faults and take long, nothing and two that have each thing.
@test "zone, psu, embodied, training, guest and measured, in every pair: one interval in every place" {
	local six states=('0 0 0 0 0 0' '1 1 1 0 0 1' '1 1 0 1 0 0' '1 0 1 0 1 0' '0 1 0 1 1 1' '0 0 1 1 1 1')
	[ "${FIGURE_STATES-}" != all ] || states=({0,1}\ {0,1}\ {0,1}\ {0,1}\ {0,1}\ {0,1})
	is "${#states[@]}" "$([ "${FIGURE_STATES-}" = all ] && echo 64 || echo 6)"
	! is_sanitized || states=('0 0 0 0 0 0' '1 1 1 0 0 1' '0 1 0 1 1 1')
	for six in "${states[@]}"; do
		echo "zone, psu, embodied, training, guest, measured: $six" # shown where it fails
		# shellcheck disable=SC2086 # six words
		given $six
		# shellcheck disable=SC2086
		has_what_was_stated $six
		all_places
	done
}

# two_variants MJ...: four blocks of the teacher and of 'small', whose trials take so many mJ, in turn; a
# counter that changes each millisecond counts them, and all of the CPU time is theirs
two_variants() {
	local trial=0 rows='' mj
	for mj; do
		trial=$((trial + 1))
		rows+="${rows:+, }($trial, $mj)"
	done
	sqlite3 pair.db "UPDATE channel SET update_interval_ns = 1000000, seen_interval_ns = NULL, uncertainty_k2 = 0.05
	                   WHERE collector = 'estimate';
	                 UPDATE stretch SET advance = a, advance_low = a, advance_high = a
	                   FROM (SELECT c.channel_id AS id, CASE c.name WHEN 'machine' THEN v.column2 * 1000000
	                           WHEN 'tree' THEN 500000000 WHEN 'busy' THEN 50 ELSE 0 END
	                           / count(*) OVER (PARTITION BY c.channel_id) AS a
	                         FROM channel c JOIN (VALUES $rows) v ON v.column1 = c.trial_id JOIN stretch s USING (channel_id)
	                         WHERE c.collector IN ('estimate', 'cputime')) WHERE channel_id = id"
}

ascii() {
	sed 's/\xe2\x88\x92/-/g'
}

# in_percent: ratios on standard input as changes with one decimal
in_percent() {
	awk '{ for (i = 1; i <= NF; i++) printf "%s%+.1f", (i > 1 ? " " : ""), ($i - 1) * 100; print "" }'
}

# Equal trials, whose spread is nothing and whose interval is the meter's steps; and unequal ones.
@test "a ratio has one value and one interval in compare, check, report and page" {
	local i mj
	for i in 1 2 3 4 5 6 7 8; do
		joulecart run -q --queries 100 --name "$([ $((i % 2)) = 1 ] && echo teacher || echo small)" -o pair.db -- sleep 0.5
	done
	sqlite3 pair.db "UPDATE trial SET campaign_id = 1, ordinal = trial_id, block = (trial_id + 1) / 2, job = 'infer';
	                 DELETE FROM campaign WHERE campaign_id > 1"
	for mj in '4000 3900 4000 3900 4000 3900 4000 3900' '4000 3900 4020 3905 3980 3885 4010 3915'; do
		# shellcheck disable=SC2086 # words
		two_variants $mj
		joulecart compare -f json pair.db teacher small |
			jq -r '.differences[0] | "\(.ratio) \(.ci95[0]) \(.ci95[1])"' >compared.txt
		joulecart report -f json pair.db |
			jq -r '.variants[] | select(.variant == "small") | .ratio_to_baseline | "\(.value) \(.ci95[0]) \(.ci95[1])"' >json.txt
		joulecart report -f csv pair.db | sqlite3 -separator ' ' :memory: '.import --csv /dev/stdin t' \
			"SELECT ratio_to_baseline, ratio_low95, ratio_high95 FROM t WHERE variant = 'small'" >csv.txt
		for place in json csv; do
			awk 'NR == FNR { for (i = 1; i <= 3; i++) a[i] = $i; next }
			     { for (i = 1; i <= 3; i++) if ((a[i] - $i) ^ 2 > 1e-16) exit 1 }' compared.txt "$place.txt" ||
				fail "$place has $(cat "$place.txt"), compare $(cat compared.txt)"
		done
		[ "$(awk '{ print ($3 - $2 > 0.001) }' compared.txt)" = 1 ] || fail "no interval: $(cat compared.txt)"
		in_percent <compared.txt >percent.txt
		joulecart check pair.db --against teacher --variant small --fail-if 'j_per_query > +0%' | ascii >check.txt
		is "$(grep -oE 'j_per_query [-+0-9.]+ % \([-+0-9.]+ to [-+0-9.]+\)' check.txt | grep -oE '[-+][0-9.]+' | xargs)" \
			"$(cat percent.txt)"
		is "$(joulecart report pair.db | ascii | grep -E '^small' | grep -oE '[-+][0-9.]+ % \([-+0-9.]+\.\.[-+0-9.]+\)' |
			sed 's/\.\./ /' | grep -oE '[-+][0-9]+\.?[0-9]*' | head -3 | xargs)" "$(cat percent.txt)"
		has "$(joulecart report -f markdown pair.db | ascii)" \
			"$(awk '{ gsub(/\+/, "\\+"); print $1 " % \\(" $2 "\\.\\." $3 "\\)" }' percent.txt)"
		for language in en zh; do # in the head and in the table of variants
			joulecart report -f html --language "$language" pair.db | ascii |
				grep -oE -- '-[0-9.]+ (to|至) -[0-9.]+' | sed -E 's/ (to|至)//' >page.txt
			is "$(grep -cxF -- "$(cut -d' ' -f2,3 percent.txt)" page.txt)" 2
		done
	done
}

@test "the footer of a run has the interval of the view" {
	joulecart run --queries 100 --name serve --zone FR --pue 1.2 -o new.db -- sleep 0.6 2>footer.txt
	sqlite3 new.db "SELECT printf('%.12e %.12e', low, high) FROM v_figure WHERE low IS NOT NULL" |
		tr '|' ' ' >figures.txt
	pairs_of_text <footer.txt >footer-pairs.txt
	matches footer-pairs.txt
	is "$(wc -l <footer-pairs.txt)" 3
}

@test "a figure has one shape in every command's JSON" {
	joulecart report --format json "$db" >report.json
	joulecart whatif --json "$db" >whatif.json
	for file in report.json whatif.json; do
		jq -e '[.. | objects | select(has("ci95")) | keys
		        | select(. != ["ci95", "provenance", "reason", "value"] and . != ["ci95", "reason", "value"])] == []' "$file"
		jq -e '[.. | objects | select(has("ci95") and .value == null and .provenance != null)] == []' "$file"
	done
}
