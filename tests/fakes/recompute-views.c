/* tests/fakes/recompute-views.c - the second path of 'verify' over the views that a file holds.
 *
 *     recompute-views FILE.db
 *
 * joulecart itself never reads a file's views: they may be anybody's. Here they stand for a mistake
 * in joulecart's own, which the second path has to find. Prints the first figure that differs and
 * exits with 3, as verify would; 0: all agree. */
#include <config.h>

#include "base/problem.h"
#include "reports/verify/verify.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct verification figures;
	struct problem why = { 0 };
	char text[1024];
	sqlite3 *db = NULL;
	if (argc != 2 || sodium_init() < 0 ||
	    sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		return 1;
	int code = verify_database(db, &figures, &why);
	sqlite3_close(db);
	if (code != 0) {
		fprintf(stderr, "%s\n", problem_text(&why, text, sizeof(text)));
		return 1;
	}
	if (*figures.place)
		fprintf(stderr, "does not verify: %s\n", figures.place);
	return *figures.place ? 3 : 0;
}
