/* tests/sealed-rows.h - rows of one small run, sealed and signed: a trial of four seconds with two
 * channels that were read ten times a second. */
#ifndef JOULECART_TEST_SEALED_ROWS_H
#define JOULECART_TEST_SEALED_ROWS_H
#include "base/problem.h"
#include "schema/database/bundled.h"
#include "schema/samples/rollup.h"
#include "schema/seal/seal.h"
#include "schema/store/writer.h"

#include <stdbool.h>
#include <stdint.h>

static inline int sealed_rows_readings(struct store *store, int64_t channel_id,
				       struct problem *why)
{
	const struct rollup_channel channel = { .is_counter = true,
						.is_energy = true,
						.rule = { .wrap_range = 262143328850,
							  .unit_per_raw = 1e-6 } };
	struct rollup_builder *builder = rollup_new(&channel, 16);
	int code = builder ? 0 : -1;
	for (int i = 0; code == 0 && i < 40; i++) {
		const struct sample sample = { .mono_ns = 1000000000 + i * 100000000LL,
					       .half_ns = 700,
					       .raw = 5000000 + (uint64_t)i * 1234567,
					       .err = i == 17 ? 5 : 0 };
		code = rollup_add(builder, &sample) ? 0 : -1;
		if (i % 10 != 9)
			continue;
		struct rollup_row row;
		struct finding_list findings;
		struct rollup_pack pack;
		rollup_cut(builder, i == 39 ? sample.mono_ns : 0, NULL, &row, &pack,
			   &findings);
		code = store_add_rollup(store, channel_id, i / 10, &row, &pack, 0, why);
	}
	rollup_free(builder);
	return code;
}

static inline int sealed_rows_channel(struct store *store, int64_t trial_id,
				      const char *name, struct problem *why)
{
	const struct channel_facts facts = { .collector = "powercap",
					     .name = name,
					     .domain = "package",
					     .kind = "counter",
					     .unit = "J",
					     .provenance = "measured",
					     .counted = true,
					     .unit_per_raw = 1e-6,
					     .wrap_range = 262143328850 };
	int64_t channel_id = store_add_channel(store, trial_id, &facts, why);
	return channel_id > 0 ? sealed_rows_readings(store, channel_id, why) : -1;
}

static const char sealed_rows_sql[] =
    "INSERT INTO host (host_id, boot_id, cpu_model) VALUES (1, 'b', 'Testium');"
    "INSERT INTO campaign (campaign_id, uuid, host_id, kind, command_line,"
    " tool_version, rate_hz, zone, begin_utc_ns, begin_mono_ns, begin_boot_ns)"
    " VALUES (1, 'u', 1, 'run', '[]', '1', 10, 'GB', 1700000000000000000, 0, 0);"
    "INSERT INTO trial (trial_id, campaign_id, ordinal, block, variant, job,"
    " is_warmup, command, queries, begin_utc_ns, begin_mono_ns, end_mono_ns, state,"
    " exit_code) VALUES (1, 1, 1, 1, 'v', 'command', 0, '[\"true\"]', 10,"
    " 1700000000000000000, 1000000000, 5000000000, 'complete', 0);"
    "INSERT INTO phase (trial_id, ordinal, name, begin_mono_ns, end_mono_ns,"
    " first_stretch, last_stretch) VALUES (1, 0, 'whole', 1000000000,"
    " 5000000000, 0, 3);"
    "INSERT INTO metric VALUES (1, 'top1', 0.9);"
    "INSERT INTO setting VALUES ('psu', 0, 0.92, NULL, 'sheet');"
    "INSERT INTO grid_series VALUES (1, 'GB', 'average', 'direct', NULL, 'f', 'g',"
    " 1800000000000, 'p', 'e', 's', 'l', '2026-11-21', 'x.csv',"
    " '0123456789012345678901234567890123456789012345678901234567890123', NULL);"
    "INSERT INTO grid_point VALUES (1, 0, 1800000000000, 100, 0)";

/* Into an empty store. *head is that of the seal. 0, or -1. */
static inline int sealed_rows(struct store *store, const uint8_t seed[SEAL_SEED_SIZE],
			      uint8_t head[DIGEST_SIZE], struct problem *why)
{
	sqlite3 *db = store_db(store);
	if (sqlite3_exec(db, sealed_rows_sql, NULL, NULL, NULL) != SQLITE_OK ||
	    bundled_add_used(db) != SQLITE_OK ||
	    sealed_rows_channel(store, 1, "package-0", why) != 0 ||
	    sealed_rows_channel(store, 1, "package-1", why) != 0)
		return -1;
	return seal_write(db, seed, head, why);
}

#endif
