/* reports/audit/sample.c - see sample.h. */
#include <config.h>

#include "reports/audit/sample.h"

#include "base/problem.h"
#include "schema/database/guard.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct ticket {
	uint8_t digest[DIGEST_SIZE];
	const struct audit_record *record;
};

static int by_digest(const void *one, const void *other)
{
	const struct ticket *a = one, *b = other;
	return memcmp(a->digest, b->digest, DIGEST_SIZE);
}

static struct ticket *tickets_of(const struct record_list *list,
				 const struct audit_sample *sample, struct arena *arena)
{
	struct ticket *tickets = arena_room(arena, (list->n + 1) * sizeof(*tickets));
	for (size_t i = 0; i < list->n; i++) {
		const char *text = arena_format(arena, "%" PRId64 ":%s:%s", sample->seed,
						sample->file_sha256, list->records[i].id);
		digest_of(text, strlen(text), tickets[i].digest);
		tickets[i].record = &list->records[i];
	}
	qsort(tickets, list->n, sizeof(*tickets), by_digest);
	return tickets;
}

static void take_turns(struct ticket *const tickets[N_RECORD_KINDS], size_t n,
		       struct arena *arena, struct audit_sample *sample)
{
	const struct audit_record **drawn = arena_room(arena, (n + 1) * sizeof(*drawn));
	bool is_any = true;
	sample->n = 0;
	for (size_t turn = 0; is_any; turn++) {
		is_any = false;
		for (int kind = 0; kind < N_RECORD_KINDS; kind++) {
			if (turn >= sample->n_of_kind[kind] || sample->n == n)
				continue;
			drawn[sample->n++] = tickets[kind][turn].record;
			is_any = true;
		}
	}
	sample->drawn = drawn;
}

/* sha256sum sees the file alone: what is in the log beside it would be left out. */
static int hash_file(const char *path, struct audit_sample *sample, struct arena *arena,
		     struct problem *why)
{
	uint8_t digest[DIGEST_SIZE];
	struct stat status;
	if (stat(arena_format(arena, "%s-wal", path), &status) == 0 && status.st_size > 0)
		return problem_refuse(why,
				      "wait until what writes it has ended, or sign it",
				      "its newest part is still in '%s-wal'", path);
	int err = digest_of_file(path, digest);
	if (err != 0)
		return problem_errno(why, err);
	digest_hex(digest, sample->file_sha256);
	return 0;
}

int sample_draw(sqlite3 *db, const char *path, int64_t seed, size_t n, struct arena *arena,
		struct audit_sample *sample, struct problem *why)
{
	struct record_list *lists = arena_room(arena, N_RECORD_KINDS * sizeof(*lists));
	struct ticket *tickets[N_RECORD_KINDS];
	size_t n_all = 0;
	*sample = (struct audit_sample){ .seed = seed, .of_kind = lists };
	problem_what(why, "cannot draw records from '%s'", path);
	if (hash_file(path, sample, arena, why) != 0)
		return -1;
	for (int kind = 0; kind < N_RECORD_KINDS; kind++) {
		if (records_read(db, (enum record_kind)kind, arena, &lists[kind]) != 0)
			return guard_why(db, why);
		tickets[kind] = tickets_of(&lists[kind], sample, arena);
		sample->n_of_kind[kind] = lists[kind].n;
		n_all += lists[kind].n;
	}
	if (n_all == 0)
		return problem_refuse(why, "measure something first: joulecart run",
				      "it holds no record");
	take_turns(tickets, n < n_all ? n : n_all, arena, sample);
	return 0;
}

const struct audit_record *sample_find(const struct audit_sample *sample, const char *id)
{
	for (int kind = 0; kind < N_RECORD_KINDS; kind++)
		for (size_t i = 0; i < sample->n_of_kind[kind]; i++)
			if (strcmp(sample->of_kind[kind].records[i].id, id) == 0)
				return &sample->of_kind[kind].records[i];
	return NULL;
}
