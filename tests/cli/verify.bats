#!/usr/bin/env bats
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	# it computes: the lower bound of what a sleep needs may be 0
	joulecart run -q --queries 100 --zone FR --rate 50 --name serve -o "$db" -- \
		sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; sleep 0.4'
	joulecart sign --new-key lab.key >public
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$BATS_FILE_TMPDIR/"{"$db",lab.key,public} .
}

public_key() {
	sed 's/.* //' public
}

@test "every figure follows from the raw readings, and an unsealed file says that it is" {
	run -0 --separate-stderr joulecart verify "$db"
	has "${lines[0]}" '^evidence: [0-9]+ figures of 1 trial recomputed from [0-9]+ readings of [0-9]+ channels$'
	has "$output" 'seal +none'
	run -3 --separate-stderr joulecart verify --require-sealed "$db"
	is "$stderr" "joulecart: '$db' does not verify: it is not sealed ('joulecart sign' seals a file of your own)"
}

@test "a signed file holds, names its key, and changes nothing by being verified" {
	run -0 joulecart sign --key-file lab.key "$db"
	has "$output" "^evidence: '$db' is sealed and signed, head [0-9a-f]{64}$"
	before=$(sha256sum "$db")
	run -0 --separate-stderr joulecart verify --json --public-key "$(public_key)" "$db"
	jq -e '.agrees and .sealed and .signed and .figures > 10 and .readings > 100' <<<"$output"
	is "$(jq -r .public_key <<<"$output")" "$(public_key)"
	is "$(sha256sum "$db")" "$before"
	run -3 --separate-stderr joulecart verify --public-key "$(printf '%064d' 1)" "$db"
	is "$stderr" "joulecart: '$db' does not verify: it is signed with another key (ask who made it which key is theirs)"
}

@test "a run after the seal is found, and a new seal says what it supersedes" {
	joulecart sign "$db"
	first=$(joulecart verify --json "$db" | jq -r .head)
	joulecart run -q -o "$db" -- true
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" 'does not verify: .*was added after it was sealed'
	joulecart sign "$db"
	is "$(joulecart verify --json "$db" | jq -r .supersedes)" "$first"
}

@test "a factor that was changed after the seal is named" {
	joulecart sign "$db"
	sql "UPDATE factor SET value = 4.418 WHERE key = 'FR' AND parameter = 'intensity'"
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" "does not verify: factor factor_id [0-9]+ is not as it was sealed"
}

@test "also without a seal a changed rollup, chunk or view is found" {
	cp "$db" copy.db
	sql "UPDATE stretch SET advance = advance + 1, advance_high = advance_high + 1
	     WHERE channel_id = (SELECT channel_id FROM channel WHERE unit = 'J') AND seq = 0"
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" 'rollup 0 of .* in trial 1: advance is stored as'
	cp copy.db "$db"
	sql "UPDATE chunk SET data = CAST(substr(data, 1, 20) || x'ff' || substr(data, 22) AS BLOB)
	     WHERE seq = 0 AND channel_id = 1"
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" 'damaged'
	cp copy.db "$db"
	sql 'DROP VIEW v_phase; CREATE VIEW v_phase AS SELECT 1 AS joules'
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" 'does not verify: view v_phase is changed'
}

# redefine VIEW FROM TO: the view again, with TO where FROM stood
redefine() {
	sql "CREATE TABLE made AS SELECT replace(sql, '$2', '$3') AS sql, sql AS before
	     FROM sqlite_schema WHERE name = '$1'"
	definition=$(sql 'SELECT sql FROM made')
	[ "$definition" != "$(sql 'SELECT before FROM made')" ]
	sql "DROP TABLE made; DROP VIEW $1; $definition"
}

# changed VIEW FROM TO PLACE: what the second path says of the sound file once the view says TO.
# verify itself reads no view of a file: it names the one that was changed.
changed() {
	cp sound.db "$db"
	redefine "$1" "$2" "$3"
	run -3 --separate-stderr "$RECOMPUTE_VIEWS" "$db"
	has "$stderr" "does not verify: $4"
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" "does not verify: view $1 is changed"
}

@test "SCI, scopes and water are computed from statements and factors on a second path" {
	joulecart factors set "$db" zone=US-AZNM embodied=server pue=1.3 psu=0.9 life=5 share=0.5 \
		training_queries=1000 market=12 instrument=PPA upstream=30 wue=0.4 --source=test
	joulecart verify "$db"
	cp "$db" sound.db
	changed v_sci 'AS o_g' '* 1.01 AS o_g' 'o_g in v_sci of trial 1 is given as [0-9.e-]+, readings and factors give'
	changed v_sci 'AS m_g' '* 1.01 AS m_g' 'm_g in v_sci of trial 1 is given as'
	changed v_sci 'AS sci_g' '+ 1 AS sci_g' 'sci_g in v_sci of trial 1 is given as'
	changed v_sci 'tir_s * m_g_per_s, NULL) AS m_g' 'NULL, NULL) AS m_g' 'm_g in v_sci of trial 1 is given as unknown'
	changed v_scope 'run_e_kwh * a.market_g_per_kwh' 'run_e_kwh / 2 * a.market_g_per_kwh' 'scope2_market_g in v_scope of trial 1'
	changed v_account '(1 - td.value)' '(1 + td.value)' 'scope3_cat3_td_g in v_scope of trial 1'
	changed v_water 'a.pue * a.wue' 'a.wue' 'onsite_l in v_water of trial 1'
	changed v_account 'coalesce(p.share, 1.0) AS share' '1.0 AS share' 'm_g in v_sci of trial 1'
	changed v_carbon '2 * d.u_grid' 'd.u_grid' 'grid_uncertainty_k2 in v_carbon of trial 1'
}

@test "intervals are computed on a second path: edges, shares, instruments, the grid" {
	joulecart factors set "$db" embodied=server share=0.01 pue=1.05 --source=test
	cp "$db" sound.db
	# low is never below 0: of a run so short, either may be the first that does not agree
	changed v_energy '* coalesce(iif(kind' '* 2 * coalesce(iif(kind' 'interval_(low|high)_j of phase whole of trial 1 is given as'
	changed v_energy 'tree_s / max(busy_low_s - share_tick_s' 'tree_s / max(busy_low_s' 'interval_high_j of phase whole of trial 1'
	changed v_phase 'uncertainty_k2 * joules' 'uncertainty_k2 * 0.5 * joules' 'interval_(low|high)_j of phase whole of trial 1'
	changed v_phase 'high_j + instrument_u_j' 'high_j' 'interval_high_j of phase whole of trial 1'
	changed v_query 'j.low_j / (1.0' 'j.joules / (1.0' 'low of joules per query of trial 1'
	changed v_query 'j.run_high_j,' 'j.run_high_j * 1.1 AS run_high_j,' 'high of joules of the run of trial 1'
	changed v_carbon 'AS grams_high' '* 1.1 AS grams_high' 'grams_high in v_carbon of trial 1'
	changed v_carbon 'pow(ln(joules_per_query / low), 2) + ln2_down' 'ln2_down' 'grams_per_query_low in v_carbon of trial 1'
	changed v_doubt 'pow(ln(grid_up), 2) AS o_ln2_up' '0 AS o_ln2_up' 'grams_high in v_carbon of trial 1'
	changed v_doubt '1 / l.down AS life_up' '1 AS life_up' 'm_high_g in v_sci of trial 1'
	changed v_doubt 'max(p.down, 1 / a.pue)' 'p.down' 'grams_low in v_carbon of trial 1'
}

@test "the uncertainty budget's total is computed on a second path" {
	joulecart run -q --queries 100 --rate 50 --name serve -o "$db" -- sleep 0.6
	sql "UPDATE trial SET campaign_id = 1, ordinal = 2, block = 2 WHERE trial_id = 2"
	# so little of a server that its making weighs about as much as the sleep's joules
	joulecart factors set "$db" embodied=server share=0.00001 pue=1.3 psu=0.9 --source=test
	joulecart verify "$db"
	is "$(sql 'SELECT n FROM v_budget_input')" 2
	cp "$db" sound.db
	changed v_budget_total 'u_instrument + u_edges' 'u_edges' 'u_c_rel in v_budget_total of serve \(command\) in campaign 1'
	changed v_budget_total 'pow(m_g / value_g, 2)' '1' 'u_c_rel in v_budget_total'
	changed v_budget_input 'c.spread_j / c.j / 2' 'c.spread_j / c.j' 'u_c_rel in v_budget_total'
	changed v_budget_input 'd.u_pue, iif' '2 * d.u_pue AS u_pue, iif' 'u_c_rel in v_budget_total'
	changed v_budget_input 'd.u_te) AS' '2 * d.u_te) AS' 'u_c_rel in v_budget_total'
	changed v_mean 'THEN CAST(substr(' 'THEN 2 * CAST(substr(' '(low|high) of joules in v_figure of serve'
	changed v_figure 'm_g * m_up' 'm_g' 'high of m_g in v_figure of serve'
	changed v_figure 'kwh * e_down' 'kwh' 'low of e_kwh in v_figure of serve'
	changed v_figure 'THEN sci_low' 'THEN o_g' 'low of sci_g in v_figure of serve'
	changed v_budget_total 'distribution, f.low, f.high' 'distribution, f.low / 2 AS low, f.high' 'low in v_budget_total'
	cp sound.db "$db"
	sql "DELETE FROM setting; UPDATE campaign SET zone = NULL"
	joulecart verify "$db"
	cp "$db" sound.db
	changed v_doubt 'countries.sd, g.u' 'countries.sd * 1.01, g.u' 'grid_uncertainty_k2 in v_carbon'
}

@test "comments and white space of the schema may differ, and are said to" {
	redefine v_sci ' AS o_g' $' -- ISO/IEC 21031\n\tAS o_g'
	run -0 --separate-stderr joulecart verify "$db"
	has "$output" "views +those of the file differ from this joulecart's"
	joulecart factors set "$db" pue=1.2 --source=test
	run -0 --separate-stderr joulecart verify --json "$db"
	is "$(jq .other_views <<<"$output")" false
}

@test "steady phases that overlap are verified as the whole run's joules over their queries" {
	sql "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns, first_stretch,
	                        last_stretch, queries)
	     SELECT trial_id, n, 'steady', begin_mono_ns, end_mono_ns, 0, 9, 40 + n
	     FROM trial, (SELECT 1 AS n UNION SELECT 2)"
	run -0 --separate-stderr joulecart verify "$db"
	redefine v_query 'j.joules / j.queries' 'j.joules / 42'
	run -3 --separate-stderr "$RECOMPUTE_VIEWS" "$db"
	has "$stderr" 'joules per query of trial 1 is given as'
}

@test "a file without its readings is verified by its rollups, and says so" {
	joulecart sign --key-file lab.key "$db"
	joulecart trim "$db"
	run -3 --separate-stderr joulecart verify "$db"
	has "$stderr" 'does not verify: readings were trimmed after it was sealed'
	run -0 --separate-stderr joulecart verify --allow-trimmed "$db"
	has "$output" 'trimmed +the readings of [0-9]+ rollups were trimmed'
	has "$output" 'trimmed +[0-9]+ chunks of readings were sealed and are gone'
}

@test "wraps, jumps, failed reads, stuck counters and gauges of watts come out the same on the second path" {
	need_machines
	pids=()
	for machine in small-range jump eio stuck hwmon; do
		on "$machine" "$JOULECART" run -q -o "$machine.db" -- sleep 2 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	for machine in small-range jump eio stuck hwmon; do
		run -0 --separate-stderr joulecart verify "$machine.db"
	done
	is "$(sqlite3 hwmon.db "SELECT count(*) > 0 FROM channel WHERE unit = 'W'")" 1
	is "$(sqlite3 small-range.db 'SELECT sum(wraps) > 0 FROM stretch')" 1
	is "$(sqlite3 eio.db 'SELECT sum(n_failed) > 0 FROM stretch')" 1
	# read but once a second on a machine that is too busy, it is a jump that nobody saw
	is "$(sqlite3 jump.db "SELECT count(*) > 0 FROM gap WHERE kind IN ('implausible-step', 'lost-ticks')")" 1
	is "$(sqlite3 stuck.db "SELECT count(*) > 0 FROM gap WHERE kind = 'stuck'")" 1
}

@test "a key is never overwritten, and a file that is none is refused" {
	run -1 --separate-stderr joulecart sign --new-key lab.key
	is "$stderr" "joulecart: cannot write 'lab.key': file exists"
	is "$(stat -c %a lab.key)" 600
	run -1 --separate-stderr joulecart sign --key-file public "$db"
	has "$stderr" "cannot read the key in 'public'"
	run -1 joulecart sign nothing.db
	[ ! -e nothing.db ]
}
