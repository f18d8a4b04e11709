#!/usr/bin/env bats
# Jobs of several ranks: each node's joules once, whoever of its ranks reads and ends first.
load ../helper
load ../jobs

@test "two jobs of ranks on two nodes: what each drew, and together the nodes' true joules" {
	need_nodes
	machine n1 60
	machine n2 80
	local node
	# shellcheck disable=SC2016 # expands there
	NODE=n1 on_node n1 bash -c '. "$JOBS"; two_jobs 0 2 4' &
	NODE=n2 on_node n2 bash -c '. "$JOBS"; two_jobs 2 2 4' &
	wait
	joulecart job -f csv n1.db n2.db >job.csv
	is "$(job_figure "group_concat(n_ranks || ' ' || n_nodes)" "level = 'job'")" '4 2,4 2'
	for node in n1 n2; do
		within 1 "$(job_figure joules "level = 'machine' AND node = '$node'")" \
			"$(true_joules_of $node $node.db 1 intel-rapl:0 intel-rapl:0:1)"
		within 1 "$(job_figure joules "level = 'node' AND node = '$node' AND job = 'first'")" \
			"$(true_joules_of $node $node.db "r.job = 'first'" intel-rapl:0 intel-rapl:0:1)"
		within 1 "$(job_figure "total(own_j) + (SELECT others_j + idle_j FROM job m
			WHERE m.level = 'machine' AND m.node = '$node')" "level = 'node' AND node = '$node'")" \
			"$(job_figure joules "level = 'machine' AND node = '$node'")"
		# one rank of each job read at the full rate from its begin on
		is "$(sqlite3 $node.db "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM job_rank r JOIN trial t
			USING (trial_id) WHERE r.read_from_mono_ns = t.begin_mono_ns GROUP BY r.job ORDER BY r.job)")" 1,1
	done
	is "$(job_figure 'count(*)' "own_low_j + 0 > own_j + 0 OR own_high_j + 0 < own_j + 0")" 0
	has "$(joulecart job n1.db n2.db)" '4 ranks on 2 nodes'
	rm n2.db
	has "$(joulecart job n1.db)" '2 of 4 ranks are missing'
}

@test "when the rank that reads is killed another goes on, and no joule is lost" {
	need_nodes
	machine n1 60
	# shellcheck disable=SC2016 # expands there
	on_node n1 bash -c '. "$JOBS"; rank job 0 2 0 job.db sleep 60 & reader=$!
		until_says job.db "SELECT count(*) FROM job_rank WHERE read_from_mono_ns"
		rank job 1 2 1 job.db sleep 2 & other=$!
		# stored of the first beyond where the second began: nothing is unread between them
		until_says job.db "SELECT min(z.end_mono_ns) > (SELECT begin_mono_ns FROM trial WHERE trial_id = 2)
			FROM channel k JOIN stretch z USING (channel_id) WHERE k.trial_id = 1 AND k.counted
			AND z.seq = (SELECT max(seq) FROM stretch s WHERE s.channel_id = k.channel_id)"
		kill -KILL "$(pgrep -P $reader -f "joulecart run" || echo $reader)"
		wait $other'
	joulecart job -f csv job.db >job.csv
	within 1 "$(job_figure joules "level = 'job'")" "$(true_joules_of n1 job.db 1 intel-rapl:0 intel-rapl:0:1)"
	is "$(job_figure state "rank = '0' AND level = 'rank'")" 'cut off'
	has "$(joulecart job job.db)" '1 rank was cut off'
	run -0 joulecart verify job.db
	is "$(sqlite3 job.db 'SELECT r.read_from_mono_ns > t.begin_mono_ns FROM job_rank r JOIN trial t USING (trial_id)
		WHERE r.rank = 1')" 1
}

@test "mpirun around joulecart and joulecart around mpirun count the same machine once" {
	need_nodes
	need mpirun openmpi-bin
	machine n1 60
	# shellcheck disable=SC2016 # expands there
	on_node n1 sh -c 'mpirun --allow-run-as-root --oversubscribe -n 3 "$JOULECART" run -q -o in.db -- sleep 0.5 &&
		"$JOULECART" run -q -o around.db -- mpirun --allow-run-as-root --oversubscribe -n 3 sleep 0.5'
	joulecart job -f csv in.db >job.csv
	is "$(job_figure "n_ranks || ' ' || n_nodes" "level = 'job'")" '3 1'
	within 1 "$(job_figure joules "level = 'job'")" "$(true_joules_of n1 in.db 1 intel-rapl:0 intel-rapl:0:1)"
	joulecart job -f csv around.db >job.csv
	is "$(job_figure "n_ranks || ' ' || n_nodes" "level = 'job'")" '1 1'
	within 1 "$(job_figure joules "level = 'job'")" "$(true_joules_of n1 around.db 1 intel-rapl:0 intel-rapl:0:1)"
}

@test "what sacct says stands beside, with why it differs" {
	joulecart run -q -o "$db" --job 12 -- true
	printf '%s\n' 'JobID|State|ConsumedEnergyRaw' '12|COMPLETED|' '12.batch|COMPLETED|70' '12.0|COMPLETED|50' \
		'13|COMPLETED|9' >sacct.txt
	joulecart job -f csv --sacct sacct.txt "$db" >job.csv
	is "$(job_figure 'sacct_consumed_energy_j + 0' "level = 'job'")" 120
	has "$(joulecart job --sacct sacct.txt "$db" | tr -d '\n')" 'ConsumedEnergyRaw is 120 J'
	echo 'JobID|State' >sacct.txt
	run -1 joulecart job --sacct sacct.txt "$db"
	has "$output" 'ConsumedEnergyRaw'
	mkfifo pipe
	run -1 joulecart job --sacct pipe "$db"
}

@test "a rank's file is named by what its launcher says, and by the host" {
	OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_LOCAL_RANK=1 PMIX_NAMESPACE=7 \
		joulecart run -q -o '%j-%r-%h.db' -- true
	[ -e "7-1-$(hostname -s).db" ]
	run -125 joulecart run -q -o '%n.db' -- true
	has "$output" "cannot name a file by '%n.db': no launcher says the node's number"
}

@test "on a network file system each node has a file of its own without a log, and that is said" {
	mkdir nfs
	export NETWORK_DISK=$PWD/nfs LD_PRELOAD=$NETWORK_DISK_SO ASAN_OPTIONS=verify_asan_link_order=0
	file=nfs/job-$(hostname -s).db
	rank job 0 2 0 nfs/job.db sleep 0.3 2>said &
	rank job 1 2 1 nfs/job.db sleep 0.3
	wait
	has "$(cat said)" "'nfs/job.db' is on a network file system \(NFS\), where nodes cannot write into one file: this node's \
is '$file'"
	is "$(ls nfs)" "${file#nfs/}"
	is "$(sqlite3 "$file" 'PRAGMA journal_mode')" delete
	run -0 joulecart verify "$file"
	joulecart job -f csv "$file" >job.csv
	is "$(job_figure n_ranks "level = 'job'")" 2
	# what is killed leaves what was stored
	rank job 0 2 0 nfs/killed-%h.db sh -c 'kill -KILL $PPID' || true
	file=${file/job-/killed-}
	run -0 joulecart verify "$file"
	joulecart job -f csv "$file" >job.csv
	is "$(job_figure state "level = 'rank'")" 'cut off'
}
