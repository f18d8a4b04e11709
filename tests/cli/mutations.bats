#!/usr/bin/env bats
# A sealed file, changed in some hundred ways (make check-slow-mutations: a hundred thousand): verify finds it, or every output is as it was.
load ../helper

campaign() { # FILE: two variants, two trials each, long enough that check can judge them
	for name in a b a b; do
		"$JOULECART" run -q --rate 20 --queries 100 --zone FR --name $name -o "$1" -- sleep 0.5
	done
	sqlite3 "$1" "UPDATE trial SET campaign_id = 1, ordinal = trial_id,
		block = 1 + (trial_id - 1) / 2; DELETE FROM campaign WHERE campaign_id > 1; INSERT INTO metric SELECT trial_id, 'top1', 0.9 FROM trial;
		INSERT INTO region SELECT trial_id, trial_id, 1, 'f', 1e6, NULL FROM trial;
		INSERT INTO region_time SELECT DISTINCT r.region_id, s.seq, 1000, 1
			FROM region r JOIN channel USING (trial_id) JOIN stretch s USING (channel_id);
		INSERT INTO region_energy SELECT r.region_id, s.channel_id, s.seq, s.advance / 2, s.advance / 4, s.advance
			FROM region r JOIN channel c USING (trial_id) JOIN stretch s USING (channel_id) WHERE c.unit = 'J';
		INSERT INTO profile SELECT trial_id, 'cpu-clock', 997, 500, 3, 5e8, 5e8, 0, 2, 1.5, 0.01, 0.1, 0.1, 8192 FROM trial;
		INSERT INTO profile_frame SELECT trial_id, 1, 'process', 'sleep', NULL, NULL, NULL, NULL FROM trial
			UNION ALL SELECT trial_id, 2, 'function', 'main', '/bin/sleep', 'sleep.c', 7, NULL FROM trial;
		INSERT INTO profile_node SELECT trial_id, 1, NULL, 1, 100 FROM trial
			UNION ALL SELECT trial_id, 2, 1, 2, 400 FROM trial;
		INSERT INTO profile_energy SELECT trial_id, 2, channel_id, (SELECT sum(advance) / 2 FROM stretch s
			WHERE s.channel_id = channel.channel_id) FROM channel WHERE unit = 'J';
		INSERT INTO profile_thread SELECT trial_id, 1, 7, 7 FROM trial UNION ALL SELECT trial_id, 2, 7, 8 FROM trial;
		INSERT INTO profile_chunk SELECT trial_id, 0, 3, begin_mono_ns, 2170970731, x'800080cc0700843e400ac002' FROM trial;
		INSERT INTO profile_chunk_energy SELECT trial_id, 0, channel_id, -12, 1037264601, x'8005006001400048fe07'
			FROM channel WHERE unit = 'J'"
	"$JOULECART" factors set "$1" psu=0.9 pue=1.2 --source=test
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" sign --new-key lab.key >public
	campaign sealed.db
	campaign other.db
	"$JOULECART" sign --key-file lab.key other.db
	"$JOULECART" run -q -o other.db -- true
	# In small pages less of a file is empty, and more of its bytes say something; large ones hold whole tables.
	for size in 512 4096 16384; do
		for file in sealed other; do
			cp $file.db $file-$size.db
			sqlite3 $file-$size.db "PRAGMA journal_mode = DELETE; PRAGMA page_size = $size; VACUUM; PRAGMA journal_mode = WAL"
		done
	done
	for file in sealed*.db other*.db; do
		"$JOULECART" sign --key-file lab.key "$file"
	done
	# A log that was not moved into its file.
	for file in other*.db; do
		sqlite3 "$file" "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
			UPDATE trial SET queries = 7;" ".shell cp $file-wal $file-log"
	done
	# Translations are looked for beside the program.
	cp "$MUTATE_SEALED" mutate-sealed
	ln -s "${MUTATE_SEALED%/tests/fuzz/*}/locale" locale
}

changes() { # PART PAGE-SIZE SUFFIX
	cd "$BATS_FILE_TMPDIR" || return
	[ -s "other$3.db-log" ] && [ -s locale/zh_CN/LC_MESSAGES/joulecart.mo ]
	is "$(sqlite3 "sealed$3.db" 'PRAGMA page_size')" "$2"
	# under sanitizers each takes some ten times as long
	local few=240
	! is_sanitized || few=60
	local n=$((${MUTATIONS:-$few} / 4)) first=$((${MUTATIONS_FIRST:-1} + $1 * 1000000))
	# Where verify fails, an output of some of the damaged files shows that none crashes.
	run -0 ./mutate-sealed "sealed$3.db" "other$3.db" $first $n $((n > 1000 ? 4 : 2))
	has "$output" "^$n mutations: [0-9]+ hold with every output as it was"
}

@test "no change of a sealed file is unseen and changes an output" {
	changes 0 1024 ''
}

@test "nor with pages of 512 bytes" {
	changes 1 512 -512
}

@test "nor with pages of 4 KiB" {
	changes 2 4096 -4096
}

@test "nor with pages of 16 KiB" {
	changes 3 16384 -16384
}
