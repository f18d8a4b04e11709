#!/usr/bin/env bats
# A sealed file, changed in some hundred ways: verify finds it, or every output is as it was.
load ../helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$JOULECART" sign --new-key lab.key >public
	for file in sealed other; do
		for name in a b a b; do
			"$JOULECART" run -q --rate 50 --queries 100 --zone FR --name $name -o $file.db -- sleep 0.1
		done
		sqlite3 $file.db "UPDATE trial SET campaign_id = 1, ordinal = trial_id,
			block = 1 + (trial_id - 1) / 2; DELETE FROM campaign WHERE campaign_id > 1; INSERT INTO metric SELECT trial_id, 'top1', 0.9 FROM trial"
		"$JOULECART" factors set $file.db psu=0.9 pue=1.2 --source=test
		"$JOULECART" sign --key-file lab.key $file.db
	done
	"$JOULECART" run -q -o other.db -- true
	"$JOULECART" sign --key-file lab.key other.db
	# A log that was not moved into its file.
	sqlite3 other.db 'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
		UPDATE trial SET queries = 7;' '.shell cp other.db-wal other.db-log'
}

@test "no change of a sealed file is unseen and changes an output" {
	cd "$BATS_FILE_TMPDIR" || return
	[ -s other.db-log ]
	run -0 "$MUTATE_SEALED" "$JOULECART" sealed.db other.db "${MUTATIONS_FIRST:-1}" \
		"${MUTATIONS:-500}" "${MUTATIONS_SECONDS:-75}"
	has "$output" '^[0-9]{2,} mutations: [0-9]+ hold with every output as it was'
}
