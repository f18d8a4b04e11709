/* schema/store/reader.h - a database opened to be read: views for figures, and the raw samples.
 *
 * Reading needs no write permission on the file nor its folder, and changes nothing in it. */
#ifndef JOULECART_READER_H
#define JOULECART_READER_H
#include "schema/samples/chunk.h"

#include <sqlite3.h>
#include <stdbool.h>

struct problem;
struct gate_report;

/* A file as it is on disk, of whichever version, behind the gate (schema/gate/gate.h), in one read
 * transaction: for its seal. NULL with *why: no such file, not ours, newer. */
struct as_is;
struct as_is *as_is_open(const char *path, struct problem *why);
void as_is_close(struct as_is *file); /* takes NULL */
sqlite3 *as_is_db(const struct as_is *file);
const struct gate_report *as_is_gate(const struct as_is *file);

/* What its figures are read from: its connection, or, for an older version, a copy in memory that
 * the caller closes; with this program's views, whatever build wrote the file. Every value
 * is within its domain (schema/gate/domain.h). is_despite: what departs from the schema is left aside
 * where it can be. 0, or -1 with *why. */
int as_is_figures(struct as_is *file, bool is_despite, sqlite3 **figures,
		  struct problem *why);

/* Both at once; the caller closes it with sqlite3_close. NULL with *why. */
sqlite3 *store_open_read(const char *path, struct problem *why);
sqlite3 *store_open_despite(const char *path, struct problem *why);

/* Returns how much store_open_despite() left aside, 0 for nothing; text says what. */
int store_departures(sqlite3 *db, char *text, size_t size);

/* One raw reading of one channel. Strings live until the callback returns. */
struct sample_row {
	int64_t trial_id;
	const char *collector, *channel, *unit;
	double unit_per_raw;
	struct sample sample;
};

/* Which samples; 0, NULL and false mean all. */
struct sample_filter {
	int64_t trial_id;
	const char *channel; /* "package-0" or "powercap/package-0" */
	bool has_from, has_to;
	double from_s, to_s; /* since the trial began, both included */
};

/* Are the trial and the channel there? -1 with *why, which names those that are. path is shown
 * in the message. */
int samples_check(sqlite3 *db, const char *path, const struct sample_filter *filter,
		  struct problem *why);

/* Are the trial's readings still there? -1 with *why: they were trimmed. */
int samples_check_kept(sqlite3 *db, const char *path, const struct sample_filter *filter,
		       struct problem *why);

/* Calls each for every raw reading, by trial, channel and time; stops when it returns non-zero
 * and returns that. -1 with *why for a damaged chunk (which one is named) or a failed read. */
int samples_each(sqlite3 *db, const struct sample_filter *filter,
		 int (*each)(void *context, const struct sample_row *row), void *context,
		 struct problem *why);

#endif
