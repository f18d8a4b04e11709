/* schema/seal/seal-words.c - see seal-words.h. */
#include <config.h>

#include "schema/seal/seal-words.h"

#include "schema/database/migrate.h"
#include "schema/seal/trust.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void claim_time(int64_t ns, char *text, size_t size)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	if (!gmtime_r(&seconds, &tm) ||
	    strftime(text, size, "%Y-%m-%d %H:%M UTC", &tm) == 0)
		snprintf(text, size, "no time");
}

static const char *state_of(const struct seal_report *report)
{
	return !report->is_sealed   ? "none"
	       : *report->place     ? "broken"
	       : report->is_trimmed ? "trimmed"
	       : report->is_signed  ? "signed"
				    : "sealed";
}

/* "by lab (key 5b0c...)", "by an unknown key, 5b0c...". */
static void signer(const struct seal_words *words, char *text, size_t size)
{
	if (*words->name)
		snprintf(text, size, "by %s (key %s)", words->name, words->fingerprint);
	else
		snprintf(text, size, "by an unknown key, %s", words->fingerprint);
}

static void say_broken(struct seal_words *words, const struct seal_report *report)
{
	snprintf(words->place, sizeof(words->place), "%s", report->place);
	snprintf(words->sentence, sizeof(words->sentence),
		 "The seal is broken: what it sealed has changed, and nobody vouches for "
		 "these figures (%s).",
		 report->place);
}

static void say_held(struct seal_words *words, const struct seal_report *report)
{
	char who[320] = "";
	if (report->is_signed)
		signer(words, who, sizeof(who));
	snprintf(words->sentence, sizeof(words->sentence),
		 report->is_signed
		     ? "Signed %s: at %s, of this content; the time is the "
		       "signer's claim.%s"
		     : "Sealed without a signature%s: at %s, of this content; "
		       "whoever can write the file can seal it again.%s",
		 who, words->claimed_utc,
		 report->is_trimmed ? " Readings were trimmed after the seal." : "");
}

void seal_words_of(const struct seal_report *report, const struct trust *trust,
		   struct seal_words *words)
{
	*words = (struct seal_words){ .state = state_of(report) };
	if (!report->is_sealed) {
		snprintf(words->sentence, sizeof(words->sentence),
			 "Not sealed: nothing shows that these are the readings that were "
			 "taken.");
		return;
	}
	claim_time(report->made_utc_ns, words->claimed_utc, sizeof(words->claimed_utc));
	if (report->is_signed) {
		const char *name = trust_name(trust, report->public_key);
		digest_hex(report->public_key, words->fingerprint);
		snprintf(words->name, sizeof(words->name), "%s", name ? name : "");
	}
	if (report->is_reissue && !*report->place)
		digest_hex(report->supersedes, words->supersedes);
	if (!*report->place)
		digest_hex(report->head, words->head);
	if (*report->place)
		say_broken(words, report);
	else
		say_held(words, report);
}

/* What the reader kept of a file that it brought up in memory. false: it is no such. */
static bool kept(sqlite3 *db, struct seal_report *report)
{
	sqlite3_stmt *row = NULL;
	bool is = sqlite3_prepare_v2(db, "SELECT report FROM temp.kept_seal", -1, &row,
				     NULL) == SQLITE_OK &&
		  sqlite3_step(row) == SQLITE_ROW &&
		  sqlite3_column_bytes(row, 0) == sizeof(*report);
	if (is)
		memcpy(report, sqlite3_column_blob(row, 0), sizeof(*report));
	sqlite3_finalize(row);
	return is;
}

int seal_keep(sqlite3 *db, const struct seal_report *report)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_exec(db, "CREATE TEMP TABLE kept_seal (report BLOB)", NULL, NULL,
				NULL);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(db, "INSERT INTO temp.kept_seal VALUES (?)", -1,
					  &row, NULL);
	if (code == SQLITE_OK) {
		sqlite3_bind_blob(row, 1, report, sizeof(*report), SQLITE_STATIC);
		code = sqlite3_step(row) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
	}
	sqlite3_finalize(row);
	return code == SQLITE_OK ? 0 : -1;
}

int seal_words_read(sqlite3 *db, const struct trust *trust, struct seal_words *words,
		    struct problem *why)
{
	struct seal_report report;
	if (!kept(db, &report) && seal_check(db, &report, why) != 0)
		return -1;
	seal_words_of(&report, trust, words);
	return 0;
}
