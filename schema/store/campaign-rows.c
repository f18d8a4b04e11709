/* schema/store/campaign-rows.c - see campaign-rows.h. */
#include <config.h>

#include "schema/store/campaign-rows.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

const struct campaign_table campaign_tables[] = {
	{ "host", "host_id IN (SELECT host_id FROM main.campaign WHERE campaign_id IN "
		  "temp.picked)" },
	{ "campaign", "campaign_id IN temp.picked" },
	{ "setting", "campaign_id IN temp.picked" },
	{ "meter", "campaign_id IN temp.picked" },
	{ "trial", "trial_id IN temp.picked_trial" },
	{ "phase", "trial_id IN temp.picked_trial" },
	{ "channel", "trial_id IN temp.picked_trial" },
	{ "stretch", "channel_id IN temp.picked_channel" },
	{ "chunk", "channel_id IN temp.picked_channel" },
	{ "gap", "trial_id IN temp.picked_trial" },
	{ "metric", "trial_id IN temp.picked_trial" },
	{ "answers", "trial_id IN temp.picked_trial" },
	{ "sampler", "trial_id IN temp.picked_trial" },
	{ "trimmed", "trial_id IN temp.picked_trial" },
	{ "neighbour", "trial_id IN temp.picked_trial" },
	{ "job_rank", "trial_id IN temp.picked_trial" },
	{ "region_count", "phase_id IN (SELECT phase_id FROM main.phase"
			  " WHERE trial_id IN temp.picked_trial)" },
	{ "phase_units", "phase_id IN (SELECT phase_id FROM main.phase"
			 " WHERE trial_id IN temp.picked_trial)" },
	{ "region", "trial_id IN temp.picked_trial" },
	{ "region_time", "region_id IN (SELECT region_id FROM main.region"
			 " WHERE trial_id IN temp.picked_trial)" },
	{ "region_energy", "channel_id IN temp.picked_channel" },
	{ "region_rest", "trial_id IN temp.picked_trial" },
	{ "region_idle", "channel_id IN temp.picked_channel" },
	{ "region_power", "channel_id IN temp.picked_channel" },
	{ "region_product", "channel_id IN temp.picked_channel" },
	{ "profile", "trial_id IN temp.picked_trial" },
	{ "profile_frame", "trial_id IN temp.picked_trial" },
	{ "profile_node", "trial_id IN temp.picked_trial" },
	{ "profile_energy", "trial_id IN temp.picked_trial" },
	{ "profile_thread", "trial_id IN temp.picked_trial" },
	{ "profile_chunk", "trial_id IN temp.picked_trial" },
	{ "profile_chunk_energy", "trial_id IN temp.picked_trial" },
	{ 0 },
};

static const char pick_begin_sql[] =
    "CREATE TEMP TABLE IF NOT EXISTS known (uuid TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS picked (campaign_id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS picked_trial (trial_id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS picked_channel (channel_id INTEGER PRIMARY KEY);"
    "DELETE FROM temp.picked; DELETE FROM temp.picked_trial;"
    "DELETE FROM temp.picked_channel;";
static const char pick_end_sql[] =
    "INSERT INTO temp.picked_trial SELECT trial_id FROM main.trial"
    " WHERE campaign_id IN temp.picked;"
    "INSERT INTO temp.picked_channel SELECT channel_id FROM main.channel"
    " WHERE trial_id IN temp.picked_trial;";
static const char end_sql[] = "DROP TABLE IF EXISTS temp.known;"
			      "DROP TABLE IF EXISTS temp.picked;"
			      "DROP TABLE IF EXISTS temp.picked_trial;"
			      "DROP TABLE IF EXISTS temp.picked_channel;";

int campaign_rows_begin(sqlite3 *db)
{
	return sqlite3_exec(db, pick_begin_sql, NULL, NULL, NULL);
}

void campaign_rows_end(sqlite3 *db)
{
	sqlite3_exec(db, end_sql, NULL, NULL, NULL);
}

int campaign_rows_pick(sqlite3 *db, const char *which, const char *uuid)
{
	sqlite3_stmt *statement = NULL;
	char *sql = sqlite3_mprintf("INSERT INTO temp.picked SELECT campaign_id"
				    " FROM main.campaign WHERE %s",
				    which);
	int code = sql ? campaign_rows_begin(db) : SQLITE_NOMEM;
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	sqlite3_free(sql);
	if (code == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, uuid, -1, SQLITE_STATIC);
		code = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? sqlite3_exec(db, pick_end_sql, NULL, NULL, NULL)
				   : SQLITE_ERROR;
}

const char *campaign_rows_of(const char *table)
{
	size_t i = 0;
	while (strcmp(campaign_tables[i].name, table) != 0)
		i++;
	return campaign_tables[i].rows;
}

void campaign_rows_hash(struct crypto_generichash_blake2b_state *hash, sqlite3_stmt *row,
			int i)
{
	uint8_t type = (uint8_t)sqlite3_column_type(row, i);
	int64_t number = sqlite3_column_int64(row, i);
	double real = sqlite3_column_double(row, i);
	const void *bytes = type == SQLITE_INTEGER ? &number
			    : type == SQLITE_FLOAT ? (const void *)&real
						   : sqlite3_column_blob(row, i);
	uint64_t size = type == SQLITE_INTEGER || type == SQLITE_FLOAT
			    ? sizeof(number)
			    : (uint64_t)sqlite3_column_bytes(row, i);
	uint8_t head[sizeof(type) + sizeof(size) + sizeof(number)];
	size_t n_head = sizeof(type) + sizeof(size);
	memcpy(head, &type, sizeof(type));
	memcpy(head + sizeof(type), &size, sizeof(size));
	if (size <= sizeof(number)) { /* most are numbers: one call for the whole */
		if (size > 0)
			memcpy(head + n_head, bytes, size);
		crypto_generichash_update(hash, head, n_head + size);
		return;
	}
	crypto_generichash_update(hash, head, n_head);
	crypto_generichash_update(hash, bytes, size);
}
